/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Checks and reads a compiled manifest (abi/manifest.h) in place.
 *
 * manifest_check() proves the whole of it; the accessors below then need no
 * error path: an index in range gives a valid record, and every string is
 * printable ASCII with a NUL. Freestanding, no allocation; every loop is
 * bounded by the limits of abi/manifest.h.
 */
#include <stddef.h>
#include <stdint.h>

#include "abi/manifest.h"

/* X(NAME, "one line for people") */
#define MANIFEST_ERRORS(X)                                                   \
	X(OK, "is sound")                                                    \
	X(MISPLACED, "does not lie at an 8-byte boundary")                   \
	X(TRUNCATED, "is shorter than it says")                              \
	X(MAGIC_WRONG, "is not a compiled manifest (TESSMAN1)")              \
	X(VERSION_WRONG, "has a version that is not known here")             \
	X(COUNT_WRONG, "has no capsules or too many of something")           \
	X(SIZE_WRONG, "has a size that its tables do not match")             \
	X(STRING_WRONG, "has a string that is misplaced or not printable")   \
	X(NAME_WRONG, "has a name that is not [a-z][a-z0-9-]{0,30}")         \
	X(IMAGE_WRONG, "has an image name that is not a file name")          \
	X(ORDER, "has names that are there twice or out of order")           \
	X(RANGE_WRONG, "has a capsule whose offers or uses are not its own") \
	X(INDEX_WRONG, "has an index beyond its table")                      \
	X(QUOTA_WRONG, "has a quota beyond its limits")                      \
	X(OPS_WRONG, "has a use of rights that the offer does not have")     \
	X(GRANT_WRONG, "has a grant or a delegation beyond its limits")      \
	X(START_ORDER, "has a start order with a client before its server")  \
	X(RESERVED, "has a reserved field or padding that is not zero")

enum manifest_error {
#define X(name, text) MANIFEST_##name,
	MANIFEST_ERRORS(X)
#undef X
};

/** A checked manifest. It points into the manifest, which stays in place. */
struct manifest_view {
	const struct manifest_header *header;
	const struct manifest_capsule *capsules;
	const struct manifest_offer *offers;
	const uint32_t *rights;
	const struct manifest_use *uses;
	const uint32_t *start_order;
	const char *strings;
};

#define MANIFEST_NOT_FOUND UINT32_MAX

/**
 * Checks every field, string, index, mask and byte of padding.
 *
 * @param base manifest, 8-byte aligned
 * @param size its exact size in bytes
 * @param view filled in; valid on MANIFEST_OK only
 * @return MANIFEST_OK or the first fault found
 */
enum manifest_error manifest_check(const void *base, uint64_t size,
				   struct manifest_view *view);

/** One English line about an error, to follow "manifest ". */
const char *manifest_error_text(enum manifest_error error);

/** The string at an offset that a record of this manifest holds. */
static inline const char *manifest_string(const struct manifest_view *view,
					  uint32_t offset)
{
	return view->strings + offset;
}

/** Name of the system. */
static inline const char *manifest_system(const struct manifest_view *view)
{
	return manifest_string(view, view->header->system);
}

/** Capsule `index`, below header->capsule_count; they ascend by name. */
static inline const struct manifest_capsule *
manifest_capsule(const struct manifest_view *view, uint32_t index)
{
	return &view->capsules[index];
}

/** Index of the capsule to start in `position`: servers before clients. */
static inline uint32_t manifest_start(const struct manifest_view *view,
				      uint32_t position)
{
	return view->start_order[position];
}

/** Offer `index`, below header->offer_count, for a use's `offer` as well. */
static inline const struct manifest_offer *
manifest_offer(const struct manifest_view *view, uint32_t index)
{
	return &view->offers[index];
}

/** Use `index`, below header->use_count. */
static inline const struct manifest_use *
manifest_use(const struct manifest_view *view, uint32_t index)
{
	return &view->uses[index];
}

/** Name of right (and method) `bit` of an offer, below its right_count. */
static inline const char *manifest_right(const struct manifest_view *view,
					 const struct manifest_offer *offer,
					 uint32_t bit)
{
	return manifest_string(view, view->rights[offer->first_right + bit]);
}

/** All methods of an offer as an ops mask; never bit 31. */
static inline uint32_t manifest_offer_ops(const struct manifest_offer *offer)
{
	return (1u << offer->right_count) - 1;
}

/** Index of the capsule of that name, or MANIFEST_NOT_FOUND. */
uint32_t manifest_find_capsule(const struct manifest_view *view,
			       const char *name);
