/* SPDX-License-Identifier: Apache-2.0 */
/* The model's capabilities that go with a message: all of them, or none. */

#include "model.h"

#define ADDRESS_MASK 0xffffffffffffull

/* What the sender names. */
static status_t find_all(struct model *model, int sender,
			 struct model_transfer *transfer)
{
	const struct message_buffer *buffer = model_buffer(model, sender);
	int root = model_bound(model, sender, MODEL_CAPNODE);

	transfer->count = 0;
	if (!buffer) {
		return ST_BAD_ARGUMENT;
	}
	for (int i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		uint64_t name = buffer->caps[i];
		if (name == 0) {
			continue;
		}
		if (i != transfer->count ||
		    name & ~(ADDRESS_MASK | ABI_CAP_GIVE)) {
			return ST_BAD_ARGUMENT;
		}
		int from = model_find(model, root, name & ADDRESS_MASK);
		if (from == MODEL_NONE) {
			return ST_NO_CAPABILITY;
		}
		for (int other = 0; other < i; other++) {
			if (transfer->caps[other].from == from) {
				return ST_BAD_ARGUMENT;
			}
		}
		transfer->caps[i].from = from;
		transfer->caps[i].is_given = (name & ABI_CAP_GIVE) != 0;
		transfer->count++;
	}
	return transfer->count ? ST_OK : ST_BAD_ARGUMENT;
}

/* The empty slot that the receiver names for one of them. */
static bool find_slot(struct model *model, int receiver,
		      struct model_transfer *transfer, int index)
{
	int node = model_bound(model, receiver, MODEL_CAPNODE);
	uint64_t address = model_buffer(model, receiver)->slots[index];

	if (address == 0 || address >= (uint64_t)model->objects[node].count) {
		return false;
	}
	int to = model->objects[node].first + (int)address;
	for (int i = 0; i < index; i++) {
		if (transfer->caps[i].to == to) {
			return false;
		}
	}
	transfer->caps[index].to = to;
	return !model->caps[to].filled;
}

/* Without a receiver it is judged as if it stayed where it is. */
static status_t check_one(const struct model *model,
			  struct model_transfer *transfer, int index,
			  bool has_receiver)
{
	int from = transfer->caps[index].from;
	int to = has_receiver ? transfer->caps[index].to : from;
	const struct model_cap *source = &model->caps[from];

	if (transfer->caps[index].is_given) {
		return model_check_move(model, from, to,
					&transfer->caps[index].delegation);
	}
	int64_t left = model_delegate(model, from, to);
	if (left < 0) {
		return ST_NO_RIGHT;
	}
	transfer->caps[index].delegation = (uint64_t)left;
	return model_check_derive(
		source, &(struct model_wish){ source->rights, (uint64_t)left,
					      source->ops, source->badge });
}

status_t model_check_transfer(struct model *model, int sender, int receiver,
			      struct model_transfer *transfer)
{
	status_t status = find_all(model, sender, transfer);
	bool has_receiver = receiver != MODEL_NONE;

	if (status != ST_OK) {
		return status;
	}
	if (has_receiver && (!(model->objects[receiver].thread.message.info &
			       (uint64_t)ABI_MESSAGE_SLOTS) ||
			     !model_buffer(model, receiver))) {
		return ST_SLOT_FULL;
	}
	for (int i = 0; i < transfer->count; i++) {
		if (has_receiver && !find_slot(model, receiver, transfer, i)) {
			return ST_SLOT_FULL;
		}
		status = check_one(model, transfer, i, has_receiver);
		if (status != ST_OK) {
			return status;
		}
	}
	return ST_OK;
}

void model_transfer(struct model *model, int receiver,
		    const struct model_transfer *transfer)
{
	struct message_buffer *buffer = model_buffer(model, receiver);

	for (int i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		buffer->caps[i] = 0;
		if (i >= transfer->count) {
			continue;
		}
		int from = transfer->caps[i].from, to = transfer->caps[i].to;
		uint64_t left = transfer->caps[i].delegation;
		if (transfer->caps[i].is_given) {
			model_move(model, from, to, left);
		} else {
			const struct model_cap *source = &model->caps[from];
			model_derive(model, from, to,
				     &(struct model_wish){ source->rights, left,
							   source->ops,
							   source->badge });
		}
		buffer->caps[i] = buffer->slots[i] | model->caps[to].incarnation
							     << 32;
	}
	model->objects[receiver].thread.message.info |=
		(uint64_t)ABI_MESSAGE_CAPS;
}
