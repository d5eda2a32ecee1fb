/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods of a CapNode: lending (copy, mint), giving (move, rotate) into
 * one of its slots, and taking back (delete, revoke). The source is looked up
 * from the caller's own root, the destination is a slot of the node itself.
 */

#include "kernel/invoke.h"
#include "kernel/sweep.h"

void capnode_init(struct capnode *node, uint32_t bits)
{
	CHECK(bits >= ABI_CAPNODE_BITS_MIN && bits <= ABI_CAPNODE_BITS_MAX);
	CHECK(is_aligned((uint64_t)node, 1ull << (bits + ABI_SLOT_BITS)));
	node->bits = bits;
	node->count = 1u << bits;
}

/* What the methods that fill a slot share. */
struct filling {
	struct capnode *node;
	struct slot *to, *from;
};

/* The slot of a node with that number, or NULL. */
static struct slot *slot_of(struct capnode *node, uint64_t number)
{
	return number != 0 && number < node->count
		       ? capnode_slot(node, (uint32_t)number)
		       : NULL;
}

status_t capnode_find_empty(struct capnode *node, uint64_t number,
			    struct slot **slot)
{
	*slot = slot_of(node, number);
	if (!*slot) {
		return ST_BAD_ARGUMENT;
	}
	return (*slot)->type == ABI_TYPE_NULL ? ST_OK : ST_SLOT_FULL;
}

static status_t find_source(struct filling *t, struct capnode *root,
			    uint64_t address)
{
	t->from = cap_find(root, address);
	return t->from ? sweep_admit(t->from) : ST_NO_CAPABILITY;
}

static status_t decode(const struct invocation *call, struct filling *t)
{
	t->node = slot_object(call->slot);
	status_t status = capnode_find_empty(t->node, call->words[0], &t->to);
	if (status == ST_OK) {
		status = find_source(t, call->caller->capnode, call->words[1]);
	}
	return status;
}

/* Where the capability is now, as an address within this node. */
static void done(struct invocation *call, const struct filling *t)
{
	call->words[0] |= (uint64_t)t->to->incarnation << 32;
	call->result_count = 1;
}

/* What mint is asked for, with at most the delegation depth of a copy there. */
static status_t mint_limits(const uint64_t *words, struct cap_limits *limits)
{
	uint8_t left = limits->delegation;

	if (words[2] > UINT16_MAX || words[3] > UINT32_MAX) {
		return ST_BAD_ARGUMENT;
	}
	*limits = (struct cap_limits){
		.rights = (uint8_t)words[2],
		.delegation = (uint8_t)(words[2] >> 8),
		.ops = (uint32_t)words[3],
		.badge = words[4],
	};
	return limits->delegation > left ? ST_NO_RIGHT : ST_OK;
}

static status_t lend(struct invocation *call, bool mint)
{
	struct filling t;
	struct cap_limits limits;
	status_t status = decode(call, &t);

	if (status == ST_OK) {
		status = cap_limits_in(t.node, t.from, &limits);
	}
	if (status == ST_OK && mint) {
		status = mint_limits(call->words, &limits);
	}
	if (status == ST_OK) {
		status = cap_check_derive(t.from, &limits);
	}
	if (status != ST_OK) {
		return status;
	}
	cap_derive(t.node, t.to, t.from, &limits);
	done(call, &t);
	return ST_OK;
}

static status_t move(struct invocation *call)
{
	struct filling t;
	uint8_t delegation;
	status_t status = decode(call, &t);

	if (status == ST_OK) {
		status = cap_check_move(t.node, t.from, &delegation);
	}
	if (status != ST_OK) {
		return status;
	}
	cap_move(t.node, t.to, t.from, delegation);
	done(call, &t);
	return ST_OK;
}

/* Two moves at once: what lies in the second slot goes to the first, which is
 * empty, and the capability takes its place. */
static status_t rotate(struct invocation *call)
{
	struct filling out = { .node = slot_object(call->slot) };
	struct filling in = { .node = out.node };
	uint8_t out_delegation, in_delegation;
	status_t status = capnode_find_empty(out.node, call->words[0], &out.to);

	in.to = out.from = slot_of(in.node, call->words[1]);
	if (!out.from) {
		return ST_BAD_ARGUMENT;
	}
	if (status == ST_OK) {
		status = out.from->type == ABI_TYPE_NULL
				 ? ST_NO_CAPABILITY
				 : sweep_admit(out.from);
	}
	if (status == ST_OK) {
		status =
			find_source(&in, call->caller->capnode, call->words[2]);
	}
	if (status == ST_OK && in.from == out.from) {
		status = ST_BAD_ARGUMENT;
	}
	if (status == ST_OK) {
		status = cap_check_move(out.node, out.from, &out_delegation);
	}
	if (status == ST_OK) {
		status = cap_check_move(in.node, in.from, &in_delegation);
	}
	if (status != ST_OK) {
		return status;
	}
	cap_move(out.node, out.to, out.from, out_delegation);
	cap_move(in.node, in.to, in.from, in_delegation);
	return ST_OK;
}

/* A thread that comes back to go on may find that somebody else finished. */
status_t capnode_take_back(const struct invocation *call, bool itself)
{
	uint64_t address = call->words[0], *name = &call->caller->sweep;
	struct slot *slot = slot_of(slot_object(call->slot), (uint32_t)address);

	if (!slot) {
		return ST_BAD_ARGUMENT;
	}
	if (slot->type == ABI_TYPE_NULL || address >> 32 != slot->incarnation) {
		return sweep_go_on(name);
	}
	if (itself && !slot->parent) {
		return ST_DENIED;
	}
	status_t status =
		itself ? sweep_delete(slot, name) : sweep_revoke(slot, name);
	if (status != KERNEL_RESTART) {
		*name = 0;
	}
	return status;
}

static status_t inspect(struct invocation *call)
{
	const struct slot *slot =
		slot_of(slot_object(call->slot), call->words[0]);

	if (!slot) {
		return ST_BAD_ARGUMENT;
	}
	call->words[0] = slot->type;
	call->words[1] = slot->rights | (uint64_t)slot->delegation << 8;
	call->words[2] = slot->ops;
	call->words[3] = slot->incarnation;
	call->result_count = 4;
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	const struct capnode *node = slot_object(call->slot);

	switch (call->method) {
	case ABI_CAPNODE_copy:
		return lend(call, false);
	case ABI_CAPNODE_mint:
		return lend(call, true);
	case ABI_CAPNODE_move:
		return move(call);
	case ABI_CAPNODE_rotate:
		return rotate(call);
	case ABI_CAPNODE_delete:
		return capnode_take_back(call, true);
	case ABI_CAPNODE_revoke:
		return capnode_take_back(call, false);
	case ABI_CAPNODE_inspect:
		return inspect(call);
	default:
		CHECK(call->method == ABI_CAPNODE_info);
		call->words[0] = node->count;
		call->words[1] = node->filled;
		call->result_count = 2;
		return ST_OK;
	}
}

status_t capnode_invoke(struct thread *caller, struct slot *slot,
			uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
