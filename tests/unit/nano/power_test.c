/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a run with several CPUs, wanted or because nano is broken: nobody
 * has the kernel's world any more and the last line is the last. And a console
 * that is slow or somebody else's. Shows A2.
 */

#include "sample.h"

#include <string.h>

#include "nano/console.h"
#include "nano/power.h"
#include "nano/stage2.h"
#include "nano/trap.h"
#include "nano/world.h"

#define CPUS  3
#define ENTRY (KERNEL_BASE + 0x1000)

static struct boot_info boot;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	boot.cpu_count = CPUS;
	boot.cpus[2] = 2;
	if (sample_start(&boot) != FAKE_ENTERED) {
		return -1;
	}
	fake.console_length = 0;
	memset(fake.console, 0, sizeof(fake.console));
	return 0;
}

static int setup_running(void **unused)
{
	int wrong = setup(unused);

	for (uint32_t i = 1; i < CPUS; i++) {
		fake.up_after = i;
		wrong |= cpu_start(i, ENTRY, 0) != ST_OK;
	}
	return wrong;
}

static void off(void *status)
{
	power_off(*(uint32_t *)status);
}

static void broken(void *unused)
{
	(void)unused;
	power_broken("something at 0x%lx", 0x1234ul);
}

static void touch(void *unused)
{
	(void)unused;
	trap_memory(arch_cpu_at(fake.at), SAMPLE_RAM_1, TABLE_READ, false);
}

static void expect_nobody_runs(void)
{
	assert_true(power_ending);
	for (uint64_t at = 0; at < FAKE_RAM_END; at += ABI_LARGE_SIZE / 2) {
		assert_int_equal(stage2_lookup(at), 0);
	}
	assert_int_equal(fake_stale(), 0);
	for (fake.at = 0; fake.at < CPUS; fake.at++) {
		assert_int_equal(fake_run(touch, NULL), FAKE_PARKED);
	}
	assert_int_equal(fake.injections, 0);
}

static void test_off(void **unused)
{
	(void)unused;
	uint32_t status = 7;

	fake.at = 1;
	assert_int_equal(fake_run(off, &status), FAKE_OFF);
	assert_string_equal(fake.console, "tessera: off status=7\n");
	expect_nobody_runs();

	/* The second one who wants it, and what is written now. */
	fake.at = 2;
	status = 9;
	assert_int_equal(fake_run(off, &status), FAKE_PARKED);
	console_print("too late\n");
	assert_int_equal(console_offer("too late", 8), 8);
	assert_string_equal(fake.console, "tessera: off status=7\n");
}

/* One CPU needs nothing taken from it. */
static void test_off_alone(void **unused)
{
	(void)unused;
	uint32_t status = 0, flushes = fake.flushes;

	assert_int_equal(fake_run(off, &status), FAKE_OFF);
	assert_int_equal(fake.flushes, flushes);
	assert_int_not_equal(stage2_lookup(SAMPLE_RAM_1), 0);
}

static void test_broken(void **unused)
{
	(void)unused;
	fake.at = 2;
	assert_int_equal(fake_run(broken, NULL), FAKE_OFF);
	assert_string_equal(fake.console, "nano: something at 0x1234\n"
					  "tessera: off status=126\n");
	expect_nobody_runs();
	console_print("too late\n");
	assert_int_equal(fake.console_length, strlen(fake.console));
	assert_true(fake_said("status=126\n"));
	assert_false(fake_said("too late"));
}

/* A CPU that does not leave the kernel's world is said to, and the end comes. */
static void test_off_unheard(void **unused)
{
	(void)unused;
	uint32_t status = 0;

	fake.deaf = true;
	assert_int_equal(fake_run(off, &status), FAKE_OFF);
	assert_string_equal(fake.console, "nano: a CPU does not answer\n"
					  "tessera: off status=126\n");
}

/* Another CPU finds the same; the first one has the last word. */
static void test_broken_twice(void **unused)
{
	(void)unused;
	power_breaker = arch_cpu_at(1);
	fake.at = 2;
	assert_int_equal(fake_run(broken, NULL), FAKE_PARKED);
	assert_false(fake_said("off status"));

	/* The end itself breaks: it is not begun anew. */
	fake.at = 1;
	uint32_t flushes = fake.flushes;
	assert_int_equal(fake_run(broken, NULL), FAKE_OFF);
	assert_int_equal(fake.flushes, flushes);
	assert_true(fake_said("off status=126\n"));
}

static void test_broken_alone(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(broken, NULL), FAKE_OFF);
	assert_string_equal(fake.console, "nano: something at 0x1234\n"
					  "tessera: off status=126\n");
}

/* It breaks while this CPU writes, and while another one does for ever. */
static void break_now(void)
{
	fake.on_relax = NULL;
	power_broken("inside");
}

static void start_and_break(void *unused)
{
	(void)unused;
	fake.on_relax = break_now;
	cpu_start(1, ENTRY, 0);
}

static void test_broken_anywhere(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(start_and_break, NULL), FAKE_OFF);
	assert_true(fake_said("nano: inside\ntessera: off status=126\n"));
}

static void test_broken_beside_a_writer(void **unused)
{
	(void)unused;
	fake.lock_busy = true;
	assert_int_equal(fake_run(broken, NULL), FAKE_OFF);
	assert_true(fake_said("tessera: off status=126\n"));
}

/* After the last line of an ordinary end nothing follows. */
static void test_broken_after_the_end(void **unused)
{
	(void)unused;
	uint32_t status = 0;

	fake.at = 1;
	assert_int_equal(fake_run(off, &status), FAKE_OFF);
	fake.at = 2;
	assert_int_equal(fake_run(broken, NULL), FAKE_OFF);
	assert_string_equal(fake.console, "tessera: off status=0\n");
}

static void broken_for(void *reason)
{
	power_broken("%s", (const char *)reason);
}

static void test_long_reason(void **unused)
{
	(void)unused;
	char want[CONSOLE_LINE_SIZE * 2];
	uint32_t dots;

	memset(want, '.', sizeof(want));
	want[sizeof(want) - 1] = 0;
	assert_int_equal(fake_run(broken_for, want), FAKE_OFF);
	for (dots = 0; fake.console[dots + 6] == '.'; dots++) {
	}
	assert_true(dots > 100 && dots + 7 < CONSOLE_LINE_SIZE);
	assert_string_equal(fake.console + 6 + dots,
			    "\ntessera: off status=126\n");
}

/* --- the console ------------------------------------------------------------- */

static status_t write(uint64_t size, uint64_t *done)
{
	struct trap_call call = {
		.number = ABI_HYPERCALL_console_write,
		.arguments = { size, 0x6161616161616161, 0x6161616161616161,
			       0x6161616161616161, 0x6161616161616161,
			       0x6161616161616161 },
	};
	status_t st = trap_call(arch_cpu_at(0), &call);

	*done = call.result;
	return st;
}

static void test_slow_console(void **unused)
{
	(void)unused;
	uint64_t done;

	fake.console_slow = 1;
	assert_int_equal(write(40, &done), ST_OK);
	assert_int_equal(done, 40);
	fake.console_slow = 100;
	assert_int_equal(write(40, &done), ST_OK);
	assert_int_equal(done, 9);
	assert_int_equal(fake.console_length, 49);
	assert_int_equal(write(5, &done), ST_OK);
	assert_int_equal(done, 5);

	/* It takes nothing: nothing was written, and nano's own line waits. */
	fake.console_slow = 1000;
	assert_int_equal(write(40, &done), ST_AGAIN);
	assert_int_equal(done, 0);
	assert_int_equal(fake.console_length, 54);
	console_print("%u", 5u);
	assert_int_equal(fake.console_length, 55);
	fake.console_slow = UINT32_MAX;
	console_print("lost");
	assert_int_equal(fake.console_length, 55);
}

static void test_console_of_another_cpu(void **unused)
{
	(void)unused;
	uint64_t done;

	fake.lock_busy = true;
	assert_int_equal(write(40, &done), ST_AGAIN);
	assert_int_equal(done, 0);
	assert_int_equal(fake.console_length, 0);
	fake.lock_busy = false;
	assert_int_equal(write(40, &done), ST_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_off, setup_running),
		cmocka_unit_test_setup(test_off_alone, setup),
		cmocka_unit_test_setup(test_off_unheard, setup_running),
		cmocka_unit_test_setup(test_broken, setup_running),
		cmocka_unit_test_setup(test_broken_twice, setup_running),
		cmocka_unit_test_setup(test_broken_alone, setup),
		cmocka_unit_test_setup(test_broken_anywhere, setup),
		cmocka_unit_test_setup(test_broken_beside_a_writer,
				       setup_running),
		cmocka_unit_test_setup(test_broken_after_the_end,
				       setup_running),
		cmocka_unit_test_setup(test_long_reason, setup),
		cmocka_unit_test_setup(test_slow_console, setup),
		cmocka_unit_test_setup(test_console_of_another_cpu, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
