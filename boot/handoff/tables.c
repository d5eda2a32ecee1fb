/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds page tables of four levels for both machines. A table page is taken
 * only from the given range, which is zero; an entry once written stays.
 */

#include "boot/tables.h"

#include "abi/layout.h"
#include "boot/arch.h"
#include "common/assert.h"
#include "common/types.h"

#define ADDRESS_BITS 0x0000fffffffff000
#define LEVEL_BITS   9
#define ENTRIES      (1u << LEVEL_BITS)
#define GIB_BITS     (ABI_PAGE_BITS + 2 * LEVEL_BITS)
#define ROOT_BITS    (ABI_PAGE_BITS + 3 * LEVEL_BITS)

/* A new table, or 0. */
static uint64_t take_page(struct tables *tables)
{
	if (tables->end <= tables->start) {
		tables->fault = FAULT_TABLE_PAGES;
		return 0;
	}
	tables->end -= ABI_PAGE_SIZE;
	return tables->end;
}

void tables_create(struct tables *tables, const struct table_format *format,
		   uint64_t start, uint64_t end)
{
	CHECK(is_aligned(start | end, ABI_PAGE_SIZE));
	*tables =
		(struct tables){ .format = format, .start = start, .end = end };
	tables->root = take_page(tables);
}

/* The entry for `virtual_address` in the table at `table`; level 0 maps pages.
 * arch_memory cannot fail: the caller placed the tables within its reach. */
static uint64_t *entry_at(uint64_t table, uint64_t virtual_address,
			  unsigned int level)
{
	uint64_t *entries = arch_memory(table, ABI_PAGE_SIZE);
	unsigned int shift = ABI_PAGE_BITS + LEVEL_BITS * level;

	CHECK(entries);
	return &entries[(virtual_address >> shift) & (ENTRIES - 1)];
}

/* Maps one page of level 0 or 1, with the tables above it. */
static void map_one(struct tables *tables, uint64_t virtual_address,
		    unsigned int bottom, uint64_t leaf)
{
	uint64_t pointer = tables->format->pointer;
	uint64_t table = tables->root;

	for (unsigned int level = 3; level > bottom && table; level--) {
		uint64_t *entry = entry_at(table, virtual_address, level);

		if (*entry == 0) {
			table = take_page(tables);
			*entry = table ? table | pointer : 0;
		} else if ((*entry & ~(uint64_t)ADDRESS_BITS) == pointer) {
			table = *entry & ADDRESS_BITS;
		} else {
			tables->fault = FAULT_TABLE_OVERLAP;
			return;
		}
	}
	if (!table) {
		return;
	}

	uint64_t *entry = entry_at(table, virtual_address, bottom);
	if (*entry != 0) {
		tables->fault = FAULT_TABLE_OVERLAP;
		return;
	}
	*entry = leaf;
}

void tables_map(struct tables *tables, uint64_t virtual_address,
		uint64_t address, uint64_t size, enum table_use use, bool large)
{
	const struct table_format *format = tables->format;

	if (!tables->fault &&
	    (!is_aligned(virtual_address | address | size, ABI_PAGE_SIZE) ||
	     (address & ~(uint64_t)ADDRESS_BITS) != 0)) {
		tables->fault = FAULT_TABLE_ALIGNMENT;
	}
	for (uint64_t done = 0, step; done < size && !tables->fault;
	     done += step) {
		uint64_t from = virtual_address + done, to = address + done;
		bool big = large && is_aligned(from | to, ABI_LARGE_SIZE) &&
			   size - done >= ABI_LARGE_SIZE;

		step = big ? ABI_LARGE_SIZE : ABI_PAGE_SIZE;
		map_one(tables, from, big,
			to | (big ? format->large[use] : format->page[use]));
	}
}

uint64_t tables_needed(uint64_t address, uint64_t size)
{
	uint64_t last = address + size - 1;

	/* Two ragged ends, the tables of each GiB, and of each 512 GiB. */
	return 2 + ((last >> GIB_BITS) - (address >> GIB_BITS) + 1) +
	       ((last >> ROOT_BITS) - (address >> ROOT_BITS) + 1);
}
