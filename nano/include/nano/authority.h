/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Interface authorities: objects that say which nano calls may be reached. A
 * handle is {generation, index} and means something only to the world that the
 * authority belongs to; whatever else a caller passes is NOT_FOUND, the same
 * for a handle that never was, that was forged, and that is another world's.
 *
 * Authority only shrinks: a derived one reaches what its origin and the mask
 * allow, and none ever reaches more than its world's own does now.
 */

#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

#define AUTHORITY_COUNT 64

/** A set of calls: a bit for each number, lowest first. */
struct authority_mask {
	uint64_t bits[ABI_HYPERCALL_LIMIT / 64];
};

/** Every call that is declared, also of later versions. */
struct authority_mask authority_all(void);

/** Whether the call of that number, below ABI_HYPERCALL_LIMIT, is in the set.
 */
static inline bool authority_has(struct authority_mask mask, uint64_t number)
{
	return mask.bits[number / 64] >> number % 64 & 1;
}

/** Forgets every authority. */
void authority_init(void);

/**
 * Makes the own authority of a world, from which all others of it derive.
 * The null call needs no bit.
 */
status_t authority_create(uint16_t world, struct authority_mask mask,
			  uint64_t *handle);

/** A new authority of `world` from one that it has. NOT_FOUND; LIMIT when all
 * AUTHORITY_COUNT are in use. */
status_t authority_derive(uint16_t world, uint64_t origin,
			  struct authority_mask mask, uint64_t *handle);

/** What an authority reaches now. NOT_FOUND. */
status_t authority_reach(uint16_t world, uint64_t handle,
			 struct authority_mask *mask);

/** The own authority of a world shrinks to what `mask` allows; so does, at
 * once, every one derived from it. */
void authority_restrict(uint16_t world, struct authority_mask mask);

/** Whether the own authority of a world reaches the call of that number, below
 * ABI_HYPERCALL_LIMIT. Takes no lock: every call of nano asks this. */
bool authority_allows(uint16_t world, uint64_t number);
