/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the virtual counter and its one-shot timer, both of which the kernel
 * has to itself. The timer's interrupt is a level that stays until the timer is
 * set anew or stopped, so that comes before the interrupt is ended.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "kernel/arch.h"
#include "kernel/entry.h"

#define TIMER_ENABLE 1u /* CNTV_CTL_EL0 */
#define TIMER_FIRED  4u

uint64_t arch_counter(void)
{
	isb(); /* not earlier than what was done before */
	return cntvct_read();
}

uint64_t arch_counter_hz(void)
{
	return cntfrq_read();
}

/* Ends the timer's interrupt if one is being handled. */
static void end(struct cpu *cpu)
{
	if (cpu->scratch[SCRATCH_TIMER]) {
		cpu->scratch[SCRATCH_TIMER] = 0;
		isb(); /* the level has fallen */
		gic_end(GIC_TIMER);
	}
}

void arch_timer_arm(uint64_t ticks)
{
	uint64_t when;

	if (__builtin_add_overflow(cntvct_read(), ticks, &when)) {
		when = UINT64_MAX;
	}
	cntv_cval_write(when);
	cntv_ctl_write(TIMER_ENABLE);
	end(arch_cpu());
}

void timer_stop(void)
{
	cntv_ctl_write(0);
}

struct thread *timer_interrupt(struct cpu *cpu, struct thread *thread)
{
	if (!(cntv_ctl_read() & TIMER_FIRED)) {
		gic_end(GIC_TIMER); /* it was set anew meanwhile */
		return kernel_spurious(thread, GIC_TIMER);
	}
	cpu->scratch[SCRATCH_TIMER] = 1;
	thread = kernel_timer(thread);
	if (cpu->scratch[SCRATCH_TIMER]) {
		timer_stop(); /* nobody wants it again */
		end(cpu);
	}
	return thread;
}
