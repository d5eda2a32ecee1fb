/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects for one owner, out of the owner's quota. Memory is charged by the
 * block, and a block belongs to one owner only: what is charged is what is gone
 * for everybody else. Pages come from blocks of up to 64 KiB, as large as the
 * quota still allows; objects below a page share blocks of a page or two; what
 * is larger than a page has a block of its own.
 */

#include "core/alloc.h"

#include "common/assert.h"
#include "common/types.h"
#include "core/object.h"

#define CHUNK_BITS       16
#define SMALL_CHUNKS_MAX 2 /* that one need for objects below a page takes */

static uint32_t log2_floor(uint64_t value)
{
	return 63 - (uint32_t)__builtin_clzll(value);
}

static uint64_t left(const struct pool_chunk *chunk)
{
	return chunk->slots_used < chunk->run.count ? chunk->size - chunk->used
						    : 0;
}

/* Whether small objects still fit the block they share. */
static bool smalls_fit(const struct pool *pool, uint32_t bytes, uint32_t count)
{
	return left(&pool->smalls) >= bytes &&
	       pool->smalls.run.count - pool->smalls.slots_used >= count;
}

static uint64_t small_chunk_size(uint32_t bytes)
{
	return bytes <= ABI_PAGE_SIZE ? ABI_PAGE_SIZE : 2 * ABI_PAGE_SIZE;
}

status_t pool_reserve(struct pool *pool, const struct pool_need *need)
{
	uint64_t room = pool->quota - pool->charged;
	uint64_t pages_left = left(&pool->pages) / ABI_PAGE_SIZE;
	uint64_t pages =
		need->pages > pages_left ? need->pages - pages_left : 0;
	uint64_t other = need->large_bytes;

	CHECK(need->small_count <= SLOT_RUN_MAX &&
	      need->small_bytes <= 2 * ABI_PAGE_SIZE);
	if (!smalls_fit(pool, need->small_bytes, need->small_count)) {
		other += small_chunk_size(need->small_bytes);
	}
	if (other > room || pages > (room - other) / ABI_PAGE_SIZE) {
		return ST_LIMIT;
	}

	/* At the end of a quota the blocks for pages get smaller by and by. */
	uint64_t chunks = pages / (1u << (CHUNK_BITS - ABI_PAGE_BITS)) +
			  CHUNK_BITS - ABI_PAGE_BITS + need->large_count +
			  SMALL_CHUNKS_MAX;
	uint64_t bytes = other + pages * ABI_PAGE_SIZE + (1u << CHUNK_BITS);
	/* Slots may take memory themselves: only if there is enough of it. */
	if (!untyped_ensure(bytes, chunks) || !slot_ensure(chunks) ||
	    !untyped_ensure(bytes, chunks)) {
		return ST_NO_MEMORY;
	}
	return ST_OK;
}

/* A new block for this owner. */
static struct pool_chunk add_chunk(struct pool *pool, uint32_t bits)
{
	struct pool_chunk chunk = { .size = 1u << bits };

	CHECK(chunk.size <= pool->quota - pool->charged);
	chunk.block = untyped_take(bits, &pool->owned);
	chunk.run = untyped_slots(chunk.block, &chunk.slots_are_old);
	pool->charged += chunk.size;
	return chunk;
}

/* The next object of a block; both sides keep the same mark. */
static uint64_t make(struct pool_chunk *chunk, enum abi_object_type type,
		     uint32_t size_bits, uint32_t bits)
{
	uint32_t slot = chunk->slots_used++;
	status_t status =
		object_retype(untyped_capability(chunk->block), type, size_bits,
			      1, chunk->run.node, chunk->run.first + slot);

	CHECK(status == ST_OK);
	chunk->used =
		(uint32_t)align_up(chunk->used, 1ull << bits) + (1u << bits);
	CHECK(chunk->used <= chunk->size);
	return chunk->slots_are_old ? object_address(&chunk->run, slot)
				    : slot_address(&chunk->run, slot);
}

static uint64_t take_page(struct pool *pool, enum abi_object_type type,
			  uint32_t size_bits)
{
	if (left(&pool->pages) == 0) {
		uint32_t bits = log2_floor(pool->quota - pool->charged);
		bits = bits < CHUNK_BITS ? bits : CHUNK_BITS;
		pool->pages = add_chunk(pool, bits);
	}
	return make(&pool->pages, type, size_bits, ABI_PAGE_BITS);
}

static uint64_t take_small(struct pool *pool, enum abi_object_type type,
			   uint32_t size_bits, uint32_t bits)
{
	uint64_t start = align_up(pool->smalls.used, 1ull << bits);

	if (left(&pool->smalls) == 0 ||
	    start + (1u << bits) > pool->smalls.size) {
		pool->smalls = add_chunk(pool, ABI_PAGE_BITS);
	}
	return make(&pool->smalls, type, size_bits, bits);
}

uint64_t pool_take(struct pool *pool, enum abi_object_type type,
		   uint32_t size_bits)
{
	uint32_t bits = abi_object_bits(type, size_bits);

	if (bits == ABI_PAGE_BITS) {
		return take_page(pool, type, size_bits);
	}
	if (bits < ABI_PAGE_BITS) {
		return take_small(pool, type, size_bits, bits);
	}
	struct pool_chunk chunk = add_chunk(pool, bits);
	return make(&chunk, type, size_bits, bits);
}

void pool_free(struct pool *pool)
{
	untyped_give(&pool->owned);
	*pool = (struct pool){ .quota = pool->quota };
}
