/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots, untyped memory and pools: what was reserved can be taken to the last
 * page, and a refusal changes nothing. Shows D19 E53 E55.
 */

#include "core/alloc.h"

#include "core/space.h"
#include "world.h"

#define PAGE ABI_PAGE_SIZE

static struct pool_need pages(uint64_t count)
{
	return (struct pool_need){ .pages = count };
}

static status_t reserve(struct pool *pool, struct pool_need need)
{
	return pool_reserve(pool, &need);
}

static void take_pages(struct pool *pool, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct slot *slot =
			world_cap(pool_take(pool, ABI_TYPE_FRAME, 0));
		assert_non_null(slot);
		assert_int_equal(slot->type, ABI_TYPE_FRAME);
	}
}

static void test_slot_addresses(void **unused)
{
	(void)unused;
	struct slot_run root = slot_take(2);

	assert_int_equal(root.node, CORE_SLOT_CAPNODE);
	assert_int_equal(slot_address(&root, 1), root.first + 1);
	struct slot_run deep = { .node = 104, .first = 5, .count = 2 };
	assert_int_equal(slot_address(&deep, 0),
			 104 | 6ull << CORE_CAPNODE_BITS);
}

/* The quota is exact: every page of it can be had, and not one more. */
static void test_quota_is_exact(void **unused)
{
	(void)unused;
	for (uint64_t quota = 0; quota < 70; quota++) {
		struct pool pool = { .quota = quota * PAGE };
		assert_int_equal(reserve(&pool, pages(quota + 1)), ST_LIMIT);
		assert_int_equal(pool.charged, 0);
		assert_int_equal(reserve(&pool, pages(quota)), ST_OK);
		assert_int_equal(pool.charged, 0);
		take_pages(&pool, quota);
		assert_int_equal(pool.charged, quota * PAGE);
		assert_int_equal(reserve(&pool, pages(1)), ST_LIMIT);
		assert_int_equal(reserve(&pool, pages(0)), ST_OK);
	}
}

static void test_one_by_one(void **unused)
{
	(void)unused;
	struct pool pool = { .quota = 37 * PAGE };

	for (uint32_t i = 0; i < 37; i++) {
		assert_int_equal(reserve(&pool, pages(1)), ST_OK);
		take_pages(&pool, 1);
		assert_true(pool.charged <= pool.quota);
	}
	assert_int_equal(reserve(&pool, pages(1)), ST_LIMIT);
}

static void test_small_objects_share(void **unused)
{
	(void)unused;
	struct pool pool = { .quota = 2 * PAGE };
	struct pool_need need = {
		.small_bytes =
			(1u << ABI_THREAD_BITS) + (2u << ABI_ENDPOINT_BITS),
		.small_count = 3,
	};

	assert_int_equal(reserve(&pool, need), ST_OK);
	pool_take(&pool, ABI_TYPE_THREAD, 0);
	pool_take(&pool, ABI_TYPE_ENDPOINT, 0);
	pool_take(&pool, ABI_TYPE_REPLY, 0);
	assert_int_equal(pool.charged, PAGE);
	need = (struct pool_need){ .small_bytes = 64, .small_count = 1 };
	for (uint32_t i = 3; i < SLOT_RUN_MAX; i++) {
		assert_int_equal(reserve(&pool, need), ST_OK);
		pool_take(&pool, ABI_TYPE_ENDPOINT, 0);
		assert_int_equal(pool.charged, PAGE);
	}
	assert_int_equal(reserve(&pool, need), ST_OK);
	pool_take(&pool, ABI_TYPE_ENDPOINT, 0);
	assert_int_equal(pool.charged, 2 * PAGE);
}

static void test_large_objects(void **unused)
{
	(void)unused;
	struct pool pool = { .quota = (2 + 64 + 3) * PAGE };
	struct pool_need need = {
		.large_bytes = (1u << ABI_VSPACE_BITS) + 64 * PAGE,
		.large_count = 2,
		.pages = 3,
	};

	assert_int_equal(reserve(&pool, need), ST_OK);
	pool_take(&pool, ABI_TYPE_VSPACE, 0);
	pool_take(&pool, ABI_TYPE_CAPNODE, 12);
	take_pages(&pool, 3);
	assert_int_equal(pool.charged, pool.quota);
	need.pages++;
	pool = (struct pool){ .quota = pool.quota };
	assert_int_equal(reserve(&pool, need), ST_LIMIT);
}

/* To the end of the machine's memory: whatever reserve allows can be taken, and
 * then it says NO_MEMORY without a change. */
static void test_all_memory(void **unused)
{
	(void)unused;
	struct pool pool = { .quota = 1ull << 46 };
	uint64_t count = 0;

	while (reserve(&pool, pages(7)) == ST_OK) {
		take_pages(&pool, 7);
		count += 7;
	}
	assert_int_equal(reserve(&pool, pages(17)), ST_NO_MEMORY);
	assert_in_range(count * PAGE, 8 << 20, 14 << 20);
	uint64_t calls = world_calls;
	assert_int_equal(reserve(&pool, pages(1ull << 20)), ST_NO_MEMORY);
	assert_int_equal(reserve(&pool, pages(1ull << 28)), ST_NO_MEMORY);
	assert_int_equal(world_calls, calls);
}

/* More capabilities than core's own CapNode has slots. */
static void test_slots_grow(void **unused)
{
	(void)unused;
	uint32_t taken = 0;
	uint64_t deep = 0;

	while (slot_ensure(1) && taken < 2u << CORE_CAPNODE_BITS) {
		struct slot_run run = slot_take(SLOT_RUN_MAX);
		deep = slot_address(&run, SLOT_RUN_MAX - 1);
		assert_null(world_cap(deep));
		taken += SLOT_RUN_MAX;
	}
	assert_true(taken >= 2u << CORE_CAPNODE_BITS);
	assert_true(deep >> CORE_CAPNODE_BITS);
	struct pool pool = { .quota = 4 * PAGE };
	assert_int_equal(reserve(&pool, pages(4)), ST_OK);
	take_pages(&pool, 4);
}

/* More runs than any node can hold: refused, and the next one still works. */
static void test_slots_end(void **unused)
{
	(void)unused;
	assert_false(slot_ensure(1ull << 40));
	assert_true(slot_ensure(1));
	slot_take(SLOT_RUN_MAX);
}

static void test_table_count(void **unused)
{
	const uint64_t gib = 1ull << 30, large = ABI_LARGE_SIZE;

	(void)unused;
	assert_int_equal(space_table_count(0, large, large + PAGE), 3);
	assert_int_equal(
		space_table_count(large + PAGE, large + 2 * PAGE, 2 * large),
		0);
	assert_int_equal(space_table_count(2 * large, 2 * large, 3 * large), 1);
	assert_int_equal(
		space_table_count(large, 2 * large - PAGE, 2 * large + PAGE),
		2);
	assert_int_equal(space_table_count(large, gib, 2 * gib), 1 + 512);
	assert_int_equal(space_table_count(large, 512 * gib, 512 * gib + PAGE),
			 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_slot_addresses, world_boot),
		cmocka_unit_test_setup(test_quota_is_exact, world_boot),
		cmocka_unit_test_setup(test_one_by_one, world_boot),
		cmocka_unit_test_setup(test_small_objects_share, world_boot),
		cmocka_unit_test_setup(test_large_objects, world_boot),
		cmocka_unit_test_setup(test_all_memory, world_boot),
		cmocka_unit_test_setup(test_slots_grow, world_boot),
		cmocka_unit_test_setup(test_slots_end, world_boot),
		cmocka_unit_test(test_table_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
