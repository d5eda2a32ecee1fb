/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answering a caller. A Reply object is used up by it and can stand for the
 * next caller at once. The answer to a fault message decides what becomes of
 * the thread that faulted; its registers stay as they were.
 */

#include "kernel/endpoint.h"

#include "kernel/invoke.h"
#include "kernel/sched.h"

static void answer_fault(struct thread *thread, uint64_t label)
{
	if (label == ABI_FAULT_RESUME) {
		thread_ready(thread);
	} else {
		thread->state = ABI_THREAD_SUSPENDED;
	}
}

static void answer_call(const struct thread *sender, struct thread *caller)
{
	const struct message_registers *from = &sender->context.message;
	struct message_registers *to = &caller->context.message;
	uint32_t length = from->info & ABI_MESSAGE_LENGTH_MASK;

	to->capability = 0;
	to->label = from->label;
	to->info = length;
	message_copy(sender, caller, length);
	to->verb = ST_OK;
	thread_ready(caller);
}

status_t reply_send(struct thread *sender, uint64_t address)
{
	struct slot *slot;
	status_t status = cap_find_type(sender->capnode, address,
					ABI_TYPE_REPLY, 0, &slot);

	if (status != ST_OK) {
		return status;
	}
	struct reply *reply = slot_object(slot);
	struct thread *caller = reply->caller;
	if (!caller) {
		return ST_BAD_STATE;
	}
	if (caller->state == ABI_THREAD_FAULTED &&
	    sender->context.message.label > ABI_FAULT_STOP) {
		return ST_BAD_ARGUMENT;
	}
	reply->caller = NULL;
	caller->reply = NULL;
	if (caller->state == ABI_THREAD_FAULTED) {
		answer_fault(caller, sender->context.message.label);
	} else {
		answer_call(sender, caller);
	}
	return ST_OK;
}

status_t reply_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	const struct reply *reply = slot_object(slot);

	CHECK(method == ABI_REPLY_info);
	caller->context.message.words[0] = reply->caller != NULL;
	caller->context.message.info = 1;
	return ST_OK;
}
