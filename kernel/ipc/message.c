/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a message. Register words travel in the saved contexts, and what
 * the sender's registers hold beyond the message does not; words from the ninth
 * on go from one message buffer to the other through the kernel's window, so
 * copying them cannot fault.
 */

#include "kernel/endpoint.h"

#define FLAGS_MASK 0xffff0000u
#define FLAGS_LATER \
	((uint32_t)ABI_MESSAGE_CAPS | (uint32_t)ABI_MESSAGE_DEADLINE)

status_t message_check(const struct message_registers *message,
		       bool takes_reply_slot)
{
	uint64_t info = message->info;

	if (info & FLAGS_MASK) {
		return (info & FLAGS_MASK & ~FLAGS_LATER) ? ST_BAD_ARGUMENT
							  : ST_NOT_BUILT;
	}
	if ((info & ABI_MESSAGE_LENGTH_MASK) > ABI_MESSAGE_WORDS_MAX ||
	    (!takes_reply_slot && info >> ABI_MESSAGE_REPLY_SHIFT)) {
		return ST_BAD_ARGUMENT;
	}
	return ST_OK;
}

void message_copy(const struct thread *from, struct thread *to, uint32_t length)
{
	const uint64_t *words = from->context.message.words;

	CHECK(length <= ABI_MESSAGE_WORDS_MAX);
	for (uint32_t i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		to->context.message.words[i] = i < length ? words[i] : 0;
	}
	for (uint32_t i = ABI_MESSAGE_REGISTERS; i < length; i++) {
		to->buffer->words[i] = from->buffer->words[i];
	}
}
