/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who must forget translations, and who is waited for, step by step;
 * race_test.sh has it on CPUs that run at the same time. Shows A67.
 */

#include "sample.h"

#include "nano/arch/x86_64/shoot.h"

static struct shoot one, other;

static int setup(void **unused)
{
	(void)unused;
	one = (struct shoot){ .seen = shoot_epoch };
	other = one;
	return 0;
}

static void test_nothing_changed(void **unused)
{
	(void)unused;
	assert_false(shoot_enter(&one));
	shoot_leave(&one);
	assert_false(shoot_enter(&one));
}

static void test_a_cpu_in_the_guest_is_waited_for(void **unused)
{
	(void)unused;
	shoot_enter(&one);
	uint64_t epoch = shoot_begin();

	assert_false(shoot_done(&one, epoch));
	shoot_leave(&one);
	assert_true(shoot_done(&one, epoch));
}

/* It need not answer: it forgets before it goes back. */
static void test_a_cpu_in_nano_is_not(void **unused)
{
	(void)unused;
	shoot_enter(&one);
	shoot_leave(&one);
	uint64_t epoch = shoot_begin();

	assert_true(shoot_done(&one, epoch));
	assert_true(shoot_enter(&one));
	assert_true(shoot_done(&one, epoch));
	shoot_leave(&one);
	assert_false(shoot_enter(&one));
}

/* Two changes, and what was done for the first is not enough. */
static void test_each_change_counts(void **unused)
{
	(void)unused;
	uint64_t first = shoot_begin();
	assert_true(shoot_enter(&one));
	uint64_t second = shoot_begin();

	assert_true(second > first);
	assert_true(shoot_done(&one, first));
	assert_false(shoot_done(&one, second));
	shoot_leave(&one);
	assert_true(shoot_enter(&one));
	assert_true(shoot_done(&one, second));
}

static void test_each_cpu_forgets_for_itself(void **unused)
{
	(void)unused;
	shoot_enter(&other);
	uint64_t epoch = shoot_begin();

	assert_true(shoot_enter(&one));
	assert_true(shoot_done(&one, epoch));
	assert_false(shoot_done(&other, epoch));
	shoot_leave(&other);
	assert_true(shoot_enter(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing_changed, setup),
		cmocka_unit_test_setup(test_a_cpu_in_the_guest_is_waited_for,
				       setup),
		cmocka_unit_test_setup(test_a_cpu_in_nano_is_not, setup),
		cmocka_unit_test_setup(test_each_change_counts, setup),
		cmocka_unit_test_setup(test_each_cpu_forgets_for_itself, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
