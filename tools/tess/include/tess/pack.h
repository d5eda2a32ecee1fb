/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Writes a boot archive (abi/archive.h). */
#include <stdbool.h>

#include "tess/arena.h"

/** One entry to be. Its name is valid in an archive, as is its type. */
struct pack_item {
	const char *name;
	uint32_t type; /* enum archive_type */
	struct bytes bytes;
};

/**
 * Packs the items, sorted by name; equal items give equal bytes. Returns null,
 * or why it cannot be done: too many entries, too large, a name twice.
 */
const char *pack_archive(struct arena *arena, struct pack_item *items,
			 uint32_t item_count, struct bytes *archive);
