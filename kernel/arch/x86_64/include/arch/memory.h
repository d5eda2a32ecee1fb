/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Physical memory as the kernel sees it, and page table entries of x86_64 with
 * four levels of 4 KiB tables (AMD64 manual volume 2, 5.3). Level 1 is the top
 * table's, level 4 maps 4 KiB pages.
 */

#include <stdbool.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "common/types.h"

/** Physical memory below the window's size, RAM only. */
static inline void *arch_window(paddr_t pa)
{
	return (void *)(KERNEL_WINDOW + pa.a);
}

static inline paddr_t arch_window_address(const void *p)
{
	return (paddr_t){ (uint64_t)p - KERNEL_WINDOW };
}

enum {
	ARCH_PTE_PRESENT = 1,
	ARCH_PTE_WRITE = 2,
	ARCH_PTE_USER = 4,
	ARCH_PTE_WRITE_THROUGH = 8,
	ARCH_PTE_CACHE_DISABLE = 16,
	ARCH_PTE_LARGE = 128,
};
#define ARCH_PTE_NO_EXECUTE (1ull << 63)
#define ARCH_PTE_ADDRESS    0x000ffffffffff000ull

static inline bool arch_pte_present(uint64_t pte)
{
	return pte & ARCH_PTE_PRESENT;
}

/** An entry of level 1 to 3 that points to the next table. */
static inline uint64_t arch_pte_table(paddr_t table)
{
	return table.a | ARCH_PTE_PRESENT | ARCH_PTE_WRITE | ARCH_PTE_USER;
}

/** An entry of level 4. `access` is ABI_ACCESS_* bits, never both WRITE and
 * EXECUTE; always readable. */
static inline uint64_t arch_pte_page(paddr_t page, uint32_t access, bool device)
{
	return page.a | ARCH_PTE_PRESENT | ARCH_PTE_USER |
	       (access & ABI_ACCESS_WRITE ? ARCH_PTE_WRITE : 0) |
	       (access & ABI_ACCESS_EXECUTE ? 0 : ARCH_PTE_NO_EXECUTE) |
	       (device ? ARCH_PTE_CACHE_DISABLE | ARCH_PTE_WRITE_THROUGH : 0);
}

/** Whether a present entry of level 2 or 3 leads to a table, and not to a large
 * page. */
static inline bool arch_pte_is_table(uint64_t pte)
{
	return !(pte & ARCH_PTE_LARGE);
}

/** arch_pte_page() for an entry of level 2 or 3. Never executable. */
static inline uint64_t arch_pte_large(paddr_t page, uint32_t access,
				      bool device)
{
	return arch_pte_page(page, access, device) | ARCH_PTE_LARGE |
	       ARCH_PTE_NO_EXECUTE;
}

/** The table or page that a present entry points to. */
static inline paddr_t arch_pte_address(uint64_t pte)
{
	return (paddr_t){ pte & ARCH_PTE_ADDRESS };
}
