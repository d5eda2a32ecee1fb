/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's world by allow-list: the book says which frames, access_of[]
 * with which rights, and for registers the machine's own list has the last
 * word.
 */

#include "nano/stage2.h"

#include "common/assert.h"
#include "nano/arch.h"
#include "nano/book.h"
#include "nano/pool.h"

/* The list. A state that is not in it is not mapped. */
static const uint32_t access_of[BOOK_STATE_COUNT] = {
	[BOOK_OUTSIDE] = TABLE_READ | TABLE_WRITE | TABLE_EXECUTE,
	[BOOK_DEVICE] = TABLE_READ | TABLE_WRITE | TABLE_DEVICE,
};

#define STEP        (32ull * ABI_PAGE_SIZE) /* taken at a time, if no block */
#define EXTRA_LIMIT 8 /* ranges of registers that only the machine knows */

static struct table stage2;
static uint64_t *root; /* its entries, for an end that asks nobody */
static struct spinlock stage2_lock; /* of the tables; taken after no other */

uint64_t stage2_pages(const struct boot_info *boot)
{
	struct boot_range extra;
	uint32_t access;
	uint64_t pages = 1;

	for (uint32_t i = 0; arch_device_extra(boot, i, &extra, &access); i++) {
		CHECK(i < EXTRA_LIMIT);
		pages += table_pages_worst(extra.start, extra.end);
	}

	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (range->kind != BOOT_RANGE_NANO &&
		    range->kind != BOOT_RANGE_RESERVED) {
			pages += table_pages_worst(range->start, range->end);
		}
	}
	return pages;
}

static enum book_state state_of(uint64_t address)
{
	book_acquire();
	enum book_state state = book_state(address);
	book_release();
	return state;
}

static void map_extra(const struct boot_info *boot)
{
	struct boot_range extra;
	uint32_t access;

	for (uint32_t i = 0; arch_device_extra(boot, i, &extra, &access); i++) {
		CHECK(state_of(extra.start) == BOOK_ABSENT);
		table_map(&stage2, extra.start, extra.end,
			  (paddr_t){ extra.start }, access);
	}
}

const char *stage2_build(const struct boot_info *boot)
{
	table_init(&stage2, TABLE_GUEST, stage2_pages(boot) - 1);
	root = pool_pointer(stage2.root);
	map_extra(boot);

	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];
		if (range->kind == BOOT_RANGE_RESERVED) {
			continue;
		}

		enum book_state state = state_of(range->start);
		uint32_t access = access_of[state];

		CHECK(state != BOOK_DIRTY && state != BOOK_ABSENT);
		if (access == 0) {
			continue;
		}
		if (range->end > table_limit(TABLE_GUEST)) {
			return "a range lies beyond what this CPU translates";
		}
		if (access & TABLE_DEVICE) {
			access &= arch_device_access(boot, range->start,
						     range->end);
		}
		if (access == 0) {
			return "a device range is not on nano's list";
		}
		table_map(&stage2, range->start, range->end,
			  (paddr_t){ range->start }, access);
	}
	return NULL;
}

paddr_t stage2_root(void)
{
	return stage2.root;
}

uint64_t stage2_step(uint64_t start, uint64_t end)
{
	uint64_t left = end - start;

	if (left >= ABI_LARGE_SIZE &&
	    table_grain(&stage2, start) == ABI_LARGE_SIZE) {
		return ABI_LARGE_SIZE;
	}
	return left < STEP ? left : STEP;
}

void stage2_take(uint64_t start, uint64_t end)
{
	arch_lock(&stage2_lock);
	table_unmap(&stage2, start, end);
	arch_unlock(&stage2_lock);
}

void stage2_give(uint64_t start, uint64_t end)
{
	arch_lock(&stage2_lock);
	table_map(&stage2, start, end, (paddr_t){ start },
		  access_of[BOOK_OUTSIDE]);
	arch_unlock(&stage2_lock);
}

bool stage2_close(void)
{
	for (uint32_t i = 0; i < TABLE_ENTRIES; i++) {
		arch_pte_write(&root[i], 0);
	}
	return arch_tlb_flush(TABLE_GUEST, 0, table_limit(TABLE_GUEST));
}

uint32_t stage2_lookup(uint64_t address)
{
	paddr_t pa;

	arch_lock(&stage2_lock);
	uint32_t access = table_lookup(&stage2, address, &pa);
	arch_unlock(&stage2_lock);
	return access;
}
