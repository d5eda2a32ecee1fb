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
		slots[i].object = slots[i].type != ABI_TYPE_CAPNODE
					  ? nondet_u64()
				  : nondet_bool() ? (uint64_t)&small
						  : (uint64_t)&large;
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

void prove_find(void)
{
	fill(small, SMALL);
	fill(large, LARGE);
	uint64_t address = nondet_u64();
	struct slot *slot =
		cap_find(nondet_bool() ? (struct capnode *)(void *)small
				       : (struct capnode *)(void *)large,
			 address);
	if (slot) {
		PROVE(is_in(slot, small, SMALL) || is_in(slot, large, LARGE),
		      "a slot of one of the nodes");
		PROVE(slot->type != ABI_TYPE_NULL, "it is filled");
		PROVE(slot->incarnation == address >> 32,
		      "it is of the incarnation that is named");
	}
}
