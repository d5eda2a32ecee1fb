/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Where kernel objects come from. Three layers with bounded tables and no heap:
 *
 *   slots    empty slots of core's CapNode, which grows by second-level nodes
 *   untyped  blocks of untyped memory, powers of two, split on demand
 *   pools    who pays: one pool for core and one for each capsule
 *
 * Whoever makes something reserves all of it first, which may be refused and
 * then has changed nothing, and takes it afterwards, which cannot fail: core
 * runs on one thread, so nobody comes between. So a capsule is made as a whole
 * or not at all. What an owner has is given back as a whole as well: all blocks
 * of its pool, with every object in them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "abi/objects.h"
#include "abi/start.h"
#include "abi/status.h"

/* --- slots --------------------------------------------------------------- */

/** Neighbouring empty slots in one CapNode. */
struct slot_run {
	uint64_t node; /* the CapNode's own address */
	uint32_t first, count;
};

#define SLOT_RUN_MAX 16

/** The slots of core's CapNode from CORE_SLOT_FREE up to `count` are empty. */
void slot_init(uint64_t count);

/**
 * Makes sure that `runs` runs of SLOT_RUN_MAX slots can be taken, and as many
 * single slots as splitting memory for them takes; adds CapNodes if need be.
 * False if there is no room for more.
 */
bool slot_ensure(uint64_t runs);

/** Takes `count` slots, at most SLOT_RUN_MAX, of those ensured. */
struct slot_run slot_take(uint32_t count);

/** The address of slot `index` of a run, for use as a capability as long as the
 * slot has held no other one before: see object_address(). */
uint64_t slot_address(const struct slot_run *run, uint32_t index);

/** The run whose first slot has this address, without an incarnation. */
struct slot_run slot_run_at(uint64_t address, uint32_t count);

/* --- untyped ------------------------------------------------------------- */

/* Blocks are never larger than this when they are taken; see untyped_ensure. */
#define UNTYPED_TAKE_BITS_MAX 18

/** Takes over what the kernel left. */
void untyped_init(const struct core_info *info);

/** Whether `count` blocks of `bytes` in all can be taken, whatever their sizes.
 */
bool untyped_ensure(uint64_t bytes, uint64_t count);

/** An unused block of 2^bits bytes, bits from ABI_PAGE_BITS to
 * UNTYPED_TAKE_BITS_MAX, of what was ensured: a number, not 0. It becomes the
 * first in a list of blocks that somebody owns, which begins as 0. */
uint16_t untyped_take(uint32_t bits, uint16_t *owned);

/** The Untyped of a block that is taken. */
uint64_t untyped_capability(uint16_t block);

/** SLOT_RUN_MAX slots that belong to a block, for what is made of it. When they
 * were used before, their addresses are what object_address() says. */
struct slot_run untyped_slots(uint16_t block, bool *were_used);

/** Revokes everything that was made of the blocks of a list, which are free
 * then. */
void untyped_give(uint16_t *owned);

/** Bytes in free blocks. */
uint64_t untyped_free_bytes(void);

/* --- pools --------------------------------------------------------------- */

/** A block that one owner's objects are made from, front to back. */
struct pool_chunk {
	uint16_t block;      /* of untyped memory; 0: none */
	bool slots_are_old;  /* they have held other capabilities before */
	struct slot_run run; /* for the capabilities of the objects */
	uint32_t slots_used;
	uint32_t used, size; /* bytes */
};

/** What one owner has and may have. */
struct pool {
	uint64_t quota, charged;         /* bytes */
	struct pool_chunk pages, smalls; /* what is being used up */
	uint16_t owned;                  /* its blocks */
};

/**
 * What an operation is going to take, and in this order: objects above a page,
 * each a block of its own; objects below a page, large before small; pages.
 */
struct pool_need {
	uint64_t large_bytes;
	uint32_t large_count;
	uint32_t small_bytes, small_count;
	uint64_t pages;
};

/**
 * Can that be taken? LIMIT if it is above the quota; NO_MEMORY if the machine
 * has not as much, or core no slots. Changes nothing of the pool.
 */
status_t pool_reserve(struct pool *pool, const struct pool_need *need);

/** Makes one object of what was reserved; `size_bits` as retype has it.
 * Returns its capability's address. */
uint64_t pool_take(struct pool *pool, enum abi_object_type type,
		   uint32_t size_bits);

/** Gives everything of the pool back, with whatever still uses it. */
void pool_free(struct pool *pool);
