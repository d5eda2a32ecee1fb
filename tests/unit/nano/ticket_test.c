/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fair lock, one step at a time; race_test.sh has it on CPUs that run at
 * the same time.
 */

#include "sample.h"

#include "nano/ticket.h"

static uint32_t word;
static uint32_t waited; /* for a give by another CPU */

static int setup(void **unused)
{
	(void)unused;
	fake_reset();
	word = 0;
	waited = 0;
	return 0;
}

static void give_the_third_time(void)
{
	if (++waited == 3) {
		ticket_give(&word);
	}
}

static void test_free_lock(void **unused)
{
	(void)unused;
	ticket_take(&word);
	assert_int_equal(fake.relaxed, 0);
	assert_false(ticket_try(&word));
	ticket_give(&word);
	assert_true(ticket_try(&word));
	assert_false(ticket_try(&word));
	ticket_give(&word);
	assert_true(ticket_try(&word));
}

static void test_waits_for_its_turn(void **unused)
{
	(void)unused;
	ticket_take(&word);
	fake.on_relax = give_the_third_time;
	ticket_take(&word);
	assert_int_equal(waited, 3);
	assert_false(ticket_try(&word));
}

/* Who tries is no one to wait for; who waits is. */
static void test_a_waiter_goes_before_who_tries(void **unused)
{
	(void)unused;
	ticket_take(&word);
	assert_false(ticket_try(&word));
	word += 1u << 16; /* another CPU draws a ticket */
	ticket_give(&word);
	assert_false(ticket_try(&word));
	ticket_give(&word); /* and gives it back */
	assert_true(ticket_try(&word));
}

/* More often than a half word can count. */
static void test_counts_around(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < 70000; i++) {
		ticket_take(&word);
		assert_false(ticket_try(&word));
		ticket_give(&word);
		assert_int_equal(word >> 16, word & 0xffff);
		assert_int_equal(word >> 16, (i + 1) & 0xffff);
	}
	assert_int_equal(fake.relaxed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_free_lock, setup),
		cmocka_unit_test_setup(test_waits_for_its_turn, setup),
		cmocka_unit_test_setup(test_a_waiter_goes_before_who_tries,
				       setup),
		cmocka_unit_test_setup(test_counts_around, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
