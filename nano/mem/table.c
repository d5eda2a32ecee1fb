/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walker of nano's page tables. Level 1 maps 4 KiB pages, level 2 blocks of
 * 2 MiB; above that there are only tables.
 *
 * Invariant: at every moment a hardware walker that runs on another CPU finds,
 * for an address that is not being changed, the mapping it had before; an
 * address inside a block that is being split is absent for a moment, and
 * trap_memory() lets the guest try again.
 */

#include "nano/table.h"

#include "common/assert.h"
#include "nano/arch.h"
#include "nano/pool.h"

#define BLOCK 2 /* the level whose leaves map ABI_LARGE_SIZE */

static uint32_t shift_of(uint32_t level)
{
	return ABI_PAGE_BITS + 9 * (level - 1);
}

static uint64_t size_of(uint32_t level)
{
	return 1ull << shift_of(level);
}

static uint64_t *entry_in(paddr_t page, uint64_t address, uint32_t level)
{
	uint64_t *entries = pool_pointer(page);

	return &entries[(address >> shift_of(level)) % TABLE_ENTRIES];
}

static paddr_t take_page(struct table *table)
{
	CHECK(table->spare < table->spare_end);

	paddr_t page = { table->spare };
	table->spare += ABI_PAGE_SIZE;
	return page;
}

void table_init(struct table *table, enum table_kind kind, uint64_t pages)
{
	paddr_t first = pool_take(pages + 1);

	table->kind = kind;
	table->root = first;
	table->spare = first.a + ABI_PAGE_SIZE;
	table->spare_end = table->spare + pages * ABI_PAGE_SIZE;
}

uint64_t table_limit(enum table_kind kind)
{
	return size_of(arch_pte_levels(kind) + 1);
}

/* The tables that map a range with leaves of `leaf` level: one of level n covers
 * what one entry of level n + 1 does. */
static uint64_t pages_above(uint64_t start, uint64_t end, uint32_t leaf)
{
	uint64_t pages = 0;

	for (uint32_t level = leaf + 1; level <= 4; level++) {
		uint64_t size = size_of(level);

		pages += (align_up(end, size) - align_down(start, size)) / size;
	}
	return pages;
}

uint64_t table_pages_worst(uint64_t start, uint64_t end)
{
	return pages_above(start, end, 1);
}

uint64_t table_pages_blocks(uint64_t start, uint64_t end)
{
	return pages_above(start, end, BLOCK) + 2; /* head and tail in pages */
}

/* Another CPU may be changing it (table_grain()). */
static uint64_t read_once(const uint64_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

/* The entry for `address` at `level`, or at a higher one if the walk ends
 * there at a leaf or at nothing; *level then says where. */
static uint64_t *find(const struct table *table, uint64_t address,
		      uint32_t *level)
{
	uint32_t at = arch_pte_levels(table->kind);
	uint64_t *entry = entry_in(table->root, address, at);
	uint64_t pte = read_once(entry);

	while (at > *level && arch_pte_present(table->kind, pte) &&
	       arch_pte_is_table(table->kind, pte, at)) {
		at--;
		entry = entry_in(arch_pte_address(table->kind, pte), address,
				 at);
		pte = read_once(entry);
	}
	*level = at;
	return entry;
}

/* The entry for `address` at exactly `level`, with the tables above it made. */
static uint64_t *find_or_make(struct table *table, uint64_t address,
			      uint32_t level)
{
	uint32_t at = level;
	uint64_t *entry = find(table, address, &at);

	while (at > level) {
		CHECK(!arch_pte_present(table->kind, *entry));

		paddr_t page = take_page(table);
		arch_pte_write(entry, arch_pte_table(table->kind, page));
		at--;
		entry = entry_in(page, address, at);
	}
	return entry;
}

/* How much of [address, end) one leaf can map. */
static uint32_t leaf_level(uint64_t address, uint64_t end, uint64_t target)
{
	bool block = is_aligned(address | target, ABI_LARGE_SIZE) &&
		     end - address >= ABI_LARGE_SIZE;

	return block ? BLOCK : 1;
}

/* nano's own addresses may be those of an upper half: sign-extended. */
static bool translates(enum table_kind kind, uint64_t start, uint64_t end)
{
	uint64_t limit = table_limit(kind);

	return end <= limit || (kind == TABLE_OWN && start >= -(limit / 2));
}

static void check_range(const struct table *table, uint64_t start, uint64_t end)
{
	CHECK(is_aligned(start | end, ABI_PAGE_SIZE) && start <= end);
	CHECK(translates(table->kind, start, end));
}

void table_map(struct table *table, uint64_t start, uint64_t end,
	       paddr_t target, uint32_t access)
{
	check_range(table, start, end);
	CHECK(is_aligned(target.a, ABI_PAGE_SIZE) && access != 0);

	for (uint64_t at = start; at < end;) {
		paddr_t pa = { target.a + (at - start) };
		uint32_t level = leaf_level(at, end, pa.a);
		uint64_t *entry = find_or_make(table, at, level);

		if (level == BLOCK && arch_pte_present(table->kind, *entry)) {
			/* A table is in place from before: fill that one. */
			level = 1;
			entry = find_or_make(table, at, level);
		}
		CHECK(!arch_pte_present(table->kind, *entry));
		arch_pte_write(entry,
			       arch_pte_leaf(table->kind, pa, level, access));
		at += size_of(level);
	}
}

static void flush(enum table_kind kind, uint64_t start, uint64_t end)
{
	bool answered = arch_tlb_flush(kind, start, end);

	CHECK(answered); /* else a CPU may use what was taken */
}

/* Replaces a block by a table of pages that maps the same. */
static void split(struct table *table, uint64_t *entry, uint64_t address)
{
	enum table_kind kind = table->kind;
	uint32_t access = arch_pte_access(kind, *entry);
	paddr_t target = arch_pte_address(kind, *entry);
	paddr_t page = take_page(table);
	uint64_t *pages = pool_pointer(page);

	uint64_t leaf = arch_pte_leaf(kind, target, 1, access);
	for (uint32_t i = 0; i < TABLE_ENTRIES; i++) {
		pages[i] = leaf + i * (uint64_t)ABI_PAGE_SIZE; /* in place */
	}

	uint64_t start = align_down(address, ABI_LARGE_SIZE);
	arch_pte_write(entry, 0);
	flush(kind, start, start + ABI_LARGE_SIZE);
	arch_pte_write(entry, arch_pte_table(kind, page));
}

/* Gives what is mapped in [start, end) other rights; 0 removes it. */
static void change(struct table *table, uint64_t start, uint64_t end,
		   uint32_t access)
{
	enum table_kind kind = table->kind;

	check_range(table, start, end);
	for (uint64_t at = start; at < end;) {
		uint32_t level = 1;
		uint64_t *entry = find(table, at, &level);

		if (!arch_pte_present(kind, *entry)) {
			at = align_down(at, size_of(level)) + size_of(level);
			continue;
		}
		if (level == BLOCK && (!is_aligned(at, ABI_LARGE_SIZE) ||
				       end - at < ABI_LARGE_SIZE)) {
			split(table, entry, at);
			continue;
		}

		paddr_t pa = arch_pte_address(kind, *entry);
		arch_pte_write(entry,
			       access ? arch_pte_leaf(kind, pa, level, access)
				      : 0);
		at += size_of(level);
	}
	flush(kind, start, end);
}

void table_unmap(struct table *table, uint64_t start, uint64_t end)
{
	change(table, start, end, 0);
}

void table_protect(struct table *table, uint64_t start, uint64_t end,
		   uint32_t access)
{
	CHECK(access != 0);
	change(table, start, end, access);
}

uint64_t table_grain(const struct table *table, uint64_t address)
{
	uint32_t level = 1;
	const uint64_t *entry = find(table, address, &level);

	return level == BLOCK &&
			       arch_pte_present(table->kind,
						read_once(entry)) &&
			       is_aligned(address, ABI_LARGE_SIZE)
		       ? ABI_LARGE_SIZE
		       : ABI_PAGE_SIZE;
}

uint32_t table_lookup(const struct table *table, uint64_t address,
		      paddr_t *target)
{
	if (!translates(table->kind, address, address + 1)) {
		return 0;
	}

	uint32_t level = 1;
	const uint64_t *entry = find(table, address, &level);
	if (!arch_pte_present(table->kind, *entry)) {
		return 0;
	}

	paddr_t base = arch_pte_address(table->kind, *entry);
	target->a = base.a + address % size_of(level);
	return arch_pte_access(table->kind, *entry);
}
