/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fixed table of authorities. Invariant: the mask of an entry is a subset of
 * its origin's when it was made, and no mask ever gains a bit.
 */

#include "nano/authority.h"

#include "common/assert.h"
#include "nano/arch.h"

#define INDEX_BITS 8
#define NOBODY     0 /* the world of an entry that is not in use */

struct authority {
	struct authority_mask mask;
	uint32_t generation;
	uint16_t world;
	bool own; /* its world's own, not derived */
};

static struct spinlock authority_lock;
static struct authority table[AUTHORITY_COUNT];

static_assert(AUTHORITY_COUNT <= 1 << INDEX_BITS, "the index has its bits");
static_assert(ABI_HYPERCALL_LIMIT % 64 == 0, "a mask has whole words");

static void acquire(void) __attribute__((no_thread_safety_analysis))
{
	arch_lock(&authority_lock);
}

static void release(void) __attribute__((no_thread_safety_analysis))
{
	arch_unlock(&authority_lock);
}

struct authority_mask authority_all(void)
{
	struct authority_mask all = { 0 };

#define X(number, name, arguments, text) \
	all.bits[(number) / 64] |= 1ull << (number) % 64;
	ABI_HYPERCALLS(X, X)
#undef X
	return all;
}

static struct authority_mask both(struct authority_mask a,
				  struct authority_mask b)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(a.bits); i++) {
		a.bits[i] &= b.bits[i];
	}
	return a;
}

void authority_init(void)
{
	acquire();
	for (uint32_t i = 0; i < AUTHORITY_COUNT; i++) {
		table[i].world = NOBODY;
	}
	release();
}

static uint64_t handle_of(uint32_t index)
{
	return ((uint64_t)table[index].generation << INDEX_BITS) | index;
}

/* The entry that a handle of `world` names, or NULL. */
static struct authority *find(uint16_t world, uint64_t handle)
{
	uint64_t index = handle & ((1u << INDEX_BITS) - 1);

	if (world == NOBODY || index >= AUTHORITY_COUNT) {
		return NULL;
	}

	struct authority *entry = &table[index];
	return entry->world == world && handle_of((uint32_t)index) == handle
		       ? entry
		       : NULL;
}

/* An entry is whole before it has a world (put()), and is never given back. */
static struct authority *find_own(uint16_t world)
{
	for (uint32_t i = 0; i < AUTHORITY_COUNT; i++) {
		if (__atomic_load_n(&table[i].world, __ATOMIC_ACQUIRE) ==
			    world &&
		    table[i].own) {
			return &table[i];
		}
	}
	return NULL;
}

/* Puts an authority into a free entry. LIMIT when there is none. */
static status_t put(uint16_t world, struct authority_mask mask, bool own,
		    uint64_t *handle)
{
	for (uint32_t i = 0; i < AUTHORITY_COUNT; i++) {
		if (table[i].world != NOBODY) {
			continue;
		}
		table[i].mask = both(mask, authority_all());
		table[i].generation++;
		table[i].own = own;
		__atomic_store_n(&table[i].world, world, __ATOMIC_RELEASE);
		*handle = handle_of(i);
		return ST_OK;
	}
	return ST_LIMIT;
}

status_t authority_create(uint16_t world, struct authority_mask mask,
			  uint64_t *handle)
{
	acquire();
	CHECK(world != NOBODY && !find_own(world));
	status_t st = put(world, mask, true, handle);
	release();
	return st;
}

status_t authority_derive(uint16_t world, uint64_t origin,
			  struct authority_mask mask, uint64_t *handle)
{
	acquire();
	const struct authority *from = find(world, origin);
	status_t st = from ? put(world, both(from->mask, mask), false, handle)
			   : ST_NOT_FOUND;
	release();
	return st;
}

status_t authority_reach(uint16_t world, uint64_t handle,
			 struct authority_mask *mask)
{
	acquire();
	const struct authority *entry = find(world, handle);
	const struct authority *own = find_own(world);
	status_t st = entry && own ? ST_OK : ST_NOT_FOUND;
	if (st == ST_OK) {
		*mask = both(entry->mask, own->mask);
	}
	release();
	return st;
}

void authority_restrict(uint16_t world, struct authority_mask mask)
{
	acquire();
	struct authority *own = find_own(world);
	CHECK(own);
	own->mask = both(own->mask, mask);
	release();
}

/* One word, read once: a restriction by another CPU is before or after it. */
bool authority_allows(uint16_t world, uint64_t number)
{
	const struct authority *own = find_own(world);

	return own && (__atomic_load_n(&own->mask.bits[number / 64],
				       __ATOMIC_RELAXED) >>
			       number % 64 &
		       1);
}
