/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory at boot: a few objects for core are cut off the front, all the rest
 * becomes Untyped, as naturally aligned blocks of a power of two. After that
 * the kernel has no memory to give and never takes any again.
 */

#include "common/assert.h"
#include "common/string.h"
#include "kernel/boot.h"

/* What lies before [from, ...) in a range stays RAM, as a range of its own. */
static void keep_front(struct boot_info *boot, const struct boot_range *range,
		       uint64_t from)
{
	if (from != range->start && boot->range_count < BOOT_RANGES_MAX) {
		struct boot_range front = { range->start, from, BOOT_RANGE_RAM,
					    0 };
		boot->ranges[boot->range_count++] = front;
	}
}

paddr_t boot_memory_take_aligned(struct boot_info *boot, uint64_t size,
				 uint64_t alignment)
{
	CHECK(is_aligned(size, ABI_PAGE_SIZE));
	for (uint32_t i = 0; i < boot->range_count; i++) {
		struct boot_range *range = &boot->ranges[i];
		uint64_t from = align_up(range->start, alignment);
		if (range->kind == BOOT_RANGE_RAM && from <= range->end &&
		    size <= range->end - from) {
			keep_front(boot, range, from);
			range->start = from + size;
			memset(arch_window((paddr_t){ from }), 0, size);
			return (paddr_t){ from };
		}
	}
	panic("no room for what the kernel makes at boot", __FILE__, __LINE__);
}

paddr_t boot_memory_take(struct boot_info *boot, uint64_t size)
{
	return boot_memory_take_aligned(boot, size, ABI_PAGE_SIZE);
}

/* The largest block that starts at `start` and ends by `end`. */
static uint32_t block_bits(uint64_t start, uint64_t end)
{
	uint32_t bits = ABI_PAGE_BITS;

	while (bits + 1 < 48 && is_aligned(start, 2ull << bits) &&
	       (2ull << bits) <= end - start) {
		bits++;
	}
	return bits;
}

uint32_t boot_memory_to_untyped(const struct boot_info *boot,
				struct capnode *node, uint32_t first,
				uint32_t max, struct core_untyped *list,
				uint64_t *lost)
{
	uint32_t count = 0;

	*lost = 0;
	for (uint32_t i = 0; i < boot->range_count; i++) {
		uint64_t start = boot->ranges[i].start;
		uint64_t end = boot->ranges[i].end;
		while (boot->ranges[i].kind == BOOT_RANGE_RAM && start < end) {
			uint32_t bits = block_bits(start, end);
			if (count == max) {
				*lost += end - start;
				break;
			}
			struct slot *slot = capnode_slot(node, first + count);
			cap_make_original(node, slot, NULL, ABI_TYPE_UNTYPED,
					  start);
			slot->memory.bits = (uint8_t)bits;
			list[count++] = (struct core_untyped){
				.address = start,
				.bits = bits,
			};
			start += 1ull << bits;
		}
	}
	return count;
}
