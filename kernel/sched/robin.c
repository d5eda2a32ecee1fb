/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round robin: one first-in first-out queue per CPU, every thread the same
 * quantum. A thread whose quantum ends while nobody waits on its CPU lets one
 * in that waits on another, so that all threads of the machine share it evenly.
 * All functions take constant time.
 */

#include "kernel/sched.h"

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/run.h"
#include "kernel/state.h"

#define QUANTA_PER_SECOND 200

void sched_init(struct cpu *cpu, uint64_t counter_hz)
{
	cpu->sched = (struct sched_cpu){
		.quantum = counter_hz / QUANTA_PER_SECOND,
	};
}

/* The lowest member of a set from `from` on, or else the lowest of all. */
static struct cpu *next_of(uint64_t cpus, uint64_t from)
{
	uint64_t behind = cpus & -from;

	return &state.cpus[__builtin_ctzll(behind ? behind : cpus)];
}

struct cpu *sched_home(void)
{
	struct cpu *home = next_of(state.online, state.home);

	state.home = cpu_bit(home) << 1;
	return home;
}

static void add(struct thread *thread)
{
	struct cpu *home = thread->cpu;
	struct sched_cpu *sched = &home->sched;

	CHECK(thread->state == ABI_THREAD_READY && home->current != thread);
	CHECK(!thread->next && !thread->prev && sched->head != thread);
	thread->prev = sched->tail;
	if (sched->tail) {
		sched->tail->next = thread;
	} else {
		sched->head = thread;
		state.queued |= cpu_bit(home);
	}
	sched->tail = thread;
}

static void take(struct thread *thread)
{
	struct cpu *home = thread->cpu;
	struct sched_cpu *sched = &home->sched;

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
	if (!sched->head) {
		state.queued &= ~cpu_bit(home);
	}
}

static struct thread *run(struct cpu *cpu, struct thread *to)
{
	if (cpu->current != to) {
		sched_run(cpu, to);
	}
	return to;
}

/* Has a CPU that idles look for work: `home` or, if that does not, another. */
static void wake(const struct cpu *home)
{
	uint64_t cpu = state.idle & cpu_bit(home);

	if (!cpu) {
		cpu = state.idle & -state.idle;
	}
	state.idle &= ~cpu;
	arch_ipi(cpu);
}

/* Nobody is woken for what is added here until it is known, in sched_choose(),
 * that this CPU does not run it at once. */
void sched_add(struct thread *thread)
{
	struct cpu *home = thread->cpu;

	add(thread);
	if (!state.idle) {
		return;
	}
	if (home == arch_cpu()) {
		home->current->pending |= PENDING_SURPLUS;
	} else {
		wake(home);
	}
}

bool sched_remove(struct thread *thread)
{
	struct cpu *home = thread->cpu;

	if (home->current != thread) {
		take(thread);
		return false;
	}
	return home != arch_cpu() && cpu_stop(home) == CPU_ENTRY_CALL;
}

void sched_park(struct cpu *cpu)
{
	run(cpu, cpu->idle);
}

/* The first of this CPU's queue or of the next one that is not empty. */
static struct thread *first(const struct cpu *cpu)
{
	return state.queued ? next_of(state.queued, cpu_bit(cpu))->sched.head
			    : NULL;
}

/* Whoever finds that a queue it took from has more wakes another CPU, which may
 * find the same: so one is enough at a time. */
struct thread *sched_choose(struct cpu *cpu)
{
	struct thread *current = cpu->current;
	bool ready = current->state == ABI_THREAD_READY;
	bool stays = ready && !(current->pending & PENDING_GIVE_WAY);
	struct thread *next = stays ? NULL : first(cpu);
	struct cpu *from = cpu;

	current->pending = 0;
	if (next) {
		from = next->cpu;
		take(next);
		run(cpu, next);
		if (ready) {
			add(current);
		}
	} else if (!ready) {
		state.idle |= cpu_bit(cpu);
		return run(cpu, cpu->idle);
	}
	state.idle &= ~cpu_bit(cpu);
	if (state.idle && (cpu->sched.head || from->sched.head)) {
		wake(cpu);
	}
	return cpu->current;
}

void sched_tick(struct cpu *cpu)
{
	sched_give_way(cpu);
}
