/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake nano's reservations. What it has the address sanitizer keeps from the
 * kernel, so an access ends the test as it would end in a fault on a machine.
 * It takes and gives little at a time, and leaves rubbish in what it has until it
 * gives it back.
 */

#include <arch/fake.h>

#include <sanitizer/asan_interface.h>
#include <string.h>

#include "common/assert.h"

#define TAKEN   4u /* pages at a time */
#define GIVEN   2u
#define RUBBISH 0x9e
#define NAME    0x8000000000000000ull

static void *at(const struct fake_reservation *reservation, uint64_t page)
{
	return arch_window(
		(paddr_t){ reservation->start + page * ABI_PAGE_SIZE });
}

void fake_reserved_show(bool shown)
{
	for (uint32_t i = 0; i < FAKE_RESERVATIONS; i++) {
		const struct fake_reservation *one = &fake.reservations[i];

		if (one->pages == 0) {
			continue;
		}
		if (shown) {
			ASAN_UNPOISON_MEMORY_REGION(at(one, 0),
						    one->pages * ABI_PAGE_SIZE);
		} else {
			ASAN_POISON_MEMORY_REGION(at(one, 0),
						  one->pages * ABI_PAGE_SIZE);
		}
	}
}

static struct fake_reservation *find(uint64_t start, uint64_t name)
{
	for (uint32_t i = 0; i < FAKE_RESERVATIONS; i++) {
		struct fake_reservation *one = &fake.reservations[i];

		if (one->pages && (one->name == name || one->start == start)) {
			return one;
		}
	}
	return NULL;
}

static struct fake_reservation *begin(uint64_t start)
{
	for (uint32_t i = 0; i < FAKE_RESERVATIONS; i++) {
		struct fake_reservation *one = &fake.reservations[i];

		if (!one->pages) {
			*one = (struct fake_reservation){
				.start = start,
				.name = NAME | ++fake.reservation_names,
			};
			return one;
		}
	}
	CHECK(!"room for one more reservation");
	return NULL;
}

/* Nobody else has any of these pages. */
static bool is_free(uint64_t start, uint64_t pages)
{
	for (uint32_t i = 0; i < FAKE_RESERVATIONS; i++) {
		const struct fake_reservation *one = &fake.reservations[i];
		uint64_t end = one->start + one->pages * ABI_PAGE_SIZE;

		if (one->pages && one->start < start + pages * ABI_PAGE_SIZE &&
		    start < end) {
			return false;
		}
	}
	return true;
}

static struct nano_result make(uint64_t start, uint64_t size)
{
	struct fake_reservation *one = find(start, 0);

	CHECK(is_aligned(start | size, ABI_PAGE_SIZE) && size > 0);
	CHECK(!one || (!one->is_whole && !one->is_revoked));
	if (!one) {
		one = begin(start);
	}
	uint64_t left = size / ABI_PAGE_SIZE - one->pages;
	uint64_t now = left < TAKEN ? left : TAKEN;
	CHECK(left <= size / ABI_PAGE_SIZE && now > 0);
	CHECK(is_free(start + one->pages * ABI_PAGE_SIZE, now));
	memset(at(one, one->pages), RUBBISH, now * ABI_PAGE_SIZE);
	ASAN_POISON_MEMORY_REGION(at(one, one->pages), now * ABI_PAGE_SIZE);
	one->pages += now;
	one->is_whole = now == left;
	return (struct nano_result){ now == left ? ST_OK : ST_AGAIN,
				     one->name };
}

static struct nano_result finish(struct fake_reservation *one)
{
	uint64_t now = one->pages < GIVEN ? one->pages : GIVEN;
	uint8_t *back = at(one, one->pages - now);

	CHECK(one->is_revoked);
	ASAN_UNPOISON_MEMORY_REGION(back, now * ABI_PAGE_SIZE);
	for (uint64_t i = 0; i < now * ABI_PAGE_SIZE; i++) {
		CHECK(back[i] == RUBBISH);
	}
	memset(back, 0, now * ABI_PAGE_SIZE);
	one->pages -= now;
	return (struct nano_result){ one->pages ? ST_AGAIN : ST_OK, now };
}

struct nano_result fake_reservation_call(enum abi_hypercall number,
					 const uint64_t arguments[6])
{
	if (number == ABI_HYPERCALL_reservation_make) {
		return make(arguments[0], arguments[1]);
	}
	struct fake_reservation *one = find(0, arguments[0]);
	CHECK(one && arguments[1] == 0);
	if (number == ABI_HYPERCALL_revoke_finish) {
		return finish(one);
	}
	CHECK(!one->is_revoked);
	one->is_revoked = true;
	return (struct nano_result){ ST_OK, 0 };
}
