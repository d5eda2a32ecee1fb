/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One word for each physical frame. The ranges of boot_info that touch each
 * other form a segment, whose words are one array in the pool, so holes between
 * them cost nothing.
 *
 * Invariant: segments are sorted, disjoint and not adjacent; every change goes
 * through book_change(), which checks first (may fail, changes nothing) and
 * then commits (cannot fail).
 */

#include "nano/book.h"

#include "abi/hypercalls.h"
#include "common/assert.h"
#include "nano/arch.h"
#include "nano/pool.h"

static_assert(sizeof(struct book_word) == 8, "one word a frame");

#define STATE_MASK 15 /* what the word has room for */

struct rule {
	enum book_state before, after;
	uint16_t owner;
};

static const struct rule rules[BOOK_OPERATION_COUNT] = {
#define X(name, from, to, who) \
	[BOOK_##name] = { BOOK_##from, BOOK_##to, BOOK_OWNER_##who },
	BOOK_OPERATIONS(X)
#undef X
};

struct segment {
	uint64_t start, end; /* physical */
	struct book_word *words;
};

struct spinlock book_lock;
static struct segment segments[BOOT_RANGES_MAX];
static uint32_t segment_count;

void book_acquire(void) __attribute__((no_thread_safety_analysis))
{
	arch_lock(&book_lock);
}

void book_release(void) __attribute__((no_thread_safety_analysis))
{
	arch_unlock(&book_lock);
}

static uint64_t frames(uint64_t start, uint64_t end)
{
	return (end - start) / ABI_PAGE_SIZE;
}

static uint64_t pages_for(uint64_t start, uint64_t end)
{
	uint64_t bytes = frames(start, end) * sizeof(struct book_word);

	return align_up(bytes, ABI_PAGE_SIZE) / ABI_PAGE_SIZE;
}

/* Firmware reserves far more addresses than there is memory: a PC's holes
 * would fill the pool with words about nothing. */
static bool in_book(const struct boot_range *range)
{
	return range->kind != BOOT_RANGE_RESERVED;
}

uint64_t book_pages(const struct boot_info *boot)
{
	uint64_t pages = 0;

	/* At most a page too many for each range that joins another. */
	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (in_book(range)) {
			pages += pages_for(range->start, range->end);
		}
	}
	return pages;
}

void book_init(const struct boot_info *boot)
{
	segment_count = 0;
	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (!in_book(range)) {
			continue;
		}
		if (segment_count > 0 &&
		    segments[segment_count - 1].end == range->start) {
			segments[segment_count - 1].end = range->end;
			continue;
		}
		segments[segment_count].start = range->start;
		segments[segment_count].end = range->end;
		segment_count++;
	}
	for (uint32_t i = 0; i < segment_count; i++) {
		struct segment *segment = &segments[i];
		uint64_t pages = pages_for(segment->start, segment->end);

		segment->words = pool_pointer(pool_take(pages));
	}
}

/* The segment that holds `address`, or NULL. Bounded by BOOT_RANGES_MAX. */
static const struct segment *find(uint64_t address)
{
	for (uint32_t i = 0; i < segment_count; i++) {
		if (address >= segments[i].start && address < segments[i].end) {
			return &segments[i];
		}
	}
	return NULL;
}

static const struct book_word *word_of(uint64_t address)
{
	static const struct book_word absent;
	const struct segment *segment = find(address);

	return segment ? &segment->words[frames(segment->start, address)]
		       : &absent;
}

struct book_word book_read(uint64_t address)
{
	return *word_of(address);
}

enum book_state book_state(uint64_t address)
{
	return (enum book_state)word_of(address)->state;
}

uint16_t book_owner(uint64_t address)
{
	return word_of(address)->owner;
}

uint64_t book_frame_count(void)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < segment_count; i++) {
		count += frames(segments[i].start, segments[i].end);
	}
	return count;
}

static status_t check(const struct rule *rule, const struct segment *segment,
		      uint64_t start, uint64_t end)
{
	if (!is_aligned(start | end, ABI_PAGE_SIZE) || start >= end) {
		return ST_BAD_ARGUMENT;
	}
	if (!segment || end > segment->end) {
		return ST_BAD_ARGUMENT;
	}

	uint64_t first = frames(segment->start, start);
	for (uint64_t i = 0; i < frames(start, end); i++) {
		if (segment->words[first + i].state != rule->before) {
			return ST_BAD_STATE;
		}
	}
	return ST_OK;
}

static void commit(const struct rule *rule, const struct segment *segment,
		   uint64_t start, uint64_t end)
{
	uint64_t first = frames(segment->start, start);

	for (uint64_t i = 0; i < frames(start, end); i++) {
		struct book_word *word = &segment->words[first + i];

		word->state = rule->after & STATE_MASK;
		word->owner = rule->owner;
	}
}

void book_note(uint64_t address, uint64_t length, bool busy)
{
	const struct segment *segment = find(address);

	CHECK(segment && length <= ABI_RESERVATION_PAGES_MAX);
	struct book_word *word =
		&segment->words[frames(segment->start, address)];
	word->generation += length == 0;
	word->length = length & ABI_RESERVATION_PAGES_MAX;
	word->busy = busy;
}

status_t book_change(enum book_operation operation, uint64_t start,
		     uint64_t end)
{
	CHECK(operation < BOOK_OPERATION_COUNT);

	const struct segment *segment = find(start);
	status_t st = check(&rules[operation], segment, start, end);
	if (st == ST_OK) {
		commit(&rules[operation], segment, start, end);
	}
	return st;
}
