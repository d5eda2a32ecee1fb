/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupts that are the kernel's own. The timer ends quanta, so it is
 * armed exactly while there is a thread whose quantum could end; a CPU that
 * idles is woken by other CPUs when there is something to do.
 */

#include "kernel/arch.h"
#include "kernel/entry.h"
#include "kernel/lock.h"

struct thread *kernel_timer(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	CHECK(thread == cpu->current);
	cpu->is_armed = false;
	kernel_enter(CPU_ENTRY_INTERRUPT);
	state.ticks++;
	sched_tick(cpu);
	return kernel_leave_armed(cpu);
}

struct thread *kernel_ipi(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	CHECK(thread == cpu->current);
	kernel_enter(CPU_ENTRY_INTERRUPT);
	return kernel_leave_armed(cpu);
}

struct thread *kernel_spurious(struct thread *thread, uint32_t irq)
{
	struct cpu *cpu = arch_cpu();

	(void)irq;
	CHECK(thread == cpu->current);
	kernel_enter(CPU_ENTRY_INTERRUPT);
	state.spurious++;
	return kernel_leave_armed(cpu);
}
