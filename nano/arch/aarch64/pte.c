/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of the 4 KiB granule (Arm ARM D8.3): stage 1 of EL2 for nano's
 * own tables, stage 2 for the guest's. Attribute indexes of stage 1 are those
 * of MAIR_EL2 as boot and cpu.c set it: 0 normal, 1 device.
 *
 * The guest's tables have four levels where the CPU's addresses need them and
 * it can start there (from 44 bits on), else three, which reach 512 GiB.
 */

#include "common/assert.h"
#include "features.h"
#include "nano/arch.h"
#include "sysreg.h"

#define VALID    (1ull << 0)
#define TABLE    (1ull << 1) /* and, at level 1, page */
#define INNER    (3ull << 8)
#define ACCESSED (1ull << 10)
#define XN       (1ull << 54)
#define ADDRESS  0x0000fffffffff000ull

#define OWN_DEVICE    (1ull << 2)  /* AttrIndx 1 */
#define OWN_ONE       (1ull << 6)  /* AP[1], one where there is no EL0 */
#define OWN_READ_ONLY (1ull << 7)  /* AP[2] */
#define OWN_GUARDED   (1ull << 50) /* branch targets are checked */

#define GUEST_NORMAL (15ull << 2) /* MemAttr: write-back */
#define GUEST_DEVICE (1ull << 2)  /* MemAttr: nGnRE */
#define GUEST_READ   (1ull << 6)
#define GUEST_WRITE  (1ull << 7)

#define FLUSH_PAGES_MAX 64 /* beyond, forgetting everything costs less */

uint32_t arch_pte_levels(enum table_kind kind)
{
	return kind == TABLE_OWN || features_physical_bits() >= 44 ? 4 : 3;
}

uint64_t arch_pte_table(enum table_kind kind, paddr_t table)
{
	(void)kind;
	return table.a | TABLE | VALID;
}

static uint64_t own_leaf(uint32_t access)
{
	return OWN_ONE | (access & TABLE_DEVICE ? OWN_DEVICE : INNER) |
	       (access & TABLE_WRITE ? 0 : OWN_READ_ONLY) |
	       (access & TABLE_EXECUTE ? OWN_GUARDED : XN);
}

static uint64_t guest_leaf(uint32_t access)
{
	return (access & TABLE_DEVICE ? GUEST_DEVICE : GUEST_NORMAL | INNER) |
	       (access & TABLE_READ ? GUEST_READ : 0) |
	       (access & TABLE_WRITE ? GUEST_WRITE : 0) |
	       (access & TABLE_EXECUTE ? 0 : XN);
}

uint64_t arch_pte_leaf(enum table_kind kind, paddr_t pa, uint32_t level,
		       uint32_t access)
{
	CHECK((access & (TABLE_DEVICE | TABLE_EXECUTE)) !=
	      (TABLE_DEVICE | TABLE_EXECUTE));
	return pa.a | VALID | (level == 1 ? TABLE : 0) | ACCESSED |
	       (kind == TABLE_OWN ? own_leaf(access) : guest_leaf(access));
}

bool arch_pte_present(enum table_kind kind, uint64_t pte)
{
	(void)kind;
	return pte & VALID;
}

bool arch_pte_is_table(enum table_kind kind, uint64_t pte, uint32_t level)
{
	(void)kind;
	return level > 1 && (pte & TABLE);
}

paddr_t arch_pte_address(enum table_kind kind, uint64_t pte)
{
	(void)kind;
	return (paddr_t){ pte & ADDRESS };
}

uint32_t arch_pte_access(enum table_kind kind, uint64_t pte)
{
	uint32_t execute = pte & XN ? 0 : TABLE_EXECUTE;

	if (kind == TABLE_OWN) {
		return TABLE_READ | (pte & OWN_READ_ONLY ? 0 : TABLE_WRITE) |
		       execute | (pte & OWN_DEVICE ? TABLE_DEVICE : 0);
	}
	return (pte & GUEST_READ ? TABLE_READ : 0) |
	       (pte & GUEST_WRITE ? TABLE_WRITE : 0) | execute |
	       ((pte & GUEST_NORMAL) == GUEST_DEVICE ? TABLE_DEVICE : 0);
}

void arch_pte_write(uint64_t *entry, uint64_t pte)
{
	*(volatile uint64_t *)entry = pte;
	dsb_ishst();
	isb();
}

/* TLBI takes the page number; bits 43 to 0 of its operand. */
static uint64_t operand(uint64_t address)
{
	return address >> ABI_PAGE_BITS & ((1ull << 44) - 1);
}

static void flush_own(uint64_t start, uint64_t end, bool all)
{
	if (all) {
		__asm__ volatile("tlbi alle2is" ::: "memory");
		return;
	}
	for (uint64_t at = start; at < end; at += ABI_PAGE_SIZE) {
		__asm__ volatile("tlbi vae2is, %0" ::"r"(operand(at))
				 : "memory");
	}
}

/* Of every VMID, or of the current one. Entries that combine both stages have no address of
 * stage 2 to be found by, so all of stage 1 goes as well (Arm ARM D8.13). */
static void flush_guest(uint64_t start, uint64_t end, bool all)
{
	if (all) {
		__asm__ volatile("tlbi alle1is" ::: "memory");
		return;
	}
	for (uint64_t at = start; at < end; at += ABI_PAGE_SIZE) {
		__asm__ volatile("tlbi ipas2e1is, %0" ::"r"(operand(at))
				 : "memory");
	}
	dsb_ish();
	__asm__ volatile("tlbi vmalle1is" ::: "memory");
}

bool arch_tlb_flush(enum table_kind kind, uint64_t start, uint64_t end)
{
	bool all = end - start > FLUSH_PAGES_MAX * (uint64_t)ABI_PAGE_SIZE;

	dsb_ishst();
	if (kind == TABLE_OWN) {
		flush_own(start, end, all);
	} else {
		flush_guest(start, end, all);
	}
	dsb_ish();
	isb();
	return true;
}
