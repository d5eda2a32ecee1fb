/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The steps of which messages are made: waiting in the queue of an endpoint,
 * moving the words, and what becomes of both sides. For kernel/ipc and what
 * else sends, and inline, because each verb is a row of them and messages are
 * what a kernel of this kind spends its time with. The words go last: see
 * message_copy().
 */

#include "kernel/cpu.h"
#include "kernel/endpoint.h"
#include "kernel/sweep.h"

/** Puts a thread on the list of those that wait through a capability, so that
 * their wait can be ended when that goes; and takes it off. */
static inline void via_add(struct slot *via, struct thread *thread)
{
	struct thread *other = via->waiting;

	thread->via = via;
	thread->via_prev = NULL;
	thread->via_next = other;
	if (other) {
		other->via_prev = thread;
	}
	via->waiting = thread;
}

static inline void via_remove(struct thread *thread)
{
	struct thread *prev = thread->via_prev, *next = thread->via_next;

	if (prev) {
		prev->via_next = next;
	} else {
		thread->via->waiting = next;
	}
	if (next) {
		next->via_prev = prev;
	}
}

/** Lets a thread wait in the endpoint of a capability, where no other does; its
 * state is the caller's. */
static inline void queue_start(struct slot *via, struct endpoint *endpoint,
			       struct thread *thread, bool is_receiver)
{
	endpoint->has_receivers = is_receiver;
	endpoint->head = endpoint->tail = thread;
	thread->endpoint = endpoint;
	thread->next = thread->prev = NULL;
	via_add(via, thread);
}

/** The same where others may wait already, of whom it is the last. */
static inline void queue_add(struct slot *via, struct thread *thread,
			     bool is_receiver)
{
	struct endpoint *endpoint = slot_object(via);
	struct thread *last = endpoint->tail;

	if (!endpoint->head) {
		queue_start(via, endpoint, thread, is_receiver);
		return;
	}
	CHECK(endpoint->has_receivers == is_receiver);
	last->next = endpoint->tail = thread;
	thread->endpoint = endpoint;
	thread->next = NULL;
	thread->prev = last;
	via_add(via, thread);
}

/** Takes a thread out of the queue it waits in, wherever in it that is. */
static inline void queue_remove(struct thread *thread)
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
	via_remove(thread);
}

/** The same for the first of the queue, who has nobody before it. */
static inline void queue_take(struct endpoint *endpoint, struct thread *first)
{
	struct thread *second = first->next;

	CHECK(!first->prev);
	endpoint->head = second;
	if (second) {
		second->prev = NULL;
	} else {
		endpoint->tail = NULL;
	}
	first->next = NULL;
	first->endpoint = NULL;
	via_remove(first);
}

/** Moves a message, sent under `badge`, into the registers and the buffer of
 * its receiver. `kind` is what the sender's THREAD_CALL and THREAD_FAULT say.
 * ST_OK. */
static inline status_t deliver(const struct thread *sender, uint64_t badge,
			       uint32_t kind, struct thread *receiver)
{
	const struct message_registers *from = &sender->context.message;
	struct message_registers *to = &receiver->context.message;
	uint64_t flags = kind & THREAD_CALL ? (uint32_t)ABI_MESSAGE_CALLED : 0;

	to->capability = badge;
	to->verb = ST_OK;
	if (kind & THREAD_FAULT) {
		const struct fault fault = sender->fault;
		to->label = 0;
		to->info =
			ABI_FAULT_WORDS | flags | (uint32_t)ABI_MESSAGE_KERNEL;
		to->words[ABI_FAULT_KIND] = fault.kind;
		to->words[ABI_FAULT_PC] = fault.pc;
		to->words[ABI_FAULT_ADDRESS] = fault.address;
		to->words[ABI_FAULT_ACCESS] = fault.access;
		to->words[ABI_FAULT_SYNDROME] = fault.syndrome;
		return ST_OK;
	}
	uint32_t length = from->info & ABI_MESSAGE_LENGTH_MASK;
	to->label = from->label;
	to->info = length | flags;
	return message_copy(sender, receiver, length);
}

/** What becomes of a sender that called: it waits for the reply that the
 * receiver's Reply object now stands for. */
static inline void settle_caller(struct thread *caller, uint32_t kind,
				 struct reply *reply)
{
	CHECK(!reply->caller && !caller->reply);
	reply->caller = caller;
	caller->reply = reply;
	caller->state =
		kind & THREAD_FAULT ? ABI_THREAD_FAULTED : ABI_THREAD_CALLING;
}

/** The same for a receiver that waited: its Reply object is not waiting any
 * more. Its state is the caller's. */
static inline struct reply *settle_receiver(struct thread *receiver)
{
	struct reply *reply = receiver->receiving;

	reply->receiver = NULL;
	receiver->receiving = NULL;
	return reply;
}

/** Ends the wait of `to`, which is in no queue any more, and has it run next in
 * the stead of the running thread, which has just begun to wait: here, on its
 * quantum, before whoever is queued. */
static inline __attribute__((always_inline)) void
hand_over(const struct thread *running, struct thread *to)
{
	CHECK(running->state != ABI_THREAD_READY);
	if (thread_wake(to)) {
		arch_cpu()->next = to;
	}
}

/** Lets a sender wait for a receiver. */
status_t send_later(struct slot *via, struct thread *sender, uint32_t kind);

/** Hands the message over or queues the sender. A sender that is to wait has its
 * state changed; one that is not keeps it. ST_OK in any case. */
static inline __attribute__((always_inline)) status_t
send_or_wait(struct slot *via, struct thread *sender, uint32_t kind)
{
	struct endpoint *endpoint = slot_object(via);
	struct thread *receiver = endpoint->head;

	if (!receiver || !endpoint->has_receivers) {
		return send_later(via, sender, kind);
	}
	queue_take(endpoint, receiver);
	struct reply *reply = settle_receiver(receiver);
	if (kind & THREAD_CALL) {
		settle_caller(sender, kind, reply);
		hand_over(sender, receiver);
	} else {
		thread_ready(receiver);
	}
	return deliver(sender, via->badge, kind, receiver);
}

/** Whether a message capability is taken back already (kernel/sweep.h). Its own
 * endpoint says whether to look, so that no other sweep costs a message time. */
static inline bool endpoint_is_taken(const struct slot *slot)
{
	const struct endpoint *endpoint = slot_object(slot);

	return __builtin_expect(endpoint->sweeps != 0, 0) && sweep_takes(slot);
}

/** A receiver begins to wait, with a Reply object that is free; its queue is
 * the caller's. */
static inline void settle_waiting(struct thread *receiver, struct reply *reply)
{
	reply->receiver = receiver;
	receiver->receiving = reply;
	receiver->state = ABI_THREAD_RECEIVING;
}

/** Receives through a capability with a Reply object that is free. `waits` says
 * whether to wait for a message if there is none, or WOULD_BLOCK. */
static inline status_t receive_or_wait(struct thread *receiver,
				       struct slot *via, struct reply *reply,
				       bool waits)
{
	struct endpoint *endpoint = slot_object(via);
	struct thread *sender = endpoint->head;

	if (!sender || endpoint->has_receivers) {
		if (!waits) {
			return ST_WOULD_BLOCK;
		}
		queue_add(via, receiver, true);
		settle_waiting(receiver, reply);
		return ST_OK;
	}
	if (__builtin_expect(sender->flags & THREAD_CAPS, 0)) {
		return endpoint_receive_caps(receiver, endpoint, reply);
	}
	queue_take(endpoint, sender);
	if (sender->flags & THREAD_CALL) {
		settle_caller(sender, sender->flags, reply);
	} else {
		thread_ready(sender);
	}
	return deliver(sender, sender->badge, sender->flags, receiver);
}
