/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Words with a meaning of their own, as one-member structures: the machine code
 * is that of an integer, and one cannot be taken for the other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/layout.h"

/** A physical address. */
typedef struct {
	uint64_t a;
} paddr_t;

static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
	return value & ~(alignment - 1);
}

static inline bool is_aligned(uint64_t value, uint64_t alignment)
{
	return (value & (alignment - 1)) == 0;
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
