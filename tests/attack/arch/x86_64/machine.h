/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The hostile kernel's own machine: what attacks.c and entry.S share. */

#include "tests/attack/attack.h"

/* Vectors that the attacks expect. */
enum {
	FAULT_DB = 1,
	FAULT_UD = 6,
	FAULT_GP = 13,
	FAULT_PF = 14,
	FAULT_COUNT = 32,
};

#define STUB_SIZE 16

#define SELECTOR_CODE      0x08
#define SELECTOR_DATA      0x10
#define SELECTOR_USER_DATA 0x1b
#define SELECTOR_USER_CODE 0x23
#define SELECTOR_TSS       0x28

/** What registers held when nano entered, last of all: all general ones but rsp and rdi in
 * entry.S's order, the vector registers, and their modes. */
struct machine_start {
	uint64_t general[14];
	uint64_t vector[16][2];
	uint32_t mxcsr;
	uint16_t fcw;
};
extern struct machine_start machine_start;

/** One tick of the timer: entry.S counts them. */
extern volatile uint64_t machine_ticks;

/** Interrupts from another CPU, likewise. */
extern volatile uint64_t machine_ipis;

/** The vector of the last exception; attack_fault.syndrome is it and, below,
 * the error code. */
static inline uint32_t fault_vector(void)
{
	return (uint32_t)(attack_fault.syndrome >> 32);
}

/** Makes one entry of the scratch tables map `pa` at `level` (1: a page, 2:
 * 2 MiB, 3: 1 GiB) for kernel mode; returns where `pa` itself is seen then. */
uint64_t machine_map_large(uint64_t pa, uint32_t level);

/** Makes 2 MiB of scratch addresses use the page at `pa` as their last page
 * table; returns the first of these addresses. */
uint64_t machine_use_table(uint64_t pa);

/** The root of tables that map the image and the scratch page, and that lie in
 * the image themselves. */
uint64_t machine_own_root(void);

/** What ring 3 can be made to do: a null call; arm the timer by a call. */
enum { MACHINE_USER_NULL, MACHINE_USER_ARM };

/** Does one of them in ring 3; never returns. */
void machine_enter_user(uint64_t what);

/** Whether the last exception was raised by the call in there. */
bool machine_fault_in_user(void);
