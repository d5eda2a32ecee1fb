/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The standard memory and string functions, for programs that have no C
 * library. Copies and fills go word by word where both sides are aligned alike:
 * under emulation and on hardware alike this is what costs at boot. The
 * attribute keeps the compiler from turning each loop into a call to itself.
 */

#include "common/string.h"

#include <stdbool.h>
#include <stdint.h>

#define WORD sizeof(uint64_t)

typedef uint64_t __attribute__((may_alias)) word_t;

#pragma clang attribute push(__attribute__((no_builtin)), apply_to = function)

static bool words_apart(const void *a, const void *b)
{
	return (((uintptr_t)a ^ (uintptr_t)b) & (WORD - 1)) == 0;
}

static void copy_forwards(unsigned char *d, const unsigned char *s, size_t size)
{
	if (words_apart(d, s)) {
		for (; size && ((uintptr_t)d & (WORD - 1)); size--) {
			*d++ = *s++;
		}
		for (; size >= WORD; size -= WORD, d += WORD, s += WORD) {
			*(word_t *)(void *)d = *(const word_t *)(const void *)s;
		}
	}
	while (size--) {
		*d++ = *s++;
	}
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	copy_forwards(to, from, size);
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	if ((uintptr_t)d - (uintptr_t)s >= size) {
		copy_forwards(d, s, size);
		return to;
	}
	while (size--) {
		d[size] = s[size];
	}
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	unsigned char *d = to;
	uint64_t word = 0x0101010101010101u * (unsigned char)byte;

	for (; size && ((uintptr_t)d & (WORD - 1)); size--) {
		*d++ = (unsigned char)byte;
	}
	/* Eights, because a step of the loop costs more than a word. */
	for (; size >= 8 * WORD; size -= 8 * WORD, d += 8 * WORD) {
		word_t *words = (word_t *)(void *)d;
		words[0] = words[1] = words[2] = words[3] = word;
		words[4] = words[5] = words[6] = words[7] = word;
	}
	for (; size >= WORD; size -= WORD, d += WORD) {
		*(word_t *)(void *)d = word;
	}
	while (size--) {
		*d++ = (unsigned char)byte;
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size--; x++, y++) {
		if (*x != *y) {
			return *x - *y;
		}
	}
	return 0;
}

void *memchr(const void *s, int c, size_t size)
{
	const unsigned char *x = s;

	for (; size--; x++) {
		if (*x == (unsigned char)c) {
			return (void *)(uintptr_t)x;
		}
	}
	return NULL;
}

size_t strlen(const char *s)
{
	size_t length = 0;

	while (s[length]) {
		length++;
	}
	return length;
}

size_t strnlen(const char *s, size_t size)
{
	size_t length = 0;

	while (length < size && s[length]) {
		length++;
	}
	return length;
}

int strncmp(const char *a, const char *b, size_t size)
{
	for (; size--; a++, b++) {
		if (*a != *b || !*a) {
			return (unsigned char)*a - (unsigned char)*b;
		}
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	for (size_t i = strlen(s) + 1; i--;) {
		if (s[i] == (char)c) {
			return (char *)(uintptr_t)(s + i);
		}
	}
	return NULL;
}

/* The value of a digit in bases up to 36, or 36 for anything else. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return (unsigned int)(c - '0');
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'z' ? (unsigned int)(c - 'a') + 10 : 36;
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	const char *p = s;
	unsigned long value = 0;
	bool any = false;

	while (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
		p++;
	}
	if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 0x20) == 'x' &&
	    digit(p[2]) < 16) {
		p += 2;
		base = 16;
	} else if (base == 0) {
		base = *p == '0' ? 8 : 10;
	}
	for (; digit(*p) < (unsigned int)base; p++, any = true) {
		unsigned long next;
		if (__builtin_mul_overflow(value, (unsigned long)base, &next) ||
		    __builtin_add_overflow(next, digit(*p), &next)) {
			next = (unsigned long)-1;
		}
		value = next;
	}
	if (end) {
		*end = (char *)(uintptr_t)(any ? p : s);
	}
	return value;
}

#pragma clang attribute pop
