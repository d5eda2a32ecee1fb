/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four CPUs on which threads do everything to each other, in an order that
 * chance decides and that is the same in every run: calls and answers, turns,
 * faults, suspending and resuming, mapping and unmapping, each also while
 * another CPU waits inside the kernel. All books must be right whenever nobody
 * is in the middle of something.
 */

#include "cpus.h"

#define CPUS    4
#define THREADS 9
#define FRAMES  4
#define STEPS   100000
#define PAGE    0x10000000000ull

static uint64_t seed, endpoints[2], replies[THREADS], threads[THREADS];
static uint64_t frames[FRAMES], done[ABI_VERB_COUNT];

static uint32_t chance(uint32_t bound)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % bound;
}

/* Thread 0 is core's, which goes on for ever and resumes the others. */
static int setup(void **unused)
{
	(void)unused;
	cpus_boot(CPUS);
	for (unsigned int i = 0; i < 2; i++) {
		endpoints[i] = world_make(ABI_TYPE_ENDPOINT, 0);
	}
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
		assert_int_equal(world_call(table, ABI_PAGE_TABLE_map,
					    CORE_SLOT_VSPACE, PAGE),
				 ST_OK);
	}
	for (unsigned int i = 0; i < FRAMES; i++) {
		frames[i] = world_make(ABI_TYPE_FRAME, 0);
	}
	threads[0] = CORE_SLOT_THREAD;
	for (unsigned int i = 1; i < THREADS; i++) {
		uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
		uint64_t vspace = i % 2 ? CORE_SLOT_VSPACE
					: world_make(ABI_TYPE_VSPACE, 0);
		replies[i] = world_make(ABI_TYPE_REPLY, 0);
		threads[i] = world_make(ABI_TYPE_THREAD, 0);
		assert_int_equal(world_call(threads[i], ABI_THREAD_configure,
					    CORE_SLOT_CAPNODE, vspace, buffer,
					    i % 3 ? endpoints[1] : 0),
				 ST_OK);
		assert_int_equal(world_call(threads[i], ABI_THREAD_resume),
				 ST_OK);
	}
	return 0;
}

static unsigned int number_of(const struct thread *thread)
{
	unsigned int i = 0;

	while (slot_object(cap_find(world_node(), threads[i])) != thread) {
		i++;
	}
	return i;
}

struct call {
	enum abi_verb verb;
	uint64_t capability, label, info, words[4];
};

static struct call method(uint64_t object, uint64_t number, uint64_t count)
{
	return (struct call){ ABI_VERB_CALL, object, number, count, { 0 } };
}

/* Something that never makes the caller wait. */
static struct call quick_call(unsigned int caller)
{
	uint64_t other = threads[1 + chance(THREADS - 1)];
	uint64_t frame = chance(FRAMES);
	struct call call;

	switch (chance(caller ? 7 : 16)) {
	case 0:
		return (struct call){ .verb = ABI_VERB_YIELD };
	case 1:
		return (struct call){ .verb = ABI_VERB_TRY_SEND,
				      .capability = endpoints[0] };
	case 2:
		call = method(other, ABI_THREAD_set_registers, 4);
		call.words[0] = call.words[1] = USER_START;
		return call;
	case 3:
	case 7:
		return method(other, ABI_THREAD_suspend, 0);
	case 4:
		call = method(frames[frame], ABI_FRAME_map, 3);
		call.words[0] = CORE_SLOT_VSPACE;
		call.words[1] = PAGE + frame * ABI_PAGE_SIZE;
		call.words[2] = ABI_ACCESS_READ;
		return call;
	case 5:
		return method(frames[frame], ABI_FRAME_unmap, 0);
	case 6:
		return method(CORE_SLOT_SYSTEM_CONTROL, 0, 0);
	default:
		return method(other, ABI_THREAD_resume, 0);
	}
}

static struct call any_call(unsigned int caller)
{
	uint64_t endpoint = endpoints[chance(2)];

	if (caller == 0 || chance(3) == 0) {
		return quick_call(caller);
	}
	enum abi_verb verb = (enum abi_verb)(1 + chance(ABI_VERB_COUNT - 1));
	if (verb == ABI_VERB_RECV || verb == ABI_VERB_TRY_RECV ||
	    verb == ABI_VERB_REPLY_RECV) {
		return (struct call){ verb,
				      endpoint,
				      0,
				      replies[caller]
					      << ABI_MESSAGE_REPLY_SHIFT,
				      { 0 } };
	}
	return (struct call){ verb,
			      verb == ABI_VERB_REPLY ? replies[caller]
						     : endpoint,
			      chance(2),
			      chance(12),
			      { 0 } };
}

/* A CPU in user code, or idle: something happens there. */
static bool happen(uint32_t cpu)
{
	const struct fault fault = { .kind = ABI_FAULT_MEMORY };
	struct thread *thread = cpus_current(cpu);

	if (thread == state.cpus[cpu].idle || chance(2)) {
		return false;
	}
	uint32_t what = chance(20);
	if (what < 3) {
		cpus_timer(cpu);
	} else if (what == 3 && number_of(thread)) {
		cpus_fault(cpu, &fault);
	} else {
		struct call call = any_call(number_of(thread));
		done[call.verb]++;
		for (unsigned int i = 0; i < 4; i++) {
			thread->context.message.words[i] = call.words[i];
		}
		cpus_syscall(cpu, call.verb, call.capability, call.label,
			     call.info);
	}
	return true;
}

static void step(void)
{
	uint32_t cpu = chance(CPUS);

	if (cpus_is_inside(cpu)) {
		cpus_step(cpu);
	} else if (fake.cpus[cpu].is_interrupted && chance(2)) {
		cpus_interrupt(cpu);
	} else {
		happen(cpu);
	}
}

static void test_chaos(void **unused)
{
	(void)unused;
	uint64_t interrupts = 0, forgets = 0;

	cpus_chance = happen;
	seed = 2026;
	for (unsigned int i = 0; i < STEPS; i++) {
		step();
		fake.console_length = 0;
		if (i % 64 == 0) {
			bool (*chances)(uint32_t) = cpus_chance;
			cpus_chance = NULL;
			cpus_settle();
			cpus_chance = chances;
		}
	}
	cpus_chance = NULL;
	cpus_settle();
	for (uint32_t i = 0; i < CPUS; i++) {
		interrupts += fake.cpus[i].interrupts;
		forgets += fake.cpus[i].forgets;
		assert_true(fake.cpus[i].switches > STEPS / 200);
	}
	for (enum abi_verb verb = 0; verb < ABI_VERB_COUNT; verb++) {
		assert_true(done[verb] > STEPS / 200);
	}
	assert_true(forgets > STEPS / 500 && interrupts > STEPS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_chaos, setup, cpus_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
