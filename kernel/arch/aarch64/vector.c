/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector registers change hands when they are used, not when threads switch.
 * While a thread runs, CPACR_EL1 lets it use them exactly if it is the CPU's
 * vector_owner: the thread whose values they hold, even while others run.
 * Everyone else traps on first use and is given them here. SVE and SME stay
 * trapped for all: their bits of CPACR_EL1 are never set.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"

void arch_vector_init(struct arch_vector *vector)
{
	/* All zero: the default rounding, nothing trapped, nothing flagged. */
	CHECK(vector->fpcr == 0 && vector->fpsr == 0);
}

void vector_take(struct cpu *cpu, struct thread *thread)
{
	CHECK(cpu->vector_owner != thread);
	cpacr_write(CPACR_VECTOR);
	isb();
	if (cpu->vector_owner) {
		vector_save(&cpu->vector_owner->vector);
	}
	vector_load(&thread->vector);
	cpu->vector_owner = thread;
}

void arch_forget(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	if (cpu->vector_owner == thread) {
		cpu->vector_owner = NULL;
		cpacr_write(0);
	}
}
