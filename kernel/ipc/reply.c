/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answering a caller. A Reply object is used up by it and can stand for the
 * next caller at once. The answer to a fault message decides what becomes of
 * the thread that faulted; its registers stay as they were.
 */

#include "kernel/endpoint.h"

#include "kernel/invoke.h"
#include "kernel/rendezvous.h"
#include "kernel/transfer.h"

/* ST_OK. To wake the caller is left to who answers. */
static inline status_t answer_call(const struct thread *sender,
				   struct thread *caller)
{
	const struct message_registers *from = &sender->context.message;
	struct message_registers *to = &caller->context.message;
	uint32_t length = from->info & ABI_MESSAGE_LENGTH_MASK;

	to->capability = 0;
	to->label = from->label;
	to->info = length;
	to->verb = ST_OK;
	return message_copy(sender, caller, length);
}

/* A Reply has done its work and stands for nobody. */
static inline void settle_answered(struct reply *reply, struct thread *caller)
{
	reply->caller = NULL;
	caller->reply = NULL;
}

/* answer_call() with the capabilities that the sender names, or not at all. */
static __attribute__((noinline)) status_t
answer_with_caps(const struct thread *sender, const struct slot *slot,
		 struct thread *caller)
{
	struct transfer transfer;

	if (!(slot->rights & ABI_RIGHT_GRANT)) {
		return ST_NO_RIGHT;
	}
	status_t status = transfer_check(sender, caller, &transfer);
	if (status == ST_OK) {
		thread_wake(caller);
		status = answer_call(sender, caller);
		transfer_commit(&transfer, caller);
	}
	return status;
}

/* Answers the thread that a Reply stands for. If it can go on it is READY then,
 * in no queue. */
static inline __attribute__((always_inline)) status_t
answer(const struct thread *sender, const struct slot *slot, bool has_caps)
{
	struct reply *reply = slot_object(slot);
	struct thread *caller = reply->caller;
	uint64_t label = sender->context.message.label;

	if (has_caps) {
		status_t status =
			caller->state == ABI_THREAD_FAULTED
				? ST_BAD_ARGUMENT
				: answer_with_caps(sender, slot, caller);
		if (status != ST_OK) {
			return status;
		}
	} else if (caller->state != ABI_THREAD_FAULTED) {
		thread_wake(caller);
		(void)answer_call(sender, caller);
	} else if (label > ABI_FAULT_STOP) {
		return ST_BAD_ARGUMENT;
	} else if (label == ABI_FAULT_RESUME) {
		thread_wake(caller);
	} else {
		caller->state = ABI_THREAD_SUSPENDED;
	}
	settle_answered(reply, caller);
	return ST_OK;
}

static bool has_caps(const struct thread *thread)
{
	return thread->context.message.info & (uint32_t)ABI_MESSAGE_CAPS;
}

status_t reply_send(struct thread *sender)
{
	struct slot *slot;
	status_t status =
		message_check(sender, (uint32_t)ABI_MESSAGE_CAPS, false);

	if (status == ST_OK) {
		status = cap_find_type(sender->capnode,
				       sender->context.message.capability,
				       ABI_TYPE_REPLY, 0, &slot);
	}
	if (status != ST_OK) {
		return status;
	}
	const struct reply *reply = slot_object(slot);
	struct thread *caller = reply->caller;
	if (!caller) {
		return ST_BAD_STATE;
	}
	status = answer(sender, slot, has_caps(sender));
	if (status == ST_OK && caller->state == ABI_THREAD_READY) {
		sched_add(caller);
	}
	return status;
}

/* The second half of REPLY_RECV, with a Reply that is free or waited with. */
static inline status_t receive_next(struct thread *thread, struct reply *reply)
{
	struct slot *slot;
	status_t status = cap_find_type(thread->capnode,
					thread->context.message.capability,
					ABI_TYPE_ENDPOINT, 0, &slot);

	if (status != ST_OK) {
		return status;
	}
	if (endpoint_is_taken(slot)) {
		return ST_NO_CAPABILITY;
	}
	if (!(slot->rights & ABI_RIGHT_RECV)) {
		return ST_NO_RIGHT;
	}
	return reply->receiver ? ST_BUSY
			       : receive_or_wait(thread, slot, reply, true);
}

/* The reply half may find that there is nobody to answer, as before the first
 * message or after a SEND: then this only receives. A reply that is refused for
 * another reason is not followed by the wait. */
static status_t answer_and_receive(struct thread *thread)
{
	const struct message_registers *message = &thread->context.message;
	struct slot *slot;
	status_t status = cap_find_type(
		thread->capnode, message->info >> ABI_MESSAGE_REPLY_SHIFT,
		ABI_TYPE_REPLY, 0, &slot);

	if (status != ST_OK) {
		return status;
	}
	struct reply *reply = slot_object(slot);
	struct thread *caller = reply->caller;
	if (caller) {
		status = answer(thread, slot, has_caps(thread));
		if (status != ST_OK) {
			return status;
		}
	}
	status = receive_next(thread, reply);
	if (caller && caller->state == ABI_THREAD_READY) {
		CHECK(!caller->next);
		if (thread->state == ABI_THREAD_READY) {
			sched_add(caller);
		} else {
			hand_over(thread, caller);
		}
	}
	return status;
}

static __attribute__((noinline)) status_t
reply_receive_any(struct thread *thread)
{
	status_t status = message_check(
		thread,
		(uint32_t)ABI_MESSAGE_CAPS | (uint32_t)ABI_MESSAGE_SLOTS, true);

	return status == ST_OK ? answer_and_receive(thread) : status;
}

/*
 * What REPLY_RECV nearly always is: the answer to a call, or one that lets a
 * thread that faulted go on, and nobody else waits at the endpoint. That is
 * looked at as a whole before anything is done, so what is left is a row of
 * steps without a question. Whatever else it is, reply_receive_any() finds out.
 */
status_t reply_receive(struct thread *thread)
{
	const struct message_registers *message = &thread->context.message;
	struct slot *own = cap_find_near(
		thread->capnode, message->info >> ABI_MESSAGE_REPLY_SHIFT);

	if (!own || own->type != ABI_TYPE_REPLY ||
	    !message_is_plain(message, true)) {
		return reply_receive_any(thread);
	}
	struct slot *via = cap_find_near(thread->capnode, message->capability);
	if (!via || via->type != ABI_TYPE_ENDPOINT ||
	    !(via->rights & ABI_RIGHT_RECV)) {
		return reply_receive_any(thread);
	}
	struct reply *reply = slot_object(own);
	struct endpoint *endpoint = slot_object(via);
	struct thread *caller = reply->caller;
	bool has_faulted = caller && caller->state == ABI_THREAD_FAULTED;
	if (!caller || caller->next || reply->receiver || endpoint->head ||
	    endpoint->sweeps ||
	    (has_faulted && message->label != ABI_FAULT_RESUME)) {
		return reply_receive_any(thread);
	}
	settle_answered(reply, caller);
	queue_start(via, endpoint, thread, true);
	settle_waiting(thread, reply);
	hand_over(thread, caller);
	return has_faulted ? ST_OK : answer_call(thread, caller);
}

void reply_destroy(struct reply *reply)
{
	struct thread *caller = reply->caller, *receiver = reply->receiver;

	if (caller) {
		endpoint_cancel(caller);
		thread_end_wait(caller);
	}
	if (receiver) {
		endpoint_cancel(receiver);
		thread_end_wait(receiver);
	}
}

status_t reply_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	const struct reply *reply = slot_object(slot);

	CHECK(method == ABI_REPLY_info);
	caller->context.message.words[0] = reply->caller != NULL;
	caller->context.message.info = 1;
	return ST_OK;
}
