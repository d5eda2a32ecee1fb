/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The derivation tree. Deriving and moving are the only ways a capability comes
 * to be after boot and retype, so that no capability is stronger than its
 * parent is decided here, in cap_check_derive().
 */

#include "kernel/cap.h"

#include "kernel/sweep.h"
#include "kernel/thread.h"

/* Types whose capability is the only one: its slot carries what would have to
 * be shared (the watermark of Untyped, the place of a PageTable, whether nano
 * has a Reserved), the object answers once (Reply), or there is to be one that
 * says who gets interrupts. */
#define SINGLE_TYPES                                          \
	(1u << ABI_TYPE_UNTYPED | 1u << ABI_TYPE_PAGE_TABLE | \
	 1u << ABI_TYPE_REPLY | 1u << ABI_TYPE_IRQ_CONTROL |  \
	 1u << ABI_TYPE_RESERVED)

void cap_tree_insert(struct slot *parent, struct slot *slot)
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

/* Whatever leads down to `slot` leads to `instead`: a sibling or nothing when
 * the slot goes, another slot when it moves there. */
static void lead_to(const struct slot *slot, slot_ref_t instead)
{
	struct slot *prev = slot_at(slot->prev),
		    *parent = slot_at(slot->parent);

	if (prev) {
		prev->next = instead;
	} else if (parent) {
		parent->child = instead;
	}
}

void cap_tree_remove(struct slot *slot)
{
	struct slot *next = slot_at(slot->next);

	lead_to(slot, slot->next);
	if (next) {
		next->prev = slot->prev;
	}
	slot->parent = slot->next = slot->prev = 0;
}

static void fill(struct capnode *node, struct slot *slot)
{
	if (node) {
		slot->node_bits = (uint8_t)node->bits;
		node->filled++;
	}
}

/* All zero but for the incarnation, which is a new one. */
static void empty(struct slot *slot)
{
	struct capnode *node = slot_node(slot);

	if (node) {
		node->filled--;
	}
	*slot = (struct slot){
		.incarnation = (uint16_t)(slot->incarnation + 1),
	};
}

void cap_clear(struct slot *slot)
{
	CHECK(slot->type != ABI_TYPE_NULL && !slot->child);
	cap_tree_remove(slot);
	empty(slot);
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
		cap_tree_insert(parent, slot);
	}
	fill(node, slot);
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
	CHECK(!(limits->rights & ~source->rights) &&
	      !(limits->ops & ~source->ops));
	slot->object = source->object;
	slot->type = source->type;
	slot->rights = limits->rights;
	slot->delegation = limits->delegation;
	slot->depth = (uint8_t)(source->depth + 1);
	slot->ops = limits->ops;
	slot->badge = limits->badge;
	slot->memory = source->memory; /* what the type keeps in the union */
	slot->limits = source->limits;
	cap_tree_insert(source, slot);
	fill(node, slot);
}

status_t cap_check_bind(struct slot *source)
{
	return source->depth < ABI_DERIVATION_MAX ? sweep_admit(source)
						  : ST_TOO_DEEP;
}

void cap_bind(struct slot *slot, struct slot *source, uint8_t flag)
{
	struct cap_limits limits = cap_limits_of(source);

	if (slot->type != ABI_TYPE_NULL) {
		cap_clear(slot);
	}
	cap_derive(NULL, slot, source, &limits);
	slot->flags = flag;
}

status_t cap_check_move(const struct capnode *to_node,
			const struct slot *source, uint8_t *delegation)
{
	const struct slot *child = slot_at(source->child);
	const struct thread *thread =
		source->type == ABI_TYPE_ENDPOINT ? source->waiting : NULL;

	*delegation = source->delegation;
	status_t status = cap_delegate(slot_node(source), to_node, delegation);
	if (status != ST_OK) {
		return status;
	}
	if (source->child && *delegation != source->delegation) {
		return ST_BUSY;
	}
	for (uint32_t i = 0; child || thread; i++) {
		if (i == CAP_MOVE_CHILDREN_MAX) {
			return ST_BUSY;
		}
		child = child ? slot_at(child->next) : NULL;
		thread = thread ? thread->via_next : NULL;
	}
	return ST_OK;
}

void cap_move(struct capnode *to_node, struct slot *to, struct slot *from,
	      uint8_t delegation)
{
	struct slot *next = slot_at(from->next);
	uint16_t incarnation = to->incarnation;

	CHECK(to->type == ABI_TYPE_NULL && to != from);
	lead_to(from, slot_ref(to));
	if (next) {
		next->prev = slot_ref(to);
	}
	*to = *from;
	to->incarnation = incarnation;
	to->delegation = delegation;
	for (struct slot *child = slot_at(to->child); child;
	     child = slot_at(child->next)) {
		child->parent = slot_ref(to);
	}
	if (to->type == ABI_TYPE_ENDPOINT) {
		for (struct thread *thread = to->waiting; thread;
		     thread = thread->via_next) {
			thread->via = to;
		}
	}
	fill(to_node, to);
	empty(from);
}
