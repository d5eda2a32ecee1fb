/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which ready thread runs next. This is round robin on one queue; the header is
 * the one that the deadline and fair queues will keep. Every function takes
 * constant time. A thread is in the queue exactly while its state is READY and
 * it is not running on a CPU, and the idle thread never is.
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

/** Makes a thread whose state has just become READY a candidate, last. */
void sched_add(struct thread *thread);

/** Takes a thread out of the queue because it is READY no longer; nothing if
 * it is the running one. */
void sched_remove(struct thread *thread);

/**
 * The running thread gives way: goes last in the queue if it is still READY.
 * Whoever sched_next() names runs then.
 */
void sched_give_way(struct cpu *cpu);

/**
 * The thread to run now, switched to: the running one if it is READY and did
 * not give way, else the first of the queue, else the idle thread.
 */
struct thread *sched_next(struct cpu *cpu);

/**
 * Runs `to` at once in the caller's stead, on its quantum: the direct switch of
 * a call or a reply. `to` must be READY and in no queue. The running thread is
 * put in the queue if it is still READY.
 */
struct thread *sched_switch_to(struct cpu *cpu, struct thread *to);

/** The timer fired: ends the quantum of the running thread. */
void sched_tick(struct cpu *cpu);
