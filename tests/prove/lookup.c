/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two nodes of different sizes whose slots hold anything, CapNodes among it that
 * lead to either, so cycles too. Whatever the address: the walk ends within 8
 * nodes, reads nothing outside the two, and ends in a slot of one of them that
 * is not its header, or nowhere. What is found is filled and has the
 * incarnation that the address names.
 */

#include "tests/prove/prove.h"

#define SMALL 4
#define LARGE 5
static struct slot small[1 << SMALL], large[1 << LARGE];

/* Whatever sweeps there are. */
bool sweep_takes(const struct slot *slot)
{
	return slot->type != ABI_TYPE_NULL && nondet_bool();
}

static void fill(struct slot *slots, uint32_t bits)
{
	for (uint32_t i = 1; i < 1u << bits; i++) {
		slots[i].type = nondet_u8();
		slots[i].incarnation = nondet_u16();
		slots[i].object =
			nondet_bool() ? (uint64_t)&small : (uint64_t)&large;
	}
	*(struct capnode *)(void *)slots = (struct capnode){
		.bits = bits,
		.count = 1u << bits,
	};
}

/* Whether `slot` is one of the slots of `node`, the header not among them. */
static bool is_in(const struct slot *slot, const struct slot *node,
		  uint32_t bits)
{
	return __CPROVER_same_object(slot, node) && slot > node &&
	       slot < node + (1u << bits);
}

void prove_locate(void)
{
	struct capnode *node;

	fill(small, SMALL);
	fill(large, LARGE);
	struct slot *slot =
		cap_locate(nondet_bool() ? (struct capnode *)(void *)small
					 : (struct capnode *)(void *)large,
			   nondet_u64(), &node);
	if (slot) {
		bool in_small = is_in(slot, small, SMALL);
		bool in_large = is_in(slot, large, LARGE);
		PROVE(in_small || in_large, "a slot of one of the nodes");
		PROVE(!in_small || (struct slot *)(void *)node == small,
		      "in the node that is named");
		PROVE(!in_large || (struct slot *)(void *)node == large,
		      "in the node that is named");
	}
}

void prove_find(void)
{
	fill(small, SMALL);
	fill(large, LARGE);
	uint64_t address = nondet_u64();
	struct slot *slot = cap_find((struct capnode *)(void *)small, address);
	if (slot) {
		PROVE(is_in(slot, small, SMALL) || is_in(slot, large, LARGE),
		      "a slot of one of the nodes");
		PROVE(slot->type != ABI_TYPE_NULL, "it is filled");
		PROVE(slot->incarnation == address >> 32,
		      "it is of the incarnation that is named");
	}
}
