/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round robin: one first-in first-out queue per CPU, every thread the same
 * quantum. All functions take constant time.
 */

#include "kernel/sched.h"

#include "kernel/arch.h"
#include "kernel/cpu.h"
#include "kernel/thread.h"

#define QUANTA_PER_SECOND 200

void sched_init(struct cpu *cpu, uint64_t counter_hz)
{
	cpu->sched = (struct sched_cpu){
		.quantum = counter_hz / QUANTA_PER_SECOND,
	};
}

static void add(struct cpu *cpu, struct thread *thread)
{
	struct sched_cpu *sched = &cpu->sched;

	CHECK(thread->state == ABI_THREAD_READY);
	CHECK(!thread->next && !thread->prev && sched->head != thread);
	thread->prev = sched->tail;
	if (sched->tail) {
		sched->tail->next = thread;
	} else {
		sched->head = thread;
	}
	sched->tail = thread;
}

static void take(struct cpu *cpu, struct thread *thread)
{
	struct sched_cpu *sched = &cpu->sched;

	if (thread->prev) {
		thread->prev->next = thread->next;
	} else {
		sched->head = thread->next;
	}
	if (thread->next) {
		thread->next->prev = thread->prev;
	} else {
		sched->tail = thread->prev;
	}
	thread->next = thread->prev = NULL;
}

static bool is_idle(const struct thread *thread)
{
	return thread->flags & THREAD_IDLE;
}

static struct thread *run(struct cpu *cpu, struct thread *to)
{
	struct thread *from = cpu->current;

	if (from != to) {
		cpu->sched.switches++;
		cpu->current = to;
		arch_switch(from, to);
	}
	return to;
}

void sched_add(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	if (thread != cpu->current) {
		add(cpu, thread);
	}
}

void sched_remove(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	if (thread != cpu->current) {
		take(cpu, thread);
	}
}

void sched_give_way(struct cpu *cpu)
{
	cpu->current->flags |= THREAD_YIELDED;
}

struct thread *sched_next(struct cpu *cpu)
{
	struct thread *current = cpu->current;
	bool ready = !is_idle(current) && current->state == ABI_THREAD_READY;
	struct thread *next = cpu->sched.head;

	if (ready && (!(current->flags & THREAD_YIELDED) || !next)) {
		current->flags &= ~(uint32_t)THREAD_YIELDED;
		return current;
	}
	current->flags &= ~(uint32_t)THREAD_YIELDED;
	if (!next) {
		return run(cpu, cpu->idle);
	}
	take(cpu, next);
	if (ready) {
		add(cpu, current);
	}
	return run(cpu, next);
}

struct thread *sched_switch_to(struct cpu *cpu, struct thread *to)
{
	struct thread *current = cpu->current;

	CHECK(to->state == ABI_THREAD_READY && !to->next && !to->prev);
	if (current != to && !is_idle(current) &&
	    current->state == ABI_THREAD_READY) {
		current->flags &= ~(uint32_t)THREAD_YIELDED;
		add(cpu, current);
	}
	return run(cpu, to);
}

void sched_tick(struct cpu *cpu)
{
	if (!is_idle(cpu->current)) {
		sched_give_way(cpu);
	}
}
