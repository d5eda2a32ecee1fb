/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edges of nano: what is just permitted and what is just not. A mutant of
 * tests/mutants/ that no other test notices is noticed here. Shows A1.
 */

#include "sample.h"

#include <string.h>

#include "nano/arch/x86_64/msr.h"
#include "nano/check.h"
#include "nano/handoff.h"
#include "nano/own.h"
#include "nano/table.h"
#include "nano/trap.h"

static struct boot_info boot;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	return 0;
}

/* --- page tables ---------------------------------------------------------- */

static struct table table;

static void test_split_keeps_the_rights(void **unused)
{
	(void)unused;
	uint64_t start = FAKE_RAM_START, end = start + ABI_LARGE_SIZE;
	paddr_t pa;

	sample_pool();
	table_init(&table, TABLE_GUEST, table_pages_worst(start, end));
	table_map(&table, start, end, (paddr_t){ start }, TABLE_READ);
	table_unmap(&table, start, start + ABI_PAGE_SIZE);
	assert_int_equal(table_lookup(&table, start, &pa), 0);
	for (uint64_t at = start + ABI_PAGE_SIZE; at < end;
	     at += ABI_PAGE_SIZE) {
		assert_int_equal(table_lookup(&table, at, &pa), TABLE_READ);
		assert_int_equal(pa.a, at);
	}
}

/* Two pages in different blocks: the second needs one table more. */
static void one_table_too_many(void *unused)
{
	uint64_t at = FAKE_RAM_START;

	(void)unused;
	table_map(&table, at, at + ABI_PAGE_SIZE, (paddr_t){ at }, TABLE_READ);
	at += ABI_LARGE_SIZE;
	table_map(&table, at, at + ABI_PAGE_SIZE, (paddr_t){ at }, TABLE_READ);
}

static void test_spare_tables_are_counted(void **unused)
{
	(void)unused;
	sample_pool();
	table_init(&table, TABLE_GUEST, 4);
	assert_int_equal(fake_run(one_table_too_many, NULL), FAKE_RETURNED);
	sample_make(&boot);
	sample_pool();
	table_init(&table, TABLE_GUEST, 3);
	assert_int_equal(fake_run(one_table_too_many, NULL), FAKE_OFF);
}

/* Registers are reached where nano maps them as such, and nowhere else. */
static void test_window_has_no_registers(void **unused)
{
	(void)unused;
	paddr_t pa;

	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	struct table own = { TABLE_OWN, own_root(), 0, 0 };
	assert_int_equal(table_lookup(&own, NANO_WINDOW + FAKE_IRQ_0, &pa), 0);
	assert_int_equal(table_lookup(&own, NANO_WINDOW + FAKE_CONSOLE, &pa),
			 0);
	assert_int_not_equal(
		table_lookup(&own, NANO_WINDOW + SAMPLE_RAM_1, &pa), 0);
}

/* An access of which the tables allow only a part is refused, not retried. */
static void test_half_an_access(void **unused)
{
	(void)unused;
	struct cpu *cpu = arch_cpu_at(0);

	fake.extra_count = 1; /* a page that can only be read */
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	trap_memory(cpu, 0xfee00000, TABLE_READ, false);
	assert_int_equal(fake.injections, 0);
	trap_memory(cpu, 0xfee00000, TABLE_READ | TABLE_WRITE, false);
	assert_int_equal(fake.injections, 1);
	trap_memory(cpu, 0xfee00000, TABLE_WRITE, false);
	assert_int_equal(fake.injections, 2);
}

/* --- the hand-over ------------------------------------------------------------ */

static struct boot_image *image(uint32_t kind)
{
	for (uint32_t i = 0; i < boot.image_count; i++) {
		if (boot.images[i].kind == kind) {
			return &boot.images[i];
		}
	}
	fail();
	return NULL;
}

static enum check_error check(void)
{
	return check_boot_info(&boot, SAMPLE_INFO,
			       (uint64_t)fake_memory(SAMPLE_NANO),
			       SAMPLE_IMAGE_SIZE);
}

/* The kernel's image with all of its addresses, and with a page more. All of
 * memory moves up behind the sample's to make room for it. */
static void test_largest_kernel(void **unused)
{
	(void)unused;
	uint64_t most = KERNEL_END - KERNEL_BASE, room = most + ABI_LARGE_SIZE;
	struct boot_image *kernel = image(BOOT_IMAGE_KERNEL);
	bool behind = false;

	for (uint32_t i = 0; i < boot.range_count; i++) {
		struct boot_range *range = &boot.ranges[i];

		range->start += behind ? room : 0;
		behind |= range->kind == BOOT_RANGE_KERNEL;
		range->end += behind ? room : 0;
	}
	image(BOOT_IMAGE_CORE)->address += room;
	boot.archive += room;
	boot.dtb += room;
	boot.kernel_root += room;
	for (uint32_t more = 0; more <= ABI_PAGE_SIZE; more += ABI_PAGE_SIZE) {
		kernel->size = most + more;
		assert_int_equal(
			check_boot_info(&boot, SAMPLE_INFO + room,
					(uint64_t)fake_memory(SAMPLE_NANO),
					SAMPLE_IMAGE_SIZE),
			more ? CHECK_IMAGE_KERNEL : CHECK_OK);
	}
}

static void test_pointers_that_the_kernel_cannot_read(void **unused)
{
	(void)unused;
	struct boot_info kernels;

	assert_int_equal(check(), CHECK_OK);
	boot.dtb = SAMPLE_NANO;
	boot.rsdp = SAMPLE_RESERVED;
	handoff_make(&kernels, &boot, 0);
	assert_int_equal(kernels.dtb, 0);
	assert_int_equal(kernels.dtb_size, 0);
	assert_int_equal(kernels.rsdp, 0);
}

/* --- MSRs ---------------------------------------------------------------------- */

/* A number right behind one range of the map is not judged by the next one's
 * first bit. */
static void test_msr_behind_a_range(void **unused)
{
	(void)unused;
	static uint8_t map[MSR_MAP_SIZE];
	const uint32_t behind[] = { 0x2000, 0xc0002000, 0xc0012000 };

	memset(map, 0, sizeof(map));
	for (uint32_t i = 0; i < ARRAY_SIZE(behind); i++) {
		assert_false(msr_map_exits(map, behind[i] - 1, false));
		assert_true(msr_map_exits(map, behind[i], false));
		assert_true(msr_map_exits(map, behind[i], true));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_split_keeps_the_rights, setup),
		cmocka_unit_test_setup(test_spare_tables_are_counted, setup),
		cmocka_unit_test_setup(test_window_has_no_registers, setup),
		cmocka_unit_test_setup(test_half_an_access, setup),
		cmocka_unit_test_setup(test_largest_kernel, setup),
		cmocka_unit_test_setup(
			test_pointers_that_the_kernel_cannot_read, setup),
		cmocka_unit_test_setup(test_msr_behind_a_range, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
