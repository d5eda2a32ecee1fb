/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pool that only ever grows fuller. Invariant: [pool.start, pool.next) is
 * given out, [pool.next, pool.end) is nobody's.
 */

#include "nano/pool.h"

#include "common/assert.h"
#include "common/string.h"

static struct {
	uint64_t start, next, end;
	unsigned char *at;
} pool;

void pool_init(uint64_t start, uint64_t end, void *at)
{
	CHECK(is_aligned(start | end, ABI_PAGE_SIZE) && start <= end);
	pool.start = start;
	pool.next = start;
	pool.end = end;
	pool.at = at;
}

paddr_t pool_take(uint64_t pages)
{
	CHECK(pages <= pool_left());

	paddr_t taken = { pool.next };
	memset(pool.at + (taken.a - pool.start), 0, pages * ABI_PAGE_SIZE);
	pool.next += pages * ABI_PAGE_SIZE;
	return taken;
}

uint64_t pool_left(void)
{
	return (pool.end - pool.next) / ABI_PAGE_SIZE;
}

void *pool_pointer(paddr_t pa)
{
	CHECK(pa.a >= pool.start && pa.a < pool.end);
	return pool.at + (pa.a - pool.start);
}
