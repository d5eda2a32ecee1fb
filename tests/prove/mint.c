/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a capability is and whatever is asked for, what is derived from it
 * has no right, method or delegation that its source lacks, names the same
 * object, keeps a badge that was set, and is one step deeper, within the depth
 * there may be. What is refused, nobody derives: the source stays as it was.
 */

#include "tests/prove/prove.h"

void prove_mint(void)
{
	struct capnode node = { .filled = nondet_u32() };
	struct slot *source = &prove_slots[0], *child = &prove_slots[1];
	struct slot *made = &prove_slots[2];

	*source = (struct slot){
		.object = nondet_u64(),
		.type = nondet_u8(),
		.rights = nondet_u8(),
		.delegation = nondet_u8(),
		.depth = nondet_u8(),
		.ops = nondet_u32(),
		.badge = nondet_u64(),
		.child = nondet_bool() ? slot_ref(child) : 0,
		.where = nondet_u64(),
		.flags = nondet_u8(),
		.incarnation = nondet_u16(),
	};
	ASSUME(source->type > ABI_TYPE_NULL && source->type < ABI_TYPE_COUNT);
	made->incarnation = nondet_u16();

	const struct slot before = *source;
	const uint16_t incarnation = made->incarnation;
	struct cap_limits limits = {
		.rights = nondet_u8(),
		.delegation = nondet_u8(),
		.ops = nondet_u32(),
		.badge = nondet_u64(),
	};

	if (cap_check_derive(source, &limits) != ST_OK) {
		PROVE(source->child == before.child,
		      "a refusal changes nothing");
		return;
	}
	cap_derive(&node, made, source, &limits);
	PROVE((made->rights & ~before.rights) == 0, "no new right");
	PROVE((made->ops & ~before.ops) == 0, "no new method");
	PROVE(made->delegation <= before.delegation, "no more delegation");
	PROVE(made->object == before.object && made->type == before.type,
	      "the same object");
	PROVE(!cap_badge(&before) || cap_badge(made) == cap_badge(&before),
	      "a badge stays");
	PROVE(made->depth == before.depth + 1 &&
		      made->depth <= ABI_DERIVATION_MAX,
	      "one step deeper, within the bound");
	PROVE(!(made->flags & SLOT_ORIGINAL), "it is no original");
	PROVE(slot_at(made->parent) == source, "it is a child of its source");
	PROVE(made->incarnation == incarnation, "its address is what it was");
	PROVE(source->rights == before.rights && source->ops == before.ops &&
		      source->object == before.object &&
		      source->depth == before.depth,
	      "the source is what it was");
}
