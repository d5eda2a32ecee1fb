/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The language of the proofs. A proof is a function that makes an arbitrary
 * world, as far as ASSUME permits, runs unchanged code of the kernel in it and
 * says what must hold then. CBMC looks at every such world at once. Beside
 * PROVE, it shows that no CHECK fails, that no pointer leaves its object, and
 * that no loop runs longer than tests/prove/list says.
 */

#include "kernel/cap.h"

#define ASSUME(x)      __CPROVER_assume(x)
#define PROVE(x, text) __CPROVER_assert(x, text)

/* Any value at all, another one with each call. */
uint8_t nondet_u8(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
bool nondet_bool(void);

/** slots.c: the slots that references reach; the first has reference PROVE_REF. */
#define PROVE_SLOTS 4
#define PROVE_REF   0x1000000
extern struct slot prove_slots[PROVE_SLOTS];
