/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an address to a slot through a graph of CapNodes. The graph may have
 * cycles; every node passed uses up bits of the address, so the walk ends.
 */

#include "kernel/cap.h"

#include "kernel/sweep.h"

#define LEVELS_MAX (32 / ABI_CAPNODE_BITS_MIN)

/* Where an index leads, filled or empty: the header of a node reads as an empty
 * slot. */
static struct slot *locate(struct capnode *root, uint32_t index)
{
	for (uint32_t level = 0; level < LEVELS_MAX && root->count; level++) {
		if (index < root->count) {
			return capnode_slot(root, index);
		}
		struct slot *slot =
			capnode_slot(root, index & (root->count - 1));
		if (slot->type != ABI_TYPE_CAPNODE || cap_is_taken(slot)) {
			return NULL;
		}
		index = (index >> root->bits) - 1;
		root = slot_object(slot);
	}
	return NULL;
}

struct slot *cap_find_deep(struct capnode *root, uint64_t address)
{
	struct slot *slot = locate(root, (uint32_t)address);

	if (!slot || slot->type == ABI_TYPE_NULL ||
	    address >> 32 != slot->incarnation) {
		return NULL;
	}
	return slot;
}
