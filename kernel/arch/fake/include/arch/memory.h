/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The fake machine's memory: an arena that appears at a physical address of its
 * own. Any address outside it, which hardware might quietly accept, ends the
 * test. Page table entries carry a mark that plain data does not have, so
 * walking through something that is no table ends it too.
 */

#include <stdbool.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "common/types.h"

#define FAKE_RAM_START 0x40000000ull
#define FAKE_RAM_SIZE  0x1000000ull

void *arch_window(paddr_t pa);
paddr_t arch_window_address(const void *p);

bool arch_pte_present(uint64_t pte);
uint64_t arch_pte_table(paddr_t table);
uint64_t arch_pte_page(paddr_t page, uint32_t access, bool device);
uint64_t arch_pte_large(paddr_t page, uint32_t access, bool device);
paddr_t arch_pte_address(uint64_t pte);
bool arch_pte_is_table(uint64_t pte);

/* For tests: what the entry of a page grants. */
uint32_t fake_pte_access(uint64_t pte);
bool fake_pte_is_table(uint64_t pte);
bool fake_pte_is_large(uint64_t pte);
