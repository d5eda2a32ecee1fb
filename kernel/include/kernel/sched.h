/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which ready thread runs next, and where. This is round robin on one queue for
 * each CPU; the header is the one that the deadline and fair queues will keep.
 * Every function takes constant time.
 *
 * Each thread has a home, `thread->cpu`: where it runs, or ran last. A thread
 * is in the queue of its home exactly while its state is READY and it runs on
 * no CPU; the idle threads are never READY. A CPU whose queue is empty takes
 * from another one's, so none idles while a thread waits.
 */

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct thread;

struct sched_cpu {
	struct thread *head, *tail;
	uint64_t quantum; /* counter ticks a thread runs before the next */
	uint64_t switches;
};

/** An empty queue for this CPU. `counter_hz` is the counter's frequency. */
void sched_init(struct cpu *cpu, uint64_t counter_hz);

/** A home for a new thread: the CPUs take turns. */
struct cpu *sched_home(void);

/** Makes a thread whose state has just become READY a candidate, last. Its
 * home is woken if it idles, or else another CPU that does. */
void sched_add(struct thread *thread);

/**
 * Takes a thread that is READY no longer out of its queue, or off another CPU,
 * and then waits until its registers are saved. Nothing if it runs on the
 * calling CPU. True if it was about to make a system call on the other one,
 * of which nothing was done: the caller answers it.
 */
bool sched_remove(struct thread *thread);

/** The thread that runs here has been taken off by another CPU: the idle one
 * does until sched_choose(). */
void sched_park(struct cpu *cpu);

/**
 * The thread to run now, switched to: the running one if it is READY and did
 * not give way, else the first of the queue, else the first of another CPU's,
 * else the idle thread.
 */
struct thread *sched_choose(struct cpu *cpu);

/** The timer fired: ends the quantum of the running thread. */
void sched_tick(struct cpu *cpu);
