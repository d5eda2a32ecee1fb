/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which thread a CPU runs: the part of the scheduler that every entry to the
 * kernel and every message passes, inline for that reason. The rest, and what
 * its rules are, is in kernel/sched.h.
 */

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/cpu.h"
#include "kernel/thread.h"

/** Makes `to`, another thread than the current one, the one that runs. What
 * becomes of the current one is the caller's business. */
static inline void sched_run(struct cpu *cpu, struct thread *to)
{
	struct thread *from = cpu->current;

	cpu->sched.switches++;
	cpu->current = to;
	to->cpu = cpu;
	arch_switch(from, to);
}

/** The direct switch of a message: runs `to`, which is READY and in no queue, at
 * once and on the quantum of the running thread, which has just begun to wait. */
static inline void sched_hand_over(struct cpu *cpu, struct thread *to)
{
	CHECK(cpu->current->state != ABI_THREAD_READY);
	CHECK(to->state == ABI_THREAD_READY && !to->next);
	sched_run(cpu, to);
}

/** sched_choose(), which most entries give no reason to think. */
static inline struct thread *sched_next(struct cpu *cpu)
{
	struct thread *current = cpu->current;

	if (__builtin_expect(current->state == ABI_THREAD_READY &&
				     !cpu->sched.pending,
			     1)) {
		return current;
	}
	return sched_choose(cpu);
}
