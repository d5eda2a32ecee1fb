/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Empty slots for core's capabilities. They are handed out in order: first
 * those of core's own CapNode, then those of nodes made later, whose slots are
 * reached through the root (abi/message.h): the low bits of an address select
 * the node in the root, the rest, less one, the slot in there.
 *
 * Invariant: when nobody is in slot_ensure(), SLOT_MARGIN slots are left, so
 * that a block of untyped memory can always be split down to a new node.
 */

#include "core/alloc.h"

#include "common/assert.h"
#include "core/object.h"

#define NODES_MAX   128
#define NODE_BITS   12 /* of a second-level node: 256 KiB */
#define SLOT_MARGIN 256

static struct {
	uint32_t root_bits;
	uint32_t node_count; /* second-level nodes there are */
	uint32_t current;    /* 0: the root; else the node in use */
	uint32_t next, end;  /* slots left in the one in use */
	uint16_t owned;      /* blocks that the nodes are made of, for good */
} slots;

/* The root slots set aside for the capabilities of nodes. */
static uint64_t node_address(uint32_t node)
{
	return node == 0 ? CORE_SLOT_CAPNODE : CORE_SLOT_FREE + node - 1;
}

void slot_init(uint64_t count)
{
	CHECK(count == 1u << CORE_CAPNODE_BITS);
	slots.root_bits = CORE_CAPNODE_BITS;
	slots.node_count = 0;
	slots.current = 0;
	slots.owned = 0;
	slots.next = CORE_SLOT_FREE + NODES_MAX;
	slots.end = (uint32_t)count;
}

/* Slots that can still be taken once there are `nodes` nodes. A run that does
 * not fit the end of a node leaves less than a run unused. */
static uint64_t left(uint32_t nodes)
{
	return slots.end - slots.next +
	       (uint64_t)(nodes - slots.current) *
		       ((1u << NODE_BITS) - SLOT_RUN_MAX);
}

static bool add_node(void)
{
	if (slots.node_count == NODES_MAX ||
	    !untyped_ensure(1ull << (NODE_BITS + ABI_SLOT_BITS), 1)) {
		return false;
	}
	uint16_t block = untyped_take(NODE_BITS + ABI_SLOT_BITS, &slots.owned);
	status_t status =
		object_retype(untyped_capability(block), ABI_TYPE_CAPNODE,
			      NODE_BITS, 1, CORE_SLOT_CAPNODE,
			      (uint32_t)node_address(slots.node_count + 1));
	CHECK(status == ST_OK);
	slots.node_count++;
	return true;
}

/* A run takes a chunk of memory, and a chunk a split: two slots. */
bool slot_ensure(uint64_t runs)
{
	uint64_t need = runs * (SLOT_RUN_MAX + 2) + SLOT_MARGIN;

	if (left(NODES_MAX) < need) {
		return false;
	}
	for (uint32_t i = 0; i < NODES_MAX && left(slots.node_count) < need;
	     i++) {
		if (!add_node()) {
			return false;
		}
	}
	return left(slots.node_count) >= need;
}

struct slot_run slot_take(uint32_t count)
{
	CHECK(count > 0 && count <= SLOT_RUN_MAX);
	if (slots.end - slots.next < count) {
		CHECK(slots.current < slots.node_count);
		slots.current++;
		slots.next = 1;
		slots.end = 1u << NODE_BITS;
	}
	struct slot_run run = {
		.node = node_address(slots.current),
		.first = slots.next,
		.count = count,
	};
	slots.next += count;
	return run;
}

uint64_t slot_address(const struct slot_run *run, uint32_t index)
{
	uint64_t slot = run->first + index;

	CHECK(index < run->count);
	return run->node == CORE_SLOT_CAPNODE
		       ? slot
		       : (slot + 1) << slots.root_bits | run->node;
}

struct slot_run slot_run_at(uint64_t address, uint32_t count)
{
	bool is_deep = address >> slots.root_bits;

	return (struct slot_run){
		.node = is_deep ? address & ((1u << slots.root_bits) - 1)
				: CORE_SLOT_CAPNODE,
		.first = (uint32_t)(is_deep ? (address >> slots.root_bits) - 1
					    : address),
		.count = count,
	};
}
