/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The book: what every physical frame that boot told of is used for, and by
 * whom. It decides what the kernel's world may see (nano/stage2.h).
 */

#include "abi/boot_info.h"
#include "abi/status.h"
#include "common/assert.h"
#include "common/lock.h"
#include "common/types.h"

/* X(NAME, text) */
#define BOOK_STATES(X)                                           \
	X(ABSENT, "no memory, or nobody's: the firmware's")      \
	X(NANO, "nano's own")                                    \
	X(DIRTY, "was boot's and is not yet wiped")              \
	X(OUTSIDE, "the kernel's world has it")                  \
	X(DEVICE, "registers that the kernel's world may reach") \
	X(MAKING, "begins a reservation that is not whole yet")  \
	X(OPEN, "begins a reservation")                          \
	X(REVOKING, "begins a reservation on its way back")      \
	X(HELD, "in a reservation, behind its first frame")

enum book_state {
#define X(name, text) BOOK_##name,
	BOOK_STATES(X)
#undef X
		BOOK_STATE_COUNT
};

/* The table of transitions: X(OPERATION, state before, state after, owner
 * after). It is the specification; a frame changes in no other way. */
#define BOOK_OPERATIONS(X)                      \
	X(ADD_NANO, ABSENT, NANO, NANO)         \
	X(ADD_DIRTY, ABSENT, DIRTY, NANO)       \
	X(ADD_OUTSIDE, ABSENT, OUTSIDE, KERNEL) \
	X(ADD_DEVICE, ABSENT, DEVICE, KERNEL)   \
	X(RELEASE, DIRTY, OUTSIDE, KERNEL)      \
	X(BEGIN, OUTSIDE, MAKING, KERNEL)       \
	X(HOLD, OUTSIDE, HELD, KERNEL)          \
	X(COMPLETE, MAKING, OPEN, KERNEL)       \
	X(REVOKE, OPEN, REVOKING, KERNEL)       \
	X(ABANDON, MAKING, REVOKING, KERNEL)    \
	X(RETURN, HELD, OUTSIDE, KERNEL)        \
	X(END, REVOKING, OUTSIDE, KERNEL)

enum book_operation {
#define X(name, before, after, owner) BOOK_##name,
	BOOK_OPERATIONS(X)
#undef X
		BOOK_OPERATION_COUNT
};

/* Whose a frame is: worlds are numbered, the kernel's is the first. */
enum { BOOK_OWNER_NOBODY, BOOK_OWNER_NANO, BOOK_OWNER_KERNEL };

/** One frame in the book: 8 bytes. What a reservation is, its first frame says;
 * all others have a length of zero. */
struct book_word {
	uint64_t state : 4; /* enum book_state */
	uint64_t busy : 1;  /* a CPU is at work on the reservation */
	/* Rises when a reservation that begins here ends, and never falls, so
	 * that what named that one does not name the next. */
	uint64_t generation : 15;
	uint64_t owner : 16;
	uint64_t length : 28; /* pages of the reservation so far */
};
static_assert(BOOK_STATE_COUNT <= 16, "a state has its bits");

extern struct spinlock book_lock;

/** Pages of the pool that the book of these ranges takes. */
uint64_t book_pages(const struct boot_info *boot);

/** Makes the book of a checked boot_info; every frame is ABSENT. */
void book_init(const struct boot_info *boot);

/** Takes and gives back the lock of the book. */
void book_acquire(void) ACQUIRE(book_lock);
void book_release(void) RELEASE(book_lock);

/**
 * Performs one operation on every frame of [start, end), or on none.
 * BAD_ARGUMENT: not whole pages, empty, or not all in the book; BAD_STATE: a
 * frame is not in the state that the operation starts from.
 */
status_t book_change(enum book_operation operation, uint64_t start,
		     uint64_t end) REQUIRES(book_lock);

/** The state of the frame at `address`; ABSENT when the book lacks it. */
enum book_state book_state(uint64_t address) REQUIRES(book_lock);

/** Its owner, BOOK_OWNER_*. */
uint16_t book_owner(uint64_t address) REQUIRES(book_lock);

/** All of its word; all zero when the book lacks it. */
struct book_word book_read(uint64_t address) REQUIRES(book_lock);

/** Of the reservation that begins at `address`: how many pages it has, which is
 * zero when it ended and its generation with it, and whether a CPU is at work
 * on it. */
void book_note(uint64_t address, uint64_t length, bool busy)
	REQUIRES(book_lock);

/** How many frames the book holds. */
uint64_t book_frame_count(void);
