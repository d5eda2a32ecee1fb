/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The message verbs over the raw system call. A message structure holds the
 * registers of abi/message.h but for the verb; what it does not hold (flags on
 * the way in, the Reply slot) is added here.
 */

#include <tess/ipc.h>

#include <string.h>

#include <tess/internal.h>
#include <tess/objects.h>
#include <tess/syscall.h>

#include "abi/start.h"
#include "common/assert.h"

static struct message_buffer *buffer;

void tess_set_buffer(uint64_t address)
{
	buffer = (struct message_buffer *)address;
}

uint64_t *tess_buffer(void)
{
	return buffer->words;
}

uint64_t *tess_slots(void)
{
	return buffer->slots;
}

/* The info word of a message that goes out. A length that the field cannot hold
 * becomes one that the kernel refuses. */
static uint64_t info_of(uint32_t length, tess_handle_t reply)
{
	uint64_t field = length > ABI_MESSAGE_LENGTH_MASK
				 ? ABI_MESSAGE_LENGTH_MASK
				 : length;

	return field | reply << ABI_MESSAGE_REPLY_SHIFT;
}

static void add_cap(struct tess_message *message, uint64_t name)
{
	CHECK(message->hand_count < ABI_MESSAGE_CAPS_MAX);
	message->hand[message->hand_count++] = name;
}

void tess_lend(struct tess_message *message, tess_handle_t handle)
{
	add_cap(message, handle);
}

void tess_give(struct tess_message *message, tess_handle_t handle)
{
	add_cap(message, handle | ABI_CAP_GIVE);
}

/* Names the capabilities that go with a message; the flag that says so. */
static uint64_t name_caps(const struct tess_message *message)
{
	if (message->hand_count == 0) {
		return 0;
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		buffer->caps[i] =
			i < message->hand_count ? message->hand[i] : 0;
	}
	return (uint32_t)ABI_MESSAGE_CAPS;
}

/* Those that came: their slots are filled now, and kept no longer. */
static void take_caps(struct tess_message *message)
{
	message->hand_count = message->cap_count = 0;
	if (!(message->flags & (uint32_t)ABI_MESSAGE_CAPS)) {
		return;
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX && buffer->caps[i]; i++) {
		message->caps[message->cap_count++] = buffer->caps[i];
		buffer->slots[i] = 0;
	}
}

static status_t out(enum abi_verb verb, tess_handle_t to,
		    const struct tess_message *message)
{
	struct tess_registers registers = {
		.capability = to,
		.label = message->label,
		.info = info_of(message->length, 0) | name_caps(message),
		.verb = verb,
	};

	memcpy(registers.words, message->words, sizeof(registers.words));
	tess_syscall(&registers);
	return (status_t)registers.verb;
}

/* The verbs that end with a message for the caller. */
static status_t in(enum abi_verb verb, tess_handle_t from, tess_handle_t reply,
		   uint32_t length, struct tess_message *message)
{
	struct tess_registers registers = {
		.capability = from,
		.label = message->label,
		.info = info_of(length, reply),
		.verb = verb,
	};

	if (message->accept) {
		status_t status = tess_reserve(message->accept);
		if (status != ST_OK) {
			return status;
		}
		registers.info |= (uint32_t)ABI_MESSAGE_SLOTS;
	}
	if (verb == ABI_VERB_CALL || verb == ABI_VERB_REPLY_RECV) {
		registers.info |= name_caps(message);
	}
	memcpy(registers.words, message->words, sizeof(registers.words));
	tess_syscall(&registers);
	if (registers.verb != ST_OK) {
		return (status_t)registers.verb;
	}
	message->label = registers.label;
	message->length = registers.info & ABI_MESSAGE_LENGTH_MASK;
	message->flags =
		(uint32_t)registers.info & ~(uint32_t)ABI_MESSAGE_LENGTH_MASK;
	message->badge = registers.capability;
	memcpy(message->words, registers.words, sizeof(message->words));
	take_caps(message);
	return ST_OK;
}

status_t tess_call(tess_handle_t to, struct tess_message *message)
{
	return in(ABI_VERB_CALL, to, 0, message->length, message);
}

status_t tess_object_call(tess_handle_t object, uint32_t method, uint32_t count,
			  uint64_t words[ABI_MESSAGE_REGISTERS])
{
	struct tess_registers registers = {
		.capability = object,
		.label = method,
		.info = count,
		.verb = ABI_VERB_CALL,
	};

	memcpy(registers.words, words, sizeof(registers.words));
	tess_syscall(&registers);
	memcpy(words, registers.words, sizeof(registers.words));
	return (status_t)registers.verb;
}

status_t tess_invoke(tess_handle_t to, uint32_t method,
		     struct tess_message *message)
{
	message->label = method;
	status_t status = tess_call(to, message);
	return status == ST_OK ? (status_t)message->label : status;
}

status_t tess_send(tess_handle_t to, const struct tess_message *message)
{
	return out(ABI_VERB_SEND, to, message);
}

status_t tess_try_send(tess_handle_t to, const struct tess_message *message)
{
	return out(ABI_VERB_TRY_SEND, to, message);
}

status_t tess_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			struct tess_message *message)
{
	return in(ABI_VERB_RECV, endpoint, reply, 0, message);
}

status_t tess_try_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			    struct tess_message *message)
{
	return in(ABI_VERB_TRY_RECV, endpoint, reply, 0, message);
}

status_t tess_reply_with(tess_handle_t reply,
			 const struct tess_message *message)
{
	return out(ABI_VERB_REPLY, reply, message);
}

status_t tess_reply_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			      struct tess_message *message)
{
	return in(ABI_VERB_REPLY_RECV, endpoint, reply, message->length,
		  message);
}

status_t tess_recv(tess_handle_t endpoint, struct tess_message *message)
{
	return tess_recv_with(endpoint, START_SLOT_REPLY, message);
}

status_t tess_try_recv(tess_handle_t endpoint, struct tess_message *message)
{
	return tess_try_recv_with(endpoint, START_SLOT_REPLY, message);
}

status_t tess_reply(const struct tess_message *message)
{
	return tess_reply_with(START_SLOT_REPLY, message);
}

status_t tess_reply_recv(tess_handle_t endpoint, struct tess_message *message)
{
	return tess_reply_recv_with(endpoint, START_SLOT_REPLY, message);
}

void tess_yield(void)
{
	struct tess_registers registers = { .verb = ABI_VERB_YIELD };

	tess_syscall(&registers);
}

/* Where word `index` of a message stands. */
static uint64_t *word_at(struct tess_message *message, uint32_t index)
{
	return index < ABI_MESSAGE_REGISTERS ? &message->words[index]
					     : &buffer->words[index];
}

uint32_t tess_put_bytes(struct tess_message *message, uint32_t word,
			const void *bytes, size_t size)
{
	const char *from = bytes;

	CHECK(word <= ABI_MESSAGE_WORDS_MAX &&
	      size <= (ABI_MESSAGE_WORDS_MAX - word) * sizeof(uint64_t));
	for (; size > 0; word++) {
		size_t part = size < sizeof(uint64_t) ? size : sizeof(uint64_t);
		uint64_t value = 0;

		memcpy(&value, from, part);
		*word_at(message, word) = value;
		from += part;
		size -= part;
	}
	message->length = word;
	return word;
}

_Bool tess_get_bytes(const struct tess_message *message, uint32_t word,
		     void *bytes, size_t size)
{
	char *to = bytes;

	if (word > message->length ||
	    size > (message->length - word) * sizeof(uint64_t)) {
		return 0;
	}
	for (; size > 0; word++) {
		size_t part = size < sizeof(uint64_t) ? size : sizeof(uint64_t);
		uint64_t value = word < ABI_MESSAGE_REGISTERS
					 ? message->words[word]
					 : buffer->words[word];

		memcpy(to, &value, part);
		to += part;
		size -= part;
	}
	return 1;
}
