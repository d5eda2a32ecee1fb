/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sweep goes down to the newest leaf, settles what that capability or its
 * object still has to do with others, removes it and goes on from its parent.
 * It needs no memory and no recursion.
 *
 * A CapNode that goes is put on a list, and what lies in it is removed after
 * the tree is done, each slot with all that was derived from it. There may be
 * further CapNodes below, or what the root was itself made of: they join the
 * list, or find it gone; no order matters, because no memory is used again
 * before the list is empty.
 */

#include "kernel/sweep.h"

#include "kernel/capsule.h"
#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/thread.h"
#include "kernel/token.h"
#include "kernel/vspace.h"

#define LOOK_MAX 16 /* slots of a CapNode that is gone looked at in one unit */

/* Units that removing something stands for: what reaches other CPUs takes
 * longer. */
#define COST_LITTLE 1
#define COST_MUCH   16

/* Instead of a name: a sweep that is not in `under_way`. What it is about lies in
 * CapNodes that are gone. */
#define NAME_OF_NODES UINT64_MAX

/* The sweep under way from a root; a free place for NULL. */
static struct sweep *under_way(const struct slot *root)
{
	for (uint32_t i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		if (state.under_way[i].root == root) {
			return &state.under_way[i];
		}
	}
	return NULL;
}

/* The same, begun if it is not; NULL if too many are. */
static struct sweep *begin(struct slot *root)
{
	struct sweep *sweep = under_way(root);

	if (!sweep) {
		sweep = under_way(NULL);
		if (sweep) {
			sweep->root = root;
			sweep->name = ++state.sweep_names;
		}
	}
	return sweep;
}

static void mark(struct slot *slot, uint8_t flags)
{
	if (!(slot->flags & SLOT_REVOKING)) {
		state.sweeps++;
		if (slot->type == ABI_TYPE_ENDPOINT) {
			((struct endpoint *)slot_object(slot))->sweeps++;
		}
	}
	slot->flags |= SLOT_REVOKING | flags;
}

static void unmark(struct slot *slot)
{
	if (!(slot->flags & SLOT_REVOKING)) {
		return;
	}
	slot->flags &= (uint8_t)~SLOT_REVOKING;
	state.sweeps--;
	if (slot->type == ABI_TYPE_ENDPOINT) {
		((struct endpoint *)slot_object(slot))->sweeps--;
	}
	struct sweep *sweep = under_way(slot);
	if (sweep) {
		sweep->root = NULL;
	}
}

/* The marked capability furthest up that `slot` was derived from, or NULL. */
static struct slot *marked_above(const struct slot *slot)
{
	struct slot *found = NULL;

	for (struct slot *up = slot_at(slot->parent); up;
	     up = slot_at(up->parent)) {
		if (up->flags & SLOT_REVOKING) {
			found = up;
		}
	}
	return found;
}

bool sweep_takes(const struct slot *slot)
{
	if (slot->flags & SLOT_DOOMED) {
		return true;
	}
	while (!(slot->flags & SLOT_ORIGINAL)) {
		slot = slot_at(slot->parent);
		if (slot->flags & SLOT_REVOKING) {
			return true;
		}
	}
	return false;
}

/* --- one leaf ------------------------------------------------------------ */

/* No address leads into a CapNode that is gone. */
static void node_destroy(struct capnode *node)
{
	node->count = 0;
	node->swept = 1;
	if (node->filled == 0) {
		return;
	}
	if (state.gone) {
		state.gone_last->next = node;
	} else {
		state.gone = node;
	}
	state.gone_last = node;
}

/* False if there is more of it to undo. */
static bool destroy(struct slot *slot)
{
	switch (slot->type) {
	case ABI_TYPE_CAPNODE:
	case ABI_TYPE_EXPORT_TABLE: /* which begins with one */
		node_destroy(slot_object(slot));
		return true;
	case ABI_TYPE_THREAD:
		thread_destroy(slot_object(slot));
		return true;
	case ABI_TYPE_CAPSULE:
		capsule_destroy(slot_object(slot));
		return true;
	case ABI_TYPE_REPLY:
		reply_destroy(slot_object(slot));
		return true;
	case ABI_TYPE_VSPACE:
		vspace_destroy(slot_object(slot));
		return true;
	case ABI_TYPE_RESERVED:
		return reserved_release(slot);
	default: /* it was nothing but what its capabilities stood for */
		return true;
	}
}

/* Undoes what a capability without children has lasting effect on; false if
 * there is more of it. */
static bool settle(struct slot *slot)
{
	if (slot->type == ABI_TYPE_ENDPOINT && slot->waiting) {
		endpoint_release(slot);
		return slot->waiting == NULL;
	}
	if (slot->type == ABI_TYPE_FRAME) {
		frame_release(slot);
	} else if (slot->type == ABI_TYPE_PAGE_TABLE) {
		table_release(slot);
	}
	if (slot->flags & SLOT_IN_THREAD) {
		thread_unbind(slot);
	}
	if (slot->flags & SLOT_EXPORTED) {
		token_forget(slot);
	}
	return slot->flags & SLOT_ORIGINAL ? destroy(slot) : true;
}

static uint32_t cost(const struct slot *slot)
{
	const uint32_t costly = 1u << ABI_TYPE_PAGE_TABLE |
				1u << ABI_TYPE_VSPACE | 1u << ABI_TYPE_THREAD |
				1u << ABI_TYPE_CAPSULE |
				1u << ABI_TYPE_RESERVED;
	bool much = slot->type == ABI_TYPE_FRAME ? slot->where != 0
						 : costly >> slot->type & 1;

	return much ? COST_MUCH : COST_LITTLE;
}

/* --- the sweep ----------------------------------------------------------- */

/* With an object on the way down, all its capabilities go at once. */
static struct slot *go_down(struct slot *slot)
{
	while (slot->child) {
		if (slot->flags & SLOT_ORIGINAL &&
		    !(slot->flags & SLOT_REVOKING)) {
			mark(slot, SLOT_DOOMED);
		}
		slot = slot_at(slot->child);
	}
	return slot;
}

/* Removes what is below `root`, and it too if it is doomed. True at the end;
 * false when the units are used up before. */
static bool sweep_tree(struct slot *root, uint32_t *units)
{
	struct slot *at = root;

	while (*units < SWEEP_STEP) {
		at = go_down(at);
		if (at == root && !(root->flags & SLOT_DOOMED)) {
			unmark(root);
			return true;
		}
		*units += cost(at);
		if (!settle(at)) {
			if (at->flags & SLOT_ORIGINAL) {
				mark(at, SLOT_DOOMED); /* nobody adds to it */
			}
			continue;
		}
		struct slot *parent = slot_at(at->parent);
		bool was_root = at == root;
		unmark(at);
		cap_clear(at);
		if (was_root) {
			return true;
		}
		at = parent;
	}
	return false;
}

/* A capability in the first CapNode that is gone. NULL if there was none among
 * the slots looked at, or in the whole node, which is off the list then. */
static struct slot *next_inside(struct capnode *node)
{
	for (uint32_t i = 0; i < LOOK_MAX; i++, node->swept++) {
		if (node->filled == 0) {
			state.gone = node->next;
			return NULL;
		}
		struct slot *slot = capnode_slot(node, node->swept);
		CHECK(node->swept < 1u << node->bits);
		if (slot->type != ABI_TYPE_NULL) {
			return slot;
		}
	}
	return NULL;
}

/* The same for what lies in CapNodes that are gone. */
static bool sweep_nodes(uint32_t *units)
{
	while (state.gone) {
		if (*units >= SWEEP_STEP) {
			return false;
		}
		struct slot *inside = next_inside(state.gone);
		*units += 1;
		if (inside) {
			mark(inside, SLOT_DOOMED);
			sweep_tree(inside, units);
		}
	}
	return true;
}

/* What nothing was derived from, and that is no object, goes at once: between
 * two steps there is nothing that a mark could tell anybody. False if there is
 * more to do. */
static bool sweep_leaf(struct slot *slot)
{
	if (slot->child || slot->flags || !settle(slot)) {
		return false;
	}
	cap_clear(slot);
	return true;
}

/* A step for a sweep that is marked already. */
static void help(struct slot *root)
{
	uint32_t units = 0;

	sweep_tree(root, &units);
}

/* One step, of the sweep furthest up if there is one further up. */
static status_t sweep(struct slot *slot, uint8_t flags, uint64_t *name)
{
	struct slot *above = state.sweeps ? marked_above(slot) : NULL;
	struct sweep *sweep;
	uint32_t units = 0;

	if (above) {
		sweep = under_way(above);
		*name = sweep ? sweep->name : NAME_OF_NODES;
		help(above);
		return KERNEL_RESTART;
	}
	if (flags & SLOT_DOOMED && !state.gone && sweep_leaf(slot)) {
		return ST_OK;
	}
	sweep = begin(slot);
	if (!sweep) {
		*name = 0;
		help(state.under_way[0].root);
		return KERNEL_RESTART;
	}
	*name = sweep->name;
	mark(slot, flags);
	return sweep_tree(slot, &units) && sweep_nodes(&units) ? ST_OK
							       : KERNEL_RESTART;
}

status_t sweep_go_on(uint64_t *name)
{
	for (uint32_t i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		if (state.under_way[i].root &&
		    state.under_way[i].name == *name) {
			help(state.under_way[i].root);
			return KERNEL_RESTART;
		}
	}
	status_t status = *name ? sweep_finish() : ST_NO_CAPABILITY;
	if (status != KERNEL_RESTART) {
		*name = 0;
	}
	return status;
}

status_t sweep_finish(void)
{
	uint32_t units = 0;

	if (!state.gone) {
		return ST_OK;
	}
	sweep_nodes(&units);
	return KERNEL_RESTART;
}

status_t sweep_revoke(struct slot *slot, uint64_t *name)
{
	return sweep(slot, 0, name);
}

status_t sweep_delete(struct slot *slot, uint64_t *name)
{
	return sweep(slot, SLOT_DOOMED, name);
}

bool sweep_holds(const struct slot *slot)
{
	return state.sweeps != 0 &&
	       (slot->flags & (SLOT_DOOMED | SLOT_REVOKING) ||
		marked_above(slot));
}

status_t sweep_check(struct slot *slot)
{
	if (slot->flags & SLOT_DOOMED || marked_above(slot)) {
		return ST_NO_CAPABILITY;
	}
	if (slot->flags & SLOT_REVOKING) {
		help(slot);
		return KERNEL_RESTART;
	}
	return ST_OK;
}
