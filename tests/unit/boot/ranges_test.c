/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map: each rule by hand, and then long random sequences against a
 * model that knows one kind for each page.
 */

#include "boot/ranges.h"

#include "support.h"

#define PAGE     ((uint64_t)ABI_PAGE_SIZE)
#define RAM      BOOT_RANGE_RAM
#define RESERVED BOOT_RANGE_RESERVED

static struct boot_info info;

static int empty(void **unused)
{
	(void)unused;
	memset(&info, 0, sizeof(info));
	return 0;
}

static void expect(uint32_t i, uint64_t start, uint64_t end, uint32_t kind)
{
	assert_true(i < info.range_count);
	assert_int_equal(info.ranges[i].start, start);
	assert_int_equal(info.ranges[i].end, end);
	assert_int_equal(info.ranges[i].kind, kind);
}

static void ragged_ends(void **unused)
{
	(void)unused;
	assert_int_equal(ranges_add(&info, 100, 3 * PAGE, RAM), FAULT_NONE);
	assert_int_equal(ranges_add(&info, 10 * PAGE + 8, 8, RESERVED),
			 FAULT_NONE);
	assert_int_equal(ranges_add(&info, 20 * PAGE + 8, PAGE, RAM),
			 FAULT_NONE);
	assert_int_equal(ranges_add(&info, 30 * PAGE, 0, RESERVED), FAULT_NONE);
	assert_int_equal(info.range_count, 2);
	expect(0, PAGE, 3 * PAGE, RAM);
	expect(1, 10 * PAGE, 11 * PAGE, RESERVED);
}

static void reserved_wins_in_any_order(void **unused)
{
	(void)unused;
	for (int first = 0; first < 2; first++) {
		empty(NULL);
		if (first) {
			ranges_add(&info, 4 * PAGE, 2 * PAGE, RESERVED);
		}
		ranges_add(&info, 8 * PAGE, 8 * PAGE, RAM);
		ranges_add(&info, 0, 9 * PAGE, RAM);
		if (!first) {
			ranges_add(&info, 4 * PAGE, 2 * PAGE, RESERVED);
		}
		assert_int_equal(info.range_count, 3);
		expect(0, 0, 4 * PAGE, RAM);
		expect(1, 4 * PAGE, 6 * PAGE, RESERVED);
		expect(2, 6 * PAGE, 16 * PAGE, RAM);
		assert_int_equal(ranges_memory(&info), 14 * PAGE);
	}
}

static void what_has_a_purpose_keeps_it(void **unused)
{
	(void)unused;
	ranges_add(&info, 0, 4 * PAGE, RAM);
	ranges_claim(&info, PAGE, 2 * PAGE, BOOT_RANGE_BOOT);
	ranges_add(&info, 0, 3 * PAGE, RESERVED);
	ranges_add(&info, PAGE, 2 * PAGE, BOOT_RANGE_DEVICE);
	expect(0, 0, PAGE, RESERVED);
	expect(1, PAGE, 2 * PAGE, BOOT_RANGE_BOOT);
	expect(2, 2 * PAGE, 3 * PAGE, BOOT_RANGE_DEVICE);
	expect(3, 3 * PAGE, 4 * PAGE, RAM);
}

static void wraps_and_ends(void **unused)
{
	(void)unused;
	assert_int_equal(ranges_add(&info, UINT64_MAX - 5, 6, RAM),
			 FAULT_MEMORY_WRAPS);
	assert_int_equal(ranges_add(&info, PAGE, UINT64_MAX, RESERVED),
			 FAULT_MEMORY_WRAPS);
	assert_int_equal(info.range_count, 0);
	assert_int_equal(ranges_add(&info, RANGES_END, PAGE, RAM), FAULT_NONE);
	assert_int_equal(info.range_count, 0);
	assert_int_equal(ranges_add(&info, RANGES_END - PAGE, 1ull << 62, RAM),
			 FAULT_NONE);
	expect(0, RANGES_END - PAGE, RANGES_END, RAM);
}

static void too_many(void **unused)
{
	(void)unused;
	for (uint64_t i = 0; i < BOOT_RANGES_MAX; i++) {
		assert_int_equal(ranges_add(&info, 2 * i * PAGE, PAGE, RAM),
				 FAULT_NONE);
	}

	struct boot_info before = info;
	assert_int_equal(ranges_add(&info, 1000 * PAGE, PAGE, RAM),
			 FAULT_RANGES);
	assert_memory_equal(&info, &before, sizeof(info));
	/* One that closes a gap makes room. */
	assert_int_equal(ranges_add(&info, PAGE, PAGE, RAM), FAULT_NONE);
	assert_int_equal(info.range_count, BOOT_RANGES_MAX - 1);
	check_map(&info);
}

static void claims(void **unused)
{
	(void)unused;
	ranges_add(&info, PAGE, 9 * PAGE, RAM);
	ranges_add(&info, 5 * PAGE, PAGE, RESERVED);
	static const struct {
		uint64_t start, end;
		enum boot_fault fault;
	} tries[] = {
		{ 0, 2, FAULT_NOT_IN_RAM }, { 4, 6, FAULT_NOT_IN_RAM },
		{ 5, 6, FAULT_NOT_IN_RAM }, { 9, 11, FAULT_NOT_IN_RAM },
		{ 3, 3, FAULT_NOT_IN_RAM }, { 3, 2, FAULT_NOT_IN_RAM },
		{ 2, 4, FAULT_NONE },       { 3, 5, FAULT_NOT_IN_RAM },
		{ 8, 10, FAULT_NONE },
	};
	for (unsigned int i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		assert_int_equal(ranges_claim(&info, tries[i].start * PAGE,
					      tries[i].end * PAGE,
					      BOOT_RANGE_BOOT),
				 tries[i].fault);
	}
	assert_int_equal(
		ranges_claim(&info, 6 * PAGE + 1, 8 * PAGE, BOOT_RANGE_CORE),
		FAULT_NOT_IN_RAM);
	assert_int_equal(info.range_count, 6);
	assert_int_equal(ranges_memory(&info), 8 * PAGE);
}

static void find_is_first_fit(void **unused)
{
	uint64_t start = 0;

	(void)unused;
	ranges_add(&info, PAGE, 2 * PAGE, RAM);
	ranges_add(&info, 0x1ff000, 0x400000, RAM);
	assert_true(ranges_find(&info, PAGE, PAGE, RANGES_END, &start));
	assert_int_equal(start, PAGE);
	assert_true(ranges_find(&info, 2 * PAGE, PAGE, RANGES_END, &start));
	assert_int_equal(start, PAGE);
	assert_true(ranges_find(&info, 3 * PAGE, PAGE, RANGES_END, &start));
	assert_int_equal(start, 0x1ff000);
	assert_true(ranges_find(&info, ABI_LARGE_SIZE, ABI_LARGE_SIZE,
				RANGES_END, &start));
	assert_int_equal(start, 0x200000);
	assert_false(ranges_find(&info, 2 * ABI_LARGE_SIZE, ABI_LARGE_SIZE,
				 RANGES_END, &start));
	assert_false(
		ranges_find(&info, 2 * ABI_LARGE_SIZE, PAGE, 0x300000, &start));
}

static void cpus(void **unused)
{
	(void)unused;
	for (uint64_t i = 0; i < BOOT_CPUS_MAX; i++) {
		assert_int_equal(cpus_add(&info, i, 7), FAULT_NONE);
		assert_int_equal(cpus_add(&info, i, 7), FAULT_NONE);
	}
	assert_int_equal(info.cpus[0], 7);
	assert_int_equal(info.cpus[7], 0);
	assert_int_equal(info.cpu_count, BOOT_CPUS_MAX);
	assert_int_equal(cpus_add(&info, 64, 7), FAULT_CPUS);
}

static unsigned int rank(uint32_t kind)
{
	return kind == 0 ? 0 : kind == RAM ? 1 : kind == RESERVED ? 2 : 3;
}

#define MODEL_PAGES 96u

/* One random step on the map and on the model; the claims ask the map. */
static void step(uint32_t model[MODEL_PAGES])
{
	uint32_t first = random_below(MODEL_PAGES);
	uint32_t end = first + random_below(MODEL_PAGES - first) + 1;
	uint32_t kind = random_below(2) ? RAM : RESERVED;
	struct boot_info before = info;
	enum boot_fault fault;

	if (random_below(4) == 0) {
		kind = BOOT_RANGE_CORE;
		fault = ranges_claim(&info, first * PAGE, end * PAGE, kind);
		bool free = true;
		for (uint32_t i = first; i < end; i++) {
			free = free && model[i] == RAM;
		}
		assert_true(free || fault == FAULT_NOT_IN_RAM);
	} else {
		fault = ranges_add(&info, first * PAGE, (end - first) * PAGE,
				   kind);
	}
	if (fault != FAULT_NONE) {
		assert_memory_equal(&info, &before, sizeof(info));
		return;
	}
	for (uint32_t i = first; i < end; i++) {
		if (rank(kind) > rank(model[i])) {
			model[i] = kind;
		}
	}
}

static void random_sequences(void **unused)
{
	(void)unused;
	random_seed(1);
	for (uint32_t n = 0; n < MUTATIONS / 10; n++) {
		uint32_t model[MODEL_PAGES] = { 0 };

		empty(NULL);
		for (uint32_t i = 0; i < 10; i++) {
			step(model);
			check_map(&info);
		}
		for (uint32_t i = 0; i < MODEL_PAGES; i++) {
			assert_int_equal(kind_at(&info, i * PAGE), model[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ragged_ends, empty),
		cmocka_unit_test_setup(reserved_wins_in_any_order, empty),
		cmocka_unit_test_setup(what_has_a_purpose_keeps_it, empty),
		cmocka_unit_test_setup(wraps_and_ends, empty),
		cmocka_unit_test_setup(too_many, empty),
		cmocka_unit_test_setup(claims, empty),
		cmocka_unit_test_setup(find_is_first_fit, empty),
		cmocka_unit_test_setup(cpus, empty),
		cmocka_unit_test_setup(random_sequences, empty),
	};

	return cmocka_run_group_tests_name("boot ranges", tests, NULL, NULL);
}
