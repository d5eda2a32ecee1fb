/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "kernel/registers.h"

/**
 * The registers of a thread that is not running: x0 to x30 in order, of which
 * x0 to x11 carry messages (abi/message.h), then what eret and the stack need.
 */
struct arch_context {
	struct message_registers message; /* x0 - x11 */
	uint64_t x12_x30[19];
	uint64_t sp, pc, pstate;
	uint64_t tpidr;
};

struct cpu;

/** v0 - v31, FPSR and FPCR. */
struct arch_vector {
	uint64_t v[64] __attribute__((aligned(16)));
	uint64_t fpsr, fpcr;
	struct cpu *loaded_on; /* the last CPU that they were loaded into */
};
