/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Untyped memory in blocks. A block of the size asked for comes from the
 * smallest free one that is large enough, halved as often as needed; the other
 * halves stay free. A block that is given back loses every object made of it,
 * and joins its other half if that is free too, so that nothing is left in
 * pieces when nobody has anything.
 *
 * The records are in a table. Those of two halves stand side by side, and keep
 * the slots of their capabilities for good, so that slots need not be given
 * back; a record is used again with the slots it has.
 */

#include "core/alloc.h"

#include "common/assert.h"
#include "common/types.h"
#include "core/object.h"

#define BITS_END   48
#define TAKE_MAX   (1ull << UNTYPED_TAKE_BITS_MAX)
#define PAIRS_MAX  8192
#define FIRST_PAIR (CORE_UNTYPED_MAX + 1) /* record 0 is none */
#define BLOCKS_MAX (FIRST_PAIR + 2 * PAIRS_MAX)

enum block_state {
	BLOCK_UNUSED, /* it stands for no memory now */
	BLOCK_FREE,
	BLOCK_TAKEN,
	BLOCK_SPLIT,
};

struct block {
	uint64_t capability;
	uint32_t node, first; /* slots for its objects; node 0: none yet */
	uint16_t
		next; /* FREE: of its size; TAKEN: of its owner; UNUSED: pair */
	uint16_t prev;   /* FREE */
	uint16_t parent; /* 0: the kernel left it */
	uint16_t pair;   /* SPLIT: the first of its halves */
	uint8_t bits, state;
	bool was_used; /* its slots for objects have held some before */
};

static struct block blocks[BLOCKS_MAX];
static uint16_t free_blocks[BITS_END];
static uint16_t unused_pairs;
static uint32_t pairs_made, pairs_unused;

static void add_free(uint16_t index, uint32_t bits)
{
	struct block *block = &blocks[index];

	CHECK(bits < BITS_END);
	block->state = BLOCK_FREE;
	block->bits = (uint8_t)bits;
	block->prev = 0;
	block->next = free_blocks[bits];
	blocks[block->next].prev = index;
	free_blocks[bits] = index;
}

static void remove_free(uint16_t index)
{
	struct block *block = &blocks[index];

	CHECK(block->state == BLOCK_FREE);
	if (block->prev) {
		blocks[block->prev].next = block->next;
	} else {
		free_blocks[block->bits] = block->next;
	}
	blocks[block->next].prev = block->prev;
	block->state = BLOCK_TAKEN;
}

void untyped_init(const struct core_info *info)
{
	CHECK(info->untyped_count <= CORE_UNTYPED_MAX);
	for (uint32_t bits = 0; bits < BITS_END; bits++) {
		free_blocks[bits] = 0;
	}
	unused_pairs = 0;
	pairs_made = pairs_unused = 0;
	for (uint32_t i = 0; i < info->untyped_count; i++) {
		uint16_t index = (uint16_t)(i + 1);
		blocks[index] = (struct block){
			.capability = CORE_SLOT_UNTYPED + i,
		};
		add_free(index, info->untyped[i].bits);
	}
}

/* Blocks of TAKE_MAX or more can be cut into any mix of smaller ones with less
 * than TAKE_MAX left over, so counting only those makes the answer certain. A
 * block costs at most two splits beside those that lead to the first one. */
bool untyped_ensure(uint64_t bytes, uint64_t count)
{
	uint64_t found = 0, pairs = PAIRS_MAX - pairs_made + pairs_unused;

	if (bytes > 1ull << (BITS_END - 1) || count > PAIRS_MAX ||
	    2 * count + BITS_END > pairs) {
		return false;
	}
	for (uint32_t bits = UNTYPED_TAKE_BITS_MAX; bits < BITS_END; bits++) {
		for (uint16_t index = free_blocks[bits]; index;
		     index = blocks[index].next) {
			found += 1ull << bits;
		}
	}
	return found >= align_up(bytes, TAKE_MAX) + TAKE_MAX;
}

/* Two records side by side, with slots for two capabilities. */
static uint16_t take_pair(void)
{
	uint16_t pair = unused_pairs;

	if (pair) {
		unused_pairs = blocks[pair].next;
		pairs_unused--;
		return pair;
	}
	CHECK(pairs_made < PAIRS_MAX);
	pair = (uint16_t)(FIRST_PAIR + 2 * pairs_made++);
	struct slot_run run = slot_take(2);
	for (uint16_t i = 0; i < 2; i++) {
		blocks[pair + i] = (struct block){
			.capability = slot_address(&run, i),
		};
	}
	return pair;
}

/* Halves a block; the second half becomes free, the first is returned. */
static uint16_t split(uint16_t index)
{
	struct block *block = &blocks[index];
	uint16_t pair = take_pair();
	uint32_t bits = block->bits - 1u;
	struct slot_run run = slot_run_at((uint32_t)blocks[pair].capability, 2);
	status_t status = object_retype(block->capability, ABI_TYPE_UNTYPED,
					bits, 2, run.node, run.first);

	CHECK(status == ST_OK);
	block->state = BLOCK_SPLIT;
	block->pair = pair;
	for (uint16_t i = 0; i < 2; i++) {
		struct block *half = &blocks[pair + i];
		half->capability = object_address(&run, i);
		half->parent = index;
		half->bits = (uint8_t)bits;
		half->state = BLOCK_TAKEN;
	}
	add_free((uint16_t)(pair + 1), bits);
	return pair;
}

uint16_t untyped_take(uint32_t bits, uint16_t *owned)
{
	uint32_t from = bits;

	CHECK(bits >= ABI_PAGE_BITS && bits <= UNTYPED_TAKE_BITS_MAX);
	while (from < BITS_END && !free_blocks[from]) {
		from++;
	}
	CHECK(from < BITS_END); /* untyped_ensure() said so */
	uint16_t index = free_blocks[from];
	remove_free(index);
	for (; from > bits; from--) {
		index = split(index);
	}
	blocks[index].next = *owned;
	*owned = index;
	return index;
}

uint64_t untyped_capability(uint16_t index)
{
	CHECK(blocks[index].state == BLOCK_TAKEN);
	return blocks[index].capability;
}

struct slot_run untyped_slots(uint16_t index, bool *were_used)
{
	struct block *block = &blocks[index];

	if (!block->node) {
		struct slot_run run = slot_take(SLOT_RUN_MAX);
		block->node = (uint32_t)run.node;
		block->first = run.first;
	}
	*were_used = block->was_used;
	block->was_used = true;
	return (struct slot_run){ block->node, block->first, SLOT_RUN_MAX };
}

/* Whatever was derived from a block is gone when this returns. */
static void empty(uint16_t index)
{
	status_t status = object_revoke(blocks[index].capability);

	CHECK(status == ST_OK);
}

static void give(uint16_t index)
{
	CHECK(blocks[index].state == BLOCK_TAKEN);
	empty(index);
	/* At most as often as there are sizes. */
	while (blocks[index].parent) {
		uint16_t parent = blocks[index].parent;
		uint16_t pair = blocks[parent].pair;
		uint16_t other = (uint16_t)(2 * pair + 1 - index);
		if (blocks[other].state != BLOCK_FREE) {
			break;
		}
		remove_free(other);
		empty(parent);
		blocks[index].state = blocks[other].state = BLOCK_UNUSED;
		blocks[pair].next = unused_pairs;
		unused_pairs = pair;
		pairs_unused++;
		blocks[parent].state = BLOCK_TAKEN;
		index = parent;
	}
	add_free(index, blocks[index].bits);
}

void untyped_give(uint16_t *owned)
{
	while (*owned) {
		uint16_t index = *owned;
		*owned = blocks[index].next;
		give(index);
	}
}

uint64_t untyped_free_bytes(void)
{
	uint64_t bytes = 0;

	for (uint32_t bits = 0; bits < BITS_END; bits++) {
		for (uint16_t index = free_blocks[bits]; index;
		     index = blocks[index].next) {
			bytes += 1ull << bits;
		}
	}
	return bytes;
}
