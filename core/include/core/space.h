/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Address spaces: core's own, which holds only what is core's and one page at a
 * time of somebody else's while it is filled; and mapping pages of capsules.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/alloc.h"

/* Behind what the kernel maps for core (abi/layout.h). */
#define CORE_SCRATCH 0x18000000
#define CORE_CONSOLE 0x18001000

/** Whatever core makes for itself is paid from here. */
extern struct pool core_pool;

/** Makes the page tables for the two pages above. */
void space_init(void);

/**
 * How many page tables it takes to map [start, end), when everything mapped so
 * far lies below `mapped_end` (0: nothing is), which is at most `start`, and
 * reaches up to it.
 */
uint64_t space_table_count(uint64_t mapped_end, uint64_t start, uint64_t end);

/** Maps a Frame, making tables from the pool as needed; both were reserved. */
void space_map(struct pool *pool, uint64_t vspace, uint64_t frame,
	       uint64_t address, uint32_t access);

/** Makes an unmapped Frame visible, writable, to core; one at a time. */
void *space_open(uint64_t frame);
void space_close(uint64_t frame);

/** Copies `size` bytes to `offset` in an unmapped Frame. */
void space_fill(uint64_t frame, uint64_t offset, const void *bytes,
		size_t size);
