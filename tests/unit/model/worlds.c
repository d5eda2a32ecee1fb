/* SPDX-License-Identifier: Apache-2.0 */
/* The worlds that tests begin with, made step by step in lock-step. */

#include "worlds.h"

#include "abi/layout.h"

static void must(status_t status)
{
	if (status != ST_OK) {
		lockstep_fail("making the world: %u", status);
	}
}

#define MUST(...) must(lockstep_call(__VA_ARGS__))

static void retype(uint64_t type, uint64_t bits, uint64_t count, uint64_t node,
		   uint64_t slot)
{
	MUST(SLOT_ARENA, ABI_UNTYPED_retype, type, bits, count, node, slot);
}

static void start(uint64_t thread, uint64_t node, uint64_t space,
		  uint64_t buffer, uint64_t fault)
{
	MUST(thread, ABI_THREAD_configure, node, space, buffer, fault);
	MUST(thread, ABI_THREAD_set_registers, USER_START, USER_END, 0, 0);
	must(lockstep_invoke(thread, ABI_THREAD_resume, 0,
			     (const uint64_t[8]){ 0 }));
}

#define CAPSULE (6 | 12 << 4) /* slot 11 of the second node */

/*
 * First node:   6 the second one, 7 8 threads, 9 a VSpace, 10 11 frames,
 *               12 an endpoint, 13 a Reply
 * Second node:  1 itself, 2 the VSpace, 3 the endpoint, 4 a Reply, 5 the third
 *               thread, 6 the first node, 7-9 page tables, 10 a frame, 11 a
 *               capsule, whose are this node, the VSpace and thread 7;
 *               16-18 page tables, used in the first VSpace for the first
 *               thread's buffer; 19 an ExportTable, in which the endpoint is;
 *               32 slots
 */
void worlds_big(void)
{
	lockstep_boot();
	retype(ABI_TYPE_CAPNODE, 5, 1, SLOT_NODE, 6);
	retype(ABI_TYPE_THREAD, 0, 2, SLOT_NODE, 7);
	retype(ABI_TYPE_VSPACE, 0, 1, SLOT_NODE, 9);
	retype(ABI_TYPE_FRAME, 0, 2, SLOT_NODE, 10);
	retype(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, 12);
	retype(ABI_TYPE_REPLY, 0, 1, SLOT_NODE, 13);
	retype(ABI_TYPE_REPLY, 0, 1, 6, 4);
	retype(ABI_TYPE_PAGE_TABLE, 0, 3, 6, 7);
	MUST(6, ABI_CAPNODE_copy, 1, 6);
	MUST(6, ABI_CAPNODE_copy, 2, 9);
	MUST(6, ABI_CAPNODE_copy, 3, 12);
	MUST(6, ABI_CAPNODE_copy, 5, 8);
	MUST(6, ABI_CAPNODE_copy, 6, SLOT_NODE);
	MUST(6, ABI_CAPNODE_copy, 10, 11);
	retype(ABI_TYPE_CAPSULE, 0, 1, 6, 11);
	retype(ABI_TYPE_PAGE_TABLE, 0, 3, 6, 16);
	retype(ABI_TYPE_EXPORT_TABLE, 4, 1, 6, 19);
	MUST(6 | 20 << 4, ABI_EXPORT_TABLE_export, 1, 12);
	for (uint64_t table = 16; table < 19; table++) {
		MUST(6 | (table + 1) << 4, ABI_PAGE_TABLE_map, SLOT_SPACE,
		     USER_START);
	}
	MUST(SLOT_BUFFER, ABI_FRAME_map, SLOT_SPACE, USER_START,
	     ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	MUST(7, ABI_THREAD_configure, 6, 9, 10, 0);
	MUST(7, ABI_THREAD_set_registers, USER_START, USER_END, 0, 0);
	MUST(CAPSULE, ABI_CAPSULE_configure, 9, 6, 12);
	MUST(CAPSULE, ABI_CAPSULE_bind, 7);
	must(lockstep_invoke(CAPSULE, ABI_CAPSULE_start, 0,
			     (const uint64_t[8]){ 0 }));
	start(8, SLOT_NODE, SLOT_SPACE, 11, 0);
}

/*
 * First node:   6 the second one, 7 the second thread, 8 an endpoint, 9 a
 *               Reply, 10 a frame; 11-15 are empty
 * Second node:  1 the endpoint with a badge, 2 a Reply, 3 itself
 */
void worlds_small(void)
{
	lockstep_boot();
	retype(ABI_TYPE_CAPNODE, 4, 1, SLOT_NODE, 6);
	retype(ABI_TYPE_THREAD, 0, 1, SLOT_NODE, 7);
	retype(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, 8);
	retype(ABI_TYPE_REPLY, 0, 1, SLOT_NODE, 9);
	retype(ABI_TYPE_FRAME, 0, 1, SLOT_NODE, 10);
	retype(ABI_TYPE_REPLY, 0, 1, 6, 2);
	MUST(6, ABI_CAPNODE_mint, 1, 8, ABI_RIGHTS_ALL | 255 << 8, UINT32_MAX,
	     5);
	MUST(6, ABI_CAPNODE_copy, 3, 6);
	start(7, 6, SLOT_SPACE, 10, 8);
}
