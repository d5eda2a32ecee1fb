/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The derivation tree. Deriving and moving are the only ways a capability comes
 * to be after boot and retype, so that no capability is stronger than its
 * parent is decided here, in cap_check_derive().
 */

#include "kernel/cap.h"

/* Types whose capability is the only one: its slot carries what would have to
 * be shared (the watermark of Untyped, the place of a PageTable), or the object
 * answers once (Reply). */
#define SINGLE_TYPES                                          \
	(1u << ABI_TYPE_UNTYPED | 1u << ABI_TYPE_PAGE_TABLE | \
	 1u << ABI_TYPE_REPLY)

static void tree_insert(struct slot *parent, struct slot *slot)
{
	struct slot *first = slot_at(parent->child);

	slot->parent = slot_ref(parent);
	slot->prev = 0;
	slot->next = parent->child;
	if (first) {
		first->prev = slot_ref(slot);
	}
	parent->child = slot_ref(slot);
}

void cap_make_original(struct capnode *node, struct slot *slot,
		       struct slot *parent, enum abi_object_type type,
		       uint64_t object)
{
	CHECK(slot->type == ABI_TYPE_NULL);
	slot->object = object;
	slot->type = (uint8_t)type;
	slot->rights = ABI_RIGHTS_ALL;
	slot->delegation = parent ? parent->delegation : ABI_DELEGATION_MAX;
	slot->ops = UINT32_MAX;
	slot->flags = SLOT_ORIGINAL;
	if (parent) {
		CHECK(parent->depth < ABI_DERIVATION_MAX);
		slot->depth = (uint8_t)(parent->depth + 1);
		tree_insert(parent, slot);
	}
	node->filled++;
}

status_t cap_check_derive(const struct slot *source,
			  const struct cap_limits *limits)
{
	if (SINGLE_TYPES >> source->type & 1) {
		return ST_WRONG_TYPE;
	}
	if (limits->rights & ~source->rights || limits->ops & ~source->ops ||
	    limits->delegation > source->delegation) {
		return ST_NO_RIGHT;
	}
	if (limits->badge && source->type != ABI_TYPE_ENDPOINT) {
		return ST_BAD_ARGUMENT;
	}
	if (cap_badge(source) && limits->badge != source->badge) {
		return ST_NO_RIGHT;
	}
	return source->depth < ABI_DERIVATION_MAX ? ST_OK : ST_TOO_DEEP;
}

void cap_derive(struct capnode *node, struct slot *slot, struct slot *source,
		const struct cap_limits *limits)
{
	CHECK(slot->type == ABI_TYPE_NULL);
	CHECK(cap_check_derive(source, limits) == ST_OK);
	slot->object = source->object;
	slot->type = source->type;
	slot->rights = limits->rights;
	slot->delegation = limits->delegation;
	slot->depth = (uint8_t)(source->depth + 1);
	slot->ops = limits->ops;
	slot->badge = limits->badge;
	slot->memory = source->memory; /* what the type keeps in the union */
	slot->limits = source->limits;
	tree_insert(source, slot);
	node->filled++;
}

status_t cap_check_move(const struct capnode *to_node,
			const struct capnode *from_node,
			const struct slot *source, uint8_t *delegation)
{
	uint32_t count = 0;

	*delegation = source->delegation;
	status_t status = cap_delegate(from_node, to_node, delegation);
	if (status != ST_OK) {
		return status;
	}
	if (source->child && *delegation != source->delegation) {
		return ST_BUSY;
	}

	for (struct slot *child = slot_at(source->child); child;
	     child = slot_at(child->next)) {
		if (++count > CAP_MOVE_CHILDREN_MAX) {
			return ST_BUSY;
		}
	}
	return ST_OK;
}

void cap_move(struct capnode *to_node, struct slot *to,
	      struct capnode *from_node, struct slot *from, uint8_t delegation)
{
	uint16_t to_incarnation = to->incarnation;
	uint16_t from_incarnation = from->incarnation;
	struct slot *parent = slot_at(from->parent);
	struct slot *next = slot_at(from->next), *prev = slot_at(from->prev);

	CHECK(to->type == ABI_TYPE_NULL && to != from);
	*to = *from;
	to->incarnation = to_incarnation;
	to->delegation = delegation;
	*from = (struct slot){ .incarnation =
				       (uint16_t)(from_incarnation + 1) };
	if (prev) {
		prev->next = slot_ref(to);
	} else if (parent) {
		parent->child = slot_ref(to);
	}
	if (next) {
		next->prev = slot_ref(to);
	}
	for (struct slot *child = slot_at(to->child); child;
	     child = slot_at(child->next)) {
		child->parent = slot_ref(to);
	}
	to_node->filled++;
	from_node->filled--;
}
