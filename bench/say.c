/* SPDX-License-Identifier: Apache-2.0 */
/* A marker's id is part of an instruction, so each half of a letter has an
 * instruction of its own. */

#include "bench/say.h"

#include <stddef.h>

#include "bench/mark.h"

#define NIBBLE(n)                      \
	case n:                        \
		MARK(MARK_NIBBLE + n); \
		break;

static void say_nibble(uint32_t nibble)
{
	switch (nibble) {
		NIBBLE(0)
		NIBBLE(1)
		NIBBLE(2)
		NIBBLE(3)
		NIBBLE(4)
		NIBBLE(5)
		NIBBLE(6)
		NIBBLE(7)
		NIBBLE(8)
		NIBBLE(9)
		NIBBLE(10)
		NIBBLE(11)
		NIBBLE(12)
		NIBBLE(13)
		NIBBLE(14)
	default:
		MARK(MARK_NIBBLE + 15);
	}
}

static void say_letter(char letter)
{
	say_nibble((uint8_t)letter >> 4);
	say_nibble((uint8_t)letter & 15);
}

static void say_word(const char *word)
{
	while (*word) {
		say_letter(*word++);
	}
}

static void say_number(uint64_t number)
{
	uint64_t unit = 1;

	while (number / unit >= 10) {
		unit *= 10;
	}
	for (; unit; unit /= 10) {
		say_letter((char)('0' + number / unit % 10));
	}
}

void say(const char *word, const char *name, const uint64_t *number)
{
	say_word(word);
	if (name) {
		say_letter(' ');
		say_word(name);
	}
	if (number) {
		say_letter(' ');
		say_number(*number);
	}
	say_letter('\n');
}

void say_row(const char *name, const char *first, const char *second)
{
	say_word("row ");
	say_word(name);
	say_letter(' ');
	say_word(first ? first : "-");
	say_letter(' ');
	say_word(second ? second : "-");
	say_letter('\n');
}

void say_dropped(void)
{
	say("dropped", NULL, NULL);
}

void say_failed(const char *name, uint64_t status)
{
	say("failed", name, &status);
}
