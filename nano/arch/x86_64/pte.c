/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page table entries of x86_64: nano's own tables and nested tables have one
 * format (AMD64 manual volume 2, 5.3 and 15.25). Nested tables are walked as
 * user accesses, so their entries carry U; nano's never do.
 *
 * Accessed and dirty bits are set from the start: no CPU ever writes to them.
 */
#include "common/assert.h"
#include "nano/arch.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/machine.h"

#define PTE_PRESENT       (1ull << 0)
#define PTE_WRITE         (1ull << 1)
#define PTE_USER          (1ull << 2)
#define PTE_WRITE_THROUGH (1ull << 3)
#define PTE_UNCACHED      (1ull << 4)
#define PTE_ACCESSED      (1ull << 5)
#define PTE_DIRTY         (1ull << 6)
#define PTE_LARGE         (1ull << 7)
#define PTE_NO_EXECUTE    (1ull << 63)
#define PTE_ADDRESS       0x000ffffffffff000ull

#define LEVELS      4
#define LEVEL_LARGE 2

static uint64_t pte_user(enum table_kind kind)
{
	return kind == TABLE_GUEST ? PTE_USER : 0;
}

uint32_t arch_pte_levels(enum table_kind kind)
{
	(void)kind;
	return LEVELS;
}

uint64_t arch_pte_table(enum table_kind kind, paddr_t table)
{
	CHECK((table.a & ~PTE_ADDRESS) == 0);
	return table.a | PTE_PRESENT | PTE_WRITE | PTE_ACCESSED |
	       pte_user(kind);
}

uint64_t arch_pte_leaf(enum table_kind kind, paddr_t pa, uint32_t level,
		       uint32_t access)
{
	CHECK((pa.a & ~PTE_ADDRESS) == 0 && level <= LEVEL_LARGE);
	CHECK(access & TABLE_READ);
	CHECK(!(access & TABLE_DEVICE) || !(access & TABLE_EXECUTE));
	return pa.a | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | pte_user(kind) |
	       (level == LEVEL_LARGE ? PTE_LARGE : 0) |
	       (access & TABLE_WRITE ? PTE_WRITE : 0) |
	       (access & TABLE_EXECUTE ? 0 : PTE_NO_EXECUTE) |
	       (access & TABLE_DEVICE ? PTE_UNCACHED | PTE_WRITE_THROUGH : 0);
}

bool arch_pte_present(enum table_kind kind, uint64_t pte)
{
	(void)kind;
	return pte & PTE_PRESENT;
}

bool arch_pte_is_table(enum table_kind kind, uint64_t pte, uint32_t level)
{
	(void)kind;
	return level > LEVEL_LARGE ||
	       (level == LEVEL_LARGE && !(pte & PTE_LARGE));
}

paddr_t arch_pte_address(enum table_kind kind, uint64_t pte)
{
	(void)kind;
	return (paddr_t){ pte & PTE_ADDRESS };
}

uint32_t arch_pte_access(enum table_kind kind, uint64_t pte)
{
	(void)kind;
	return TABLE_READ | (pte & PTE_WRITE ? TABLE_WRITE : 0) |
	       (pte & PTE_NO_EXECUTE ? 0 : TABLE_EXECUTE) |
	       (pte & PTE_UNCACHED ? TABLE_DEVICE : 0);
}

void arch_pte_write(uint64_t *entry, uint64_t pte)
{
	__atomic_store_n(entry, pte, __ATOMIC_SEQ_CST);
}

/* nano's own entries are few and change before another CPU runs. This CPU
 * forgets the guest's with its next VMRUN, and so does every other. */
bool arch_tlb_flush(enum table_kind kind, uint64_t start, uint64_t end)
{
	if (kind == TABLE_GUEST) {
		return smp_shoot();
	}
	for (uint64_t va = start; va < end; va += ABI_PAGE_SIZE) {
		page_flush(va);
	}
	return true;
}
