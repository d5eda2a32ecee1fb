/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mapping pages, for capsules and for a moment for core. Core never maps code:
 * a page is filled while it is writable here and executable nowhere.
 */

#include "core/space.h"

#include <string.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "common/assert.h"
#include "core/object.h"

/* How many address bits a table at each level covers: pages' tables first. */
static const uint32_t table_shifts[] = { 21, 30, 39 };
#define TABLE_LEVELS 3

struct pool core_pool;

static void make_table(struct pool *pool, uint64_t vspace, uint64_t address)
{
	uint64_t table = pool_take(pool, ABI_TYPE_PAGE_TABLE, 0);
	status_t status = object_map_table(table, vspace, address);

	CHECK(status == ST_OK);
}

void space_init(void)
{
	struct pool_need need = { .pages = TABLE_LEVELS };

	core_pool.quota = UINT64_MAX / 2;
	status_t status = pool_reserve(&core_pool, &need);
	CHECK(status == ST_OK);
	for (uint32_t level = 0; level < TABLE_LEVELS; level++) {
		uint64_t table = pool_take(&core_pool, ABI_TYPE_PAGE_TABLE, 0);
		status =
			object_map_table(table, CORE_SLOT_VSPACE, CORE_SCRATCH);
		CHECK(status == ST_OK || status == ST_MAPPED);
		if (status == ST_MAPPED) {
			break;
		}
	}
}

uint64_t space_table_count(uint64_t mapped_end, uint64_t start, uint64_t end)
{
	uint64_t count = 0;

	CHECK(start < end && mapped_end <= start);
	for (uint32_t level = 0; level < TABLE_LEVELS; level++) {
		uint32_t shift = table_shifts[level];
		uint64_t first = start >> shift, last = (end - 1) >> shift;
		if (mapped_end && first == (mapped_end - 1) >> shift) {
			first++;
		}
		count += last + 1 - first;
	}
	return count;
}

void space_map(struct pool *pool, uint64_t vspace, uint64_t frame,
	       uint64_t address, uint32_t access)
{
	status_t status = object_map(frame, vspace, address, access);

	for (uint32_t i = 0; status == ST_NO_TABLE && i < TABLE_LEVELS; i++) {
		make_table(pool, vspace, address);
		status = object_map(frame, vspace, address, access);
	}
	CHECK(status == ST_OK);
}

void *space_open(uint64_t frame)
{
	status_t status = object_map(frame, CORE_SLOT_VSPACE, CORE_SCRATCH,
				     ABI_ACCESS_READ | ABI_ACCESS_WRITE);

	CHECK(status == ST_OK);
	return (void *)CORE_SCRATCH;
}

void space_close(uint64_t frame)
{
	status_t status = object_unmap(frame);

	CHECK(status == ST_OK);
}

void space_fill(uint64_t frame, uint64_t offset, const void *bytes, size_t size)
{
	char *page = space_open(frame);

	CHECK(offset <= ABI_PAGE_SIZE && size <= ABI_PAGE_SIZE - offset);
	memcpy(page + offset, bytes, size);
	space_close(frame);
}
