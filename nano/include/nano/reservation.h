/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Reservations: whole pages that left the kernel's world for as long as the
 * reservation lives. Nobody can reach an open one; who has one has the right to
 * say what becomes of its pages, which today is only that they go back.
 *
 * A reservation has no memory of its own. It is what the book says of its first
 * frame, and its handle is that frame with the generation that the book has
 * there: once it ended, the handle names nothing, also when another reservation
 * begins at the same place. It means something to the world that made it, and
 * need not be secret.
 *
 * Each function does a bounded amount of work: making goes on at the end of the
 * pages that the reservation has, and giving back takes the last ones, so its
 * length is the cursor. What one call has not done the next one does, whoever
 * makes it. AGAIN also when another CPU is at work on the same reservation.
 */

#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

/**
 * Pages of `world` leave it and become a reservation, whose handle *handle
 * receives. When it returns no CPU reaches those that left.
 *
 * OK: all of [start, start + size) did. AGAIN: those at the front did, and the
 * same call goes on. BAD_ARGUMENT: not whole pages, none, more than
 * ABI_RESERVATION_PAGES_MAX, not in the book, or less than left already;
 * BAD_STATE: some page next in turn is not the world's to give: nano's, a
 * device's, or in a reservation. Refused, it changed nothing; what left before
 * stays a reservation.
 */
status_t reservation_make(uint16_t world, uint64_t start, uint64_t size,
			  uint64_t *handle);

/** One word about a reservation. NOT_FOUND; BAD_ARGUMENT for an unknown word. */
status_t reservation_info(uint16_t world, uint64_t handle, uint64_t which,
			  uint64_t *word);

/** Nothing comes out of the reservation any more but its pages, which go back.
 * NOT_FOUND; BAD_STATE when it is so already. */
status_t reservation_revoke(uint16_t world, uint64_t handle);

/**
 * Gives pages of a reservation that is being revoked back, zeroed; *pages
 * receives how many. OK: those were the last, and the reservation is no more;
 * AGAIN: there are others. NOT_FOUND; BAD_STATE when it is not being revoked.
 */
status_t reservation_finish(uint16_t world, uint64_t handle, uint64_t *pages);
