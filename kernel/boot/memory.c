/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory at boot: a few objects for core are cut off the front, all the rest
 * becomes Untyped, as naturally aligned blocks of a power of two. After that
 * the kernel has no memory to give and never takes any again.
 */

#include "common/assert.h"
#include "common/string.h"
#include "kernel/boot.h"

void boot_memory_init(struct boot_memory *memory, const struct boot_info *boot)
{
	memory->range_count = 0;
	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];
		if (range->kind != BOOT_RANGE_RAM) {
			continue;
		}
		uint32_t n = memory->range_count++;
		memory->ranges[n].start = range->start;
		memory->ranges[n].end = range->end;
	}
}

paddr_t boot_memory_take(struct boot_memory *memory, uint64_t size)
{
	CHECK(is_aligned(size, ABI_PAGE_SIZE));
	for (uint32_t i = 0; i < memory->range_count; i++) {
		uint64_t from = memory->ranges[i].start;
		if (size <= memory->ranges[i].end - from) {
			memory->ranges[i].start = from + size;
			memset(arch_window((paddr_t){ from }), 0, size);
			return (paddr_t){ from };
		}
	}
	panic("no room for what the kernel makes at boot", __FILE__, __LINE__);
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

uint32_t boot_memory_to_untyped(struct boot_memory *memory,
				struct capnode *node, uint32_t first,
				uint32_t max, struct core_untyped *list,
				uint64_t *lost)
{
	uint32_t count = 0;

	*lost = 0;
	for (uint32_t i = 0; i < memory->range_count; i++) {
		uint64_t start = memory->ranges[i].start;
		uint64_t end = memory->ranges[i].end;
		while (start < end) {
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
	memory->range_count = 0;
	return count;
}
