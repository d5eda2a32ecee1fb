/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods of a CapNode: lending (copy, mint) and giving (move) into one of
 * its slots. The source is looked up from the caller's own root, the
 * destination within the node that is invoked.
 */

#include "kernel/invoke.h"

void capnode_init(struct capnode *node, uint32_t bits)
{
	CHECK(bits >= ABI_CAPNODE_BITS_MIN && bits <= ABI_CAPNODE_BITS_MAX);
	node->bits = bits;
	node->count = 1u << bits;
	node->filled = 0;
}

/* The decode half that copy, mint and move share. */
struct transfer {
	struct capnode *to_node, *from_node;
	struct slot *to, *from;
};

static status_t decode(const struct invocation *call, struct transfer *t)
{
	t->to = cap_locate(slot_object(call->slot), call->words[0],
			   &t->to_node);
	if (!t->to || call->words[0] >> 32) {
		return ST_BAD_ARGUMENT;
	}
	t->from = cap_locate(call->caller->capnode, call->words[1],
			     &t->from_node);
	if (!t->from || t->from->type == ABI_TYPE_NULL ||
	    call->words[1] >> 32 != t->from->incarnation) {
		return ST_NO_CAPABILITY;
	}
	return t->to->type == ABI_TYPE_NULL ? ST_OK : ST_SLOT_FULL;
}

/* Lends what `limits` says, with at most the delegation depth that is left when
 * it gets where it is to go. */
static status_t derive(const struct transfer *t,
		       const struct cap_limits *limits, uint8_t left)
{
	status_t status = cap_check_derive(t->from, limits);

	if (status == ST_OK && limits->delegation > left) {
		status = ST_NO_RIGHT;
	}
	if (status == ST_OK) {
		cap_derive(t->to_node, t->to, t->from, limits);
	}
	return status;
}

static status_t copy(const struct transfer *t)
{
	uint8_t left = t->from->delegation;
	status_t status = cap_delegate(t->from_node, t->to_node, &left);

	if (status != ST_OK) {
		return status;
	}
	return derive(t,
		      &(struct cap_limits){
			      .rights = t->from->rights,
			      .delegation = left,
			      .ops = t->from->ops,
			      .badge = cap_badge(t->from),
		      },
		      left);
}

static status_t mint(const struct invocation *call, const struct transfer *t)
{
	uint64_t rights = call->words[2], ops = call->words[3];

	if (rights > UINT16_MAX || ops > UINT32_MAX) {
		return ST_BAD_ARGUMENT;
	}
	uint8_t left = t->from->delegation;
	status_t status = cap_delegate(t->from_node, t->to_node, &left);
	if (status != ST_OK) {
		return status;
	}
	return derive(t,
		      &(struct cap_limits){
			      .rights = (uint8_t)rights,
			      .delegation = (uint8_t)(rights >> 8),
			      .ops = (uint32_t)ops,
			      .badge = call->words[4],
		      },
		      left);
}

static status_t move(const struct transfer *t)
{
	uint8_t delegation;
	status_t status =
		cap_check_move(t->to_node, t->from_node, t->from, &delegation);

	if (status == ST_OK) {
		cap_move(t->to_node, t->to, t->from_node, t->from, delegation);
	}
	return status;
}

static status_t methods(struct invocation *call)
{
	struct capnode *node = slot_object(call->slot);
	struct transfer transfer;
	status_t status;

	switch (call->method) {
	case ABI_CAPNODE_info:
		call->words[0] = node->count;
		call->words[1] = node->filled;
		call->result_count = 2;
		return ST_OK;
	case ABI_CAPNODE_copy:
		status = decode(call, &transfer);
		return status == ST_OK ? copy(&transfer) : status;
	case ABI_CAPNODE_mint:
		status = decode(call, &transfer);
		return status == ST_OK ? mint(call, &transfer) : status;
	case ABI_CAPNODE_move:
		status = decode(call, &transfer);
		return status == ST_OK ? move(&transfer) : status;
	default:
		return ST_NOT_BUILT;
	}
}

status_t capnode_invoke(struct thread *caller, struct slot *slot,
			uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
