/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of intercepts against the control block it programs: no bit
 * without a row, no row without its bit, no bit, set or clear, without a reason,
 * and the words as they were reviewed. Shows A1 A2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "nano/arch/x86_64/intercept_list.h"
#include "nano/arch/x86_64/intercepts.h"
#include "nano/arch/x86_64/vmcb.h"

static struct vmcb vmcb;

static int program(void **unused)
{
	(void)unused;
	memset(&vmcb, 0, sizeof(vmcb));
	intercepts_program(&vmcb);
	return 0;
}

/* The words of the VMCB that hold exit codes from 0 on, one bit each. */
static bool is_set(uint32_t exit)
{
	uint32_t words[6] = {
		vmcb.intercept_cr_read | (uint32_t)vmcb.intercept_cr_write
						 << 16,
		vmcb.intercept_dr_read | (uint32_t)vmcb.intercept_dr_write
						 << 16,
		vmcb.intercept_exceptions,
		vmcb.intercept_events[0],
		vmcb.intercept_events[1],
		vmcb.intercept_events[2],
	};

	return words[exit / 32] >> exit % 32 & 1;
}

static void test_bits_are_rows(void **unused)
{
	(void)unused;
	for (uint32_t exit = 0; exit < 6 * 32; exit++) {
		assert_int_equal(is_set(exit), intercept_find(exit) != NULL);
	}
}

/* A change of this test is a change of what the kernel may do: think. */
static void test_words(void **unused)
{
	(void)unused;
	assert_int_equal(vmcb.intercept_cr_read, 0);
	assert_int_equal(vmcb.intercept_cr_write, 0);
	assert_int_equal(vmcb.intercept_dr_read, 0x00af);
	assert_int_equal(vmcb.intercept_dr_write, 0x00af);
	assert_int_equal(vmcb.intercept_exceptions, 0x00040000);
	assert_int_equal(vmcb.intercept_events[0], 0xbc4c83ee);
	assert_int_equal(vmcb.intercept_events[1], 0x00007eff);
	assert_int_equal(vmcb.intercept_events[2], 0x0000001b);
}

/* VMRUN must be intercepted, or the CPU refuses to enter; INTR must not be,
 * or the kernel would not get its interrupts. */
static void test_what_the_cpu_demands(void **unused)
{
	(void)unused;
	assert_true(is_set(0x80));
	assert_false(is_set(0x60));
}

static void test_rows_differ(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < intercept_count; i++) {
		assert_ptr_equal(intercept_find(intercepts[i].exit),
				 &intercepts[i]);
		assert_true(strlen(intercepts[i].name) > 0);
		assert_true(strlen(intercepts[i].reason) > 0);
	}
	assert_null(intercept_find(0x60));
	assert_null(intercept_find(0x401));
}

/* Every bit has one reason, set or not. */
static void test_each_bit_has_a_reason(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t first, count;
		const char *name, *reason;
	} open[] = {
#define X(code, many, text, why) { code, many, text, why },
		INTERCEPTS_OPEN(X)
#undef X
	};
	uint32_t rows[INTERCEPT_BITS] = { 0 };

	for (size_t i = 0; i < intercept_count; i++) {
		for (uint32_t n = 0; n < intercepts[i].count; n++) {
			uint32_t exit = intercepts[i].exit + n;

			assert_true(exit < INTERCEPT_BITS ||
				    exit == EXIT_MEMORY ||
				    exit == EXIT_INVALID);
			if (exit < INTERCEPT_BITS) {
				rows[exit]++;
			}
		}
	}
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		assert_true(strlen(open[i].name) > 0);
		assert_true(strlen(open[i].reason) > 0);
		for (uint32_t n = 0; n < open[i].count; n++) {
			assert_false(is_set(open[i].first + n));
			assert_true(open[i].first + n < INTERCEPT_BITS);
			rows[open[i].first + n]++;
		}
	}
	for (uint32_t exit = 0; exit < INTERCEPT_BITS; exit++) {
		if (rows[exit] != 1) {
			fail_msg("exit 0x%x: %u rows", exit, rows[exit]);
		}
	}
}

static void test_answers(void **unused)
{
	(void)unused;
	assert_int_equal(intercept_find(EXIT_CALL)->action, INTERCEPT_CALL);
	assert_int_equal(intercept_find(EXIT_MEMORY)->action, INTERCEPT_MEMORY);
	assert_int_equal(intercept_find(EXIT_INVALID)->action,
			 INTERCEPT_INVALID);
	assert_int_equal(intercept_find(0x7f)->action, INTERCEPT_STOP);
	for (uint32_t exit = 0x80; exit < 0xa0; exit++) {
		const struct intercept *row = intercept_find(exit);

		assert_true(!row || exit == EXIT_CALL ||
			    row->action == INTERCEPT_UNDEFINED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits_are_rows),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_what_the_cpu_demands),
		cmocka_unit_test(test_rows_differ),
		cmocka_unit_test(test_each_bit_has_a_reason),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, program, NULL);
}
