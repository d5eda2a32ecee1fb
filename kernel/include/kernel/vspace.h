/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Address spaces: the kernel's book about a top page table, and walking and
 * filling its four levels. Tables and frames are objects that somebody else
 * paid for; nothing here allocates.
 *
 * A VSpace object is two pages: this book, and the top table, which is the
 * machine's. Addresses of user mappings lie in [USER_START, USER_END).
 *
 * A Frame or PageTable capability remembers the address space that it is mapped
 * in by its name, which no other one ever has. So an address space may end
 * before what is mapped in it, and a table before what hangs below it: whoever
 * takes something out looks whether it is there still.
 */

#include "abi/objects.h"
#include "abi/status.h"
#include "common/types.h"

struct slot;

struct vspace {
	paddr_t top;         /* the top table, one page behind this structure */
	uint64_t root;       /* and what the machine calls it */
	uint64_t name;       /* asid | generation << 16, never used again */
	uint64_t page_count; /* of 4 KiB, in the frames mapped by this name */
	uint16_t asid;       /* never 0, used by no other VSpace that lives */
	uint64_t capsule;    /* id of the one it belongs to; 0: none */
};

/** Makes an address space with nothing mapped of two zeroed pages. The asid
 * comes from vspace_asid_find(), and is taken now. */
void vspace_init(struct vspace *vspace, uint16_t asid);

/**
 * Ends an address space that no thread is bound to any more: no CPU has its
 * tables loaded or remembers a translation when this returns, its asid is free
 * and its name means nothing. What was mapped keeps that name.
 */
void vspace_destroy(struct vspace *vspace);

/** The address space that has this name; NULL for 0 and once it ended. */
struct vspace *vspace_named(uint64_t name);

/** An address space id that nobody has, or 0 when all are taken. */
uint16_t vspace_asid_find(void);

/**
 * Decode half of mapping a page table: finds the highest level at which
 * `address` meets no table. Returns the entry to fill and the level of the
 * table that goes there (2 to 4), or BAD_ARGUMENT for an address that is not
 * user's, MAPPED when all tables are present.
 */
status_t vspace_find_gap(struct vspace *vspace, uint64_t address,
			 uint64_t **entry, uint32_t *level);

/**
 * Decode half of mapping a page of 2^bits bytes, which are ABI_PAGE_BITS,
 * ABI_LARGE_BITS or ABI_HUGE_BITS: finds its entry, where there may be a page or
 * a table already. BAD_ARGUMENT when not all of the page is user's or the address
 * is not a multiple of its size, NO_TABLE when a table on the way is missing,
 * MAPPED when there is a larger page instead.
 */
status_t vspace_find_page(struct vspace *vspace, uint64_t address,
			  uint32_t bits, uint64_t **entry);

/** The last-level entry of an address of any kind; NULL when a table is missing
 * or there is a larger page. */
uint64_t *vspace_entry(paddr_t top, uint64_t address);

/** Commit halves: cannot fail. */
void vspace_fill_gap(uint64_t *entry, paddr_t table);

/** Takes `table`, which was filled in for `address` as a table of `level`, out
 * again if it is there still; then every CPU has forgotten what it led to. */
void vspace_take_table(struct vspace *vspace, uint64_t address, uint32_t level,
		       paddr_t table);

void vspace_map_page(struct vspace *vspace, uint64_t *entry, paddr_t page,
		     uint32_t bits, uint32_t access, bool device);

/** Takes `page` of 2^bits bytes, which was mapped at `address`, out again if it is
 * there still; then no CPU reaches it there. */
void vspace_unmap_page(struct vspace *vspace, uint64_t address, paddr_t page,
		       uint32_t bits);

/**
 * A Frame or PageTable capability goes: what it has mapped is mapped no more.
 * Neither fails, and either takes a bounded time, whether or not the address
 * space, the tables on the way or the mapping exist still. Where a table came
 * between, the same page at the same place is taken to be this mapping, whoever
 * put it there.
 */
void frame_release(struct slot *frame);
void table_release(struct slot *table);
