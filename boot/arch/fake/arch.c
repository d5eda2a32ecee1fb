/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine for the host's tests: physical memory is one array, and an address
 * outside of it is out of reach.
 */

#include <arch/fake.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/assert.h"

#define PIECES_MAX 4096

static uint8_t *memory;
static uint64_t memory_start, memory_size;
static bool memory_strict;
static void *pieces[PIECES_MAX];
static unsigned int piece_count;

void fake_set_memory(uint8_t *at, uint64_t start, uint64_t size, bool strict)
{
	while (piece_count > 0) {
		free(pieces[--piece_count]);
	}
	memory = at;
	memory_start = start;
	memory_size = size;
	memory_strict = strict;
}

void *arch_memory(uint64_t address, uint64_t size)
{
	uint64_t offset = address - memory_start;

	if (address < memory_start || offset > memory_size ||
	    size > memory_size - offset) {
		return NULL;
	}
	if (!memory_strict) {
		return memory + offset;
	}
	CHECK(piece_count < PIECES_MAX);
	void *piece = malloc(size);
	CHECK(piece);
	memcpy(piece, memory + offset, size);
	pieces[piece_count++] = piece;
	return piece;
}

uint64_t arch_switch_page(void)
{
	return FAKE_SWITCH_PAGE;
}

void panic(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}
