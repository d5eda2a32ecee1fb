/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walker against a model: one byte for each page says what it must be
 * mapped with. The fake machine ends the test if an entry is replaced without
 * being absent and flushed in between. Shows A1.
 */

#include "sample.h"

#include <string.h>

#include "nano/pool.h"
#include "nano/table.h"

#define BASE  FAKE_RAM_START
#define PAGES 2048u /* 8 MiB: four blocks */
#define RW    (TABLE_READ | TABLE_WRITE)
#define RWX   (RW | TABLE_EXECUTE)

static struct table table;
static struct boot_info boot;

static void make(enum table_kind kind, uint32_t levels)
{
	sample_make(&boot);
	sample_pool();
	fake.guest_levels = levels;
	table_init(&table, kind,
		   table_pages_worst(BASE, BASE + PAGES * ABI_PAGE_SIZE) + 8);
}

static int setup(void **unused)
{
	(void)unused;
	make(TABLE_GUEST, 4);
	return 0;
}

static uint64_t page(uint64_t n)
{
	return BASE + n * ABI_PAGE_SIZE;
}

static void map(uint64_t first, uint64_t last, uint32_t access)
{
	table_map(&table, page(first), page(last), (paddr_t){ page(first) },
		  access);
}

/* Every page, and some around, against the model. */
static void compare(const uint8_t *model)
{
	for (uint32_t i = 0; i < PAGES; i++) {
		paddr_t pa = { 0 };
		uint32_t access = table_lookup(&table, page(i) + 123, &pa);

		assert_int_equal(access, model[i]);
		if (access) {
			assert_int_equal(pa.a, page(i) + 123);
		}
	}

	paddr_t pa;
	assert_int_equal(table_lookup(&table, BASE - 1, &pa), 0);
	assert_int_equal(table_lookup(&table, page(PAGES), &pa), 0);
	assert_int_equal(table_lookup(&table, 0, &pa), 0);
	assert_int_equal(fake_stale(), 0);
}

static void test_empty(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];

	memset(model, 0, sizeof(model));
	compare(model);
	table_unmap(&table, BASE, page(PAGES));
	table_protect(&table, BASE, page(PAGES), TABLE_READ);
	compare(model);
}

/* Blocks where both addresses allow, pages elsewhere. */
static void test_blocks(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];
	uint64_t spare = table.spare;

	memset(model, RWX, sizeof(model));
	map(0, PAGES, RWX);
	compare(model);
	/* Two tables above the blocks, none below. */
	assert_int_equal(table.spare - spare, 2 * ABI_PAGE_SIZE);
}

static void test_target_off_by_a_page(void **unused)
{
	(void)unused;
	paddr_t pa;

	table_map(&table, page(0), page(1024), (paddr_t){ page(1) }, RW);
	for (uint32_t i = 0; i < 1024; i++) {
		assert_int_equal(table_lookup(&table, page(i), &pa), RW);
		assert_int_equal(pa.a, page(i + 1));
	}
	assert_int_equal(table_lookup(&table, page(1024), &pa), 0);
}

static void test_split_by_unmap(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];

	memset(model, RWX, sizeof(model));
	map(0, PAGES, RWX);
	table_unmap(&table, page(700), page(701));
	model[700] = 0;
	compare(model);
	table_unmap(&table, page(1000), page(1600));
	memset(model + 1000, 0, 600);
	compare(model);
	table_unmap(&table, BASE, page(PAGES));
	memset(model, 0, sizeof(model));
	compare(model);
}

static void test_split_by_protect(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];

	memset(model, RWX, sizeof(model));
	map(0, PAGES, RWX);
	table_protect(&table, page(511), page(1025), TABLE_READ);
	memset(model + 511, TABLE_READ, 514);
	compare(model);
	table_protect(&table, page(0), page(PAGES), RW);
	memset(model, RW, sizeof(model));
	compare(model);
}

/* A hole filled again: the table that is in place is used. */
static void test_map_into_a_hole(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];

	memset(model, RWX, sizeof(model));
	map(0, PAGES, RWX);
	table_unmap(&table, page(512), page(1024));
	map(512, 1024, RW);
	memset(model + 512, RW, 512);
	compare(model);
	table_unmap(&table, page(600), page(601));
	map(600, 601, TABLE_READ);
	model[600] = TABLE_READ;
	compare(model);
}

static void test_three_levels(void **unused)
{
	(void)unused;
	static uint8_t model[PAGES];
	paddr_t pa;

	make(TABLE_GUEST, 3);
	assert_int_equal(table_limit(TABLE_GUEST), 1ull << 39);
	memset(model, RWX, sizeof(model));
	map(0, PAGES, RWX);
	compare(model);
	assert_int_equal(table_lookup(&table, 1ull << 39, &pa), 0);
	assert_int_equal(table_lookup(&table, UINT64_MAX, &pa), 0);
}

static void test_limits(void **unused)
{
	(void)unused;
	paddr_t pa;

	assert_int_equal(table_limit(TABLE_GUEST), 1ull << 48);
	assert_int_equal(table_limit(TABLE_OWN), 1ull << 48);
	assert_int_equal(table_lookup(&table, 1ull << 48, &pa), 0);
	assert_int_equal(table_lookup(&table, UINT64_MAX, &pa), 0);
}

/* Random ranges, mapped, unmapped, protected; after each the whole model. */
static void run_random(uint64_t seed, enum table_kind kind, uint32_t levels)
{
	static uint8_t model[PAGES];
	static const uint8_t rights[] = { TABLE_READ, RW,
					  TABLE_READ | TABLE_EXECUTE,
					  RW | TABLE_DEVICE };

	make(kind, levels);
	memset(model, 0, sizeof(model));
	for (uint32_t step = 0; step < 300; step++) {
		uint64_t first = sample_random(&seed) % PAGES;
		uint64_t length = 1 + sample_random(&seed) %
					      (step % 3 ? 40 : PAGES - first);
		uint64_t last = first + length > PAGES ? PAGES : first + length;
		uint8_t access = rights[sample_random(&seed) % 4];
		uint32_t what = sample_random(&seed) % 4;

		if (what == 0) {
			table_unmap(&table, page(first), page(last));
			memset(model + first, 0, last - first);
		} else if (what == 1) {
			table_protect(&table, page(first), page(last), access);
			for (uint64_t i = first; i < last; i++) {
				model[i] = model[i] ? access : 0;
			}
		} else {
			/* Map the holes of the range, one by one. */
			for (uint64_t i = first, j; i < last; i = j + 1) {
				for (j = i; j < last && !model[j]; j++) {
					model[j] = access;
				}
				if (j > i) {
					map(i, j, access);
				}
			}
		}
		compare(model);
	}
	assert_true(table.spare <= table.spare_end);
}

static void test_random(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		run_random(seed * 0x9e3779b97f4a7c15, TABLE_GUEST,
			   seed % 2 ? 4 : 3);
	}
	run_random(77, TABLE_OWN, 4);
}

/* What nobody may ask for is a broken invariant, and ends the run. */
static void map_twice(void *unused)
{
	(void)unused;
	map(0, 4, RW);
	map(3, 5, RW);
}

static void map_ragged(void *unused)
{
	(void)unused;
	table_map(&table, BASE + 1, page(1), (paddr_t){ BASE }, RW);
}

static void map_nothing(void *unused)
{
	(void)unused;
	map(0, 1, 0);
}

static void map_too_far(void *unused)
{
	(void)unused;
	table_map(&table, (1ull << 48) - ABI_PAGE_SIZE,
		  (1ull << 48) + ABI_PAGE_SIZE, (paddr_t){ 0 }, RW);
}

static void map_backwards(void *unused)
{
	(void)unused;
	table_map(&table, page(4), page(3), (paddr_t){ page(4) }, RW);
}

static void map_more_than_reserved(void *unused)
{
	(void)unused;
	for (uint64_t at = 0; at < 64; at++) {
		table_map(&table, at << 30, (at << 30) + ABI_PAGE_SIZE,
			  (paddr_t){ at << 30 }, RW);
	}
}

static void protect_to_nothing(void *unused)
{
	(void)unused;
	map(0, 1, RW);
	table_protect(&table, page(0), page(1), 0);
}

static void test_misuse(void **unused)
{
	(void)unused;
	static void (*const misuses[])(void *) = {
		map_twice,          map_ragged,    map_nothing,
		map_too_far,        map_backwards, map_more_than_reserved,
		protect_to_nothing,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(misuses); i++) {
		make(TABLE_GUEST, 4);
		assert_int_equal(fake_run(misuses[i], NULL), FAKE_OFF);
		assert_true(fake_said("nano: broken: "));
	}
}

static void test_worst_case_is_enough(void **unused)
{
	(void)unused;
	uint64_t end = page(PAGES);

	/* Every second page: the most tables that there can be. */
	sample_pool();
	table_init(&table, TABLE_GUEST, table_pages_worst(BASE, end));
	for (uint32_t i = 0; i < PAGES; i += 2) {
		map(i, i + 1, RW);
	}
	assert_true(table.spare <= table.spare_end);

	/* Ranges across the borders of all levels. */
	static const struct {
		uint64_t start, end, worst, blocks;
	} cases[] = {
		{ 0, 0x1000, 3, 4 },
		{ 0x1ff000, 0x201000, 4, 4 },
		{ 0x3ffff000, 0x40001000, 5, 5 },
		{ 0x7ffffff000, 0x8000001000, 6, 6 },
		{ 0, 0x40000000, 514, 4 },
	};
	for (uint32_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(
			table_pages_worst(cases[i].start, cases[i].end),
			cases[i].worst);
		assert_int_equal(
			table_pages_blocks(cases[i].start, cases[i].end),
			cases[i].blocks);
	}
}

static void take_too_much(void *unused)
{
	(void)unused;
	pool_take(pool_left() + 1);
}

static void look_outside(void *unused)
{
	(void)unused;
	pool_pointer((paddr_t){ SAMPLE_NANO_END });
}

static void test_pool(void **unused)
{
	(void)unused;
	uint64_t left = pool_left();
	uint8_t *page_bytes = fake_memory(SAMPLE_NANO_END - ABI_PAGE_SIZE);

	page_bytes[5] = 9; /* whatever was there before */
	paddr_t taken = pool_take(left);
	assert_int_equal(pool_left(), 0);
	assert_ptr_equal(pool_pointer(taken), fake_memory(taken.a));
	assert_int_equal(page_bytes[5], 0);
	assert_int_equal(fake_run(take_too_much, NULL), FAKE_OFF);
	assert_int_equal(fake_run(look_outside, NULL), FAKE_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_blocks, setup),
		cmocka_unit_test_setup(test_target_off_by_a_page, setup),
		cmocka_unit_test_setup(test_split_by_unmap, setup),
		cmocka_unit_test_setup(test_split_by_protect, setup),
		cmocka_unit_test_setup(test_map_into_a_hole, setup),
		cmocka_unit_test_setup(test_three_levels, setup),
		cmocka_unit_test_setup(test_limits, setup),
		cmocka_unit_test_setup(test_random, setup),
		cmocka_unit_test_setup(test_misuse, setup),
		cmocka_unit_test_setup(test_worst_case_is_enough, setup),
		cmocka_unit_test_setup(test_pool, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
