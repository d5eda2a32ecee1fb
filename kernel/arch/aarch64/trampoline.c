/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel absent from EL0's tables. On a CPU that may speculate through
 * permission checks of the upper half (neither ID_AA64PFR0_EL1.CSV3 nor
 * FEAT_E0PD), EL0 runs with a TTBR1_EL1 that maps two pages: the entry code and
 * one page of data of this CPU.
 *
 * Address space ids keep TLBs honest. The id in force lies in TTBR1_EL1 here
 * (TCR_EL1.A1), and all leaves are not global:
 *
 *           TTBR0_EL1        TTBR1_EL1                 id
 *   EL0     the thread's     the trampoline's          the thread's, never 0
 *   kernel  maps nothing     boot's                    0
 *
 * So what is filed under id 0 is the kernel's alone, where EL0 does not find
 * it, and under a thread's id its own pages and the trampoline. To keep it so
 * while tables change, and CPUs walk them of their own accord, TTBR0_EL1 holds
 * a user's table only while that user's id is in force: entry code empties it
 * before, exit code fills it after the change of TTBR1_EL1, with an ISB in
 * between. On CPUs without PAN this is PAN: the kernel cannot use a user's
 * address by mistake.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/state.h"
#include "kernel/vspace.h"

#define LEVELS     4
#define INDEX_BITS 9
#define ENTRIES    (1u << INDEX_BITS)

#define PAGE_ALIGNED __attribute__((aligned(ABI_PAGE_SIZE)))

typedef uint64_t table_t[ENTRIES];

/* One page each; link.ld places them near the text. */
union data_page {
	struct trampoline_data data;
	uint8_t page[ABI_PAGE_SIZE];
};

static union data_page pages[KERNEL_CPUS_MAX] PAGE_ALIGNED
	__attribute__((section(".bss.trampoline")));
static table_t tables[KERNEL_CPUS_MAX][LEVELS] PAGE_ALIGNED;

static uint32_t index_of(const void *at, uint32_t level)
{
	uint64_t shift = ABI_PAGE_BITS + INDEX_BITS * (LEVELS - 1 - level);

	return (uint32_t)((uint64_t)at >> shift) & (ENTRIES - 1);
}

/* There is one table of each level, so all pages must share the path to it. */
static void map(table_t table[LEVELS], const void *page, uint64_t access,
		const struct boot_info *boot)
{
	for (uint32_t i = 0; i + 1 < LEVELS; i++) {
		paddr_t next = image_address(boot, table[i + 1]);

		table[i][index_of(page, i)] =
			next.a | ARCH_PTE_VALID | ARCH_PTE_TABLE;
	}
	table[LEVELS - 1][index_of(page, LEVELS - 1)] =
		image_address(boot, page).a | access | ARCH_PTE_VALID |
		ARCH_PTE_TABLE | ARCH_PTE_INNER | ARCH_PTE_ACCESSED |
		ARCH_PTE_NOT_GLOBAL | ARCH_PTE_UXN;
}

/* What the rest of this file rests on: a leaf of boot's table is not global. */
static bool is_not_global(const struct boot_info *boot, const void *at)
{
	const uint64_t *table = arch_window((paddr_t){ boot->kernel_root });

	for (uint32_t i = 0; i < LEVELS; i++) {
		uint64_t entry = table[index_of(at, i)];
		if (i == LEVELS - 1 || !(entry & ARCH_PTE_TABLE)) {
			return entry & ARCH_PTE_NOT_GLOBAL;
		}
		table = arch_window(arch_pte_address(entry));
	}
	return false;
}

void trampoline_init(struct cpu *cpu, const struct boot_info *boot)
{
	struct trampoline_data *data = &pages[cpu->index].data;
	table_t *table = tables[cpu->index];

	CHECK(is_not_global(boot, vectors_absent));
	CHECK(is_not_global(boot, boot));
	CHECK(align_down((uint64_t)vectors_absent, ABI_LARGE_SIZE) ==
	      align_down((uint64_t)data, ABI_LARGE_SIZE));

	uint64_t guarded =
		id_field(pfr1_read(), PFR1_BT) ? ARCH_PTE_GUARDED : 0;
	map(table, vectors_absent, ARCH_PTE_READ_ONLY | guarded, boot);
	map(table, data, ARCH_PTE_PXN, boot);
	dsb_ishst();

	data->top = image_address(boot, table[0]).a;
	data->kernel.lower = vspace_empty.a;
	data->kernel.upper = boot->kernel_root;
	cpu->scratch[SCRATCH_TRAMPOLINE] = (uint64_t)data;
}
