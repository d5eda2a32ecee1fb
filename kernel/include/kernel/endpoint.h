/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Endpoints: where senders and receivers meet, and Reply objects: the right to
 * answer one caller once.
 *
 * Invariants: the queue holds only senders or only receivers, in order of
 * arrival; a thread in it has state SENDING or RECEIVING and `endpoint` set. A
 * Reply's caller has `reply` set to it and state CALLING or FAULTED; each Reply
 * stands for at most one caller, and the other way round; and at most one thread
 * waits in RECV with it, so that it is free when a call comes.
 */

#include "abi/objects.h"
#include "abi/status.h"
#include "common/assert.h"
#include "kernel/cap.h"
#include "kernel/thread.h"

struct endpoint {
	struct thread *head, *tail;
	uint64_t has_receivers; /* what is queued, if anything is */
	uint64_t sweeps;        /* marks on its capabilities, kernel/sweep.h */
	uint64_t zero[4];
};
static_assert(sizeof(struct endpoint) == 1 << ABI_ENDPOINT_BITS, "object");

struct reply {
	struct thread *caller;   /* NULL when it stands for nobody */
	struct thread *receiver; /* waits with it for a caller, or NULL */
	uint64_t zero[6];
};
static_assert(sizeof(struct reply) == 1 << ABI_REPLY_BITS, "object");

/**
 * A verb on an endpoint, its capability already looked up; the message is in
 * the thread's context. Each returns the status for the thread, with ST_OK also
 * when it now waits; then its state says so.
 */
status_t endpoint_send(struct thread *sender, struct slot *slot,
		       enum abi_verb verb);
status_t endpoint_call(struct thread *sender, struct slot *slot);
status_t endpoint_receive(struct thread *receiver, struct slot *slot,
			  bool waits);

/** The verb REPLY; NO_CAPABILITY, WRONG_TYPE, BAD_STATE when the Reply stands
 * for nobody. */
status_t reply_send(struct thread *sender);

/** The verb REPLY_RECV: answers, then waits for the next message with the same
 * Reply. The CPU goes to the thread that was answered. */
status_t reply_receive(struct thread *thread);

/** Ends whatever the thread waits for, leaving it in no queue and owed no
 * reply. Its state is the caller's to change. */
void endpoint_cancel(struct thread *thread);

/** Ends the wait of one of the threads that wait through a capability, which
 * goes: there is at least one. */
void endpoint_release(struct slot *slot);

/** A Reply goes: whoever it stands for hears that, and who waits with it. */
void reply_destroy(struct reply *reply);

/** message_copy() for messages that neither are empty nor fit registers
 * exactly. */
status_t message_copy_some(const struct thread *from, struct thread *to,
			   uint32_t length);

/** The `length` words of a message: register words, the rest of which become
 * zero, and those in the buffer. ST_OK, so that verbs end with it: then there is
 * nothing that they must keep over a call. */
static inline status_t message_copy(const struct thread *from,
				    struct thread *to, uint32_t length)
{
	const uint64_t *words = from->context.message.words;
	uint64_t *received = to->context.message.words;

	if (length && length != ABI_MESSAGE_REGISTERS) {
		return message_copy_some(from, to, length);
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		received[i] = length ? words[i] : 0;
	}
	return ST_OK;
}

/** Whether nothing stands in the info of a message but a length and, in verbs
 * that take one, the slot of a Reply. */
static inline bool message_is_plain(const struct message_registers *message,
				    bool takes_reply_slot)
{
	uint64_t info =
		takes_reply_slot ? (uint32_t)message->info : message->info;

	return __builtin_expect(info <= ABI_MESSAGE_WORDS_MAX, 1);
}

/** Judges the message of a thread that is not plain, for a verb that knows the
 * flags of `allowed`: BAD_ARGUMENT for others, for too many words, and without
 * a message buffer; NOT_BUILT for flags of a later version. */
status_t message_check_flags(const struct thread *thread, uint32_t allowed,
			     bool takes_reply_slot);

/** Judges any message. */
static inline status_t message_check(const struct thread *thread,
				     uint32_t allowed, bool takes_reply_slot)
{
	return message_is_plain(&thread->context.message, takes_reply_slot)
		       ? ST_OK
		       : message_check_flags(thread, allowed, takes_reply_slot);
}

/** Takes the message of the first sender, which has capabilities with it. If
 * they cannot go to this receiver the sender is told, and the receiver makes
 * its system call again: KERNEL_RESTART. */
status_t endpoint_receive_caps(struct thread *receiver,
			       struct endpoint *endpoint, struct reply *reply);
