/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine for the host's tests: physical memory is one array, and an address
 * outside of it is out of reach. Each piece that boot asks for is checked to
 * its last byte, so a parser that reads past what it asked for is caught by the
 * sanitizers where the array ends and by the tests' guards before.
 */

#include "boot/arch/fake/arch.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/assert.h"

static uint8_t *fake_memory;
static uint64_t fake_start, fake_size;

void fake_set_memory(uint8_t *memory, uint64_t start, uint64_t size)
{
	fake_memory = memory;
	fake_start = start;
	fake_size = size;
}

void *arch_memory(uint64_t address, uint64_t size)
{
	if (address < fake_start || address - fake_start > fake_size ||
	    size > fake_size - (address - fake_start)) {
		return NULL;
	}
	return fake_memory + (address - fake_start);
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
