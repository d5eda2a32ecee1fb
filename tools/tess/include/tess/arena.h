/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Memory of one run of the tool: everything is allocated from an arena and
 * freed together at the end. There is no "out of memory" to handle: the tool
 * says so and ends with status 1.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/** Bytes that lie somewhere in an arena. */
struct bytes {
	uint8_t *data;
	size_t size;
};

/** `count` zeroed elements of `size` bytes, aligned for every type. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/** A formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/** Frees everything that was allocated from the arena. */
void arena_free(struct arena *arena);
