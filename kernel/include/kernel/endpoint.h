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
	uint64_t zero[5];
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
status_t endpoint_receive(struct thread *receiver, struct slot *slot,
			  enum abi_verb verb);

/** Answers through the capability at the address a verb names; NO_CAPABILITY,
 * WRONG_TYPE, BAD_STATE when it stands for nobody. */
status_t reply_send(struct thread *sender, uint64_t address);

/** Sends the thread's fault message to an endpoint, under a badge; it waits
 * there or for the answer. */
void endpoint_send_fault(struct endpoint *endpoint, uint64_t badge,
			 struct thread *thread);

/** Ends whatever the thread waits for, leaving it in no queue and owed no
 * reply. Its state is the caller's to change. */
void endpoint_cancel(struct thread *thread);

/** The `length` words of a message: register words, the rest of which become
 * zero, and those in the buffer. */
void message_copy(const struct thread *from, struct thread *to,
		  uint32_t length);

/** Length of the message in a thread's registers, checked: BAD_ARGUMENT for too
 * many words or unknown flags, NOT_BUILT for flags of a later version. */
status_t message_check(const struct message_registers *message,
		       bool takes_reply_slot);
