/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks on reservations: what left the kernel's world is reached no more, by
 * no size of page and no CPU, it is nobody else's, and what comes back is
 * zeroed. All of them are about a few MiB of memory that the attack kernel does
 * not use for anything else, and leave it as they found it.
 */

#include "attack.h"

#include "common/assert.h"

#define PAGE  ((uint64_t)ABI_PAGE_SIZE)
#define TRIES 100000u /* calls until a reservation is made, or ended */
#define WORD  0x6472657365727665ull /* what was in the memory before */
#define RACES 300u

uint64_t attack_area(void)
{
	for (uint32_t i = attack_boot->range_count; i-- > 0;) {
		const struct boot_range *range = &attack_boot->ranges[i];
		uint64_t end = align_down(range->end, ABI_LARGE_SIZE);

		if (range->kind == BOOT_RANGE_RAM &&
		    end >= range->start + ATTACK_AREA * ABI_LARGE_SIZE) {
			return end - ATTACK_AREA * ABI_LARGE_SIZE;
		}
	}
	CHECK(!"there is memory that nothing lies in");
	return 0;
}

/* The word at a physical address, where the kernel's window has it, which is
 * made of 2 MiB pages. */
static volatile uint64_t *in_window(uint64_t pa)
{
	return (volatile uint64_t *)(KERNEL_WINDOW + pa);
}

static struct attack_result make(uint64_t start, uint64_t size)
{
	struct attack_result got = { ST_AGAIN, 0 };

	for (uint32_t i = 0; i < TRIES && got.status == ST_AGAIN; i++) {
		got = attack_call(ABI_HYPERCALL_reservation_make, start, size);
	}
	return got;
}

/* Gives it back; false if that is not done with the pages it should have. */
static bool end(uint64_t handle, uint64_t size)
{
	struct attack_result got =
		attack_call(ABI_HYPERCALL_revoke_start, handle, 0);
	uint64_t back = 0;

	if (got.status != ST_OK) {
		return false;
	}
	do {
		got = attack_call(ABI_HYPERCALL_revoke_finish, handle, 0);
		back += got.value * PAGE;
	} while (got.status == ST_AGAIN && back < size);
	return got.status == ST_OK && back == size;
}

static bool reads(uint64_t pa, uint64_t want)
{
	attack_sink = ~want;
	return !attack_faults(attack_read_word, (uint64_t)in_window(pa)) &&
	       attack_sink == want;
}

/* Neither by pages of 4 KiB nor by the large one that it is part of. */
static bool is_gone(uint64_t pa)
{
	attack_sink = ATTACK_MARK;
	bool large = attack_refused(ABI_NANO_COUNTER_MEMORY, attack_read_word,
				    (uint64_t)in_window(pa));
	if (attack_sink != ATTACK_MARK) {
		attack_effect("read 0x%lx in reserved memory", attack_sink);
	}
	return large && attack_read_refused(pa, false) &&
	       attack_write_refused(pa, false);
}

/* --- one page of a block ------------------------------------------------------- */

static bool one_page(void)
{
	uint64_t page = attack_area() + 77 * PAGE;

	*in_window(page - PAGE) = *in_window(page) = *in_window(page + PAGE) =
		WORD;
	struct attack_result got = make(page, PAGE);
	bool good = got.status == ST_OK && is_gone(page) &&
		    reads(page - PAGE, WORD) && reads(page + PAGE, WORD);

	*in_window(page - 8) = WORD + 1;
	return good && reads(page - 8, WORD + 1) && end(got.value, PAGE) &&
	       reads(page, 0) && reads(page + PAGE, WORD);
}

bool attack_reserved(bool (*refused)(uint64_t page))
{
	uint64_t page = attack_area() + 99 * PAGE;
	struct attack_result got = make(page, PAGE);

	return got.status == ST_OK && refused(page) && end(got.value, PAGE);
}

/* --- what comes back ------------------------------------------------------------- */

static bool comes_back_empty(void)
{
	uint64_t start = attack_area() + 3 * PAGE, size = 20 * PAGE;

	for (uint64_t at = start; at < start + size; at += 8) {
		*in_window(at) = WORD;
	}
	struct attack_result got = make(start, size);
	if (got.status != ST_OK || !end(got.value, size)) {
		return false;
	}
	for (uint64_t at = start; at < start + size; at += 8) {
		if (!reads(at, 0)) {
			attack_effect("0x%lx holds 0x%lx of before", at,
				      attack_sink);
			return false;
		}
	}
	return true;
}

/* Several blocks and pieces of two more: each page is gone, and comes back. */
static bool many_pages(void)
{
	uint64_t start = attack_area() + 500 * PAGE;
	uint64_t size = ATTACK_AREA * ABI_LARGE_SIZE - 510 * PAGE;

	*in_window(start - 8) = *in_window(start + size) = WORD;
	struct attack_result got = make(start, size);
	bool good = got.status == ST_OK;
	for (uint64_t at = start; at < start + size && good; at += 37 * PAGE) {
		good = is_gone(at);
	}
	good = good && is_gone(start + size - PAGE) && reads(start - 8, WORD) &&
	       reads(start + size, WORD) && end(got.value, size);
	for (uint64_t at = start; at < start + size && good; at += PAGE) {
		good = reads(at, 0);
	}
	return good;
}

/* --- what is refused ---------------------------------------------------------------- */

static bool refused(uint64_t number, uint64_t a, uint64_t b, status_t status)
{
	const uint64_t arguments[6] = { a, b };

	return attack_call_refused(number, arguments, status);
}

static bool make_refused(uint64_t start, uint64_t size, status_t status)
{
	return refused(ABI_HYPERCALL_reservation_make, start, size, status);
}

/* The first range of registers, if the kernel was told of one. */
static bool device_refused(void)
{
	for (uint32_t i = 0; i < attack_boot->range_count; i++) {
		const struct boot_range *range = &attack_boot->ranges[i];

		if (range->kind == BOOT_RANGE_DEVICE) {
			return make_refused(range->start, PAGE, ST_BAD_STATE);
		}
	}
	return true;
}

static bool not_ours(void)
{
	uint64_t nano = attack_nano_page(), last = attack_nano_end() - PAGE;

	return make_refused(nano, PAGE, ST_BAD_STATE) &&
	       make_refused(last, PAGE, ST_BAD_STATE) &&
	       make_refused(nano - PAGE, 2 * PAGE, ST_BAD_STATE) &&
	       make_refused(last, 2 * PAGE, ST_BAD_STATE) &&
	       make_refused(nano, last + PAGE - nano, ST_BAD_STATE) &&
	       device_refused() &&
	       make_refused(1ull << 45, PAGE, ST_BAD_ARGUMENT) &&
	       !attack_faults(attack_read_word,
			      (uint64_t)in_window(nano - PAGE));
}

static bool odd_ranges(void)
{
	uint64_t start = attack_area();

	return make_refused(start, 0, ST_BAD_ARGUMENT) &&
	       make_refused(start + 1, PAGE, ST_BAD_ARGUMENT) &&
	       make_refused(start, PAGE - 1, ST_BAD_ARGUMENT) &&
	       make_refused(start, 1ull << 40, ST_BAD_ARGUMENT) &&
	       make_refused(start, -start, ST_BAD_ARGUMENT) &&
	       make_refused(-PAGE, PAGE, ST_BAD_ARGUMENT) &&
	       make_refused(-PAGE, 2 * PAGE, ST_BAD_ARGUMENT) &&
	       reads(start, *in_window(start));
}

static bool twice(void)
{
	uint64_t start = attack_area() + 16 * PAGE, size = 8 * PAGE;
	struct attack_result got = make(start, size);

	return got.status == ST_OK && make_refused(start, size, ST_BAD_STATE) &&
	       make_refused(start, PAGE, ST_BAD_STATE) &&
	       make_refused(start + PAGE, PAGE, ST_BAD_STATE) &&
	       make_refused(start - PAGE, 2 * PAGE, ST_BAD_STATE) &&
	       make_refused(start + size - PAGE, 2 * PAGE, ST_BAD_STATE) &&
	       reads(start - PAGE, *in_window(start - PAGE)) &&
	       end(got.value, size);
}

static bool is_nothing(uint64_t handle)
{
	return refused(ABI_HYPERCALL_reservation_info, handle, 0,
		       ST_NOT_FOUND) &&
	       refused(ABI_HYPERCALL_revoke_start, handle, 0, ST_NOT_FOUND) &&
	       refused(ABI_HYPERCALL_revoke_finish, handle, 0, ST_NOT_FOUND);
}

/* Given back twice, by an old name, by a name that was made up. */
static bool old_names(void)
{
	uint64_t start = attack_area() + 32 * PAGE;
	struct attack_result old = make(start, PAGE);

	if (old.status != ST_OK ||
	    !refused(ABI_HYPERCALL_revoke_finish, old.value, 0, ST_BAD_STATE) ||
	    !end(old.value, PAGE) || !is_nothing(old.value)) {
		return false;
	}
	struct attack_result got = make(start, PAGE);
	bool good = got.status == ST_OK && got.value != old.value &&
		    is_nothing(old.value);
	for (uint32_t bit = 0; bit < 64 && good; bit++) {
		good = is_nothing(got.value ^ 1ull << bit);
	}
	return good && is_gone(start) && end(got.value, PAGE);
}

static const struct attack attacks[] = {
	ATTACK("a reserved page by pages of each size", "A39", one_page),
	ATTACK("what comes back from a reservation", "A50", comes_back_empty),
	ATTACK("every page of a large reservation", "A39 A50", many_pages),
	ATTACK("reserve what is not the kernel's", "A5", not_ours),
	ATTACK("reserve what is no range", "A5", odd_ranges),
	ATTACK("reserve twice", "A39", twice),
	ATTACK("old and forged names of reservations", "A49 A50", old_names),
};

const struct attack_group attack_reserve = ATTACK_GROUP(attacks);

/* --- with a second CPU ------------------------------------------------------------- */

static uint64_t warm; /* the page that the second CPU reads all the time */
static uint32_t warmed, gone, read_on;

/* Reads until it may not any more; it must not once the first CPU knows that
 * the page is gone. */
static bool reads_on(void)
{
	for (;;) {
		uint32_t late = __atomic_load_n(&gone, __ATOMIC_ACQUIRE);

		attack_sink = ATTACK_MARK;
		if (attack_faults(attack_read_word,
				  (uint64_t)in_window(warm))) {
			return true;
		}
		if (late) {
			__atomic_store_n(&read_on, 1, __ATOMIC_RELEASE);
			return false;
		}
		__atomic_store_n(&warmed, 1, __ATOMIC_RELEASE);
	}
}

static bool warm_translation(void)
{
	bool stopped;

	warm = attack_area() + ABI_LARGE_SIZE + 5 * PAGE;
	*in_window(warm) = WORD;
	warmed = gone = read_on = 0;
	attack_second_begin(reads_on);
	if (!attack_becomes(&warmed, 1)) {
		return false;
	}
	struct attack_result got = make(warm, PAGE);
	__atomic_store_n(&gone, 1, __ATOMIC_RELEASE);
	bool ended = attack_second_end(&stopped);
	if (read_on) {
		attack_effect("the second CPU reads what is reserved");
	}
	return got.status == ST_OK && ended && stopped && end(got.value, PAGE);
}

static struct attack_result of_second; /* what the second CPU was told */
static uint32_t ready;

static bool second_makes(void)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	of_second = make(warm, 40 * PAGE);
	return true;
}

/* Both reserve the same: one has it, the other is told so. */
static bool both_at_once(void)
{
	for (uint32_t i = 0; i < RACES; i++) {
		bool ended;

		warm = attack_area() + (480 + i % 64) * PAGE;
		ready = 0;
		attack_second_begin(second_makes);
		attack_becomes(&ready, 1);
		struct attack_result own = make(warm, 40 * PAGE);
		if (!attack_second_end(&ended)) {
			return false;
		}
		if ((own.status == ST_OK) == (of_second.status == ST_OK)) {
			attack_note("round %u: %lu and %lu", i, own.status,
				    of_second.status);
			return false;
		}
		if (!end(own.status == ST_OK ? own.value : of_second.value,
			 40 * PAGE)) {
			return false;
		}
	}
	return attack_nano_answers();
}

/* The second CPU does all there is to do with the memory that the first does
 * things with. */
static bool second_meddles(void)
{
	for (uint32_t i = 0; i < 4 * RACES; i++) {
		struct attack_result got =
			attack_call(ABI_HYPERCALL_reservation_make,
				    warm + (i % 3) * (8 * PAGE), 16 * PAGE);

		attack_call(ABI_HYPERCALL_reservation_info, got.value, 1);
		attack_call(ABI_HYPERCALL_revoke_start, got.value, 0);
		while (attack_call(ABI_HYPERCALL_revoke_finish, got.value, 0)
			       .status == ST_AGAIN) {
		}
	}
	return true;
}

static bool meddling(void)
{
	bool ended;

	warm = attack_area() + 500 * PAGE;
	attack_second_begin(second_meddles);
	second_meddles();
	if (!attack_second_end(&ended)) {
		return false;
	}
	/* whatever came of it, all of it is there again */
	for (uint64_t i = 0; i < 40; i++) {
		struct attack_result got = make(warm + i * PAGE, PAGE);

		if (got.status != ST_OK || !end(got.value, PAGE) ||
		    !reads(warm + i * PAGE, 0)) {
			return false;
		}
	}
	return attack_nano_answers();
}

static const struct attack cpus[] = {
	ATTACK("a reserved page that the second CPU was just reading", "A39",
	       warm_translation),
	ATTACK("reserve the same from both at once", "A39", both_at_once),
	ATTACK("reserve and give back from both at once", "A39 A50", meddling),
};

const struct attack_group attack_reserve_cpus = ATTACK_GROUP(cpus);
