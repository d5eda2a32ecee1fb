/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking and filling page tables. Both machines use four levels of 512
 * entries; what an entry looks like is the machine's business.
 */

#include "kernel/vspace.h"

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/state.h"

#define LAST_LEVEL 4
#define INDEX_BITS 9

static bool is_user_page(uint64_t address)
{
	return address >= USER_START && address < USER_END &&
	       is_aligned(address, ABI_PAGE_SIZE);
}

static uint64_t *entry_at(paddr_t table, uint64_t address, uint32_t level)
{
	uint32_t shift = ABI_PAGE_BITS + INDEX_BITS * (LAST_LEVEL - level);
	uint64_t *entries = arch_window(table);

	return &entries[address >> shift & ((1u << INDEX_BITS) - 1)];
}

/* The entry of `address` at the deepest level whose table is present, and that
 * level. */
static uint64_t *walk(paddr_t table, uint64_t address, uint32_t *level)
{
	for (*level = 1;; ++*level) {
		uint64_t *entry = entry_at(table, address, *level);
		if (*level == LAST_LEVEL || !arch_pte_present(*entry)) {
			return entry;
		}
		table = arch_pte_address(*entry);
	}
}

uint64_t *vspace_entry(paddr_t top, uint64_t address)
{
	uint32_t level;
	uint64_t *entry = walk(top, address, &level);

	return level == LAST_LEVEL ? entry : NULL;
}

uint16_t vspace_asid_take(void)
{
	uint32_t count = arch_asid_count();

	CHECK(count <= KERNEL_ASIDS_MAX);
	for (uint32_t i = 0; i < count / 64; i++) {
		uint32_t word = (state.asid_next + i) % (count / 64);
		uint64_t taken = state.asids[word] | (word == 0);
		if (~taken) {
			uint32_t bit = (uint32_t)__builtin_ctzll(~taken);
			state.asids[word] |= 1ull << bit;
			state.asid_next = word;
			return (uint16_t)(word * 64 + bit);
		}
	}
	return 0;
}

void vspace_init(struct vspace *vspace, uint16_t asid)
{
	CHECK(asid);
	vspace->top.a = arch_window_address(vspace).a + ABI_PAGE_SIZE;
	vspace->asid = asid;
	arch_vspace_init(vspace->top);
}

status_t vspace_find_gap(struct vspace *vspace, uint64_t address,
			 uint64_t **entry, uint32_t *level)
{
	if (!is_user_page(align_down(address, ABI_PAGE_SIZE))) {
		return ST_BAD_ARGUMENT;
	}
	*entry = walk(vspace->top, address, level);
	if (*level == LAST_LEVEL) {
		return ST_MAPPED;
	}
	++*level; /* the table goes below the entry */
	return ST_OK;
}

status_t vspace_find_page(struct vspace *vspace, uint64_t address,
			  uint64_t **entry)
{
	uint32_t level;

	if (!is_user_page(address)) {
		return ST_BAD_ARGUMENT;
	}
	*entry = walk(vspace->top, address, &level);
	return level == LAST_LEVEL ? ST_OK : ST_NO_TABLE;
}

void vspace_fill_gap(uint64_t *entry, paddr_t table)
{
	CHECK(!arch_pte_present(*entry));
	*entry = arch_pte_table(table);
	arch_table_filled();
}

void vspace_map_page(struct vspace *vspace, uint64_t *entry, paddr_t page,
		     uint32_t access, bool device)
{
	CHECK(!arch_pte_present(*entry));
	CHECK((access & (ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE)) !=
	      (ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE));
	if (access & ABI_ACCESS_EXECUTE) {
		arch_code_written(page, ABI_PAGE_SIZE);
	}
	*entry = arch_pte_page(page, access, device);
	vspace->page_count++;
	arch_table_filled();
}

void vspace_unmap_page(struct vspace *vspace, uint64_t *entry, uint64_t address)
{
	CHECK(arch_pte_present(*entry));
	*entry = 0;
	vspace->page_count--;
	arch_tlb_flush(vspace, address, address + ABI_PAGE_SIZE);
}
