/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an address to a slot through a graph of CapNodes. The graph may have
 * cycles; every node passed uses up bits of the address, so the walk ends.
 */

#include "kernel/cap.h"

#include "kernel/sweep.h"

#define LEVELS_MAX (32 / ABI_CAPNODE_BITS_MIN)

struct slot *cap_locate(struct capnode *root, uint64_t address,
			struct capnode **node)
{
	uint32_t index = (uint32_t)address;

	for (uint32_t level = 0; level < LEVELS_MAX && root->count; level++) {
		if (index < root->count) {
			*node = root;
			return index ? capnode_slot(root, index) : NULL;
		}
		uint32_t here = index & (root->count - 1);
		struct slot *slot = capnode_slot(root, here);
		if (here == 0 || slot->type != ABI_TYPE_CAPNODE) {
			return NULL;
		}
		if (cap_is_taken(slot)) {
			return NULL;
		}
		index = (index >> root->bits) - 1;
		root = slot_object(slot);
	}
	return NULL;
}

struct slot *cap_find_deep(struct capnode *root, uint64_t address)
{
	struct capnode *node;
	struct slot *slot = cap_locate(root, address, &node);

	if (!slot || slot->type == ABI_TYPE_NULL ||
	    address >> 32 != slot->incarnation) {
		return NULL;
	}
	return slot;
}
