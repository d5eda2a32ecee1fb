/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * nano's own address space: its image section by section (nothing writable is
 * executable, stacks have guard pages), its pool, a window onto the RAM of
 * others, and the device registers that nano itself uses.
 */

#include "abi/boot_info.h"
#include "common/types.h"
#include "nano/table.h"

/** Pages of the pool that own_build() takes. */
uint64_t own_pages(const struct boot_info *boot);

/** Builds the tables from a checked boot_info; they are not in use yet. */
void own_build(const struct boot_info *boot);

/** Top page table, for arch_own_activate(). */
paddr_t own_root(void);

/**
 * Maps device registers for nano, for ever. `pa` need not be aligned; the
 * result points to it. There is room for OWN_DEVICE_PAGES pages in all.
 */
volatile void *own_map_device(uint64_t pa, uint64_t size);

#define OWN_DEVICE_PAGES 512

/** Maps a stack of nano's memory once more, above a page that is not mapped;
 * returns its end. Each CPU of boot_info but the first has OWN_STACK_PAGES for
 * all its stacks with those pages. */
uint64_t own_map_stack(paddr_t pa, uint64_t size);

#define OWN_STACK_PAGES 16

/** Maps one page at its physical address, where a CPU is while it switches
 * translation on: once, with these rights. */
void own_map_start(paddr_t page, uint32_t access);

/** Gives that page other rights. */
void own_protect_start(paddr_t page, uint32_t access);
