/* SPDX-License-Identifier: Apache-2.0 */
/* Every state against every operation; ranges that are not in the book; and
 * that a refused change changes nothing. */

#include "sample.h"

#include "nano/book.h"
#include "nano/pool.h"

/* A copy of the specification, written by hand: what each operation does to a
 * frame in its one right state. */
static const struct {
	enum book_state before, after;
	uint16_t owner;
} want[BOOK_OPERATION_COUNT] = {
	[BOOK_ADD_NANO] = { BOOK_ABSENT, BOOK_NANO, BOOK_OWNER_NANO },
	[BOOK_ADD_DIRTY] = { BOOK_ABSENT, BOOK_DIRTY, BOOK_OWNER_NANO },
	[BOOK_ADD_OUTSIDE] = { BOOK_ABSENT, BOOK_OUTSIDE, BOOK_OWNER_KERNEL },
	[BOOK_ADD_DEVICE] = { BOOK_ABSENT, BOOK_DEVICE, BOOK_OWNER_KERNEL },
	[BOOK_RELEASE] = { BOOK_DIRTY, BOOK_OUTSIDE, BOOK_OWNER_KERNEL },
	[BOOK_BEGIN] = { BOOK_OUTSIDE, BOOK_MAKING, BOOK_OWNER_KERNEL },
	[BOOK_HOLD] = { BOOK_OUTSIDE, BOOK_HELD, BOOK_OWNER_KERNEL },
	[BOOK_COMPLETE] = { BOOK_MAKING, BOOK_OPEN, BOOK_OWNER_KERNEL },
	[BOOK_REVOKE] = { BOOK_OPEN, BOOK_REVOKING, BOOK_OWNER_KERNEL },
	[BOOK_ABANDON] = { BOOK_MAKING, BOOK_REVOKING, BOOK_OWNER_KERNEL },
	[BOOK_RETURN] = { BOOK_HELD, BOOK_OUTSIDE, BOOK_OWNER_KERNEL },
	[BOOK_END] = { BOOK_REVOKING, BOOK_OUTSIDE, BOOK_OWNER_KERNEL },
};

/* How a frame gets into each state. */
#define WAY_MAX 3
static const struct {
	uint32_t count;
	enum book_operation operations[WAY_MAX];
} way_to[BOOK_STATE_COUNT] = {
	[BOOK_NANO] = { 1, { BOOK_ADD_NANO } },
	[BOOK_DIRTY] = { 1, { BOOK_ADD_DIRTY } },
	[BOOK_OUTSIDE] = { 1, { BOOK_ADD_OUTSIDE } },
	[BOOK_DEVICE] = { 1, { BOOK_ADD_DEVICE } },
	[BOOK_MAKING] = { 2, { BOOK_ADD_OUTSIDE, BOOK_BEGIN } },
	[BOOK_OPEN] = { 3, { BOOK_ADD_OUTSIDE, BOOK_BEGIN, BOOK_COMPLETE } },
	[BOOK_REVOKING] = { 3, { BOOK_ADD_OUTSIDE, BOOK_BEGIN, BOOK_ABANDON } },
	[BOOK_HELD] = { 2, { BOOK_ADD_OUTSIDE, BOOK_HOLD } },
};

static struct boot_info boot;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	sample_pool();
	book_init(&boot);
	return 0;
}

static status_t change(enum book_operation operation, uint64_t start,
		       uint64_t end)
{
	book_acquire();
	status_t st = book_change(operation, start, end);
	book_release();
	return st;
}

static void expect(uint64_t address, enum book_state state, uint16_t owner)
{
	book_acquire();
	assert_int_equal(book_state(address), state);
	assert_int_equal(book_owner(address), owner);
	book_release();
}

static void test_every_state_and_operation(void **unused)
{
	(void)unused;
	uint64_t at = SAMPLE_RAM_2;

	for (uint32_t state = 0; state < BOOK_STATE_COUNT; state++) {
		for (uint32_t op = 0; op < BOOK_OPERATION_COUNT; op++) {
			uint64_t page = at, end = at + ABI_PAGE_SIZE;
			uint16_t owner = BOOK_OWNER_NOBODY;

			at = end;
			for (uint32_t i = 0; i < way_to[state].count; i++) {
				enum book_operation way =
					way_to[state].operations[i];

				assert_int_equal(change(way, page, end), ST_OK);
				owner = want[way].owner;
			}

			status_t st =
				change((enum book_operation)op, page, end);
			if (want[op].before == state) {
				assert_int_equal(st, ST_OK);
				expect(page, want[op].after, want[op].owner);
			} else {
				assert_int_equal(st, ST_BAD_STATE);
				expect(page, (enum book_state)state, owner);
			}
		}
	}
}

static void test_all_or_nothing(void **unused)
{
	(void)unused;
	uint64_t start = SAMPLE_RAM_1, odd = start + 7 * ABI_PAGE_SIZE;

	assert_int_equal(change(BOOK_ADD_DEVICE, odd, odd + ABI_PAGE_SIZE),
			 ST_OK);
	assert_int_equal(change(BOOK_ADD_OUTSIDE, start, SAMPLE_NANO),
			 ST_BAD_STATE);
	expect(start, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(odd - 1, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(odd, BOOK_DEVICE, BOOK_OWNER_KERNEL);
	expect(SAMPLE_NANO - 1, BOOK_ABSENT, BOOK_OWNER_NOBODY);
}

static void test_bad_ranges(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t start, end;
	} bad[] = {
		{ SAMPLE_RAM_1, SAMPLE_RAM_1 },
		{ SAMPLE_RAM_1 + 0x1000, SAMPLE_RAM_1 },
		{ SAMPLE_RAM_1 + 1, SAMPLE_RAM_1 + 0x1000 },
		{ SAMPLE_RAM_1, SAMPLE_RAM_1 + 0xfff },
		{ FAKE_RAM_START - 0x1000, FAKE_RAM_START },
		{ FAKE_RAM_START - 0x1000, FAKE_RAM_START + 0x1000 },
		{ FAKE_RAM_END, FAKE_RAM_END + 0x1000 },
		{ FAKE_RAM_END - 0x1000, FAKE_RAM_END + 0x1000 },
		{ 0, 0x1000 },
		{ UINT64_MAX - 0xfff, 0 },
		{ SAMPLE_RAM_1, UINT64_MAX - 0xfff },
		/* from one segment into the next */
		{ FAKE_IRQ_0 + 0xf000, FAKE_CONSOLE + 0x1000 },
		/* over what firmware reserves, which the book leaves out */
		{ SAMPLE_RESERVED, SAMPLE_RAM_2 },
		{ SAMPLE_RESERVED - 0x1000, SAMPLE_RAM_2 + 0x1000 },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			change(BOOK_ADD_OUTSIDE, bad[i].start, bad[i].end),
			ST_BAD_ARGUMENT);
	}
	for (uint64_t at = FAKE_RAM_START; at < FAKE_RAM_END;
	     at += ABI_PAGE_SIZE) {
		expect(at, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	}
}

/* Ranges that touch are one segment; holes between take no room. */
static void test_segments(void **unused)
{
	(void)unused;
	uint64_t devices = 0x10 + 0x10 + 1, reserved = 1;

	assert_int_equal(book_frame_count(),
			 FAKE_RAM_SIZE / ABI_PAGE_SIZE + devices - reserved);
	assert_int_equal(
		change(BOOK_ADD_OUTSIDE, FAKE_RAM_START, SAMPLE_RESERVED),
		ST_OK);
	assert_int_equal(change(BOOK_ADD_OUTSIDE, SAMPLE_RAM_2, FAKE_RAM_END),
			 ST_OK);
	expect(FAKE_IRQ_0 + 0x10000, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(SAMPLE_RESERVED, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(SAMPLE_RESERVED - 1, BOOK_OUTSIDE, BOOK_OWNER_KERNEL);
	expect(FAKE_RAM_END, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(UINT64_MAX, BOOK_ABSENT, BOOK_OWNER_NOBODY);
	expect(FAKE_RAM_END - 1, BOOK_OUTSIDE, BOOK_OWNER_KERNEL);
}

/* The pages it says it takes are enough for the most broken-up memory. */
static void test_pages_for_many_ranges(void **unused)
{
	(void)unused;
	boot.range_count = 0;
	for (uint32_t i = 0; i < BOOT_RANGES_MAX; i++) {
		boot.ranges[boot.range_count++] = (struct boot_range){
			.start = FAKE_RAM_START + i * 0x100000ull,
			.end = FAKE_RAM_START + i * 0x100000ull + 0x81000,
			.kind = BOOT_RANGE_RAM,
		};
	}
	sample_pool();
	uint64_t before = pool_left(), most = book_pages(&boot);
	book_init(&boot);
	assert_true(before - pool_left() <= most);
	assert_int_equal(book_frame_count(), 64 * 0x81);
}

/* An operation over a word that is not one of them is a broken invariant. */
static void use_bad_operation(void *unused)
{
	(void)unused;
	change(BOOK_OPERATION_COUNT, SAMPLE_RAM_1, SAMPLE_NANO);
}

static void test_unknown_operation(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(use_bad_operation, NULL), FAKE_OFF);
	assert_true(fake_said("nano: broken: operation <"));
	assert_true(fake_said("tessera: off status=126\n"));
	book_lock.held = 0; /* the run ended with it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_state_and_operation, setup),
		cmocka_unit_test_setup(test_all_or_nothing, setup),
		cmocka_unit_test_setup(test_bad_ranges, setup),
		cmocka_unit_test_setup(test_segments, setup),
		cmocka_unit_test_setup(test_pages_for_many_ranges, setup),
		cmocka_unit_test_setup(test_unknown_operation, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
