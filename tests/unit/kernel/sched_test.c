/* SPDX-License-Identifier: Apache-2.0 */
/* Round robin: everyone gets a turn, the timer ends it, and when nobody is
 * ready the idle thread runs.
 * Shows E59 E65. */

#include "world.h"

#define THREADS 5

static void test_turns(void **unused)
{
	(void)unused;
	struct thread *threads[THREADS];
	unsigned int turns[THREADS] = { 0 };

	for (unsigned int i = 0; i < THREADS; i++) {
		threads[i] = world_thread(NULL, NULL);
	}
	for (unsigned int tick = 0; tick < 10 * (THREADS + 1); tick++) {
		fake.cpus[0].timer = 0;
		struct thread *next = kernel_timer(world_current());
		world_check();
		assert_true(fake.cpus[0].timer > 0);
		assert_ptr_equal(next, world_current());
		for (unsigned int i = 0; i < THREADS; i++) {
			turns[i] += next == threads[i];
		}
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		assert_int_equal(turns[i], 10);
	}
	assert_int_equal(state.ticks, 10 * (THREADS + 1));
}

static void test_yield_alone(void **unused)
{
	(void)unused;
	uint64_t switches = fake.cpus[0].switches;

	assert_int_equal(world_verb(ABI_VERB_YIELD, 0, 0, 0), ST_OK);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(fake.cpus[0].switches, switches);
}

static void test_idle(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);

	world_verb(ABI_VERB_RECV, endpoint, 0,
		   reply << ABI_MESSAGE_REPLY_SHIFT);
	assert_ptr_equal(world_current(), state.cpus[0].idle);
	assert_ptr_equal(kernel_timer(world_current()), state.cpus[0].idle);
	assert_ptr_equal(kernel_spurious(world_current(), 99),
			 state.cpus[0].idle);
	assert_int_equal(state.spurious, 1);
	world_check();
}

/* A suspended thread gets no turn. */
static void test_suspended_gets_no_turn(void **unused)
{
	(void)unused;
	uint64_t slot;
	struct thread *thread = world_thread(NULL, &slot);

	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	for (unsigned int i = 0; i < 10; i++) {
		assert_ptr_not_equal(kernel_timer(world_current()), thread);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_turns, world_boot),
		cmocka_unit_test_setup(test_yield_alone, world_boot),
		cmocka_unit_test_setup(test_idle, world_boot),
		cmocka_unit_test_setup(test_suspended_gets_no_turn, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
