/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers that entry.S needs (mk/offsets.h). */

#include <arch/cpu.h>

#include "common/assert.h"
#include "kernel/state.h"
#include "mk/offsets.h"

/* Pairs that entry.S moves with one instruction, and x0 to x30 in a row. */
static_assert(offsetof(struct arch_context, message) == 0, "x0 first");
static_assert(offsetof(struct arch_context, x12_x30) == 12 * 8, "x12 next");
static_assert(offsetof(struct arch_context, sp) == 31 * 8, "behind x30");
static_assert(offsetof(struct arch_context, pstate) ==
		      offsetof(struct arch_context, pc) + 8,
	      "pair");
static_assert(sizeof(struct tables) == 16, "pair");
static_assert(offsetof(struct arch_vector, v) == 0, "v0 first");
static_assert(offsetof(struct arch_vector, fpcr) ==
		      offsetof(struct arch_vector, fpsr) + 8,
	      "pair");

void offsets(void);
void offsets(void)
{
	OFFSET(CONTEXT_X0, struct arch_context, message);
	OFFSET(CONTEXT_X30, struct arch_context, x12_x30[18]);
	OFFSET(CONTEXT_PC, struct arch_context, pc);
	OFFSET(VECTOR_V0, struct arch_vector, v);
	OFFSET(VECTOR_FPSR, struct arch_vector, fpsr);
	OFFSET(CPU_STACK_TOP, struct cpu, stack_top);
	OFFSET(CPU_TRAMPOLINE, struct cpu, scratch[SCRATCH_TRAMPOLINE]);
	OFFSET(TRAMPOLINE_X0, struct trampoline_data, x0);
	OFFSET(TRAMPOLINE_KERNEL, struct trampoline_data, kernel);
	OFFSET(TRAMPOLINE_USER, struct trampoline_data, user);
	OFFSET(TRAMPOLINE_CONTEXT, struct trampoline_data, context);
	OFFSET(STATE_BOOT, struct state, boot);
	EMIT(STACK_SIZE, KERNEL_STACK_SIZE);
	EMIT(STACKS_SIZE,
	     (KERNEL_STACK_SIZE + KERNEL_STACK_HOLE) * KERNEL_CPUS_MAX);
	EMIT(ESR_SVC, 0x15 << 26 | 1 << 25); /* EC SVC64, IL, immediate 0 */
}
