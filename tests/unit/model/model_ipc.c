/* SPDX-License-Identifier: Apache-2.0 */
/* The model's messages: endpoints, Reply objects and faults. */

#include <stdlib.h>
#include <string.h>

#include "model.h"

static struct model_message *message_of(struct model *model, int thread)
{
	return &model->objects[thread].thread.message;
}

status_t model_check_message(const struct model *model, int thread,
			     uint64_t allowed, bool takes_reply)
{
	uint64_t info = model->objects[thread].thread.message.info;
	uint64_t flags = info / 65536 % 65536 * 65536;
	uint64_t known = allowed | (uint64_t)ABI_MESSAGE_DEADLINE;

	if ((flags | known) != known || info % 65536 > ABI_MESSAGE_WORDS_MAX ||
	    (info >> 32 && !takes_reply) ||
	    (flags && model_bound(model, thread, MODEL_BUFFER) == MODEL_NONE)) {
		return ST_BAD_ARGUMENT;
	}
	return flags & (uint64_t)ABI_MESSAGE_DEADLINE ? ST_NOT_BUILT : ST_OK;
}

static bool has_caps(const struct model *model, int thread)
{
	return model->objects[thread].thread.message.info &
	       (uint64_t)ABI_MESSAGE_CAPS;
}

static void queue_add(struct model *model, int via, int thread,
		      bool is_receiver)
{
	int endpoint = model->caps[via].object;
	struct model_object *object = &model->objects[endpoint];

	if (object->queue.count == MODEL_QUEUE) {
		abort();
	}
	object->queue.has_receivers = is_receiver;
	object->queue.threads[object->queue.count++] = thread;
	model->objects[thread].thread.endpoint = endpoint;
	model->objects[thread].thread.via = via;
	model->objects[thread].thread.since = ++model->now;
}

static void queue_remove(struct model *model, int thread)
{
	int endpoint = model->objects[thread].thread.endpoint;
	struct model_object *object = &model->objects[endpoint];
	int kept = 0;

	for (int i = 0; i < object->queue.count; i++) {
		if (object->queue.threads[i] != thread) {
			object->queue.threads[kept++] =
				object->queue.threads[i];
		}
	}
	object->queue.count = kept;
	model->objects[thread].thread.endpoint = MODEL_NONE;
	model->objects[thread].thread.via = MODEL_NONE;
}

/* The first that waits, if it waits for this. */
static int first_of(const struct model *model, int endpoint, bool receivers)
{
	const struct model_object *object = &model->objects[endpoint];

	if (object->queue.count == 0 ||
	    object->queue.has_receivers != receivers) {
		return MODEL_NONE;
	}
	return object->queue.threads[0];
}

struct message_buffer *model_buffer(struct model *model, int thread)
{
	int frame = model_bound(model, thread, MODEL_BUFFER);

	if (frame == MODEL_NONE) {
		return NULL;
	}
	uint64_t page = model->objects[frame].start / ABI_PAGE_SIZE;
	return (struct message_buffer *)(void *)model->pages[page];
}

static void copy_words(struct model *model, int from, int to, uint64_t length)
{
	for (uint64_t i = 0; i < 8; i++) {
		message_of(model, to)->words[i] =
			i < length ? message_of(model, from)->words[i] : 0;
	}
	const struct message_buffer *source = model_buffer(model, from);
	struct message_buffer *target = model_buffer(model, to);
	for (uint64_t i = 8; i < length && source && target; i++) {
		target->words[i] = source->words[i];
	}
}

static void deliver(struct model *model, int from, int to)
{
	struct model_message *out = message_of(model, to);
	const struct model_object *sender = &model->objects[from];
	uint64_t length = sender->thread.message.info % 65536;
	uint64_t called = sender->thread.is_calling ? 1ull << 30 : 0;

	if (sender->thread.is_faulting) {
		out->label = 0;
		out->info = ABI_FAULT_WORDS + called + (1ull << 31);
		for (int i = 0; i < ABI_FAULT_WORDS; i++) {
			out->words[i] = sender->thread.fault_words[i];
		}
	} else {
		out->label = sender->thread.message.label;
		out->info = length + called;
		copy_words(model, from, to, length);
	}
	out->capability = sender->thread.badge;
	out->verb = ST_OK;
}

/* After its message was taken by someone who holds `reply`. */
static void settle(struct model *model, int sender, int reply)
{
	struct model_object *object = &model->objects[sender];

	if (!object->thread.is_calling) {
		model_ready(model, sender);
		return;
	}
	object->thread.state = object->thread.is_faulting ? ABI_THREAD_FAULTED
							  : ABI_THREAD_CALLING;
	object->thread.reply = reply;
	model->objects[reply].caller = sender;
}

static void send_or_wait(struct model *model, int via, int sender)
{
	int endpoint = model->caps[via].object;
	int receiver = first_of(model, endpoint, true);

	if (receiver == MODEL_NONE) {
		model->objects[sender].thread.state = ABI_THREAD_SENDING;
		queue_add(model, via, sender, false);
		return;
	}
	queue_remove(model, receiver);
	deliver(model, sender, receiver);
	settle(model, sender, model->objects[receiver].thread.receiving);
	model->objects[model->objects[receiver].thread.receiving].receiver =
		MODEL_NONE;
	model->objects[receiver].thread.receiving = MODEL_NONE;
	model_ready(model, receiver);
}

status_t model_send(struct model *model, int thread, int cap, uint64_t verb)
{
	struct model_object *sender = &model->objects[thread];
	const struct model_message *message = &sender->thread.message;
	const struct model_cap *through = &model->caps[cap];
	uint64_t slots = verb == ABI_VERB_CALL ? ABI_MESSAGE_SLOTS : 0;
	status_t status = model_check_message(
		model, thread, slots | (uint64_t)ABI_MESSAGE_CAPS, false);

	if (status != ST_OK) {
		return status;
	}
	if (!(through->rights & ABI_RIGHT_SEND) ||
	    !(through->ops & 1ull << message->label % 32) ||
	    (message->info & (ABI_MESSAGE_CAPS | ABI_MESSAGE_SLOTS) &&
	     !(through->rights & ABI_RIGHT_GRANT))) {
		return ST_NO_RIGHT;
	}
	if (verb == ABI_VERB_TRY_SEND &&
	    first_of(model, through->object, true) == MODEL_NONE) {
		return ST_WOULD_BLOCK;
	}
	int receiver = first_of(model, through->object, true);
	struct model_transfer transfer;
	if (has_caps(model, thread)) {
		status = model_check_transfer(model, thread, receiver,
					      &transfer);
		if (status != ST_OK) {
			return status;
		}
	}
	sender->thread.is_bringing = has_caps(model, thread);
	sender->thread.badge = through->badge;
	sender->thread.is_calling = verb == ABI_VERB_CALL;
	sender->thread.is_faulting = false;
	send_or_wait(model, cap, thread);
	if (sender->thread.is_bringing && receiver != MODEL_NONE) {
		model_transfer(model, receiver, &transfer);
	}
	return ST_OK;
}

/* The first sender whose capabilities, if it brings any, can go to a receiver.
 * Those before it are told that theirs cannot. */
static int first_sender(struct model *model, int endpoint, int receiver,
			uint64_t verb, struct model_transfer *transfer)
{
	for (;;) {
		int sender = first_of(model, endpoint, false);
		if (sender == MODEL_NONE ||
		    !model->objects[sender].thread.is_bringing) {
			return sender;
		}
		status_t status =
			model_check_transfer(model, sender, receiver, transfer);
		if (status == ST_OK) {
			return sender;
		}
		transfer->count = 0;
		if (verb == ABI_VERB_REPLY_RECV) {
			/* It goes on as a RECV, which brings nothing. */
			message_of(model, receiver)->info &=
				~(uint64_t)(uint32_t)ABI_MESSAGE_CAPS;
		}
		queue_remove(model, sender);
		model_answer(model, sender, status);
		model_ready(model, sender);
		model->is_changed = true;
	}
}

status_t model_receive(struct model *model, int thread, uint64_t verb)
{
	struct model_object *receiver = &model->objects[thread];
	const struct model_message *message = &receiver->thread.message;
	int root = model_bound(model, thread, MODEL_CAPNODE), cap, reply;
	status_t status = model_find_type(model, root, message->capability,
					  ABI_TYPE_ENDPOINT, 0, &cap);

	if (status != ST_OK) {
		return status;
	}
	/* What came before it of a REPLY_RECV has judged it. */
	status = verb == ABI_VERB_REPLY_RECV
			 ? ST_OK
			 : model_check_message(model, thread, ABI_MESSAGE_SLOTS,
					       true);
	if (status != ST_OK) {
		return status;
	}
	if (!(model->caps[cap].rights & ABI_RIGHT_RECV)) {
		return ST_NO_RIGHT;
	}
	status = model_find_type(model, root, message->info >> 32,
				 ABI_TYPE_REPLY, 0, &reply);
	if (status != ST_OK) {
		return status;
	}
	reply = model->caps[reply].object;
	if (model->objects[reply].caller != MODEL_NONE ||
	    model->objects[reply].receiver != MODEL_NONE) {
		return ST_BUSY;
	}
	int endpoint = model->caps[cap].object;
	struct model_transfer transfer = { .count = 0 };
	int sender = first_sender(model, endpoint, thread, verb, &transfer);
	if (sender != MODEL_NONE) {
		queue_remove(model, sender);
		deliver(model, sender, thread);
		settle(model, sender, reply);
		if (transfer.count) {
			model_transfer(model, thread, &transfer);
		}
		return ST_OK;
	}
	if (verb == ABI_VERB_TRY_RECV) {
		return ST_WOULD_BLOCK;
	}
	model->objects[reply].receiver = thread;
	receiver->thread.receiving = reply;
	receiver->thread.state = ABI_THREAD_RECEIVING;
	queue_add(model, cap, thread, true);
	return ST_OK;
}

status_t model_reply(struct model *model, int thread, uint64_t address)
{
	const struct model_message *message = message_of(model, thread);
	int cap;
	status_t status = model_find_type(
		model, model_bound(model, thread, MODEL_CAPNODE), address,
		ABI_TYPE_REPLY, 0, &cap);

	if (status != ST_OK) {
		return status;
	}
	int reply = model->caps[cap].object;
	int caller = model->objects[reply].caller;
	if (caller == MODEL_NONE) {
		return ST_BAD_STATE;
	}
	struct model_object *answered = &model->objects[caller];
	struct model_transfer transfer;
	if (has_caps(model, thread)) {
		if (answered->thread.state == ABI_THREAD_FAULTED) {
			return ST_BAD_ARGUMENT;
		}
		if (!(model->caps[cap].rights & ABI_RIGHT_GRANT)) {
			return ST_NO_RIGHT;
		}
		status = model_check_transfer(model, thread, caller, &transfer);
		if (status != ST_OK) {
			return status;
		}
	}
	if (answered->thread.state == ABI_THREAD_FAULTED) {
		if (message->label > ABI_FAULT_STOP) {
			return ST_BAD_ARGUMENT;
		}
		answered->thread.state = ABI_THREAD_SUSPENDED;
		if (message->label == ABI_FAULT_RESUME) {
			model_ready(model, caller);
		}
	} else {
		uint64_t length = message->info % 65536;
		answered->thread.message.capability = 0;
		answered->thread.message.label = message->label;
		answered->thread.message.info = length;
		copy_words(model, thread, caller, length);
		answered->thread.message.verb = ST_OK;
		model_ready(model, caller);
		if (has_caps(model, thread)) {
			model_transfer(model, caller, &transfer);
		}
	}
	answered->thread.reply = MODEL_NONE;
	model->objects[reply].caller = MODEL_NONE;
	model->is_changed = true;
	return ST_OK;
}

void model_cancel(struct model *model, int thread)
{
	struct model_object *object = &model->objects[thread];

	if (object->thread.endpoint != MODEL_NONE) {
		queue_remove(model, thread);
	}
	if (object->thread.reply != MODEL_NONE) {
		model->objects[object->thread.reply].caller = MODEL_NONE;
		object->thread.reply = MODEL_NONE;
	}
	if (object->thread.receiving != MODEL_NONE) {
		model->objects[object->thread.receiving].receiver = MODEL_NONE;
		object->thread.receiving = MODEL_NONE;
	}
}

void model_fault(struct model *model, int thread,
		 const uint64_t words[ABI_FAULT_WORDS])
{
	struct model_object *object = &model->objects[thread];

	model->faults++;
	object->thread.faults++;
	memcpy(object->thread.fault_words, words,
	       sizeof(object->thread.fault_words));
	int capsule = object->thread.capsule;
	int via = object->first + MODEL_FAULT;
	if (!model->caps[via].filled && capsule != MODEL_NONE) {
		via = model->objects[capsule].first;
	}
	if (model->caps[via].filled) {
		object->thread.is_calling = object->thread.is_faulting = true;
		object->thread.is_bringing = false;
		object->thread.badge = model->caps[via].badge;
		send_or_wait(model, via, thread);
	} else if (capsule != MODEL_NONE) {
		model_capsule_fault(model, capsule, words[ABI_FAULT_KIND]);
	} else {
		object->thread.state = ABI_THREAD_SUSPENDED;
	}
}
