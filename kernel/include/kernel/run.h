/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Switching threads: what the scheduler and the beginning and end of an entry
 * to the kernel share, inline, because every message ends so. What the rules
 * are is in kernel/sched.h.
 */

#include <arch/switch.h>

#include "kernel/cpu.h"
#include "kernel/sched.h"
#include "kernel/thread.h"

/** Bits of thread.pending. */
enum {
	PENDING_GIVE_WAY = 1, /* the running thread is not to go on */
	PENDING_SURPLUS = 2,  /* a CPU idled while the queue grew */
};

/** The running thread gives way: goes last in the queue if it is still READY.
 * Whoever sched_choose() names runs then. */
static inline void sched_give_way(const struct cpu *cpu)
{
	cpu->current->pending |= PENDING_GIVE_WAY;
}

/** Makes `to`, another thread than the current one, the one that runs. What
 * becomes of the current one is the caller's business. */
static inline void sched_run(struct cpu *cpu, struct thread *to)
{
	struct thread *from = cpu->current;

	cpu->sched.switches++;
	cpu->next = NULL;
	cpu->current = to;
	to->cpu = cpu;
	arch_switch(cpu, from, to);
}
