/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the tests of the host tool share: cmocka, chance that repeats, and
 * bytes in memory of exactly their size, so that the sanitizer sees every
 * access behind them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tess/arena.h"

/** xorshift64*: the same sequence in every run. */
static inline uint64_t chance(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1Dull;
}

/** A copy that nothing lies behind; for the caller to free. */
static inline uint8_t *tight_copy(const void *data, size_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	assert_non_null(copy);
	if (size != 0) {
		memcpy(copy, data, size);
	}
	return copy;
}
