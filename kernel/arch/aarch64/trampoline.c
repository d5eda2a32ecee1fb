/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel absent from EL0's tables. On a CPU that may speculate through
 * permission checks of the upper half (neither ID_AA64PFR0_EL1.CSV3 nor
 * FEAT_E0PD), EL0 runs with a TTBR1_EL1 that maps two pages: the entry code and
 * one page of data of this CPU.
 *
 * Address space ids keep TLBs honest. The id in force lies in TTBR1_EL1 here
 * (TCR_EL1.A1), so one register write changes table and id together:
 *
 *   EL0     trampoline's table, the thread's id, never 0
 *   kernel  boot's table, id 0
 *
 * All leaves of both tables are not global: what the kernel uses is filed under
 * id 0, where EL0 does not find it. While the kernel runs, user's pages would
 * be filed under id 0 too, but it never uses a user's address: it sees memory
 * through its window. Entries of id 0 that a CPU makes of its own accord are
 * used by nobody.
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

struct trampoline {
	uint64_t tables[LEVELS][ENTRIES];
	union {
		struct trampoline_data data;
		uint8_t page[ABI_PAGE_SIZE];
	};
} __attribute__((aligned(ABI_PAGE_SIZE)));

static struct trampoline trampolines[KERNEL_CPUS_MAX];

static uint32_t index_of(const void *at, uint32_t level)
{
	uint64_t shift = ABI_PAGE_BITS + INDEX_BITS * (LEVELS - 1 - level);

	return (uint32_t)((uint64_t)at >> shift) & (ENTRIES - 1);
}

/* There is one table of each level, so all pages must share the path to it. */
static void map(struct trampoline *trampoline, const void *page,
		uint64_t access, const struct boot_info *boot)
{
	for (uint32_t i = 0; i + 1 < LEVELS; i++) {
		uint64_t *entry = &trampoline->tables[i][index_of(page, i)];
		paddr_t next = image_address(boot, trampoline->tables[i + 1]);

		*entry = next.a | ARCH_PTE_VALID | ARCH_PTE_TABLE;
	}
	trampoline->tables[LEVELS - 1][index_of(page, LEVELS - 1)] =
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
	struct trampoline *trampoline = &trampolines[cpu->index];
	struct trampoline_data *data = &trampoline->data;

	CHECK(is_not_global(boot, vectors_absent));
	CHECK(is_not_global(boot, boot));
	CHECK(align_down((uint64_t)vectors_absent, ABI_LARGE_SIZE) ==
	      align_down((uint64_t)data, ABI_LARGE_SIZE));

	uint64_t guarded =
		id_field(pfr1_read(), PFR1_BT) ? ARCH_PTE_GUARDED : 0;
	map(trampoline, vectors_absent, ARCH_PTE_READ_ONLY | guarded, boot);
	map(trampoline, data, ARCH_PTE_PXN, boot);
	dsb_ishst();

	data->full = boot->kernel_root;
	data->table = image_address(boot, trampoline->tables[0]).a;
	cpu->scratch[SCRATCH_TRAMPOLINE] = (uint64_t)data;
}

void trampoline_switch(const struct cpu *cpu, struct thread *to)
{
	struct trampoline_data *data =
		(struct trampoline_data *)cpu->scratch[SCRATCH_TRAMPOLINE];
	uint64_t asid = to->vspace ? to->vspace->asid : 0; /* 0: idle */

	data->context = &to->context;
	data->user = data->table | asid << TTBR_ASID_SHIFT;
}
