/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the kernel's world sees of physical memory: guest-physical addresses
 * are physical ones, and an address is mapped if and only if the state of its
 * frame in the book is on the list below.
 */

#include "abi/boot_info.h"
#include "common/types.h"
#include "nano/table.h"

/** Pages of the pool that the tables take in the worst case. */
uint64_t stage2_pages(const struct boot_info *boot);

/** Builds the tables from the finished book; nothing in it is DIRTY. Returns
 * NULL, or why they cannot be built as one phrase. */
const char *stage2_build(const struct boot_info *boot);

/** Root of the tables. */
paddr_t stage2_root(void);

/** Takes everything from the kernel's world, for the end of a run: an entry that
 * was read before is read again, and none is there. Takes no lock and checks
 * nothing. False: some CPU may still run there; true: none does, and one that
 * tries enters nano. */
bool stage2_close(void);

/** TABLE_* bits with which the kernel's world has `address`, or 0. */
uint32_t stage2_lookup(uint64_t address);
