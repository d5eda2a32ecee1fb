/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's lock and what CPUs ask of each other, on CPUs that really run at
 * the same time: host threads, under the thread sanitizer, which knows no other
 * order than the one that the kernel's atomic accesses make. What the lock
 * guards is written without atomics, so a missing or weak one is a report.
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <arch/fake.h>
#include <arch/switch.h>

#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/run.h"
#include "kernel/vspace.h"

#define CPUS    4
#define THREADS 10
#define ROUNDS  20000

static struct thread threads[THREADS];
static struct vspace spaces[2];
static _Thread_local struct cpu *self;
static uint64_t interrupts;    /* pending, a bit for each CPU */
static uint64_t entries, ends; /* the first one is guarded by the lock */
static uint64_t calls[CPUS];   /* the same, counted by each for itself */

/* Registers as the machine has them, of the thread that runs on each CPU. */
static uint64_t registers[CPUS];

_Noreturn void panic(const char *what, const char *file, int line)
{
	printf("Bail out! %s, %s:%d\n", what, file, line);
	fflush(stdout);
	_Exit(1);
}

/* --- the machine ----------------------------------------------------------- */

struct cpu *arch_cpu(void)
{
	return self;
}

void arch_relax(void)
{
	sched_yield();
}

void arch_ipi(uint64_t cpus)
{
	__atomic_fetch_or(&interrupts, cpus, __ATOMIC_RELAXED);
}

void arch_timer_arm(uint64_t ticks)
{
	(void)ticks;
}

uint64_t arch_counter_hz(void)
{
	return 1000000;
}

void arch_tlb_forget(void)
{
	CHECK(self->vspace);
}

void arch_switch(struct cpu *cpu, struct thread *from, struct thread *to)
{
	CHECK(cpu == self);
	from->context.pc = registers[self->index];
	registers[self->index] = to->context.pc;
	self->vspace = to->vspace;
}

/* --- what threads do in the kernel ------------------------------------------ */

static uint32_t chance(uint32_t bound)
{
	static _Thread_local uint64_t seed;

	seed = (seed ? seed : self->index + 1) * 6364136223846793005u + 1;
	return (uint32_t)(seed >> 33) % bound;
}

/* Takes a thread away, wherever it is, and makes it another one's turn. */
static void suspend_and_resume(struct thread *thread)
{
	if (thread->state == ABI_THREAD_READY && self->current != thread) {
		sched_remove(thread);
		thread->state = ABI_THREAD_SUSPENDED;
		thread->context.sp = thread->context.pc; /* both at rest */
	} else if (thread->state == ABI_THREAD_SUSPENDED) {
		CHECK(thread->context.sp == thread->context.pc);
		thread->state = ABI_THREAD_READY;
		sched_add(thread);
	}
}

static void enter(void)
{
	if (kernel_enter(CPU_ENTRY_CALL)) {
		switch (chance(4)) {
		case 0:
			suspend_and_resume(&threads[chance(THREADS)]);
			break;
		case 1:
			cpu_flush_others(&spaces[chance(2)]);
			break;
		default:
			sched_give_way(self);
		}
	}
	entries++;
	calls[self->index]++;
	kernel_leave(self);
}

static void idle(void)
{
	struct thread *thread = &threads[chance(THREADS)];

	kernel_enter(CPU_ENTRY_INTERRUPT);
	entries++;
	calls[self->index]++;
	if (thread->state == ABI_THREAD_SUSPENDED) {
		suspend_and_resume(thread); /* or nobody would */
	}
	kernel_leave(self);
}

/* For a while, so that the lock is free now and then. */
static void user_code(void)
{
	for (volatile uint32_t left = chance(20000); left > 0;) {
		left = left - 1;
	}
	registers[self->index]++;
}

static bool is_interrupted(void)
{
	uint64_t bit = cpu_bit(self);

	return __atomic_load_n(&interrupts, __ATOMIC_RELAXED) & bit &&
	       __atomic_fetch_and(&interrupts, ~bit, __ATOMIC_RELAXED) & bit;
}

static void *run(void *argument)
{
	self = argument;
	for (uint32_t i = 0;
	     i < ROUNDS || __atomic_load_n(&ends, __ATOMIC_RELAXED) < CPUS;
	     i++) {
		if (i == ROUNDS) {
			__atomic_fetch_add(&ends, 1, __ATOMIC_RELAXED);
		}
		if (is_interrupted()) {
			kernel_ipi(self->current);
		} else if (i >= ROUNDS) {
			sched_yield(); /* for those that still ask */
		} else if (self->current == self->idle) {
			idle();
		} else {
			user_code();
			enter();
		}
	}
	return NULL;
}

int main(void)
{
	pthread_t hosts[CPUS];
	uint64_t switches = 0, sum = 0;

	for (uint32_t i = 0; i < CPUS; i++) {
		struct cpu *cpu = &state.cpus[i];
		cpu->index = i;
		cpu->idle = cpu->current = &state.idle_threads[i];
		cpu->idle->cpu = cpu;
		state.online |= cpu_bit(cpu);
		sched_init(cpu, arch_counter_hz());
	}
	self = &state.cpus[0];
	for (uint32_t i = 0; i < THREADS; i++) {
		threads[i].cpu = sched_home();
		threads[i].vspace = &spaces[i % 2];
		threads[i].state = ABI_THREAD_READY;
		sched_add(&threads[i]);
	}
	for (uint32_t i = 0; i < CPUS; i++) {
		pthread_create(&hosts[i], NULL, run, &state.cpus[i]);
	}
	for (uint32_t i = 0; i < CPUS; i++) {
		pthread_join(hosts[i], NULL);
		switches += state.cpus[i].sched.switches;
		sum += calls[i];
	}
	printf("1..1\n");
	printf("# %lu entries, %lu switches, %u tickets\n",
	       (unsigned long)entries, (unsigned long)switches,
	       state.lock.next);
	printf("%sok 1 - the lock and requests order all accesses\n",
	       entries == sum && switches > ROUNDS / 10 ? "" : "not ");
	return 0;
}
