/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Page tables of nano: its own address space and what the kernel's world sees
 * of physical memory. One walker for both kinds and both machines; the format
 * of an entry is the machine's (arch_pte_* in nano/arch.h).
 *
 * Each table takes pages for its worst case from the pool when it is made, so
 * mapping cannot fail for want of memory. A table that became empty stays in
 * place for the same reason.
 */

#include "common/types.h"

enum table_kind { TABLE_OWN, TABLE_GUEST, TABLE_KIND_COUNT };

/* Rights of a mapping. DEVICE: uncached, strictly ordered, never executable. */
enum {
	TABLE_READ = 1,
	TABLE_WRITE = 2,
	TABLE_EXECUTE = 4,
	TABLE_DEVICE = 8,
};

#define TABLE_ENTRIES 512 /* of each table, the root among them */

struct table {
	enum table_kind kind;
	paddr_t root;
	uint64_t spare, spare_end; /* reserved pages that are not yet tables */
};

/** Makes an empty table with `pages` reserved for tables below the root. */
void table_init(struct table *table, enum table_kind kind, uint64_t pages);

/** One past the highest address that tables of this kind can translate. */
uint64_t table_limit(enum table_kind kind);

/**
 * Maps [start, end) to physical memory from `target` on, with 2 MiB blocks
 * wherever both addresses allow. Whole pages, below table_limit(); nothing may
 * be mapped there yet: all of that is checked as an invariant.
 */
void table_map(struct table *table, uint64_t start, uint64_t end,
	       paddr_t target, uint32_t access);

/** Removes what is mapped in [start, end); blocks that reach beyond are split.
 * Flushes TLBs before it returns. */
void table_unmap(struct table *table, uint64_t start, uint64_t end);

/** Gives what is mapped in [start, end) other rights, likewise. */
void table_protect(struct table *table, uint64_t start, uint64_t end,
		   uint32_t access);

/** TABLE_* bits with which `address` is mapped, or 0; then *target is where. */
uint32_t table_lookup(const struct table *table, uint64_t address,
		      paddr_t *target);

/** Bytes that the entry for `address` maps if it begins there; of any other
 * place a page. */
uint64_t table_grain(const struct table *table, uint64_t address);

/** Most table pages that mapping [start, end) in any pieces, with any changes
 * later, can need, without the root. */
uint64_t table_pages_worst(uint64_t start, uint64_t end);

/** The same for one table_map() of [start, end) that is never changed, with a
 * target that has the same place in its 2 MiB. */
uint64_t table_pages_blocks(uint64_t start, uint64_t end);
