/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any forest of a few capabilities: every reference leads to a capability and
 * back, no child has more than its parent, and siblings have an order (which a
 * ring of them would not have). One change, any: a capability is derived, born,
 * moved or removed. Then it is such a forest again, and the address of what left
 * a slot reaches nothing. The slots lie in threads, so no node counts them.
 */

#include "kernel/sweep.h"
#include "tests/prove/prove.h"

#define COUNT 4

/* Where each capability stands among its siblings; older ones are higher. */
static uint64_t order[COUNT];

static uint32_t any_index(void)
{
	uint32_t index = nondet_u32();

	ASSUME(index < COUNT);
	return index;
}

/* 0, or a reference to any of the slots. */
static slot_ref_t any_ref(void)
{
	return nondet_bool() ? 0 : PROVE_REF + any_index();
}

static bool is_filled(slot_ref_t ref)
{
	return ref >= PROVE_REF && ref < PROVE_REF + COUNT &&
	       slot_at(ref)->type != ABI_TYPE_NULL;
}

static bool is_below(const struct slot *slot, const struct slot *parent)
{
	if (slot->depth != parent->depth + 1 ||
	    slot->delegation > parent->delegation) {
		return false;
	}
	return slot->flags & SLOT_ORIGINAL ||
	       ((slot->rights & ~parent->rights) == 0 &&
		(slot->ops & ~parent->ops) == 0);
}

static bool links_are_sound(uint32_t index)
{
	const struct slot *slot = &prove_slots[index];
	slot_ref_t self = PROVE_REF + index;

	if (slot->child &&
	    (!is_filled(slot->child) || slot_at(slot->child)->parent != self ||
	     slot_at(slot->child)->prev)) {
		return false;
	}
	if (!slot->parent) {
		return !slot->next && !slot->prev;
	}
	if (!is_filled(slot->parent) ||
	    !is_below(slot, slot_at(slot->parent))) {
		return false;
	}
	if (slot->next &&
	    (!is_filled(slot->next) || slot_at(slot->next)->prev != self ||
	     slot_at(slot->next)->parent != slot->parent ||
	     order[slot->next - PROVE_REF] <= order[index])) {
		return false;
	}
	if (slot->prev) {
		return is_filled(slot->prev) &&
		       slot_at(slot->prev)->next == self &&
		       slot_at(slot->prev)->parent == slot->parent;
	}
	return slot_at(slot->parent)->child == self;
}

static bool is_forest(void)
{
	for (uint32_t i = 0; i < COUNT; i++) {
		const struct slot *slot = &prove_slots[i];
		if (slot->type == ABI_TYPE_NULL
			    ? slot->parent || slot->child || slot->next ||
				      slot->prev
			    : !links_are_sound(i)) {
			return false;
		}
	}
	return true;
}

static void make_forest(void)
{
	for (uint32_t i = 0; i < COUNT; i++) {
		bool is_empty = nondet_bool();
		prove_slots[i].incarnation = nondet_u16();
		order[i] = nondet_u32();
		if (is_empty) {
			continue;
		}
		prove_slots[i] = (struct slot){
			.type = nondet_bool() ? ABI_TYPE_FRAME
					      : ABI_TYPE_UNTYPED,
			.rights = nondet_u8(),
			.delegation = nondet_u8(),
			.depth = nondet_u8(),
			.ops = nondet_u32(),
			.parent = any_ref(),
			.child = any_ref(),
			.next = any_ref(),
			.prev = any_ref(),
			.flags = nondet_bool() ? SLOT_ORIGINAL : 0,
			.incarnation = nondet_u16(),
		};
		ASSUME(prove_slots[i].depth <= ABI_DERIVATION_MAX);
		order[i] += 1ull << 32;
	}
	ASSUME(is_forest());
}

/* A capability goes that nothing was derived from. */
static struct slot *clear(void)
{
	struct slot *slot = &prove_slots[any_index()];

	ASSUME(slot->type != ABI_TYPE_NULL && !slot->child);
	cap_clear(slot);
	return slot;
}

static struct slot *move(void)
{
	uint32_t from = any_index(), to = any_index();
	struct slot *source = &prove_slots[from];

	ASSUME(source->type != ABI_TYPE_NULL);
	ASSUME(prove_slots[to].type == ABI_TYPE_NULL);
	order[to] = order[from];
	cap_move(NULL, &prove_slots[to], source, source->delegation);
	return source;
}

/* One is derived, or born. */
static void derive(void)
{
	uint32_t from = any_index(), to = any_index();
	struct slot *source = &prove_slots[from];
	struct cap_limits limits = {
		.rights = nondet_u8(),
		.delegation = nondet_u8(),
		.ops = nondet_u32(),
		.badge = nondet_u64(),
	};

	ASSUME(source->type != ABI_TYPE_NULL);
	ASSUME(prove_slots[to].type == ABI_TYPE_NULL);
	order[to] = source->child ? order[source->child - PROVE_REF] - 1 : 0;
	if (nondet_bool()) {
		ASSUME(cap_check_derive(source, &limits) == ST_OK);
		cap_derive(NULL, &prove_slots[to], source, &limits);
	} else {
		ASSUME(source->depth < ABI_DERIVATION_MAX);
		cap_make_original(NULL, &prove_slots[to], source,
				  ABI_TYPE_FRAME, 0);
	}
}

void prove_clear(void)
{
	make_forest();
	clear();
	PROVE(is_forest(), "it is a forest again");
}

void prove_move(void)
{
	make_forest();
	move();
	PROVE(is_forest(), "it is a forest again");
}

void prove_derive(void)
{
	make_forest();
	derive();
	PROVE(is_forest(), "it is a forest again");
}

void prove_old(void)
{
	uint16_t incarnations[COUNT];
	struct slot *left = NULL;

	make_forest();
	for (uint32_t i = 0; i < COUNT; i++) {
		incarnations[i] = prove_slots[i].incarnation;
	}
	if (nondet_bool()) {
		left = clear();
	} else if (nondet_bool()) {
		left = move();
	} else {
		derive();
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		bool is_new = prove_slots[i].incarnation != incarnations[i];
		PROVE(is_new == (&prove_slots[i] == left),
		      "a slot has a new address exactly when it is left");
	}
	PROVE(!left || left->type == ABI_TYPE_NULL, "what is left is empty");
}
