/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Builds the first page tables of nano and of the kernel. Both machines walk
 * four levels of 512 entries, in which bits 12 to 47 hold an address; all that
 * differs is which other bits an entry carries, and that is data. No use is
 * both writable and executable, so no table built here can hold such a page.
 */
#include <stdbool.h>
#include <stdint.h>

#include "boot/fault.h"

enum table_use {
	TABLE_TEXT,        /* read and execute */
	TABLE_RODATA,      /* read */
	TABLE_DATA,        /* read and write */
	TABLE_DEVICE,      /* read and write, uncached, in order */
	TABLE_DEVICE_READ, /* read, uncached, in order */
	TABLE_USES
};

struct table_format {
	uint64_t pointer;           /* to the next table */
	uint64_t page[TABLE_USES];  /* a 4 KiB page */
	uint64_t large[TABLE_USES]; /* a 2 MiB page */
};

/** Tables under construction, and the physical pages they may still use: the
 * highest goes first. */
struct tables {
	const struct table_format *format;
	uint64_t root;
	uint64_t start, end;
	enum boot_fault fault;
};

/**
 * Starts an empty set of tables with pages from [start, end), which must be
 * zero. `fault` becomes FAULT_TABLE_PAGES when there is not even one.
 */
void tables_create(struct tables *tables, const struct table_format *format,
		   uint64_t start, uint64_t end);

/**
 * Maps `size` bytes at physical `address` to `virtual_address`, with 2 MiB
 * pages where both are aligned if `large` allows it. A fault stays in `fault`
 * and then nothing more is mapped: FAULT_TABLE_ALIGNMENT (not whole pages),
 * FAULT_TABLE_OVERLAP (something is there), FAULT_TABLE_PAGES (none left).
 */
void tables_map(struct tables *tables, uint64_t virtual_address,
		uint64_t address, uint64_t size, enum table_use use,
		bool large);

/**
 * At most so many tables below the root serve `size` bytes at `address`,
 * wherever they are mapped with their offset in 512 GiB kept.
 */
uint64_t tables_needed(uint64_t address, uint64_t size);
