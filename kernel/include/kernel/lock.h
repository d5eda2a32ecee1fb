/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The kernel's one lock. Whoever enters draws a ticket and is served when its
 * number comes up, so all CPUs get in, in the order in which they came. It is
 * taken right behind the entry code and given back right before the exit code;
 * what these touch is the CPU's own, or of the thread that runs on it.
 *
 * The order of locks: this one, and nothing else. nano has its own, which it
 * never holds while it waits for the kernel.
 */

#include "kernel/arch.h"
#include "kernel/state.h"

/** kernel_enter() when the lock is not free; also serves cpu_ask(). */
bool lock_wait(uint32_t ticket, enum cpu_entry entry);

/**
 * Takes the lock. False if another CPU took the running thread off this one
 * meanwhile: then nothing may be done on its behalf.
 */
static inline bool kernel_enter(enum cpu_entry entry) ACQUIRE(state.lock)
	__attribute__((no_thread_safety_analysis))
{
	uint32_t ticket =
		__atomic_fetch_add(&state.lock.next, 1, __ATOMIC_RELAXED);

	if (__builtin_expect(__atomic_load_n(&state.lock.serving,
					     __ATOMIC_ACQUIRE) == ticket,
			     1)) {
		return true;
	}
	return lock_wait(ticket, entry);
}

/** Gives the lock back; the thread to run until the next entry. */
struct thread *kernel_leave(struct cpu *cpu) RELEASE(state.lock);

/**
 * kernel_leave() at the end of what was done on behalf of `thread`, which runs
 * here, as kernel_enter() said. While it is READY and nothing is pending, no
 * other can have taken its place.
 */
static inline struct thread *kernel_return(struct thread *thread)
	RELEASE(state.lock) __attribute__((no_thread_safety_analysis))
{
	if (__builtin_expect(thread->standing != THREAD_GOES_ON, 0)) {
		return kernel_leave(arch_cpu());
	}
	arch_count_up(&state.lock.serving);
	return thread;
}

/** kernel_leave() at the end of an interrupt, when the thread to run may be
 * the first after the idle one: arms the timer for it. */
static inline struct thread *kernel_leave_armed(struct cpu *cpu)
	RELEASE(state.lock)
{
	struct thread *next = kernel_leave(cpu);

	if (next != cpu->idle && !cpu->is_armed) {
		cpu->is_armed = true;
		arch_timer_arm(cpu->sched.quantum);
	}
	return next;
}
