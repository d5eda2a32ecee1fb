/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Physical memory as the kernel sees it, and stage-1 descriptors of the 4 KiB
 * granule with 48-bit addresses (Arm ARM D8.3). Level 1 is the top table's
 * here (the manual's level 0), level 4 maps 4 KiB pages. Memory attributes are
 * indexes into MAIR_EL1 as boot and nano set it: 0 normal, 1 device.
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

#define ARCH_PTE_VALID      (1ull << 0)
#define ARCH_PTE_TABLE      (1ull << 1) /* and, at the last level, page */
#define ARCH_PTE_DEVICE     (1ull << 2) /* AttrIndx 1 */
#define ARCH_PTE_USER       (1ull << 6) /* AP[1] */
#define ARCH_PTE_READ_ONLY  (1ull << 7) /* AP[2] */
#define ARCH_PTE_INNER      (3ull << 8) /* SH: inner shareable */
#define ARCH_PTE_ACCESSED   (1ull << 10)
#define ARCH_PTE_NOT_GLOBAL (1ull << 11)
#define ARCH_PTE_GUARDED    (1ull << 50) /* BTI; only where there is BTI */
#define ARCH_PTE_PXN        (1ull << 53)
#define ARCH_PTE_UXN        (1ull << 54)
#define ARCH_PTE_PXN_TABLE  (1ull << 59)
#define ARCH_PTE_ADDRESS    0x0000fffffffff000ull

static inline bool arch_pte_present(uint64_t pte)
{
	return pte & ARCH_PTE_VALID;
}

/** An entry of level 1 to 3 that points to the next table. */
static inline uint64_t arch_pte_table(paddr_t table)
{
	return table.a | ARCH_PTE_VALID | ARCH_PTE_TABLE | ARCH_PTE_PXN_TABLE;
}

/** An entry of level 4. `access` is ABI_ACCESS_* bits, never both WRITE and
 * EXECUTE; always readable. */
static inline uint64_t arch_pte_page(paddr_t page, uint32_t access, bool device)
{
	return page.a | ARCH_PTE_VALID | ARCH_PTE_TABLE | ARCH_PTE_USER |
	       ARCH_PTE_ACCESSED | ARCH_PTE_NOT_GLOBAL | ARCH_PTE_PXN |
	       (device ? ARCH_PTE_DEVICE : ARCH_PTE_INNER) |
	       (access & ABI_ACCESS_WRITE ? 0 : ARCH_PTE_READ_ONLY) |
	       (access & ABI_ACCESS_EXECUTE ? 0 : ARCH_PTE_UXN);
}

/** Whether a present entry of level 1 to 3 leads to a table, and not to a large
 * page (a block). */
static inline bool arch_pte_is_table(uint64_t pte)
{
	return pte & ARCH_PTE_TABLE;
}

/** arch_pte_page() for an entry of level 2 or 3. Never executable. */
static inline uint64_t arch_pte_large(paddr_t page, uint32_t access,
				      bool device)
{
	return (arch_pte_page(page, access, device) & ~ARCH_PTE_TABLE) |
	       ARCH_PTE_UXN;
}

/** The table or page that a present entry points to. */
static inline paddr_t arch_pte_address(uint64_t pte)
{
	return (paddr_t){ pte & ARCH_PTE_ADDRESS };
}
