/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Words of a manifest to values: names, counts, sizes, times, rates. */
#include <stdbool.h>
#include <stdint.h>

#include "tess/arena.h"

enum value_error {
	VALUE_OK,
	VALUE_NOT_A_NUMBER, /* does not start with decimal digits */
	VALUE_NO_UNIT,      /* a number, and nothing behind it */
	VALUE_BAD_UNIT,     /* a number, and something unknown behind it */
	VALUE_TOO_LARGE,    /* beyond 64 bits */
};

/** Decimal digits and nothing else. */
enum value_error value_count(const char *text, uint64_t *out);

/** A size in bytes: a number and B, KiB, MiB or GiB. */
enum value_error value_size(const char *text, uint64_t *out);

/** A time in microseconds: a number and us, ms, s, m or h. */
enum value_error value_time(const char *text, uint64_t *out);

/** Events or bytes a second: a count or a size, and "/s". */
enum value_error value_rate(const char *text, uint64_t *out);

/** The size that was probably meant ("4MB" gives "4MiB"), or null. */
const char *value_size_guess(struct arena *arena, const char *text);

/** Bytes with the largest unit that divides them: "4MiB". */
const char *value_size_text(struct arena *arena, uint64_t bytes);

/** [a-z][a-z0-9-]{0,30} */
bool value_is_name(const char *text);

/** A file name of a capsule's image: [a-z0-9][a-z0-9_.-]*.elf, 31 at most. */
bool value_is_image(const char *text);

/** Printable ASCII, 1 to 255 characters. */
bool value_is_text(const char *text);

/** service, capsule.service or capsule.* */
bool value_is_pattern(const char *text);

/** How many letters to insert, drop, change or swap to get from a to b. */
uint32_t value_distance(const char *a, const char *b);

/** True if `a` is close enough to `b` to be a slip of the fingers. */
bool value_is_near(const char *a, const char *b);
