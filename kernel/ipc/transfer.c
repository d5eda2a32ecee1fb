/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lending and giving in messages: what copy and move do between two CapNodes of
 * one caller, for capabilities of the sender and slots of the receiver.
 */

#include "kernel/transfer.h"

#include "kernel/endpoint.h"
#include "kernel/sweep.h"

#define NAME_MASK 0xffffffffffffull /* the address of a capability */

/* The capability that a sender names. */
static status_t find(const struct thread *sender, uint64_t name,
		     struct transfer *transfer, uint32_t index)
{
	uint64_t address = name & NAME_MASK;

	if (name & ~(NAME_MASK | ABI_CAP_GIVE)) {
		return ST_BAD_ARGUMENT;
	}
	struct slot *from = cap_find(sender->capnode, address);
	if (!from || sweep_holds(from)) {
		return ST_NO_CAPABILITY;
	}
	for (uint32_t i = 0; i < index; i++) {
		if (transfer->caps[i].from == from) {
			return ST_BAD_ARGUMENT;
		}
	}
	transfer->caps[index].from = from;
	transfer->caps[index].is_given = (name & ABI_CAP_GIVE) != 0;
	return ST_OK;
}

static status_t find_all(const struct thread *sender, struct transfer *transfer)
{
	transfer->count = 0;
	if (!sender->buffer) {
		return ST_BAD_ARGUMENT;
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		uint64_t name = *(volatile uint64_t *)&sender->buffer->caps[i];
		if (!name) {
			continue;
		}
		if (i != transfer->count) {
			return ST_BAD_ARGUMENT; /* a gap before it */
		}
		status_t status = find(sender, name, transfer, i);
		if (status != ST_OK) {
			return status;
		}
		transfer->count++;
	}
	return transfer->count ? ST_OK : ST_BAD_ARGUMENT;
}

/* The slot that a receiver names for one of them. */
static bool find_slot(const struct thread *receiver, struct transfer *transfer,
		      uint32_t index)
{
	uint64_t address =
		*(volatile uint64_t *)&receiver->buffer->slots[index];
	struct capnode *node = receiver->capnode;

	if (address == 0 || address >= node->count) {
		return false;
	}
	struct slot *to = capnode_slot(node, (uint32_t)address);
	if (to->type != ABI_TYPE_NULL) {
		return false;
	}
	transfer->caps[index].to_node = node;
	for (uint32_t i = 0; i < index; i++) {
		if (transfer->caps[i].to == to) {
			return false;
		}
	}
	transfer->caps[index].to = to;
	transfer->caps[index].address = address;
	return true;
}

/* Whether one may go to where the receiver wants it. While there is no receiver
 * it is judged as if it stayed where it is. */
static status_t check_one(struct transfer *transfer, uint32_t index,
			  bool has_receiver)
{
	const struct slot *from = transfer->caps[index].from;
	const struct capnode *to_node =
		has_receiver ? transfer->caps[index].to_node : slot_node(from);
	struct cap_limits *limits = &transfer->caps[index].limits;

	if (transfer->caps[index].is_given) {
		return cap_check_move(to_node, from, &limits->delegation);
	}
	status_t status = cap_limits_in(to_node, from, limits);
	return status == ST_OK ? cap_check_derive(from, limits) : status;
}

status_t transfer_check(const struct thread *sender,
			const struct thread *receiver,
			struct transfer *transfer)
{
	status_t status = find_all(sender, transfer);

	if (status == ST_OK && receiver &&
	    (!(receiver->context.message.info & (uint32_t)ABI_MESSAGE_SLOTS) ||
	     !receiver->buffer)) {
		return ST_SLOT_FULL;
	}
	for (uint32_t i = 0; i < transfer->count && status == ST_OK; i++) {
		if (receiver && !find_slot(receiver, transfer, i)) {
			return ST_SLOT_FULL;
		}
		status = check_one(transfer, i, receiver != NULL);
	}
	return status;
}

void transfer_commit(const struct transfer *transfer, struct thread *receiver)
{
	for (uint32_t i = 0; i < transfer->count; i++) {
		struct capnode *to_node = transfer->caps[i].to_node;
		struct slot *from = transfer->caps[i].from;
		struct slot *to = transfer->caps[i].to;
		const struct cap_limits *limits = &transfer->caps[i].limits;
		if (transfer->caps[i].is_given) {
			cap_move(to_node, to, from, limits->delegation);
		} else {
			cap_derive(to_node, to, from, limits);
		}
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		receiver->buffer->caps[i] =
			i < transfer->count
				? transfer->caps[i].address |
					  (uint64_t)transfer->caps[i]
							  .to->incarnation
						  << 32
				: 0;
	}
	receiver->context.message.info |= (uint32_t)ABI_MESSAGE_CAPS;
}
