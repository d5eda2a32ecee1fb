/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code that runs in the second address space. It lies there without the
 * program's variables: everything is an argument or on the stack.
 */

#include "root.h"

#include <arch/machine.h>

#include "bench/mark.h"

/* Answers every call with its own words, after using the vector registers if
 * the label asks for that. */
void peer_serve(uint64_t calls_and_reply)
{
	uint64_t reply = PAIR_HIGH(calls_and_reply) << ABI_MESSAGE_REPLY_SHIFT;
	struct tess_registers r = {
		.capability = PAIR_LOW(calls_and_reply),
		.info = reply,
		.verb = ABI_VERB_RECV,
	};

	for (;;) {
		tess_syscall(&r);
		MARK(MARK_MIDDLE);
		if (r.label) {
			machine_use_vectors();
		}
		r.capability = PAIR_LOW(calls_and_reply);
		r.info = (r.info & ABI_MESSAGE_LENGTH_MASK) | reply;
		r.verb = ABI_VERB_REPLY_RECV;
	}
}

void peer_yield(uint64_t nothing)
{
	(void)nothing;
	for (;;) {
		struct tess_registers r = { .verb = ABI_VERB_YIELD };

		MARK(MARK_MIDDLE);
		tess_syscall(&r);
	}
}

/* Reads an address, and when that has worked asks for it to be taken away. */
void peer_fault(uint64_t faults_and_address)
{
	const volatile uint64_t *page =
		(const volatile uint64_t *)PAIR_HIGH(faults_and_address);

	for (;;) {
		struct tess_registers r = {
			.capability = PAIR_LOW(faults_and_address),
			.verb = ABI_VERB_CALL,
		};

		MARK(MARK_BEGIN);
		(void)*page;
		MARK(MARK_END);
		tess_syscall(&r);
	}
}

/* Is seen to run, and ends. */
void peer_stop(uint64_t thread)
{
	struct tess_registers r = {
		.capability = thread,
		.label = ABI_THREAD_suspend,
		.verb = ABI_VERB_CALL,
	};

	MARK(MARK_END);
	for (;;) {
		tess_syscall(&r);
	}
}
