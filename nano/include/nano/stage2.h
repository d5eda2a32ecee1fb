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

/**
 * How many bytes of [start, end), whole pages and not empty, one call may take
 * from the kernel's world: a block of the tables, or some pages. It takes no
 * lock, so that it can be asked under the book's: as long as all those frames
 * are OUTSIDE there nobody changes their entries.
 */
uint64_t stage2_step(uint64_t start, uint64_t end);

/** Takes them: when it returns no CPU reaches any. */
void stage2_take(uint64_t start, uint64_t end);

/** Gives the kernel's world pages back that were taken from it. */
void stage2_give(uint64_t start, uint64_t end);

/** Takes everything from the kernel's world, for the end of a run: an entry that
 * was read before is read again, and none is there. Takes no lock and checks
 * nothing. False: some CPU may still run there; true: none does, and one that
 * tries enters nano. */
bool stage2_close(void);

/** TABLE_* bits with which the kernel's world has `address`, or 0. */
uint32_t stage2_lookup(uint64_t address);
