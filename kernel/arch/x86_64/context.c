/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved registers of threads, and the part of a switch that they do not hold.
 *
 * Invariant: the program counter of every context is canonical, so that neither
 * SYSRET nor IRETQ can fault in the kernel, and the flags of user contexts are
 * what user code may have: interrupts on, no I/O privilege.
 */

#include "kernel/arch.h"

#include <arch/cpu.h>

#include "common/assert.h"
#include "kernel/thread.h"

/* All exceptions masked, round to nearest, double extended precision. */
#define FCW_INITIAL   0x037f
#define MXCSR_INITIAL 0x1f80
#define FXSAVE_FCW    0
#define FXSAVE_MXCSR  24

#define SYSCALL_BYTES 2 /* the instruction, AMD64 manual volume 3 */

/* In entry.S. */
void idle_loop(void);

void arch_context_init(struct arch_context *context)
{
	context->cs = SELECTOR_USER_CODE;
	context->ss = SELECTOR_USER_DATA;
	context->rflags = RFLAGS_FIXED | RFLAGS_IF;
	context->full = 1;
}

void arch_context_init_idle(struct arch_context *context, struct cpu *cpu)
{
	context->cs = SELECTOR_KERNEL_CODE;
	context->ss = SELECTOR_KERNEL_DATA;
	context->rflags = RFLAGS_FIXED | RFLAGS_IF;
	context->rip = (uint64_t)idle_loop;
	context->rsp = cpu->stack_top;
	context->full = 1;
}

void arch_vector_init(struct arch_vector *vector)
{
	vector->fxsave[FXSAVE_FCW] = FCW_INITIAL & 0xff;
	vector->fxsave[FXSAVE_FCW + 1] = FCW_INITIAL >> 8;
	vector->fxsave[FXSAVE_MXCSR] = MXCSR_INITIAL & 0xff;
	vector->fxsave[FXSAVE_MXCSR + 1] = MXCSR_INITIAL >> 8;
}

status_t arch_context_set(struct arch_context *context,
			  const uint64_t registers[4])
{
	/* A stack may end where user memory does. A thread pointer is only ever
	 * added to, but must be canonical to be loaded. */
	if (registers[0] >= USER_END || registers[1] > USER_END ||
	    registers[3] > USER_END) {
		return ST_BAD_ARGUMENT;
	}

	context->rip = registers[0];
	context->rsp = registers[1];
	context->message.capability = registers[2];
	context->fs_base = registers[3];
	if (context == &arch_cpu()->current->context) {
		fs_base_write(arch_cpu(), registers[3]);
	}
	return ST_OK;
}

void arch_context_get(const struct arch_context *context, uint64_t registers[4])
{
	registers[0] = context->rip;
	registers[1] = context->rsp;
	registers[2] = context->message.capability;
	registers[3] = context->fs_base;
}

void arch_context_rewind(struct arch_context *context)
{
	context->rip -= SYSCALL_BYTES;
}

void arch_forget(struct thread *thread)
{
	/* Vector registers are saved at every switch; nothing is owed. */
	(void)thread;
}
