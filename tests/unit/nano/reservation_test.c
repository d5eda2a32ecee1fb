/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reservations, through nano calls, against a model that has a byte for each
 * page: whether it is the kernel's or in which reservation. What the kernel's
 * world sees is asked of its tables, and the fake machine ends the test if a
 * translation outlives its entry. Shows A39 A43 A49 A50.
 */

#include "sample.h"

#include <string.h>

#include "nano/authority.h"
#include "nano/book.h"
#include "nano/stage2.h"
#include "nano/trap.h"
#include "nano/world.h"

#define PAGE        ABI_PAGE_SIZE
#define PAGES       (FAKE_RAM_SIZE / PAGE)
#define RWX         (TABLE_READ | TABLE_WRITE | TABLE_EXECUTE)
#define STEPS_MAX   100000u
#define BLOCK       (FAKE_RAM_START + 0x2000000) /* RAM, mapped by a block */
#define KERNELS     0x4b /* what the kernel leaves in its pages */
#define SECRET      0x5e /* and what nano would have in them */
#define GIVEN_PAGES 8u   /* that revoke_finish gives back at a time */

static struct boot_info boot;
static struct cpu *cpu;
static struct trap_call last;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	if (sample_start(&boot) != FAKE_ENTERED) {
		return -1;
	}
	cpu = arch_cpu_at(0);
	return 0;
}

static status_t call(uint64_t number, uint64_t a, uint64_t b)
{
	last = (struct trap_call){ .number = number, .arguments = { a, b } };

	status_t st = trap_call(cpu, &last);
	assert_int_equal(fake_stale(), 0);
	return st;
}

static status_t make(uint64_t start, uint64_t pages)
{
	return call(ABI_HYPERCALL_reservation_make, start, pages * PAGE);
}

static uint64_t word(uint64_t handle, enum abi_reservation_word which)
{
	assert_int_equal(call(ABI_HYPERCALL_reservation_info, handle, which),
			 ST_OK);
	return last.result;
}

/* To its end, however many calls that takes. */
static uint64_t make_all(uint64_t start, uint64_t pages)
{
	uint32_t steps = 0;
	status_t st = make(start, pages);

	while (st == ST_AGAIN && steps++ < STEPS_MAX) {
		st = make(start, pages);
	}
	assert_int_equal(st, ST_OK);
	return last.result;
}

static void finish_all(uint64_t handle, uint64_t pages)
{
	status_t st;

	do {
		st = call(ABI_HYPERCALL_revoke_finish, handle, 0);
		assert_true(last.result > 0 && last.result <= GIVEN_PAGES);
		assert_true(last.result <= pages);
		pages -= last.result;
	} while (st == ST_AGAIN);
	assert_int_equal(st, ST_OK);
	assert_int_equal(pages, 0);
}

static void revoke_all(uint64_t handle, uint64_t pages)
{
	assert_int_equal(call(ABI_HYPERCALL_revoke_start, handle, 0), ST_OK);
	finish_all(handle, pages);
}

static void fill(uint64_t start, uint64_t pages, int byte)
{
	memset(fake_memory(start), byte, pages * PAGE);
}

static void expect_bytes(uint64_t start, uint64_t pages, int byte)
{
	const uint8_t *at = fake_memory(start);

	for (uint64_t i = 0; i < pages * PAGE; i++) {
		assert_int_equal(at[i], byte);
	}
}

static void expect_seen(uint64_t start, uint64_t pages, uint32_t access)
{
	for (uint64_t i = 0; i < pages; i++) {
		assert_int_equal(stage2_lookup(start + i * PAGE), access);
	}
}

/* --- one reservation ------------------------------------------------------------ */

/* Every shape there is: within a block, over its borders, a whole one, pages
 * of a block that is split already. */
static void test_away_and_back(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t start, pages;
	} shapes[] = {
		{ BLOCK, 1 },
		{ BLOCK + 7 * PAGE, 1 },
		{ BLOCK, 512 },
		{ BLOCK + 0x200000, 512 },
		{ BLOCK + 0x400000, 511 },
		{ BLOCK + 0x601000, 511 },
		{ BLOCK + 0x7ff000, 2 },
		{ BLOCK + 0x9ff000, 514 },
		{ BLOCK + 0xc00000, 1536 },
		{ SAMPLE_KERNEL + PAGE, 511 },
		{ SAMPLE_TABLES, 3 },
		{ FAKE_RAM_END - 5 * PAGE, 5 },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		uint64_t start = shapes[i].start, pages = shapes[i].pages;
		uint64_t end = start + pages * PAGE;
		bool last_one = end == FAKE_RAM_END;

		fill(start - PAGE, pages + !last_one + 1, KERNELS);
		uint64_t handle = make_all(start, pages);
		expect_seen(start, pages, 0);
		expect_seen(start - PAGE, 1, RWX);
		expect_bytes(start, pages, KERNELS); /* nobody's now */
		fill(start, pages, SECRET);

		assert_int_equal(word(handle, ABI_RESERVATION_START), start);
		assert_int_equal(word(handle, ABI_RESERVATION_SIZE),
				 pages * PAGE);
		assert_int_equal(word(handle, ABI_RESERVATION_STATE),
				 ABI_RESERVATION_IS_OPEN);
		assert_int_equal(word(handle, ABI_RESERVATION_PARENT), 0);

		revoke_all(handle, pages);
		expect_seen(start, pages, RWX);
		expect_bytes(start, pages, 0);
		expect_bytes(start - PAGE, 1, KERNELS);
		if (!last_one) {
			expect_seen(end, 1, RWX);
			expect_bytes(end, 1, KERNELS);
		}
	}
}

static void expect_refused(uint64_t start, uint64_t size, status_t want)
{
	uint64_t refused = cpu->counters[ABI_NANO_COUNTER_CALL];

	assert_int_equal(call(ABI_HYPERCALL_reservation_make, start, size),
			 want);
	assert_int_equal(last.result, 0);
	assert_int_equal(cpu->counters[ABI_NANO_COUNTER_CALL], refused + 1);
}

static void test_refused(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t start, size;
		status_t want;
	} bad[] = {
		{ BLOCK, 0, ST_BAD_ARGUMENT },
		{ BLOCK + 1, PAGE, ST_BAD_ARGUMENT },
		{ BLOCK, PAGE + 1, ST_BAD_ARGUMENT },
		{ BLOCK, 1ull << 40, ST_BAD_ARGUMENT },
		{ BLOCK, UINT64_MAX - PAGE + 1, ST_BAD_ARGUMENT },
		{ UINT64_MAX - PAGE + 1, PAGE, ST_BAD_ARGUMENT },
		{ 0, PAGE, ST_BAD_ARGUMENT },
		{ 1ull << 48, PAGE, ST_BAD_ARGUMENT },
		{ FAKE_RAM_START - PAGE, 2 * PAGE, ST_BAD_ARGUMENT },
		{ FAKE_RAM_END, PAGE, ST_BAD_ARGUMENT },
		{ FAKE_RAM_END - PAGE, 2 * PAGE, ST_BAD_ARGUMENT },
		{ SAMPLE_RESERVED, PAGE, ST_BAD_STATE },
		{ SAMPLE_NANO, PAGE, ST_BAD_STATE },
		{ SAMPLE_NANO_END - PAGE, PAGE, ST_BAD_STATE },
		{ SAMPLE_NANO - PAGE, 2 * PAGE, ST_BAD_STATE },
		{ SAMPLE_NANO_END - PAGE, 2 * PAGE, ST_BAD_STATE },
		{ FAKE_CONSOLE, PAGE, ST_BAD_STATE },
		{ FAKE_IRQ_0, PAGE, ST_BAD_STATE },
		/* what is taken already: all of it, its parts, around it */
		{ BLOCK + 0x10000, 0x4000, ST_BAD_STATE },
		{ BLOCK + 0x10000, 0x8000, ST_BAD_STATE },
		{ BLOCK + 0x10000, PAGE, ST_BAD_STATE },
		{ BLOCK + 0x11000, PAGE, ST_BAD_STATE },
		{ BLOCK + 0x13000, 0x2000, ST_BAD_STATE },
		{ BLOCK + 0xf000, 0x2000, ST_BAD_STATE },
		{ BLOCK + 0xf000, 0x8000, ST_BAD_STATE },
	};
	uint64_t handle = make_all(BLOCK + 0x10000, 4);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		status_t want = bad[i].want;

		/* firmware's is in no book, or between two of its parts */
		if (bad[i].start == SAMPLE_RESERVED) {
			want = ST_BAD_ARGUMENT;
		}
		expect_refused(bad[i].start, bad[i].size, want);
	}
	expect_seen(BLOCK, 16, RWX);
	expect_seen(BLOCK + 0x10000, 4, 0);
	expect_seen(BLOCK + 0x14000, 16, RWX);
	expect_seen(SAMPLE_NANO - PAGE, 1, RWX);
	assert_int_equal(word(handle, ABI_RESERVATION_SIZE), 4 * PAGE);
	revoke_all(handle, 4);
}

static void expect_nothing(uint64_t handle, status_t want)
{
	assert_int_equal(call(ABI_HYPERCALL_reservation_info, handle, 0), want);
	assert_int_equal(last.result, 0);
	assert_int_equal(call(ABI_HYPERCALL_revoke_finish, handle, 0), want);
	assert_int_equal(call(ABI_HYPERCALL_revoke_start, handle, 0), want);
}

static void test_handles(void **unused)
{
	(void)unused;
	uint64_t handle = make_all(BLOCK, 20);
	struct world stranger = { .id = BOOK_OWNER_KERNEL + 1 };
	struct world *self = cpu->world;
	uint64_t authority;

	for (uint32_t bit = 0; bit < 64; bit++) {
		expect_nothing(handle ^ 1ull << bit, ST_NOT_FOUND);
	}
	expect_nothing(0, ST_NOT_FOUND);
	expect_nothing(UINT64_MAX, ST_NOT_FOUND);
	expect_nothing(BLOCK, ST_NOT_FOUND);
	assert_int_equal(call(ABI_HYPERCALL_reservation_info, handle,
			      ABI_RESERVATION_WORD_COUNT),
			 ST_BAD_ARGUMENT);
	assert_int_equal(
		call(ABI_HYPERCALL_reservation_info, handle, UINT64_MAX),
		ST_BAD_ARGUMENT);

	/* in another world it names nothing, nor is the memory its own */
	assert_int_equal(
		authority_create(stranger.id, authority_all(), &authority),
		ST_OK);
	cpu->world = &stranger;
	expect_nothing(handle, ST_NOT_FOUND);
	expect_refused(BLOCK + 20 * PAGE, PAGE, ST_BAD_STATE);
	cpu->world = self;

	/* not before it is said, not twice */
	assert_int_equal(call(ABI_HYPERCALL_revoke_finish, handle, 0),
			 ST_BAD_STATE);
	assert_int_equal(call(ABI_HYPERCALL_revoke_start, handle, 0), ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_revoke_start, handle, 0),
			 ST_BAD_STATE);
	assert_int_equal(word(handle, ABI_RESERVATION_STATE),
			 ABI_RESERVATION_IS_REVOKING);
	expect_refused(BLOCK, 20 * PAGE, ST_BAD_STATE);
	expect_refused(BLOCK, 40 * PAGE, ST_BAD_STATE);
	finish_all(handle, 20);
	expect_nothing(handle, ST_NOT_FOUND);

	/* the next one there has another name */
	uint64_t next = make_all(BLOCK, 20);
	assert_int_not_equal(next, handle);
	expect_nothing(handle, ST_NOT_FOUND);
	revoke_all(next, 20);
	expect_nothing(next, ST_NOT_FOUND);
}

/* --- steps ----------------------------------------------------------------------- */

static void test_steps(void **unused)
{
	(void)unused;
	uint64_t start = BLOCK + 0x1f0000, pages = 16 + 1024 + 100;
	uint64_t handle = 0, size = 0;
	uint32_t steps = 0;

	for (status_t st = ST_AGAIN; st == ST_AGAIN; steps++) {
		st = make(start, pages);
		handle = last.result;
		uint64_t now = word(handle, ABI_RESERVATION_SIZE) / PAGE;
		assert_true(now > size && now - size <= 512);
		expect_seen(start + size * PAGE, now - size, 0);
		assert_int_equal(word(handle, ABI_RESERVATION_STATE),
				 st == ST_OK ? ABI_RESERVATION_IS_OPEN
					     : ABI_RESERVATION_IS_MAKING);
		size = now;
	}
	assert_int_equal(size, pages);
	assert_true(steps > 4);
	expect_seen(start - PAGE, 1, RWX);
	expect_seen(start + pages * PAGE, 1, RWX);

	assert_int_equal(call(ABI_HYPERCALL_revoke_start, handle, 0), ST_OK);
	while (size) {
		call(ABI_HYPERCALL_revoke_finish, handle, 0);
		expect_seen(start + (size - last.result) * PAGE, last.result,
			    RWX);
		size -= last.result;
		expect_seen(start, size, 0);
	}
}

/* It runs into nano, and stays what it was until then. */
static void test_half_made(void **unused)
{
	(void)unused;
	uint64_t start = SAMPLE_NANO - 70 * PAGE, handle = 0;

	fill(start, 70, KERNELS);
	while (make(start, 100) == ST_AGAIN) {
		handle = last.result;
	}
	assert_int_equal(last.result, 0);
	assert_int_equal(make(start, 100), ST_BAD_STATE);
	uint64_t pages = word(handle, ABI_RESERVATION_SIZE) / PAGE;
	assert_int_equal(pages, 64);
	assert_int_equal(make(start, 64), ST_BAD_ARGUMENT);
	assert_int_equal(make(start, 3), ST_BAD_ARGUMENT);
	assert_int_equal(make(start, 66), ST_OK);
	assert_int_equal(last.result, handle);
	revoke_all(handle, 66);
	expect_seen(start, 70, RWX);
	expect_bytes(start, 66, 0);
	expect_bytes(start + 66 * PAGE, 4, KERNELS);

	assert_int_equal(make(start, 70), ST_AGAIN);
	handle = last.result;
	pages = word(handle, ABI_RESERVATION_SIZE) / PAGE;
	revoke_all(handle, pages);
	assert_int_equal(make(start, 1), ST_OK);
	revoke_all(last.result, 1);
}

/* A page of every 2 MiB: each block is split, and there is a table for each;
 * again and again, because tables stay. */
static void test_worst_tables(void **unused)
{
	(void)unused;
	static uint64_t handles[PAGES];

	for (uint32_t round = 0; round < 3; round++) {
		for (uint64_t i = round; i < PAGES; i += 512) {
			uint64_t at = FAKE_RAM_START + i * PAGE;

			handles[i] = make(at, 1) == ST_OK ? last.result : 0;
			assert_true(handles[i] || (at >= SAMPLE_NANO &&
						   at < SAMPLE_NANO_END));
		}
		for (uint64_t i = round; i < PAGES; i += 512) {
			uint64_t at = FAKE_RAM_START + i * PAGE;

			if (handles[i]) {
				expect_seen(at, 1, 0);
				expect_seen(at + PAGE, 1, RWX);
				revoke_all(handles[i], 1);
				expect_seen(at, 1, RWX);
			}
		}
	}
}

/* --- against a model --------------------------------------------------------------- */

#define SLOTS 12u

static struct {
	uint64_t handle, first, pages; /* pages so far */
	uint64_t goal;
	enum abi_reservation_state state;
} slots[SLOTS]; /* pages 0: no reservation */

static uint8_t owner[PAGES]; /* 0: the kernel's; 1 + slot; NANO */
#define NANO 0xff

static uint64_t address(uint64_t page)
{
	return FAKE_RAM_START + page * PAGE;
}

static void compare(uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end && i < PAGES; i++) {
		uint32_t want = owner[i] ? 0 : RWX;

		if (stage2_lookup(address(i)) != want) {
			fail_msg("page %lu: owner %u, access %u", i, owner[i],
				 stage2_lookup(address(i)));
		}
	}
}

static bool all_ours(uint64_t first, uint64_t pages)
{
	for (uint64_t i = first; i < first + pages; i++) {
		if (i >= PAGES || owner[i]) {
			return false;
		}
	}
	return true;
}

static void try_make(uint32_t slot)
{
	uint64_t first = slots[slot].first, had = slots[slot].pages;
	status_t st = make(address(first), slots[slot].goal);

	if (st != ST_OK && st != ST_AGAIN) {
		assert_true(st == ST_BAD_STATE || st == ST_BAD_ARGUMENT);
		assert_false(all_ours(first + had, slots[slot].goal - had));
		return;
	}
	uint64_t handle = last.result;
	uint64_t now = word(handle, ABI_RESERVATION_SIZE) / PAGE;
	assert_true(now > had && now <= slots[slot].goal);
	assert_true((now == slots[slot].goal) == (st == ST_OK));
	assert_true(all_ours(first + had, now - had));
	assert_true(had == 0 || handle == slots[slot].handle);
	memset(owner + first + had, (int)slot + 1, now - had);
	fill(address(first + had), now - had, SECRET);
	slots[slot].pages = now;
	slots[slot].handle = handle;
	slots[slot].state = st == ST_OK ? ABI_RESERVATION_IS_OPEN
					: ABI_RESERVATION_IS_MAKING;
	compare(first + had, now + first);
}

static void try_finish(uint32_t slot)
{
	uint64_t first = slots[slot].first;
	status_t st = call(ABI_HYPERCALL_revoke_finish, slots[slot].handle, 0);

	if (slots[slot].state != ABI_RESERVATION_IS_REVOKING) {
		assert_int_equal(st, ST_BAD_STATE);
		return;
	}
	uint64_t back = last.result, left = slots[slot].pages - back;
	assert_int_equal(st, left ? ST_AGAIN : ST_OK);
	memset(owner + first + left, 0, back);
	expect_bytes(address(first + left), back, 0);
	compare(first + left, first + left + back);
	slots[slot].pages = left;
	if (left == 0) {
		expect_nothing(slots[slot].handle, ST_NOT_FOUND);
	}
}

static void try_revoke(uint32_t slot)
{
	status_t st = call(ABI_HYPERCALL_revoke_start, slots[slot].handle, 0);
	bool again = slots[slot].state == ABI_RESERVATION_IS_REVOKING;

	assert_int_equal(st, again ? ST_BAD_STATE : ST_OK);
	slots[slot].state = ABI_RESERVATION_IS_REVOKING;
}

/* Whoever makes one that begins there goes on with it. */
static bool is_begun(uint64_t first)
{
	for (uint32_t i = 0; i < SLOTS; i++) {
		if (slots[i].pages && slots[i].first == first &&
		    slots[i].state == ABI_RESERVATION_IS_MAKING) {
			return true;
		}
	}
	return false;
}

static void one_operation(uint64_t *seed)
{
	uint32_t slot = (uint32_t)(sample_random(seed) % SLOTS);
	uint64_t choice = sample_random(seed) % 16;

	if (slots[slot].pages == 0) {
		uint64_t size = sample_random(seed) % (choice < 4 ? 2000 : 40);

		slots[slot].first = sample_random(seed) % PAGES;
		if (choice < 8) {
			slots[slot].first &= ~511ull;
		}
		slots[slot].goal = 1 + size;
		if (slots[slot].first + slots[slot].goal <= PAGES &&
		    !is_begun(slots[slot].first)) {
			try_make(slot);
		}
	} else if (choice == 0) {
		try_revoke(slot);
	} else if (slots[slot].state == ABI_RESERVATION_IS_MAKING) {
		try_make(slot);
	} else {
		try_finish(slot);
	}
}

static void test_random(void **unused)
{
	(void)unused;
	uint64_t seed = 4711;

	memset(slots, 0, sizeof(slots));
	memset(owner, 0, sizeof(owner));
	memset(owner + (SAMPLE_NANO - FAKE_RAM_START) / PAGE, NANO,
	       (SAMPLE_NANO_END - SAMPLE_NANO) / PAGE);
	owner[(SAMPLE_RESERVED - FAKE_RAM_START) / PAGE] = NANO;
	for (uint32_t i = 0; i < 6000; i++) {
		one_operation(&seed);
		if (i % 100 == 0) {
			compare(0, PAGES);
		}
	}
	compare(0, PAGES);
}

/* --- several CPUs -------------------------------------------------------------------- */

/* At each moment in which this CPU has no lock another one makes one whole
 * call. */
static struct {
	uint64_t start, pages, handle;
	uint32_t moment, at; /* do it at the moment `at` */
	uint32_t what;
	bool inside;
	status_t st;
	uint64_t result;
} other;

static void looks_clean(void)
{
	for (uint64_t i = 0; i < other.pages; i++) {
		uint64_t at = other.start + i * PAGE;
		const uint8_t *bytes = fake_memory(at);

		if (stage2_lookup(at)) {
			assert_true(bytes[0] != SECRET &&
				    bytes[PAGE - 1] != SECRET);
		}
	}
}

static void other_cpu(void)
{
	static const uint64_t numbers[] = { ABI_HYPERCALL_reservation_make,
					    ABI_HYPERCALL_revoke_start,
					    ABI_HYPERCALL_revoke_finish,
					    ABI_HYPERCALL_reservation_info };
	struct trap_call one = { .number = numbers[other.what % 4] };

	if (other.inside) {
		return;
	}
	other.inside = true;
	looks_clean();
	if (other.moment++ == other.at) {
		bool makes = one.number == ABI_HYPERCALL_reservation_make;

		/* the whole, or a part of it */
		one.arguments[0] = makes ? other.start + other.what / 4 * PAGE
					 : other.handle;
		one.arguments[1] = makes ? other.pages * PAGE : 0;
		other.st = trap_call(arch_cpu_at(1), &one);
		other.result = one.result;
		looks_clean();
	}
	other.inside = false;
}

/* A call with another in the middle of it: what the other was told. */
static status_t with_other(uint32_t what, uint32_t at, uint64_t number,
			   uint64_t a, uint64_t b)
{
	other.what = what;
	other.at = at;
	other.moment = 0;
	other.st = ST_COUNT;
	fake.on_unlock = other_cpu;
	status_t st = call(number, a, b);
	fake.on_unlock = NULL;
	return st;
}

static bool is_answer(status_t st)
{
	return st == ST_OK || st == ST_AGAIN || st == ST_BAD_STATE ||
	       st == ST_NOT_FOUND || st == ST_COUNT || st == ST_BAD_ARGUMENT;
}

/* Whatever the two did, what is there is whole: no page of the range is both
 * the kernel's and in a reservation, and all of it comes back. */
static void clean_up(uint64_t *handles, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		status_t st = call(ABI_HYPERCALL_reservation_info, handles[i],
				   ABI_RESERVATION_SIZE);

		if (st != ST_OK || handles[i] == 0) {
			continue;
		}
		uint64_t size = last.result / PAGE;
		uint64_t start = word(handles[i], ABI_RESERVATION_START);
		expect_seen(start, size, 0);
		call(ABI_HYPERCALL_revoke_start, handles[i], 0);
		finish_all(handles[i], size);
	}
	expect_seen(other.start - 8 * PAGE, other.pages + 16, RWX);
}

static void test_in_between(void **unused)
{
	(void)unused;
	cpu_count = 2;
	arch_cpu_at(1)->world = cpu->world;
	other.pages = 40;
	other.start = BLOCK + 0x1f0000; /* over a border */
	for (uint32_t what = 0; what < 12; what++) {
		for (uint32_t at = 0; at < 6; at++) {
			uint64_t handles[4] = { 0 };

			other.handle = 0;
			status_t st = with_other(
				what, at, ABI_HYPERCALL_reservation_make,
				other.start, other.pages * PAGE);
			handles[0] = last.result;
			handles[1] = what % 4 == 0 ? other.result : 0;
			assert_true(is_answer(st) && is_answer(other.st));
			assert_true(st == ST_OK || st == ST_AGAIN ||
				    other.st == ST_OK || other.st == ST_AGAIN);

			other.handle = handles[0] ? handles[0] : handles[1];
			if (!stage2_lookup(other.start)) {
				fill(other.start, 1, SECRET);
			}
			call(ABI_HYPERCALL_revoke_start, other.handle, 0);
			st = with_other(what, at, ABI_HYPERCALL_revoke_finish,
					other.handle, 0);
			handles[2] = what % 4 == 0 ? other.result : 0;
			assert_true(is_answer(st) && is_answer(other.st));
			clean_up(handles, 4);
		}
	}
}

/* Both want the same page: one has it. */
static void test_race_for_one(void **unused)
{
	(void)unused;
	cpu_count = 2;
	arch_cpu_at(1)->world = cpu->world;
	other.start = BLOCK + 0x5000;
	other.pages = 1;
	for (uint32_t at = 0; at < 6; at++) {
		status_t st = with_other(0, at, ABI_HYPERCALL_reservation_make,
					 other.start, PAGE);
		bool first = st == ST_OK, second = other.st == ST_OK;

		if (other.st == ST_COUNT) {
			assert_true(first); /* there is no such moment */
		} else {
			assert_true(first != second);
		}
		revoke_all(first ? last.result : other.result, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_away_and_back, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_handles, setup),
		cmocka_unit_test_setup(test_steps, setup),
		cmocka_unit_test_setup(test_half_made, setup),
		cmocka_unit_test_setup(test_worst_tables, setup),
		cmocka_unit_test_setup(test_random, setup),
		cmocka_unit_test_setup(test_in_between, setup),
		cmocka_unit_test_setup(test_race_for_one, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
