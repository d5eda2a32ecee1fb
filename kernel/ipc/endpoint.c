/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rendezvous. Whoever comes first waits in the queue of the endpoint; the
 * second one moves the message and both go on. A call hands the CPU straight to
 * the receiver.
 */

#include "kernel/endpoint.h"

#include "kernel/arch.h"
#include "kernel/invoke.h"
#include "kernel/rendezvous.h"
#include "kernel/transfer.h"

/* What a thread that sends is about. */
#define KINDS ((uint32_t)(THREAD_CALL | THREAD_FAULT | THREAD_CAPS))

status_t send_later(struct slot *via, struct thread *sender, uint32_t kind)
{
	sender->flags = (sender->flags & ~KINDS) | kind;
	sender->badge = via->badge;
	sender->state = ABI_THREAD_SENDING;
	queue_add(via, sender, false);
	return ST_OK;
}

static inline bool may_send(const struct message_registers *message,
			    const struct slot *slot)
{
	return slot->rights & ABI_RIGHT_SEND &&
	       slot->ops >> (message->label & ABI_METHOD_MASK) & 1;
}

/* The message may bring capabilities, or a call may have slots for those that
 * come with the answer. */
static __attribute__((noinline)) status_t send_any(struct thread *sender,
						   struct slot *slot,
						   enum abi_verb verb)
{
	const struct message_registers *message = &sender->context.message;
	uint32_t kind = verb == ABI_VERB_CALL ? THREAD_CALL : 0;
	uint32_t slots = kind ? (uint32_t)ABI_MESSAGE_SLOTS : 0;
	struct endpoint *endpoint = slot_object(slot);
	struct thread *receiver =
		endpoint->has_receivers ? endpoint->head : NULL;
	struct transfer transfer;
	status_t status = message_check(
		sender, slots | (uint32_t)ABI_MESSAGE_CAPS, false);

	if (status != ST_OK) {
		return status;
	}
	bool has_caps = message->info & (uint32_t)ABI_MESSAGE_CAPS;
	bool has_slots = message->info & (uint32_t)ABI_MESSAGE_SLOTS;
	if (endpoint_is_taken(slot)) {
		return ST_NO_CAPABILITY;
	}
	if (!may_send(message, slot) ||
	    ((has_caps || has_slots) && !(slot->rights & ABI_RIGHT_GRANT))) {
		return ST_NO_RIGHT;
	}
	if (verb == ABI_VERB_TRY_SEND && !receiver) {
		return ST_WOULD_BLOCK;
	}
	if (has_caps) {
		status = transfer_check(sender, receiver, &transfer);
		kind |= THREAD_CAPS;
	}
	if (status != ST_OK) {
		return status;
	}
	status = send_or_wait(slot, sender, kind);
	if (has_caps && receiver) {
		transfer_commit(&transfer, receiver);
	}
	return status;
}

/* Whether a message is what it nearly always is: words alone, while nothing is
 * taken back. Whatever else it is, send_any() finds out. */
static inline bool is_simple(const struct thread *sender,
			     const struct slot *slot)
{
	const struct endpoint *endpoint = slot_object(slot);

	return message_is_plain(&sender->context.message, false) &&
	       !endpoint->sweeps;
}

status_t endpoint_send(struct thread *sender, struct slot *slot,
		       enum abi_verb verb)
{
	const struct endpoint *endpoint = slot_object(slot);
	bool is_awaited = endpoint->head && endpoint->has_receivers;

	if (!is_simple(sender, slot) ||
	    (!is_awaited && verb == ABI_VERB_TRY_SEND)) {
		return send_any(sender, slot, verb);
	}
	return may_send(&sender->context.message, slot)
		       ? send_or_wait(slot, sender, 0)
		       : ST_NO_RIGHT;
}

status_t endpoint_call(struct thread *sender, struct slot *slot)
{
	if (!is_simple(sender, slot)) {
		return send_any(sender, slot, ABI_VERB_CALL);
	}
	return may_send(&sender->context.message, slot)
		       ? send_or_wait(slot, sender, THREAD_CALL)
		       : ST_NO_RIGHT;
}

status_t endpoint_receive(struct thread *receiver, struct slot *slot,
			  bool waits)
{
	struct message_registers *message = &receiver->context.message;
	struct slot *reply;
	status_t status =
		message_check(receiver, (uint32_t)ABI_MESSAGE_SLOTS, true);

	if (status != ST_OK) {
		return status;
	}
	if (endpoint_is_taken(slot)) {
		return ST_NO_CAPABILITY;
	}
	if (!(slot->rights & ABI_RIGHT_RECV)) {
		return ST_NO_RIGHT;
	}
	status = cap_find_type(receiver->capnode,
			       message->info >> ABI_MESSAGE_REPLY_SHIFT,
			       ABI_TYPE_REPLY, 0, &reply);
	if (status != ST_OK) {
		return status;
	}
	struct reply *object = slot_object(reply);
	if (object->caller || object->receiver) {
		return ST_BUSY;
	}
	return receive_or_wait(receiver, slot, object, waits);
}

/* What is to be run again of REPLY_RECV is RECV: it has answered, and its Reply
 * may stand for another caller by then. */
static void only_receive(struct message_registers *message)
{
	if (message->verb == ABI_VERB_REPLY_RECV) {
		message->verb = ABI_VERB_RECV;
		message->info &= ~(uint64_t)(uint32_t)ABI_MESSAGE_CAPS;
	}
}

status_t endpoint_receive_caps(struct thread *receiver,
			       struct endpoint *endpoint, struct reply *reply)
{
	struct thread *sender = endpoint->head;
	struct transfer transfer;
	status_t status = transfer_check(sender, receiver, &transfer);

	queue_take(endpoint, sender);
	if (status != ST_OK) {
		thread_answer(sender, status);
		thread_ready(sender);
		only_receive(&receiver->context.message);
		return KERNEL_RESTART;
	}
	status = deliver(sender, sender->badge, sender->flags, receiver);
	if (sender->flags & THREAD_CALL) {
		settle_caller(sender, sender->flags, reply);
	} else {
		thread_ready(sender);
	}
	transfer_commit(&transfer, receiver);
	return status;
}

void endpoint_cancel(struct thread *thread)
{
	if (thread->endpoint) {
		queue_remove(thread);
	}
	if (thread->reply) {
		thread->reply->caller = NULL;
		thread->reply = NULL;
	}
	if (thread->receiving) {
		thread->receiving->receiver = NULL;
	}
	thread->receiving = NULL;
}

void endpoint_release(struct slot *slot)
{
	struct thread *thread = slot->waiting;

	endpoint_cancel(thread);
	thread_end_wait(thread);
}
