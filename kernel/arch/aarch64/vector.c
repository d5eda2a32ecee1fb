/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector registers are loaded when they are used, not when threads switch.
 * While a thread runs, CPACR_EL1 lets it use them exactly if they hold its
 * values; everyone else traps on first use and is given them here. They are
 * saved whenever such a thread stops running, so that it can go on on any CPU,
 * and stay loaded: they still hold its values when it comes back before anyone
 * else used them, and it has not used those of another CPU meanwhile. SVE and
 * SME stay trapped for all: their bits of CPACR_EL1 are never set.
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
	cpacr_write(CPACR_VECTOR);
	cpu->vector_is_open = true;
	isb();
	vector_load(&thread->vector);
	thread->vector.loaded_on = cpu;
	cpu->vector_owner = thread;
}

void vector_change(struct cpu *cpu, struct thread *from, struct thread *to)
{
	bool owns = to == cpu->vector_owner && to->vector.loaded_on == cpu;

	if (cpu->vector_is_open) {
		vector_save(&from->vector);
	}
	if (cpu->vector_is_open != owns) {
		cpacr_write(owns ? CPACR_VECTOR : 0);
		cpu->vector_is_open = owns;
	}
}

/* A CPU's vector_owner may outlive the thread: in whatever is made of its
 * memory, loaded_on is zero. */
void arch_forget(struct thread *thread)
{
	(void)thread;
}
