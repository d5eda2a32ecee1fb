/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rendezvous. Whoever comes first waits in the queue of the endpoint; the
 * second one moves the message and both go on. A call hands the CPU straight to
 * the receiver.
 */

#include "kernel/endpoint.h"

#include "common/string.h"
#include "kernel/arch.h"
#include "kernel/cpu.h"
#include "kernel/sched.h"

static void queue_add(struct endpoint *endpoint, struct thread *thread,
		      bool is_receiver)
{
	CHECK(!endpoint->head || endpoint->has_receivers == is_receiver);
	endpoint->has_receivers = is_receiver;
	thread->endpoint = endpoint;
	thread->next = NULL;
	thread->prev = endpoint->tail;
	if (endpoint->tail) {
		endpoint->tail->next = thread;
	} else {
		endpoint->head = thread;
	}
	endpoint->tail = thread;
}

static void queue_remove(struct thread *thread)
{
	struct endpoint *endpoint = thread->endpoint;

	if (thread->prev) {
		thread->prev->next = thread->next;
	} else {
		endpoint->head = thread->next;
	}
	if (thread->next) {
		thread->next->prev = thread->prev;
	} else {
		endpoint->tail = thread->prev;
	}
	thread->next = thread->prev = NULL;
	thread->endpoint = NULL;
}

/* Moves the sender's message into the receiver's registers and buffer. */
static void deliver(struct thread *sender, struct thread *receiver)
{
	const struct message_registers *from = &sender->context.message;
	struct message_registers *to = &receiver->context.message;
	uint32_t length = from->info & ABI_MESSAGE_LENGTH_MASK;
	uint64_t flags =
		sender->flags & THREAD_CALL ? (uint32_t)ABI_MESSAGE_CALLED : 0;

	if (sender->flags & THREAD_FAULT) {
		to->label = 0;
		to->info =
			ABI_FAULT_WORDS | flags | (uint32_t)ABI_MESSAGE_KERNEL;
		memcpy(to->words, sender->fault.words,
		       sizeof(sender->fault.words));
	} else {
		to->label = from->label;
		to->info = length | flags;
		message_copy(sender, receiver, length);
	}
	to->capability = sender->badge;
	to->verb = ST_OK;
}

/* After delivery: what becomes of the sender. A caller waits for the reply that
 * the receiver's Reply object now stands for. */
static void settle_sender(struct thread *sender, struct reply *reply)
{
	if (!(sender->flags & THREAD_CALL)) {
		return;
	}
	CHECK(!reply->caller && !sender->reply);
	reply->caller = sender;
	sender->reply = reply;
	sender->state = sender->flags & THREAD_FAULT ? ABI_THREAD_FAULTED
						     : ABI_THREAD_CALLING;
}

static struct thread *take_receiver(struct endpoint *endpoint)
{
	struct thread *receiver = endpoint->head;

	if (!receiver || !endpoint->has_receivers) {
		return NULL;
	}
	queue_remove(receiver);
	return receiver;
}

/* Hands the message over or queues the sender, whose badge and flags are set.
 * A sender that is to wait has its state changed; one that is not keeps it. */
static void send_or_wait(struct endpoint *endpoint, struct thread *sender)
{
	struct thread *receiver = take_receiver(endpoint);

	if (!receiver) {
		sender->state = ABI_THREAD_SENDING;
		queue_add(endpoint, sender, false);
		return;
	}
	deliver(sender, receiver);
	settle_sender(sender, receiver->receiving);
	receiver->receiving->receiver = NULL;
	receiver->receiving = NULL;
	if (sender->flags & THREAD_CALL && !(receiver->flags & THREAD_FROZEN)) {
		receiver->state = ABI_THREAD_READY;
		sched_switch_to(arch_cpu(), receiver);
	} else {
		thread_ready(receiver);
	}
}

status_t endpoint_send(struct thread *sender, struct slot *slot,
		       enum abi_verb verb)
{
	struct message_registers *message = &sender->context.message;
	struct endpoint *endpoint = slot_object(slot);
	status_t status = message_check(message, false);

	if (status != ST_OK) {
		return status;
	}
	if (!(slot->rights & ABI_RIGHT_SEND) ||
	    !(slot->ops >> (message->label & ABI_METHOD_MASK) & 1)) {
		return ST_NO_RIGHT;
	}
	if (verb == ABI_VERB_TRY_SEND &&
	    (!endpoint->head || !endpoint->has_receivers)) {
		return ST_WOULD_BLOCK;
	}
	sender->badge = slot->badge;
	sender->flags &= ~(uint32_t)(THREAD_CALL | THREAD_FAULT);
	if (verb == ABI_VERB_CALL) {
		sender->flags |= THREAD_CALL;
	}
	send_or_wait(endpoint, sender);
	return ST_OK;
}

void endpoint_send_fault(struct endpoint *endpoint, uint64_t badge,
			 struct thread *thread)
{
	thread->flags |= THREAD_CALL | THREAD_FAULT;
	thread->badge = badge;
	send_or_wait(endpoint, thread);
}

status_t endpoint_receive(struct thread *receiver, struct slot *slot,
			  enum abi_verb verb)
{
	struct message_registers *message = &receiver->context.message;
	struct endpoint *endpoint = slot_object(slot);
	struct slot *reply;
	status_t status = message_check(message, true);

	if (status != ST_OK) {
		return status;
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

	struct thread *sender = endpoint->head;
	if (!sender || endpoint->has_receivers) {
		if (verb == ABI_VERB_TRY_RECV) {
			return ST_WOULD_BLOCK;
		}
		object->receiver = receiver;
		receiver->receiving = object;
		receiver->state = ABI_THREAD_RECEIVING;
		queue_add(endpoint, receiver, true);
		return ST_OK;
	}
	queue_remove(sender);
	deliver(sender, receiver);
	if (sender->flags & THREAD_CALL) {
		settle_sender(sender, object);
	} else {
		thread_ready(sender);
	}
	return ST_OK;
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
