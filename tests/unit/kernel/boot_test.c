/* SPDX-License-Identifier: Apache-2.0 */
/* What core finds when it starts: all authority, and nothing of the kernel's.
 *
 * Shows B11 C29 D6 O5. */

#include "world.h"

#include <string.h>

#include "kernel/console.h"

static void test_core_runs(void **unused)
{
	(void)unused;
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(world_core()->context.pc, CORE_BASE + 16);
	assert_int_equal(world_core()->context.sp, CORE_STACK_END);
	assert_int_equal(world_core()->context.argument, CORE_INFO);
	assert_true(fake.cpus[0].timer > 0);
}

static void test_info(void **unused)
{
	(void)unused;
	const struct core_info *info = world_info();

	assert_int_equal(info->magic, CORE_INFO_MAGIC);
	assert_int_equal(info->slot_count, world_node()->count);
	assert_int_equal(info->archive, CORE_ARCHIVE);
	assert_int_equal(info->console_port, 0x3f8);
	assert_in_range(info->untyped_count, 1, CORE_UNTYPED_MAX);
}

/* The Untyped ranges and what the kernel mapped for core share no byte. */
static void test_untyped_is_disjoint(void **unused)
{
	(void)unused;
	const struct core_info *info = world_info();
	uint64_t total = 0;

	for (uint32_t i = 0; i < info->untyped_count; i++) {
		uint64_t start = info->untyped[i].address;
		uint64_t end = start + (1ull << info->untyped[i].bits);
		assert_true(is_aligned(start, 1ull << info->untyped[i].bits));
		assert_true(start >= FAKE_RAM_START + 0x500000);
		assert_true(end <= FAKE_RAM_START + FAKE_RAM_SIZE);
		for (uint32_t j = 0; j < i; j++) {
			uint64_t other = info->untyped[j].address;
			assert_true(end <= other ||
				    start >=
					    other + (1ull
						     << info->untyped[j].bits));
		}
		uint64_t node = arch_window_address(world_node()).a;
		assert_true(end <= node || start >= node + 64);
		total += end - start;
	}
	assert_int_equal(total, info->memory);
}

/* core's image is mapped by segment, never writable and executable. */
static void test_core_is_mapped_by_segment(void **unused)
{
	(void)unused;
	uint64_t *entry;

	for (uint64_t page = 0; page < 4; page++) {
		assert_int_equal(vspace_find_page(world_core()->vspace,
						  CORE_BASE + page * 0x1000,
						  ABI_PAGE_BITS, &entry),
				 ST_OK);
		assert_int_equal(fake_pte_access(*entry),
				 page ? ABI_ACCESS_READ | ABI_ACCESS_WRITE
				      : ABI_ACCESS_READ | ABI_ACCESS_EXECUTE);
	}
	assert_int_equal(vspace_find_page(world_core()->vspace, CORE_INFO,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	assert_int_equal(fake_pte_access(*entry), ABI_ACCESS_READ);
}

/* Memory that was dirty before boot is zero in what the kernel makes of it. */
static void test_objects_are_zeroed(void **unused)
{
	(void)unused;
	uint64_t frame = world_make(ABI_TYPE_FRAME, 0);
	const uint8_t *page =
		arch_window((paddr_t){ cap_find(world_node(), frame)->object });
	uint8_t zero[ABI_PAGE_SIZE] = { 0 };

	assert_memory_equal(page, zero, sizeof(zero));
}

static void test_lines(void **unused)
{
	(void)unused;
	assert_non_null(strstr(fake.console, "kernel: 1 CPU, fake\n"));
	assert_non_null(strstr(fake.console, "untyped ranges for core\n"));
}

/* nano takes a few bytes at a time, or none for now. */
static void test_lines_over_a_slow_console(void **unused)
{
	(void)unused;
	fake.slow_console = 1;
	fake.console_length = 0;
	console_line("a line that needs many calls: %u", 12345u);
	assert_int_equal(fake.console_length, 44);
	assert_memory_equal(fake.console,
			    "kernel: a line that needs many calls: 12345\n",
			    44);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_core_runs, world_boot),
		cmocka_unit_test_setup(test_info, world_boot),
		cmocka_unit_test_setup(test_untyped_is_disjoint, world_boot),
		cmocka_unit_test_setup(test_core_is_mapped_by_segment,
				       world_boot),
		cmocka_unit_test_setup(test_objects_are_zeroed, world_boot),
		cmocka_unit_test_setup(test_lines, world_boot),
		cmocka_unit_test_setup(test_lines_over_a_slow_console,
				       world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
