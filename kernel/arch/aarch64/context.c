/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contexts of threads. What EL0 can see of the machine is x0 to x30, SP_EL0, the
 * program counter, the flags and TPIDR_EL0, all here, and the vector registers
 * (vector.c).
 *
 * The flags never need cleaning: a context starts with PSTATE 0, which is EL0
 * in AArch64 with nothing masked, and afterwards holds only what the CPU saved
 * when EL0 was interrupted. Nobody else writes it.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"

/* PSTATE of the idle thread: EL1 on SP_EL1, only interrupts not masked. */
#define PSTATE_EL1H   5u
#define PSTATE_MASKED (1u << 9 | 1u << 8 | 1u << 6) /* D, A, F */

void arch_context_init(struct arch_context *context)
{
	CHECK(context->pstate == 0);
}

void arch_context_init_idle(struct arch_context *context, struct cpu *cpu)
{
	(void)cpu;
	context->pc = (uint64_t)idle_loop;
	context->pstate = PSTATE_EL1H | PSTATE_MASKED;
}

static bool is_user(uint64_t address)
{
	return address >= USER_START && address <= USER_END;
}

status_t arch_context_set(struct arch_context *context,
			  const uint64_t registers[4])
{
	if (!is_user(registers[0]) || !is_user(registers[1])) {
		return ST_BAD_ARGUMENT;
	}
	context->pc = registers[0];
	context->sp = registers[1];
	context->message.capability = registers[2]; /* x0 */
	context->tpidr = registers[3];
	return ST_OK;
}

void arch_context_get(const struct arch_context *context, uint64_t registers[4])
{
	registers[0] = context->pc;
	registers[1] = context->sp;
	registers[2] = context->message.capability;
	registers[3] = context->tpidr;
}

void arch_context_rewind(struct arch_context *context)
{
	context->pc -= sizeof(uint32_t); /* svc */
}
