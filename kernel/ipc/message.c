/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a message. Register words travel in the saved contexts, and what
 * the sender's registers hold beyond the message does not; words from the ninth
 * on go from one message buffer to the other through the kernel's window, so
 * copying them cannot fault.
 */

#include "kernel/endpoint.h"

#define FLAGS_MASK 0xffff0000u

status_t message_check_flags(const struct thread *thread, uint32_t allowed,
			     bool takes_reply_slot)
{
	uint64_t info = thread->context.message.info;
	uint32_t flags = (uint32_t)info & FLAGS_MASK;
	uint32_t known = allowed | (uint32_t)ABI_MESSAGE_DEADLINE;

	if (flags & ~known ||
	    (info & ABI_MESSAGE_LENGTH_MASK) > ABI_MESSAGE_WORDS_MAX ||
	    (!takes_reply_slot && info >> ABI_MESSAGE_REPLY_SHIFT) ||
	    !thread->buffer) {
		return ST_BAD_ARGUMENT;
	}
	return flags & (uint32_t)ABI_MESSAGE_DEADLINE ? ST_NOT_BUILT : ST_OK;
}

/* Fours, because a step of the loop costs as much as a word. */
static void copy_buffer(const uint64_t *restrict from, uint64_t *restrict to,
			uint32_t length)
{
	uint32_t i = ABI_MESSAGE_REGISTERS;

	for (; i + 4 <= length; i += 4) {
		to[i] = from[i];
		to[i + 1] = from[i + 1];
		to[i + 2] = from[i + 2];
		to[i + 3] = from[i + 3];
	}
	for (; i < length; i++) {
		to[i] = from[i];
	}
}

status_t message_copy_some(const struct thread *from, struct thread *to,
			   uint32_t length)
{
	const uint64_t *words = from->context.message.words;
	uint64_t *received = to->context.message.words;

	CHECK(length <= ABI_MESSAGE_WORDS_MAX);
	for (uint32_t i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		received[i] = i < length ? words[i] : 0;
	}
	if (length > ABI_MESSAGE_REGISTERS && from->buffer && to->buffer) {
		copy_buffer(from->buffer->words, to->buffer->words, length);
	}
	return ST_OK;
}
