/* SPDX-License-Identifier: Apache-2.0 */
/* CPUs as host threads that hand on one baton; see cpus.h. */

#include "cpus.h"

#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "common/assert.h"

#define CPUS_MAX   8
#define ROUNDS_MAX 10000

enum entry { ENTRY_NONE, ENTRY_CALL, ENTRY_FAULT, ENTRY_TIMER, ENTRY_IPI };

static struct host_cpu {
	pthread_t thread;
	sem_t go, back; /* the baton */
	enum entry entry, planned;
	struct fault fault;
	bool ends;
} cpus[CPUS_MAX];

static uint32_t cpu_count;

bool (*cpus_chance)(uint32_t cpu);

static struct thread *enter(const struct host_cpu *cpu)
{
	struct thread *thread = arch_cpu()->current;

	switch (cpu->entry) {
	case ENTRY_CALL:
		return kernel_syscall(thread);
	case ENTRY_FAULT:
		thread->fault = cpu->fault;
		return kernel_fault(thread);
	case ENTRY_TIMER:
		return kernel_timer(thread);
	default:
		CHECK(cpu->entry == ENTRY_IPI);
		return kernel_ipi(thread);
	}
}

static void *run(void *argument)
{
	struct host_cpu *cpu = argument;

	for (;;) {
		sem_wait(&cpu->go);
		if (cpu->ends) {
			return NULL;
		}
		CHECK(enter(cpu) == arch_cpu()->current);
		cpu->entry = ENTRY_NONE;
		sem_post(&cpu->back);
	}
}

/* In the name of the first CPU; comes back with the baton. */
static void hand_over(uint32_t index)
{
	CHECK(fake.cpu == 0);
	fake.cpu = index;
	sem_post(&cpus[index].go);
	sem_wait(&cpus[index].back);
	fake.cpu = 0;
}

static void begin(uint32_t index, enum entry entry)
{
	CHECK(index < cpu_count && !cpus_is_inside(index));
	cpus[index].entry = entry;
	if (index != 0) {
		hand_over(index);
		return;
	}
	CHECK(enter(&cpus[0]) == arch_cpu()->current);
	cpus[0].entry = ENTRY_NONE;
}

static bool go_on(uint32_t index)
{
	enum entry planned = cpus[index].planned;

	cpus[index].planned = ENTRY_NONE;
	if (cpus_is_inside(index)) {
		CHECK(planned == ENTRY_NONE);
		cpus_step(index);
	} else if (planned != ENTRY_NONE) {
		begin(index, planned);
	} else if (fake.cpus[index].is_interrupted) {
		cpus_interrupt(index);
	} else {
		return cpus_chance && cpus_chance(index);
	}
	return true;
}

/* The others, one step each. */
static bool go_round(void)
{
	bool any = false;

	for (uint32_t i = 1; i < cpu_count; i++) {
		any |= go_on(i);
	}
	return any;
}

/* arch_relax(): a CPU that waits gives the baton back; while the first one
 * waits, the others go on. */
static void relax(void)
{
	static uint32_t rounds;
	struct host_cpu *cpu = &cpus[fake.cpu];

	if (fake.cpu != 0) {
		sem_post(&cpu->back);
		sem_wait(&cpu->go);
		rounds = 0;
		return;
	}
	CHECK(rounds++ < ROUNDS_MAX); /* or all wait for each other */
	CHECK(go_round());
}

void cpus_boot(uint32_t count)
{
	CHECK(count <= CPUS_MAX && cpu_count == 0);
	memset(cpus, 0, sizeof(cpus));
	world_reset();
	cpu_count = count;
	fake.relax = relax;
	for (uint32_t i = 1; i < count; i++) {
		sem_init(&cpus[i].go, 0, 0);
		sem_init(&cpus[i].back, 0, 0);
		CHECK(!pthread_create(&cpus[i].thread, NULL, run, &cpus[i]));
	}
	world_start(count);
}

int cpus_end(void **unused)
{
	(void)unused;
	for (uint32_t i = 1; i < cpu_count; i++) {
		CHECK(!cpus_is_inside(i));
		cpus[i].ends = true;
		sem_post(&cpus[i].go);
		pthread_join(cpus[i].thread, NULL);
	}
	cpu_count = 0;
	cpus_chance = NULL;
	return 0;
}

static void set_message(uint32_t cpu, enum abi_verb verb, uint64_t capability,
			uint64_t label, uint64_t info)
{
	struct message_registers *message = &cpus_current(cpu)->context.message;

	CHECK(cpus_current(cpu) != state.cpus[cpu].idle);
	message->verb = verb;
	message->capability = capability;
	message->label = label;
	message->info = info;
}

void cpus_syscall(uint32_t cpu, enum abi_verb verb, uint64_t capability,
		  uint64_t label, uint64_t info)
{
	set_message(cpu, verb, capability, label, info);
	begin(cpu, ENTRY_CALL);
}

void cpus_plan_syscall(uint32_t cpu, enum abi_verb verb, uint64_t capability,
		       uint64_t label, uint64_t info)
{
	set_message(cpu, verb, capability, label, info);
	cpus[cpu].planned = ENTRY_CALL;
}

void cpus_fault(uint32_t cpu, const struct fault *fault)
{
	cpus[cpu].fault = *fault;
	begin(cpu, ENTRY_FAULT);
}

void cpus_plan_fault(uint32_t cpu, const struct fault *fault)
{
	cpus[cpu].fault = *fault;
	cpus[cpu].planned = ENTRY_FAULT;
}

void cpus_timer(uint32_t cpu)
{
	begin(cpu, ENTRY_TIMER);
}

void cpus_interrupt(uint32_t cpu)
{
	CHECK(fake.cpus[cpu].is_interrupted);
	fake.cpus[cpu].is_interrupted = false;
	begin(cpu, ENTRY_IPI);
}

bool cpus_is_inside(uint32_t cpu)
{
	return cpus[cpu].entry != ENTRY_NONE;
}

void cpus_step(uint32_t cpu)
{
	CHECK(cpus_is_inside(cpu));
	hand_over(cpu);
}

void cpus_settle(void)
{
	for (uint32_t round = 0; go_round() || fake.cpus[0].is_interrupted;
	     round++) {
		assert_true(round < ROUNDS_MAX);
		if (fake.cpus[0].is_interrupted) {
			cpus_interrupt(0);
		}
	}
	world_check();
}

struct thread *cpus_current(uint32_t cpu)
{
	return state.cpus[cpu].current;
}
