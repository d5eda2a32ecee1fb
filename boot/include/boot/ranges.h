/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The memory map of the hand-over: info->ranges, at every moment sorted,
 * disjoint, of whole pages, with equal neighbours merged. A kind of higher rank
 * hides one of lower rank: RAM < RESERVED < every other kind. So firmware's
 * entries may come in any order and may overlap.
 */
#include <stdbool.h>
#include <stdint.h>

#include "abi/boot_info.h"
#include "boot/fault.h"

/* No machine has memory or devices behind this; the windows end there. */
#define RANGES_END 0x400000000000

/**
 * Adds what firmware says: RAM loses ragged ends, other kinds gain them; what
 * lies behind RANGES_END is cut off.
 *
 * FAULT_MEMORY_WRAPS: start + size does. FAULT_RANGES: no entry left.
 */
enum boot_fault ranges_add(struct boot_info *info, uint64_t start,
			   uint64_t size, enum boot_range_kind kind);

/**
 * Gives a piece of free memory a purpose.
 *
 * FAULT_NOT_IN_RAM: [start, end) is not wholly RAM, or empty.
 */
enum boot_fault ranges_claim(struct boot_info *info, uint64_t start,
			     uint64_t end, enum boot_range_kind kind);

/** Finds the lowest RAM of that size and alignment below `limit`. */
bool ranges_find(const struct boot_info *info, uint64_t size,
		 uint64_t alignment, uint64_t limit, uint64_t *start);

/** Adds a CPU, once. `self`, which runs, becomes the first. FAULT_CPUS: full. */
enum boot_fault cpus_add(struct boot_info *info, uint64_t id, uint64_t self);

/** Bytes of memory in the map, whatever they are used for. */
uint64_t ranges_memory(const struct boot_info *info);

/** True for the kinds that are ordinary memory: not RESERVED, not DEVICE. */
bool ranges_is_memory(uint32_t kind);
