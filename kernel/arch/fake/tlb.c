/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLB of the fake machine, the worst that hardware may have: between two
 * checks it has remembered every entry of every table of every address space,
 * whoever runs where. What is remembered must be what the tables say still, so
 * whatever takes something out of them has to flush it before it is done; and
 * tables on the way to a page are only forgotten where all of user memory is.
 */

#include <arch/fake.h>

#include "common/assert.h"
#include "kernel/state.h"
#include "kernel/vspace.h"

#define LEVELS  4
#define ENTRIES 512
#define ROOM    16384 /* entries it remembers at most */

struct remembered {
	uint64_t name; /* of the address space */
	uint64_t start, end;
	uint64_t pte;
	uint32_t level;
};

static struct remembered list[ROOM];
static size_t count;

static uint64_t span(uint32_t level)
{
	return 1ull << (ABI_PAGE_BITS + 9 * (LEVELS - level));
}

static void remember(const struct remembered *entry)
{
	CHECK(count < ROOM);
	list[count++] = *entry;
}

static void remember_table(uint64_t name, paddr_t table, uint32_t level,
			   uint64_t start)
{
	const uint64_t *entries = arch_window(table);

	for (uint32_t i = 0; i < ENTRIES; i++) {
		uint64_t at = start + i * span(level), pte = entries[i];
		if (!pte || !arch_pte_present(pte)) {
			continue;
		}
		remember(&(struct remembered){ name, at, at + span(level), pte,
					       level });
		CHECK(level < LEVELS || !fake_pte_is_table(pte));
		CHECK(fake_pte_is_table(pte) ||
		      fake_pte_is_large(pte) == (level < LEVELS));
		CHECK(fake_pte_is_table(pte) ||
		      is_aligned(arch_pte_address(pte).a, span(level)));
		if (fake_pte_is_table(pte)) {
			remember_table(name, arch_pte_address(pte), level + 1,
				       at);
		}
	}
}

static void check(const struct remembered *entry)
{
	const struct vspace *vspace = vspace_named(entry->name);

	CHECK(vspace); /* else it ended, and was not forgotten */
	paddr_t table = vspace->top;
	for (uint32_t level = 1;; level++) {
		const uint64_t *entries = arch_window(table);
		uint64_t pte = entries[entry->start / span(level) % ENTRIES];
		if (level == entry->level) {
			CHECK(pte == entry->pte);
			return;
		}
		CHECK(fake_pte_is_table(pte));
		table = arch_pte_address(pte);
	}
}

void fake_tlb_flush(uint16_t asid, uint64_t start, uint64_t end)
{
	bool is_all = start == USER_START && end == USER_END;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct remembered *entry = &list[i];
		bool goes =
			is_all || (!fake_pte_is_table(entry->pte) &&
				   entry->start < end && start < entry->end);
		if ((uint16_t)entry->name != asid || !goes) {
			list[kept++] = *entry;
		}
	}
	count = kept;
}

void fake_tlb_reset(void)
{
	count = 0;
}

void fake_tlb_check(void)
{
	for (size_t i = 0; i < count; i++) {
		check(&list[i]);
	}
	count = 0;
	for (uint32_t i = 0; i < KERNEL_ASIDS_MAX; i++) {
		const struct vspace *vspace = state.vspaces[i];
		if (vspace) {
			CHECK(vspace->asid == i && (uint16_t)vspace->name == i);
			remember_table(vspace->name, vspace->top, 1, 0);
		}
	}
}
