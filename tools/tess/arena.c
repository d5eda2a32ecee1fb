/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one run of the tool: a list of blocks, freed together. */

#include "tess/arena.h"

#include <stdio.h>
#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	max_align_t data[];
};

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    bytes > SIZE_MAX / 2) {
		bytes = SIZE_MAX / 2;
	}

	struct arena_block *block = calloc(1, sizeof(*block) + bytes);
	if (block == NULL) {
		fputs("tess: out of memory\n", stderr);
		exit(1);
	}
	block->next = arena->blocks;
	arena->blocks = block;
	return block->data;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		fputs("tess: a message cannot be formatted\n", stderr);
		exit(1);
	}

	size_t room = (size_t)length + 1;
	char *text = arena_alloc(arena, room, 1);
	vsnprintf(text, room, format, args);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}
