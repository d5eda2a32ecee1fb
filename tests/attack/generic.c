/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks that need nothing of a machine but memory and nano calls. An effect of
 * a call is never its status but what it changed or told.
 */

#include "attack.h"

#include "common/assert.h"

/* The hole is where nothing of ours is: not the image, not the tables. */
static bool hand_over_hides_nano(void)
{
	const struct boot_info *boot = attack_boot;

	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].kind == BOOT_RANGE_NANO ||
		    boot->ranges[i].kind == BOOT_RANGE_BOOT ||
		    boot->ranges[i].kind == BOOT_RANGE_RESERVED) {
			return false;
		}
	}
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_NANO) {
			return false;
		}
	}
	if (boot->nano_root != 0 || boot->nano_pool_start != 0) {
		attack_effect(
			"nano's page tables are at 0x%lx, its pool at 0x%lx",
			boot->nano_root, boot->nano_pool_start);
	}
	return boot->nano_root == 0 && boot->nano_pool_start == 0 &&
	       boot->nano_pool_end == 0 && boot->power_kind == 0;
}

static bool read_first_page(void)
{
	return attack_read_refused(attack_nano_page(), false);
}

static bool write_first_page(void)
{
	return attack_write_refused(attack_nano_page(), false);
}

/* The last page of every 2 MiB, in case a block was mapped by mistake. */
static bool read_all_of_nano(void)
{
	uint64_t start = attack_nano_page(), end = attack_nano_end();

	for (uint64_t at = start; at < end; at += ABI_LARGE_SIZE) {
		uint64_t page = at + ABI_LARGE_SIZE - ABI_PAGE_SIZE;

		if (!attack_read_refused(page, false)) {
			return false;
		}
	}
	return end > start;
}

static bool beyond_memory(void)
{
	return attack_read_refused(1ull << 38, false);
}

/* Numbers whose low bits are those of a call, then all around the table. */
static bool unknown_numbers(void)
{
	static const uint64_t none[6];

	if (!attack_call_refused(1ull << 63 | ABI_HYPERCALL_counter, none,
				 ST_BAD_CALL) ||
	    !attack_call_refused(1ull << 32, none, ST_BAD_CALL) ||
	    !attack_call_refused(UINT64_MAX, none, ST_BAD_CALL)) {
		return false;
	}
	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT + 8; n++) {
		struct attack_result reach =
			attack_call(ABI_HYPERCALL_interface_query,
				    attack_boot->authority, n);

		if (n != ABI_HYPERCALL_null && reach.value == 0 &&
		    !attack_call_refused(n, none, ST_BAD_CALL)) {
			return false;
		}
	}
	return true;
}

static const struct {
	uint64_t number;
	uint32_t arguments;
	bool built;
} calls[] = {
#define BUILT(number, name, count, text) { number, count, true },
#define LATER(number, name, count, text) { number, count, false },
	ABI_HYPERCALLS(BUILT, LATER)
#undef BUILT
#undef LATER
};

static bool unused_arguments(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].number == ABI_HYPERCALL_null) {
			continue;
		}
		for (uint32_t j = calls[i].arguments; j < 6; j++) {
			uint64_t arguments[6] = { 0 };

			arguments[j] = 1ull << 63;
			if (!attack_call_refused(calls[i].number, arguments,
						 ST_BAD_ARGUMENT)) {
				return false;
			}
		}
	}
	return true;
}

/* Calls of a later version say so and do nothing, whatever they are given. */
static bool later_calls(void)
{
	uint64_t tried = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
		uint64_t arguments[6] = { 0 };

		for (uint32_t j = 0; j < calls[i].arguments; j++) {
			arguments[j] = attack_nano_page();
		}
		if (!calls[i].built) {
			tried++;
			if (!attack_call_refused(calls[i].number, arguments,
						 ST_NOT_BUILT)) {
				return false;
			}
		}
	}
	return tried > 0;
}

static bool bad_arguments(void)
{
	static const uint64_t lengths[] = { 0, 41, 1ull << 32 };

	for (uint32_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint64_t arguments[6] = { lengths[i] };

		if (!attack_call_refused(ABI_HYPERCALL_console_write, arguments,
					 ST_BAD_ARGUMENT)) {
			return false;
		}
	}

	const uint64_t status[6] = { 256 };
	const uint64_t counter[6] = { ABI_NANO_COUNTER_COUNT };
	return attack_call_refused(ABI_HYPERCALL_power_off, status,
				   ST_BAD_ARGUMENT) &&
	       attack_call_refused(ABI_HYPERCALL_counter, counter,
				   ST_BAD_ARGUMENT);
}

static bool forged_authorities(void)
{
	uint64_t real = attack_boot->authority;
	uint64_t forged[] = { 0,
			      real ^ 1ull << 63,
			      real + (1ull << 8),
			      real - (1ull << 8),
			      real + 1,
			      real ^ 0xff,
			      UINT64_MAX };

	for (uint32_t i = 0; i < ARRAY_SIZE(forged); i++) {
		const uint64_t arguments[6] = { forged[i],
						ABI_HYPERCALL_counter };

		if (!attack_call_refused(ABI_HYPERCALL_interface_query,
					 arguments, ST_NOT_FOUND) ||
		    !attack_call_refused(ABI_HYPERCALL_interface_derive,
					 arguments, ST_NOT_FOUND)) {
			return false;
		}
	}
	return true;
}

static struct attack_result derive(uint64_t origin, uint64_t mask0,
				   uint64_t mask1)
{
	const uint64_t arguments[6] = { origin, mask0, mask1 };

	return attack_call_all(ABI_HYPERCALL_interface_derive, arguments);
}

/* Derive with fewer bits, then ask the result for more. */
static bool derived_never_more(void)
{
	const uint64_t high = ABI_HYPERCALL_key;
	struct attack_result less =
		derive(attack_boot->authority, 1ull << ABI_HYPERCALL_counter,
		       1ull << (high - 64));
	struct attack_result more = derive(less.value, UINT64_MAX, UINT64_MAX);

	if (less.status != ST_OK || more.status != ST_OK) {
		return false;
	}
	for (uint64_t n = 0; n < 2 * ABI_HYPERCALL_LIMIT; n++) {
		struct attack_result query = attack_call(
			ABI_HYPERCALL_interface_query, more.value, n);
		uint64_t want = n == ABI_HYPERCALL_counter || n == high ? n : 0;

		if (query.value != want && query.value != 0) {
			attack_effect(
				"an authority that had not call %lu has it", n);
		}
		if (query.status != ST_OK || query.value != want) {
			return false;
		}
	}
	return true;
}

/* Uses up every authority; nano must say so and go on. */
static bool authorities_run_out(void)
{
	struct attack_result got = { ST_OK, 0 };
	uint32_t count = 0;

	while (got.status == ST_OK && count < 1000) {
		got = derive(attack_boot->authority, UINT64_MAX, UINT64_MAX);
		count++;
	}
	return got.status == ST_LIMIT && got.value == 0 &&
	       attack_nano_answers();
}

/* Last of all, because it cannot be undone. */
static bool restricted_for_ever(void)
{
	uint64_t keep = 1ull << ABI_HYPERCALL_counter |
			1ull << ABI_HYPERCALL_console_write |
			1ull << ABI_HYPERCALL_power_off |
			1ull << ABI_HYPERCALL_interface_query |
			1ull << ABI_HYPERCALL_interface_restrict;
	const uint64_t widen[6] = { attack_boot->authority, UINT64_MAX };
	static const uint64_t none[6];

	if (attack_call(ABI_HYPERCALL_interface_restrict, keep, 0).status !=
	    ST_OK) {
		return false;
	}
	attack_call(ABI_HYPERCALL_interface_restrict, UINT64_MAX, UINT64_MAX);
	return attack_call_refused(ABI_HYPERCALL_interface_derive, widen,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_operational, none,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_reservation_first, none,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_random, none, ST_DENIED) &&
	       attack_call(ABI_HYPERCALL_interface_query,
			   attack_boot->authority, ABI_HYPERCALL_operational)
			       .value == 0;
}

/* After it nothing of nano's can be asked any more. */
static bool counters_given_up(void)
{
	uint64_t keep = 1ull << ABI_HYPERCALL_console_write |
			1ull << ABI_HYPERCALL_power_off |
			1ull << ABI_HYPERCALL_interface_restrict;

	attack_call(ABI_HYPERCALL_interface_restrict, keep, 0);
	attack_call(ABI_HYPERCALL_interface_restrict, UINT64_MAX, UINT64_MAX);

	struct attack_result got =
		attack_call(ABI_HYPERCALL_counter, ABI_NANO_COUNTER_EXITS, 0);
	if (got.value != 0) {
		attack_effect("a counter that was given up says %lu",
			      got.value);
	}
	return got.status == ST_DENIED && got.value == 0;
}

static const struct attack generic[] = {
	ATTACK("what nano hands over does not name nano", "A1",
	       hand_over_hides_nano),
	ATTACK("read nano's first page", "A1", read_first_page),
	ATTACK("write nano's first page", "A1", write_first_page),
	ATTACK("read every block of nano's range", "A1", read_all_of_nano),
	ATTACK("read beyond all memory", "A1", beyond_memory),
	ATTACK("call numbers that do not exist", "A5", unknown_numbers),
	ATTACK("arguments that a call does not have", "A5", unused_arguments),
	ATTACK("calls of a later version", "A5", later_calls),
	ATTACK("arguments out of range", "A5", bad_arguments),
	ATTACK("forged authorities", "A14 A16", forged_authorities),
	ATTACK("derive more than the origin has", "A14 A16",
	       derived_never_more),
};

static const struct attack last[] = {
	ATTACK("use up every authority", "A14 A16", authorities_run_out),
	ATTACK("win a restricted authority back", "A14 A16",
	       restricted_for_ever),
	ATTACK("ask what one may not ask any more", "A14 A16",
	       counters_given_up),
};

const struct attack_group attack_generic = ATTACK_GROUP(generic);
const struct attack_group attack_last = ATTACK_GROUP(last);
