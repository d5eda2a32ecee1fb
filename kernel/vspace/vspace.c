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
#define INDEX_BITS ABI_TABLE_INDEX_BITS
#define ASID_BITS  16 /* of a name; the rest is the generation */

static bool is_user_page(uint64_t address, uint32_t bits)
{
	return address >= USER_START && address < USER_END &&
	       is_aligned(address, 1ull << bits) &&
	       1ull << bits <= USER_END - address;
}

/* The level whose entries map pages of that size. */
static uint32_t level_of(uint32_t bits)
{
	return LAST_LEVEL - (bits - ABI_PAGE_BITS) / INDEX_BITS;
}

static uint64_t *entry_at(paddr_t table, uint64_t address, uint32_t level)
{
	uint32_t shift = ABI_PAGE_BITS + INDEX_BITS * (LAST_LEVEL - level);
	uint64_t *entries = arch_window(table);

	return &entries[address >> shift & ((1u << INDEX_BITS) - 1)];
}

/* The entry of `address` at level `last` or, if there is no table below it, at a
 * level above; and that level. */
static uint64_t *walk(paddr_t table, uint64_t address, uint32_t last,
		      uint32_t *level)
{
	for (*level = 1;; ++*level) {
		uint64_t *entry = entry_at(table, address, *level);
		if (*level == last || !arch_pte_present(*entry) ||
		    !arch_pte_is_table(*entry)) {
			return entry;
		}
		table = arch_pte_address(*entry);
	}
}

uint64_t *vspace_entry(paddr_t top, uint64_t address)
{
	uint32_t level;
	uint64_t *entry = walk(top, address, LAST_LEVEL, &level);

	return level == LAST_LEVEL ? entry : NULL;
}

uint16_t vspace_asid_find(void)
{
	uint32_t count = arch_asid_count();

	CHECK(count <= KERNEL_ASIDS_MAX);
	for (uint32_t i = 0; i < count / 64; i++) {
		uint32_t word = (state.asid_next + i) % (count / 64);
		uint64_t taken = state.asids[word] | (word == 0);
		if (~taken) {
			uint32_t bit = (uint32_t)__builtin_ctzll(~taken);
			return (uint16_t)(word * 64 + bit);
		}
	}
	return 0;
}

void vspace_init(struct vspace *vspace, uint16_t asid)
{
	CHECK(asid && asid < KERNEL_ASIDS_MAX && !state.vspaces[asid]);
	vspace->top.a = arch_window_address(vspace).a + ABI_PAGE_SIZE;
	vspace->asid = asid;
	vspace->name = ++state.vspace_generation << ASID_BITS | asid;
	state.vspaces[asid] = vspace;
	state.asids[asid / 64] |= 1ull << asid % 64;
	state.asid_next = asid / 64;
	vspace->root = arch_vspace_init(vspace->top, asid);
}

/* A thread that runs in it would go on in tables that are something else. */
static void check_unused(const struct vspace *vspace)
{
	for (uint64_t left = state.online; left; left &= left - 1) {
		const struct cpu *cpu = &state.cpus[__builtin_ctzll(left)];
		CHECK(cpu->current->vspace != vspace);
	}
}

void vspace_destroy(struct vspace *vspace)
{
	uint16_t asid = vspace->asid;

	CHECK(state.vspaces[asid] == vspace);
	check_unused(vspace);
	arch_vspace_forget(vspace);
	state.vspaces[asid] = NULL;
	state.asids[asid / 64] &= ~(1ull << asid % 64);
	vspace->name = 0;
}

struct vspace *vspace_named(uint64_t name)
{
	uint16_t asid = (uint16_t)name;
	struct vspace *vspace =
		asid < KERNEL_ASIDS_MAX ? state.vspaces[asid] : NULL;

	return vspace && vspace->name == name ? vspace : NULL;
}

status_t vspace_find_gap(struct vspace *vspace, uint64_t address,
			 uint64_t **entry, uint32_t *level)
{
	if (!is_user_page(align_down(address, ABI_PAGE_SIZE), ABI_PAGE_BITS)) {
		return ST_BAD_ARGUMENT;
	}
	*entry = walk(vspace->top, address, LAST_LEVEL, level);
	if (*level == LAST_LEVEL || arch_pte_present(**entry)) {
		return ST_MAPPED;
	}
	++*level; /* the table goes below the entry */
	return ST_OK;
}

status_t vspace_find_page(struct vspace *vspace, uint64_t address,
			  uint32_t bits, uint64_t **entry)
{
	uint32_t level;

	if (!is_user_page(address, bits)) {
		return ST_BAD_ARGUMENT;
	}
	*entry = walk(vspace->top, address, level_of(bits), &level);
	if (level == level_of(bits)) {
		return ST_OK;
	}
	return arch_pte_present(**entry) ? ST_MAPPED : ST_NO_TABLE;
}

void vspace_fill_gap(uint64_t *entry, paddr_t table)
{
	CHECK(!arch_pte_present(*entry));
	*entry = arch_pte_table(table);
	arch_table_filled();
}

void vspace_take_table(struct vspace *vspace, uint64_t address, uint32_t level,
		       paddr_t table)
{
	uint32_t above;
	uint64_t *entry = walk(vspace->top, address, level - 1, &above);

	if (above == level - 1 && arch_pte_present(*entry) &&
	    arch_pte_address(*entry).a == table.a) {
		*entry = 0;
		arch_tlb_flush(vspace, USER_START, USER_END);
	}
}

void vspace_map_page(struct vspace *vspace, uint64_t *entry, paddr_t page,
		     uint32_t bits, uint32_t access, bool device)
{
	CHECK(!arch_pte_present(*entry));
	CHECK((access & (ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE)) !=
	      (ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE));
	if (access & ABI_ACCESS_EXECUTE) {
		CHECK(bits == ABI_PAGE_BITS);
		arch_code_written(page, ABI_PAGE_SIZE);
	}
	*entry = bits == ABI_PAGE_BITS ? arch_pte_page(page, access, device)
				       : arch_pte_large(page, access, device);
	vspace->page_count += 1ull << (bits - ABI_PAGE_BITS);
	arch_table_filled();
}

void vspace_unmap_page(struct vspace *vspace, uint64_t address, paddr_t page,
		       uint32_t bits)
{
	uint64_t count = 1ull << (bits - ABI_PAGE_BITS);
	uint32_t level;
	uint64_t *entry = walk(vspace->top, address, level_of(bits), &level);

	CHECK(vspace->page_count >= count);
	vspace->page_count -= count;
	if (level == level_of(bits) && arch_pte_present(*entry) &&
	    arch_pte_address(*entry).a == page.a) {
		*entry = 0;
		arch_tlb_flush(vspace, address, address + (1ull << bits));
	}
}
