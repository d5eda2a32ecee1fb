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

/** A bit for each call that exists. */
uint64_t authority_all(void);

/** Forgets every authority. */
void authority_init(void);

/**
 * Makes the own authority of a world, from which all others of it derive.
 * `mask` has a bit for each call; the null call needs none.
 */
status_t authority_create(uint16_t world, uint64_t mask, uint64_t *handle);

/** A new authority of `world` from one that it has. NOT_FOUND; LIMIT when all
 * AUTHORITY_COUNT are in use. */
status_t authority_derive(uint16_t world, uint64_t origin, uint64_t mask,
			  uint64_t *handle);

/** What an authority reaches now: a mask. NOT_FOUND. */
status_t authority_reach(uint16_t world, uint64_t handle, uint64_t *mask);

/** The own authority of a world shrinks to what `mask` allows; so does, at
 * once, every one derived from it. */
void authority_restrict(uint16_t world, uint64_t mask);

/** What the own authority of a world reaches. */
uint64_t authority_of(uint16_t world);
