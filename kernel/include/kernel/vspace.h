/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Address spaces: the kernel's book about a top page table, and walking and
 * filling its four levels. Tables and frames are objects that somebody else
 * paid for; nothing here allocates.
 *
 * A VSpace object is two pages: this book, and the top table, which is the
 * machine's. Addresses of user mappings lie in [USER_START, USER_END).
 */

#include "abi/objects.h"
#include "abi/status.h"
#include "common/types.h"

struct vspace {
	paddr_t top;   /* the top table, one page behind this structure */
	uint16_t asid; /* never 0, used by no other VSpace */
	uint16_t zero;
	uint32_t page_count; /* frames mapped */
	uint64_t capsule;    /* id of the one it belongs to; 0: none */
};

/** Makes an address space with nothing mapped of two zeroed pages. The asid
 * comes from vspace_asid_take(). */
void vspace_init(struct vspace *vspace, uint16_t asid);

/** An address space id that nobody has, or 0 when all are taken. */
uint16_t vspace_asid_take(void);

/**
 * Decode half of mapping a page table: finds the highest level at which
 * `address` meets no table. Returns the entry to fill and the level of the
 * table that goes there (2 to 4), or BAD_ARGUMENT for an address that is not
 * user's, MAPPED when all tables are present.
 */
status_t vspace_find_gap(struct vspace *vspace, uint64_t address,
			 uint64_t **entry, uint32_t *level);

/**
 * Decode half of mapping or unmapping a page: finds its last-level entry.
 * BAD_ARGUMENT for an address that is not user's or not a multiple of the page
 * size, NO_TABLE when a table on the way is missing.
 */
status_t vspace_find_page(struct vspace *vspace, uint64_t address,
			  uint64_t **entry);

/** The last-level entry of an address of any kind in tables that have no larger
 * pages there; NULL when a table is missing. */
uint64_t *vspace_entry(paddr_t top, uint64_t address);

/** Commit halves: cannot fail. */
void vspace_fill_gap(uint64_t *entry, paddr_t table);
void vspace_map_page(struct vspace *vspace, uint64_t *entry, paddr_t page,
		     uint32_t access, bool device);
void vspace_unmap_page(struct vspace *vspace, uint64_t *entry,
		       uint64_t address);
