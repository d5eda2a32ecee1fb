/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Free untyped memory: lists of blocks by size. A block of the size asked for
 * comes from the smallest block that is large enough, halved as often as
 * needed; the other halves stay free.
 *
 * Because the smallest one is always taken, splitting adds at most one free
 * block to a size, which bounds the table.
 */

#include "core/alloc.h"

#include "common/assert.h"
#include "common/types.h"
#include "core/object.h"

#define BITS_END   48
#define BLOCKS_MAX (CORE_UNTYPED_MAX + BITS_END)
#define TAKE_MAX   (1ull << UNTYPED_TAKE_BITS_MAX)

struct block {
	uint64_t capability;
	uint32_t next; /* in its list, or in that of unused entries; 0: none */
};

static struct block blocks[BLOCKS_MAX + 1]; /* entry 0 is not used */
static uint32_t free_blocks[BITS_END], unused;

static void give(uint64_t capability, uint32_t bits)
{
	uint32_t entry = unused;

	CHECK(entry != 0 && bits < BITS_END);
	unused = blocks[entry].next;
	blocks[entry] = (struct block){ capability, free_blocks[bits] };
	free_blocks[bits] = entry;
}

static uint64_t pop(uint32_t bits)
{
	uint32_t entry = free_blocks[bits];

	CHECK(entry != 0);
	free_blocks[bits] = blocks[entry].next;
	blocks[entry].next = unused;
	unused = entry;
	return blocks[entry].capability;
}

void untyped_init(const struct core_info *info)
{
	CHECK(info->untyped_count <= CORE_UNTYPED_MAX);
	for (uint32_t bits = 0; bits < BITS_END; bits++) {
		free_blocks[bits] = 0;
	}
	unused = 0;
	for (uint32_t entry = BLOCKS_MAX; entry > 0; entry--) {
		blocks[entry].next = unused;
		unused = entry;
	}
	for (uint32_t i = 0; i < info->untyped_count; i++) {
		give(CORE_SLOT_UNTYPED + i, info->untyped[i].bits);
	}
}

/* Blocks of TAKE_MAX or more can be cut into any mix of smaller ones with less
 * than TAKE_MAX left over, so counting only those makes the answer certain. */
bool untyped_ensure(uint64_t bytes)
{
	uint64_t found = 0;

	if (bytes > 1ull << (BITS_END - 1)) {
		return false;
	}
	for (uint32_t bits = UNTYPED_TAKE_BITS_MAX; bits < BITS_END; bits++) {
		for (uint32_t entry = free_blocks[bits]; entry;
		     entry = blocks[entry].next) {
			found += 1ull << bits;
		}
	}
	return found >= align_up(bytes, TAKE_MAX) + TAKE_MAX;
}

/* Halves a block; one half becomes free, the other is returned. */
static uint64_t split(uint64_t block, uint32_t bits)
{
	struct slot_run run = slot_take(2);
	status_t status = object_retype(block, ABI_TYPE_UNTYPED, bits - 1, 2,
					run.node, run.first);

	CHECK(status == ST_OK);
	give(slot_address(&run, 1), bits - 1);
	return slot_address(&run, 0);
}

uint64_t untyped_take(uint32_t bits)
{
	uint32_t from = bits;

	CHECK(bits >= ABI_PAGE_BITS && bits <= UNTYPED_TAKE_BITS_MAX);
	while (from < BITS_END && !free_blocks[from]) {
		from++;
	}
	CHECK(from < BITS_END); /* untyped_ensure() said so */
	uint64_t block = pop(from);
	for (; from > bits; from--) {
		block = split(block, from);
	}
	return block;
}
