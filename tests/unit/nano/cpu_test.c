/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a CPU comes to run the kernel's world, and how it does not: IDLE,
 * STARTING, then RUNNING or LOST. Shows A28.
 */

#include "sample.h"

#include <string.h>

#include "nano/own.h"
#include "nano/stage2.h"
#include "nano/world.h"

#define CPUS     4
#define ENTRY    (KERNEL_BASE + 0x1000)
#define ARGUMENT 0x1234567890abcdefull
#define RW       (TABLE_READ | TABLE_WRITE)

static struct boot_info boot;

/* A machine with four CPUs; the kernel runs on the first. */
static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	boot.cpu_count = CPUS;
	for (uint32_t i = 0; i < CPUS; i++) {
		boot.cpus[i] = 0x100 * i;
	}
	if (sample_start(&boot) != FAKE_ENTERED) {
		return -1;
	}
	fake.console_length = 0;
	memset(fake.console, 0, sizeof(fake.console));
	fake.start = (struct guest_start){ 0 };
	return 0;
}

static status_t start(uint64_t index)
{
	return cpu_start(index, ENTRY, ARGUMENT);
}

static enum cpu_state state(uint32_t index)
{
	return arch_cpu_at(index)->state;
}

/* What the CPU does that comes up while nobody waits for it. */
static bool come_up(uint32_t index)
{
	fake.at = index;
	bool runs = cpu_come_up(arch_cpu_at(index), NULL);
	fake.at = 0;
	return runs;
}

static void test_at_first(void **unused)
{
	(void)unused;
	assert_int_equal(cpu_count, CPUS);
	assert_int_equal(state(0), CPU_RUNNING);
	assert_false(cpu_others);
	for (uint32_t i = 1; i < CPUS; i++) {
		assert_int_equal(state(i), CPU_IDLE);
		assert_int_equal(arch_cpu_at(i)->index, i);
		assert_int_equal(arch_cpu_at(i)->hardware_id, 0x100 * i);
		assert_ptr_equal(arch_cpu_at(i)->world, &world_kernel);
	}
}

/* Each has a stack of its own above a page that is not mapped. */
static void test_stacks(void **unused)
{
	(void)unused;
	struct table own = { TABLE_OWN, own_root(), 0, 0 };
	const uint64_t size = FAKE_CPU_PAGES * (uint64_t)ABI_PAGE_SIZE;
	paddr_t pa, before = { 0 };

	for (uint32_t i = 1; i < CPUS; i++) {
		uint64_t end = fake.stack_end[i], at = end - size;

		assert_int_equal(table_lookup(&own, at - 1, &pa), 0);
		for (; at < end; at += ABI_PAGE_SIZE) {
			assert_int_equal(table_lookup(&own, at, &pa), RW);
			assert_int_not_equal(pa.a, before.a);
			assert_int_equal(stage2_lookup(pa.a), 0);
			before = pa;
		}
		assert_int_equal(table_lookup(&own, end, &pa), 0);
	}
}

static void test_comes_up(void **unused)
{
	(void)unused;
	fake.up_after = 10;
	assert_int_equal(start(2), ST_OK);
	assert_int_equal(state(2), CPU_RUNNING);
	assert_int_equal(fake.kicks, 1);
	assert_int_equal(fake.start.entry, ENTRY);
	assert_int_equal(fake.start.argument, ARGUMENT);
	assert_int_equal(fake.start.root, boot.kernel_root);
	assert_int_equal(fake.start.guest_table.a, stage2_root().a);
	assert_int_equal(state(1), CPU_IDLE);
	assert_int_equal(state(3), CPU_IDLE);
	assert_true(cpu_others);
	assert_int_equal(fake.console_length, 0);
}

static void test_told_once(void **unused)
{
	(void)unused;
	fake.up_after = 10;
	assert_int_equal(start(1), ST_OK);
	assert_int_equal(start(1), ST_BUSY);
	assert_int_equal(start(0), ST_BUSY);
	assert_int_equal(fake.kicks, 1);
	assert_int_equal(fake.relaxed, 10);
}

static void test_arguments(void **unused)
{
	(void)unused;
	static const uint64_t entries[] = {
		0, 1, KERNEL_BASE - 1, KERNEL_END, KERNEL_WINDOW, UINT64_MAX
	};
	static const uint64_t indices[] = { CPUS,           BOOT_CPUS_MAX,
					    UINT32_MAX,     1ull << 32,
					    1ull << 32 | 1, UINT64_MAX };
	uint32_t locks = fake.locks;

	for (uint32_t i = 0; i < ARRAY_SIZE(entries); i++) {
		assert_int_equal(cpu_start(1, entries[i], 0), ST_BAD_ARGUMENT);
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(indices); i++) {
		assert_int_equal(cpu_start(indices[i], ENTRY, 0),
				 ST_BAD_ARGUMENT);
	}
	assert_int_equal(fake.locks, locks);
	assert_int_equal(state(1), CPU_IDLE);

	fake.up_after = 1;
	assert_int_equal(cpu_start(CPUS - 1, KERNEL_END - 1, 0), ST_OK);
	fake.up_after = 2;
	assert_int_equal(cpu_start(1, KERNEL_BASE, UINT64_MAX), ST_OK);
}

/* A call waits a while and no longer, and the next one waits on. */
static void test_takes_its_time(void **unused)
{
	(void)unused;
	fake.up_after = 3 * CPU_POLLS + 5;
	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(start(1), ST_AGAIN);
		assert_int_equal(fake.relaxed, i * CPU_POLLS);
		assert_int_equal(state(1), CPU_STARTING);
	}
	assert_int_equal(start(1), ST_OK);
	assert_int_equal(fake.relaxed, fake.up_after);
	assert_int_equal(fake.kicks, 2);
}

static void test_somebody_else_starts_it(void **unused)
{
	(void)unused;
	assert_int_equal(start(1), ST_AGAIN);
	assert_int_equal(cpu_start(1, ENTRY + 4, ARGUMENT), ST_BUSY);
	assert_int_equal(cpu_start(1, ENTRY, ARGUMENT + 1), ST_BUSY);
	assert_int_equal(fake.kicks, 1);
	assert_int_equal(fake.relaxed, CPU_POLLS);
	assert_int_equal(arch_cpu_at(1)->attempts, 1);

	/* It comes up for the first, who is told and nobody else. */
	assert_true(come_up(1));
	assert_int_equal(fake.start.entry, ENTRY);
	assert_int_equal(fake.start.argument, ARGUMENT);
	assert_int_equal(cpu_start(1, ENTRY + 4, ARGUMENT), ST_BUSY);
	assert_int_equal(start(1), ST_OK);
	assert_int_equal(start(1), ST_BUSY);
}

static void test_given_up(void **unused)
{
	(void)unused;
	for (uint32_t i = 1; i < CPU_ATTEMPTS; i++) {
		assert_int_equal(start(1), ST_AGAIN);
	}
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(state(1), CPU_LOST);
	assert_int_equal(fake.kicks, 2);
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(fake.kicks, 2);

	/* Too late. */
	assert_false(come_up(1));
	assert_int_equal(state(1), CPU_LOST);
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(cpu_start(1, ENTRY + 4, 0), ST_GONE);

	fake.up_after = fake.relaxed + 1;
	fake.coming = NULL;
	assert_int_equal(start(2), ST_OK);
}

static void test_nobody_asked_for_it(void **unused)
{
	(void)unused;
	assert_false(come_up(1));
	assert_int_equal(state(1), CPU_LOST);
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(fake.kicks, 0);
}

/* A CPU that came up stays as it is, whoever comes in its name again. */
static void test_comes_up_twice(void **unused)
{
	(void)unused;
	fake.up_after = 1;
	assert_int_equal(start(1), ST_OK);
	assert_false(come_up(1));
}

static void test_firmware_refuses(void **unused)
{
	(void)unused;
	fake.start_answer = ST_GONE;
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(state(1), CPU_LOST);
	assert_int_equal(fake.relaxed, 0);

	fake.start_answer = ST_OK;
	fake.up_after = 1;
	assert_int_equal(start(1), ST_GONE);
}

static void test_machine_cannot(void **unused)
{
	(void)unused;
	fake.start_answer = ST_NOT_SUPPORTED;
	assert_int_equal(start(1), ST_NOT_SUPPORTED);
	assert_int_equal(state(1), CPU_IDLE);

	fake.start_answer = ST_OK;
	fake.up_after = 1;
	assert_int_equal(cpu_start(1, ENTRY + 4, 0), ST_OK);
}

static void test_not_like_the_others(void **unused)
{
	(void)unused;
	fake.up_after = 1;
	fake.up_wrong = "it has not what the first CPU has";
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(state(1), CPU_LOST);
	assert_string_equal(fake.console,
			    "nano: CPU 1 cannot be used: it has not what the "
			    "first CPU has\n");
	assert_int_equal(fake.start.entry, 0);

	fake.up_wrong = NULL;
	fake.missing = "nested paging";
	fake.up_after = 2;
	assert_int_equal(start(2), ST_GONE);
	assert_true(fake_said("nano: CPU 2 cannot be used: nested paging\n"));

	/* Nothing is said once the console is not nano's. */
	world_kernel.operational = true;
	fake.console_length = 0;
	fake.up_after = 3;
	assert_int_equal(start(3), ST_GONE);
	assert_int_equal(fake.console_length, 0);
}

static void enter(void *wrong)
{
	cpu_enter(arch_cpu_at(fake.at), wrong);
}

static void test_enters_or_stops(void **unused)
{
	(void)unused;
	static char wrong[] = "it is broken";

	assert_int_equal(start(1), ST_AGAIN);
	fake.at = 1;
	assert_int_equal(fake_run(enter, NULL), FAKE_ENTERED);
	fake.at = 2;
	assert_int_equal(fake_run(enter, NULL), FAKE_PARKED);
	fake.at = 0;
	fake.coming = NULL;
	assert_int_equal(start(3), ST_AGAIN);
	fake.at = 3;
	assert_int_equal(fake_run(enter, wrong), FAKE_PARKED);
	assert_int_equal(state(3), CPU_LOST);
}

static void test_closed(void **unused)
{
	(void)unused;
	assert_false(cpu_close());
	assert_int_equal(start(1), ST_NOT_SUPPORTED);
	assert_int_equal(state(1), CPU_IDLE);
	assert_int_equal(fake.kicks, 0);

	const struct guest_start how = { .guest_table = stage2_root() };
	cpu_allow(&how);
	fake.up_after = 1;
	assert_int_equal(start(1), ST_OK);
	fake.up_after = 0;
	assert_int_equal(start(2), ST_AGAIN);
	assert_true(cpu_close());

	/* What was on its way stops. */
	assert_false(come_up(2));
	assert_int_equal(state(2), CPU_LOST);
	assert_int_equal(start(3), ST_NOT_SUPPORTED);
	assert_int_equal(start(1), ST_NOT_SUPPORTED);
}

/* The run ends while somebody waits for a CPU. */
static void close_now(void)
{
	fake.on_relax = NULL;
	cpu_close();
}

static void test_closed_while_starting(void **unused)
{
	(void)unused;
	fake.on_relax = close_now;
	fake.up_after = 5;
	assert_int_equal(start(1), ST_GONE);
	assert_int_equal(state(1), CPU_LOST);
}

static void test_interrupts(void **unused)
{
	(void)unused;
	static const uint64_t bad[] = { 2,          3,         8, 1ull << CPUS,
					1ull << 63, UINT64_MAX };

	fake.up_after = 1;
	assert_int_equal(start(2), ST_OK);
	fake.interrupted = 77;
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(cpu_interrupt(bad[i]), ST_BAD_ARGUMENT);
		assert_int_equal(cpu_interrupt(bad[i] | 4), ST_BAD_ARGUMENT);
		assert_int_equal(fake.interrupted, 77);
	}
	for (uint64_t mask = 0; mask < 16; mask++) {
		status_t want = mask & ~5ull ? ST_BAD_ARGUMENT : ST_OK;

		assert_int_equal(cpu_interrupt(mask), want);
		assert_int_equal(fake.interrupted == mask, want == ST_OK);
		fake.interrupted = 77;
	}
}

/* --- the page that CPUs start from ------------------------------------------- */

static void test_start_page(void **unused)
{
	(void)unused;
	struct table own = { TABLE_OWN, own_root(), 0, 0 };
	const paddr_t page = { 0x9f000 };
	paddr_t pa;

	assert_int_equal(table_lookup(&own, page.a, &pa), 0);
	own_map_start(page, RW);
	assert_int_equal(table_lookup(&own, page.a + 0xfff, &pa), RW);
	assert_int_equal(pa.a, page.a + 0xfff);
	assert_int_equal(table_lookup(&own, page.a - 1, &pa), 0);
	assert_int_equal(table_lookup(&own, page.a + 0x1000, &pa), 0);

	uint32_t flushes = fake.flushes;
	own_protect_start(page, TABLE_READ | TABLE_EXECUTE);
	assert_int_equal(table_lookup(&own, page.a, &pa),
			 TABLE_READ | TABLE_EXECUTE);
	assert_int_equal(pa.a, page.a);
	assert_true(fake.flushes > flushes);
	assert_int_equal(fake_stale(), 0);
	assert_int_equal(stage2_lookup(page.a), 0);
}

static void map_writable_code(void *unused)
{
	(void)unused;
	own_map_start((paddr_t){ 0x9f000 }, RW | TABLE_EXECUTE);
}

static void test_start_page_is_not_both(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(map_writable_code, NULL), FAKE_OFF);
	assert_true(fake_said("nano: broken: !writes_code"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_at_first, setup),
		cmocka_unit_test_setup(test_stacks, setup),
		cmocka_unit_test_setup(test_comes_up, setup),
		cmocka_unit_test_setup(test_told_once, setup),
		cmocka_unit_test_setup(test_arguments, setup),
		cmocka_unit_test_setup(test_takes_its_time, setup),
		cmocka_unit_test_setup(test_somebody_else_starts_it, setup),
		cmocka_unit_test_setup(test_given_up, setup),
		cmocka_unit_test_setup(test_nobody_asked_for_it, setup),
		cmocka_unit_test_setup(test_comes_up_twice, setup),
		cmocka_unit_test_setup(test_firmware_refuses, setup),
		cmocka_unit_test_setup(test_machine_cannot, setup),
		cmocka_unit_test_setup(test_not_like_the_others, setup),
		cmocka_unit_test_setup(test_enters_or_stops, setup),
		cmocka_unit_test_setup(test_closed, setup),
		cmocka_unit_test_setup(test_closed_while_starting, setup),
		cmocka_unit_test_setup(test_interrupts, setup),
		cmocka_unit_test_setup(test_start_page, setup),
		cmocka_unit_test_setup(test_start_page_is_not_both, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
