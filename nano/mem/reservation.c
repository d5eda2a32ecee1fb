/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call changes the book, then the tables, then the book: no lock is held over
 * both, so the first frame says in between that a CPU is at work, and whoever
 * else wants something of that reservation is told to come again.
 *
 * Invariant: a frame that the book does not call OUTSIDE is absent from the
 * kernel's world before the call that changed it returns, and a frame that is in
 * the kernel's world again was zeroed before.
 */

#include "nano/reservation.h"

#include "common/assert.h"
#include "nano/arch.h"
#include "nano/book.h"
#include "nano/stage2.h"

#define GIVE_PAGES 8u /* that one call zeroes and gives back */

/* A handle: this, the generation, the number of the frame. Never zero. */
#define HANDLE       (1ull << 63)
#define FRAME_BITS   40
#define HANDLE_FRAME ((1ull << FRAME_BITS) - 1)

static uint64_t handle_of(uint64_t start, struct book_word first)
{
	return HANDLE | (uint64_t)first.generation << FRAME_BITS |
	       start / ABI_PAGE_SIZE;
}

static bool is_first(struct book_word word)
{
	return word.state == BOOK_MAKING || word.state == BOOK_OPEN ||
	       word.state == BOOK_REVOKING;
}

/* The reservation of `world` with that handle: where it begins, and what the
 * book says there. NOT_FOUND; AGAIN while another CPU is at work on it. */
static status_t find(uint16_t world, uint64_t handle, uint64_t *start,
		     struct book_word *first) REQUIRES(book_lock)
{
	*start = (handle & HANDLE_FRAME) * ABI_PAGE_SIZE;
	*first = book_read(*start);
	if (!is_first(*first) || first->owner != world ||
	    handle_of(*start, *first) != handle) {
		return ST_NOT_FOUND;
	}
	return first->busy ? ST_AGAIN : ST_OK;
}

static void change(enum book_operation operation, uint64_t start, uint64_t end)
	REQUIRES(book_lock)
{
	status_t st = book_change(operation, start, end);

	CHECK(st == ST_OK);
}

/* --- making ----------------------------------------------------------------- */

/* Whether pages of [start, start + size) may leave `world`, as far as the first
 * frame tells, and where the next of them are. */
static status_t check(uint16_t world, uint64_t start, uint64_t size,
		      uint64_t *at) REQUIRES(book_lock)
{
	struct book_word first = book_read(start);
	uint64_t done = (uint64_t)first.length * ABI_PAGE_SIZE;

	if (first.state == BOOK_ABSENT) {
		return ST_BAD_ARGUMENT;
	}
	if (first.owner != world ||
	    (first.state != BOOK_OUTSIDE && first.state != BOOK_MAKING)) {
		return ST_BAD_STATE;
	}
	if (first.busy) {
		return ST_AGAIN;
	}
	*at = start + done;
	return done < size ? ST_OK : ST_BAD_ARGUMENT;
}

/* The reservation [start, at), or none yet, has what is behind it until `end`,
 * and a CPU is at work on it. */
static status_t hold(uint64_t start, uint64_t at, uint64_t end)
	REQUIRES(book_lock)
{
	uint64_t behind = at == start ? at + ABI_PAGE_SIZE : at;
	status_t st = ST_OK;

	if (behind < end) {
		st = book_change(BOOK_HOLD, behind, end);
	}
	if (st == ST_OK && at == start) {
		st = book_change(BOOK_BEGIN, start, start + ABI_PAGE_SIZE);
		CHECK(st == ST_OK);
	}
	if (st == ST_OK) {
		book_note(start, (end - start) / ABI_PAGE_SIZE, true);
	}
	return st;
}

status_t reservation_make(uint16_t world, uint64_t start, uint64_t size,
			  uint64_t *handle)
{
	uint64_t at = 0, end = 0;

	if (!is_aligned(start | size, ABI_PAGE_SIZE) || size == 0 ||
	    size / ABI_PAGE_SIZE > ABI_RESERVATION_PAGES_MAX ||
	    start > UINT64_MAX - size) {
		return ST_BAD_ARGUMENT;
	}

	book_acquire();
	status_t st = check(world, start, size, &at);
	if (st == ST_OK) {
		end = at + stage2_step(at, start + size);
		st = hold(start, at, end);
	}
	book_release();
	if (st != ST_OK) {
		return st;
	}

	stage2_take(at, end);

	book_acquire();
	book_note(start, (end - start) / ABI_PAGE_SIZE, false);
	if (end == start + size) {
		change(BOOK_COMPLETE, start, start + ABI_PAGE_SIZE);
	}
	*handle = handle_of(start, book_read(start));
	book_release();
	return end == start + size ? ST_OK : ST_AGAIN;
}

/* --- what it is --------------------------------------------------------------- */

static uint64_t state_of(struct book_word first)
{
	switch (first.state) {
	case BOOK_MAKING:
		return ABI_RESERVATION_IS_MAKING;
	case BOOK_OPEN:
		return ABI_RESERVATION_IS_OPEN;
	default:
		return ABI_RESERVATION_IS_REVOKING;
	}
}

status_t reservation_info(uint16_t world, uint64_t handle, uint64_t which,
			  uint64_t *word)
{
	struct book_word first;
	uint64_t start;

	if (which >= ABI_RESERVATION_WORD_COUNT) {
		return ST_BAD_ARGUMENT;
	}
	book_acquire();
	status_t st = find(world, handle, &start, &first);
	book_release();
	if (st != ST_OK) {
		return st;
	}

	const uint64_t words[ABI_RESERVATION_WORD_COUNT] = {
		[ABI_RESERVATION_START] = start,
		[ABI_RESERVATION_SIZE] = (uint64_t)first.length * ABI_PAGE_SIZE,
		[ABI_RESERVATION_STATE] = state_of(first),
	};
	*word = words[which];
	return ST_OK;
}

/* --- giving back --------------------------------------------------------------- */

status_t reservation_revoke(uint16_t world, uint64_t handle)
{
	struct book_word first;
	uint64_t start;

	book_acquire();
	status_t st = find(world, handle, &start, &first);
	if (st == ST_OK && first.state == BOOK_REVOKING) {
		st = ST_BAD_STATE;
	}
	if (st == ST_OK) {
		change(first.state == BOOK_OPEN ? BOOK_REVOKE : BOOK_ABANDON,
		       start, start + ABI_PAGE_SIZE);
	}
	book_release();
	return st;
}

/* The frames [from, end), the last of the reservation, are the kernel's again. */
static void let_go(uint64_t start, uint64_t from, uint64_t end)
	REQUIRES(book_lock)
{
	uint64_t behind = from == start ? from + ABI_PAGE_SIZE : from;

	if (behind < end) {
		change(BOOK_RETURN, behind, end);
	}
	if (from == start) {
		change(BOOK_END, start, start + ABI_PAGE_SIZE);
	}
}

status_t reservation_finish(uint16_t world, uint64_t handle, uint64_t *pages)
{
	struct book_word first;
	uint64_t start;

	book_acquire();
	status_t st = find(world, handle, &start, &first);
	if (st == ST_OK && first.state != BOOK_REVOKING) {
		st = ST_BAD_STATE;
	}
	if (st == ST_OK) {
		book_note(start, first.length, true);
	}
	book_release();
	if (st != ST_OK) {
		return st;
	}

	uint64_t count = first.length < GIVE_PAGES ? first.length : GIVE_PAGES;
	uint64_t left = first.length - count;
	uint64_t from = start + left * ABI_PAGE_SIZE;
	uint64_t end = from + count * ABI_PAGE_SIZE;
	arch_wipe((paddr_t){ from }, end - from);
	stage2_give(from, end);

	book_acquire();
	let_go(start, from, end);
	book_note(start, left, false);
	book_release();
	*pages = count;
	return left == 0 ? ST_OK : ST_AGAIN;
}
