/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of a manifest to values. Nothing here guesses: "4MB", "4 MiB" and
 * "4.5MiB" are all refused, because a quota that is read in two ways is none.
 */

#include "tess/value.h"

#include <string.h>

#include "abi/manifest.h"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit sizes[] = {
	{ "B", 1 },
	{ "KiB", 1ull << 10 },
	{ "MiB", 1ull << 20 },
	{ "GiB", 1ull << 30 },
};

static const struct unit times[] = {
	{ "us", 1 },       { "ms", 1000 },         { "s", 1000000 },
	{ "m", 60000000 }, { "h", 3600000000ull },
};

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at the start; *rest is what follows them. */
static enum value_error leading_number(const char *text, uint64_t *out,
				       const char **rest)
{
	uint64_t value = 0;
	bool wrapped = false;

	if (!is_digit(*text)) {
		return VALUE_NOT_A_NUMBER;
	}
	for (; is_digit(*text); text++) {
		wrapped |= __builtin_mul_overflow(value, 10u, &value);
		wrapped |= __builtin_add_overflow(
			value, (uint64_t)(*text - '0'), &value);
	}
	*out = value;
	*rest = text;
	return wrapped ? VALUE_TOO_LARGE : VALUE_OK;
}

static enum value_error with_unit(const char *text, const struct unit *units,
				  uint32_t unit_count, uint64_t *out)
{
	const char *rest = NULL;
	enum value_error error = leading_number(text, out, &rest);

	if (error == VALUE_NOT_A_NUMBER) {
		return error;
	}
	if (*rest == '\0') {
		return VALUE_NO_UNIT;
	}
	for (uint32_t i = 0; i < unit_count; i++) {
		if (strcmp(rest, units[i].name) == 0) {
			bool wrapped = __builtin_mul_overflow(
				*out, units[i].factor, out);
			return wrapped ? VALUE_TOO_LARGE : error;
		}
	}
	return VALUE_BAD_UNIT;
}

enum value_error value_count(const char *text, uint64_t *out)
{
	const char *rest = NULL;
	enum value_error error = leading_number(text, out, &rest);

	if (error != VALUE_NOT_A_NUMBER && *rest != '\0') {
		return VALUE_NOT_A_NUMBER;
	}
	return error;
}

enum value_error value_size(const char *text, uint64_t *out)
{
	return with_unit(text, sizes, COUNT_OF(sizes), out);
}

enum value_error value_time(const char *text, uint64_t *out)
{
	return with_unit(text, times, COUNT_OF(times), out);
}

enum value_error value_rate(const char *text, uint64_t *out)
{
	char amount[32];
	size_t length = strlen(text);

	if (length < 3 || strcmp(text + length - 2, "/s") != 0) {
		return is_digit(*text) ? VALUE_NO_UNIT : VALUE_NOT_A_NUMBER;
	}
	if (length - 2 >= sizeof(amount)) {
		return VALUE_TOO_LARGE;
	}
	memcpy(amount, text, length - 2);
	amount[length - 2] = '\0';

	enum value_error error = value_size(amount, out);
	return error == VALUE_NO_UNIT ? value_count(amount, out) : error;
}

const char *value_size_guess(struct arena *arena, const char *text)
{
	static const char letters[] = "bkmg";
	size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits + strspn(text + digits, " _");

	if (digits == 0 || digits > 19 || *rest == '\0') {
		return NULL;
	}
	char letter = *rest;
	if (letter >= 'A' && letter <= 'Z') {
		letter = (char)(letter - 'A' + 'a');
	}
	const char *match = strchr(letters, letter);
	if (match == NULL || strspn(rest + 1, "iIbBytes") != strlen(rest + 1)) {
		return NULL;
	}
	return arena_printf(arena, "%.*s%s", (int)digits, text,
			    sizes[match - letters].name);
}

const char *value_size_text(struct arena *arena, uint64_t bytes)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < COUNT_OF(sizes); i++) {
		if (bytes != 0 && bytes % sizes[i].factor == 0) {
			best = i;
		}
	}
	return arena_printf(arena, "%llu%s",
			    (unsigned long long)(bytes / sizes[best].factor),
			    sizes[best].name);
}

static bool is_name(const char *text, size_t length)
{
	if (length == 0 || length >= MANIFEST_NAME_SIZE || !is_lower(*text)) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (!is_lower(text[i]) && !is_digit(text[i]) &&
		    text[i] != '-') {
			return false;
		}
	}
	return true;
}

bool value_is_name(const char *text)
{
	return is_name(text, strlen(text));
}

bool value_is_image(const char *text)
{
	size_t length = strlen(text);

	if (length < 5 || length >= MANIFEST_NAME_SIZE ||
	    strcmp(text + length - 4, ".elf") != 0 ||
	    (!is_lower(*text) && !is_digit(*text))) {
		return false;
	}
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
	       length;
}

bool value_is_text(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= MANIFEST_REASON_SIZE) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			return false;
		}
	}
	return true;
}

bool value_is_pattern(const char *text)
{
	const char *dot = strchr(text, '.');

	if (dot == NULL) {
		return value_is_name(text);
	}
	return is_name(text, (size_t)(dot - text)) &&
	       (strcmp(dot, ".*") == 0 || value_is_name(dot + 1));
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance by rows; words longer than the table are all far. */
uint32_t value_distance(const char *a, const char *b)
{
	uint32_t rows[3][MANIFEST_NAME_SIZE + 1];
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);

	if (a_length > MANIFEST_NAME_SIZE || b_length > MANIFEST_NAME_SIZE) {
		return UINT32_MAX;
	}
	for (uint32_t j = 0; j <= b_length; j++) {
		rows[0][j] = j;
	}
	for (uint32_t i = 1; i <= a_length; i++) {
		uint32_t *row = rows[i % 3];
		const uint32_t *last = rows[(i - 1) % 3];

		row[0] = i;
		for (uint32_t j = 1; j <= b_length; j++) {
			uint32_t change = a[i - 1] == b[j - 1] ? 0 : 1;

			row[j] = least(least(last[j], row[j - 1]) + 1,
				       last[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1]) {
				row[j] = least(row[j],
					       rows[(i - 2) % 3][j - 2] + 1);
			}
		}
	}
	return rows[a_length % 3][b_length];
}

bool value_is_near(const char *a, const char *b)
{
	size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return value_distance(a, b) <= (length < 4 ? 1 : length < 7 ? 2 : 3);
}
