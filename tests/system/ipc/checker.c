/* SPDX-License-Identifier: Apache-2.0 */
/* The sending side: lengths, refusals and what they leave alone. */

#include <string.h>

#include <tess/ipc.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "abi/start.h"
#include "talk.h"

#define NOTES 3

static tess_handle_t talk, idle;

static uint64_t pattern(uint32_t length, uint32_t word)
{
	return (uint64_t)length << 32 ^ word * 0x9e3779b97f4a7c15u;
}

static bool echo(uint32_t length)
{
	struct tess_message message = { .length = length };
	uint64_t *more = tess_buffer();

	for (uint32_t i = 0; i < length; i++) {
		*(i < 8 ? &message.words[i] : &more[i]) = pattern(length, i);
	}
	if (length < ABI_MESSAGE_WORDS_MAX) {
		more[length < 8 ? 8 : length] = 77;
	}
	if (tess_invoke(talk, TALK_ECHO, &message) != ST_OK ||
	    message.length != length) {
		return false;
	}
	for (uint32_t i = 0; i < length; i++) {
		if ((i < 8 ? message.words[i] : more[i]) !=
		    pattern(length, i)) {
			return false;
		}
	}
	return length == ABI_MESSAGE_WORDS_MAX ||
	       more[length < 8 ? 8 : length] == 77;
}

static void test_lengths(void)
{
	static const uint32_t lengths[] = { 0, 1, 7, 8, 9, 64, 503, 504 };
	char name[60];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		snprintf(name, sizeof(name), "%u words travel intact # E71",
			 lengths[i]);
		tap_ok(echo(lengths[i]), name);
	}
	struct tess_message message = { .length = ABI_MESSAGE_WORDS_MAX + 1 };
	tap_is(tess_invoke(talk, TALK_ECHO, &message), ST_BAD_ARGUMENT,
	       "505 words are refused # E71");
	message.length = UINT32_MAX;
	tap_is(tess_invoke(talk, TALK_ECHO, &message), ST_BAD_ARGUMENT,
	       "any greater length is refused # E71");
	tap_ok(echo(9), "the next call after a refusal works # E71");
}

static void test_bytes(void)
{
	struct tess_message message = { .length = 0 };
	char text[400], back[400];

	memset(text, 'x', sizeof(text));
	text[399] = 'y';
	tess_put_bytes(&message, 2, text, sizeof(text));
	tap_ok(tess_invoke(talk, TALK_ECHO, &message) == ST_OK &&
		       message.length == 52 &&
		       tess_get_bytes(&message, 2, back, sizeof(back)) &&
		       memcmp(text, back, sizeof(text)) == 0,
	       "bytes travel in words");
	tap_ok(!tess_get_bytes(&message, 3, back, sizeof(back)),
	       "no more bytes come out than a message has");
}

static void test_rights(void)
{
	struct tess_message message = { .length = 0 };

	tap_is(tess_invoke(talk, TALK_SECRET, &message), ST_NO_RIGHT,
	       "a method that is not granted is refused # C5");
	tap_is(tess_invoke(talk, TALK_NEXT, &message), ST_NO_RIGHT,
	       "a method that others have is refused # C5");
	tap_is(tess_invoke(talk, 31, &message), ST_NO_RIGHT,
	       "the system's method is refused # C5");
	message.label = TALK_SECRET;
	tap_is(tess_send(talk, &message), ST_NO_RIGHT,
	       "sending does not get around it # C5");
	tap_is(tess_try_send(talk, &message), ST_NO_RIGHT,
	       "nor does try-send # C5");
	tap_is(tess_recv(talk, &message), ST_NO_RIGHT,
	       "a client cannot receive # E21 E72");
	tap_is(tess_try_recv(talk, &message), ST_NO_RIGHT,
	       "a client cannot try-receive # E21 E72");
	tap_is(tess_reply_with(talk, &message), ST_WRONG_TYPE,
	       "an endpoint is nothing to answer # C5");
	tap_is(tess_reply(&message), ST_NO_CAPABILITY,
	       "a client has no Reply object # C4");
	tap_is(tess_reply_recv(talk, &message), ST_NO_CAPABILITY,
	       "reply-and-receive is refused before it receives");
	message.label = 0;
	tap_is(tess_try_send(idle, &message), ST_WOULD_BLOCK,
	       "try-send does not wait");
}

/* One raw system call. */
static uint64_t raw(uint64_t verb, uint64_t capability, uint64_t info)
{
	struct tess_registers registers = {
		.verb = verb,
		.capability = capability,
		.info = info,
	};

	tess_syscall(&registers);
	return registers.verb;
}

static void test_raw(void)
{
	tap_is(raw(ABI_VERB_COUNT, talk, 0), ST_BAD_CALL,
	       "an unknown verb is refused");
	tap_is(raw(UINT64_MAX, talk, 0), ST_BAD_CALL, "a huge verb is refused");
	tap_is(raw(ABI_VERB_CALL, talk, 1u << 20), ST_BAD_ARGUMENT,
	       "an unknown flag is refused # E71");
	tap_is(raw(ABI_VERB_CALL, talk, 1u << 30), ST_BAD_ARGUMENT,
	       "a flag that only the kernel gives is refused # E71");
	tap_is(raw(ABI_VERB_CALL, talk, ABI_MESSAGE_CAPS), ST_NO_RIGHT,
	       "capabilities go only where that is granted # C11 E21");
	tap_is(raw(ABI_VERB_CALL, talk, ABI_MESSAGE_DEADLINE), ST_NOT_BUILT,
	       "a deadline is not built");
	tap_is(raw(ABI_VERB_CALL, talk, 2ull << 32), ST_BAD_ARGUMENT,
	       "a call names no Reply slot");
	tap_is(raw(ABI_VERB_YIELD, 1, 0), ST_BAD_ARGUMENT,
	       "an argument that yield does not have is refused");
	tap_is(raw(ABI_VERB_CALL, talk | 1ull << 32, 0), ST_NO_CAPABILITY,
	       "another incarnation of a slot is empty");
	tap_is(raw(ABI_VERB_CALL, talk | 1ull << 48, 0), ST_NO_CAPABILITY,
	       "an address has 48 bits");
	tap_is(raw(ABI_VERB_CALL, 0, 0), ST_NO_CAPABILITY,
	       "slot 0 is empty for ever # C4 E21");
	tap_is(raw(ABI_VERB_CALL, talk + 16, 0), ST_NO_CAPABILITY,
	       "an address behind the last slot leads nowhere");
}

/* Of the 31 methods of "idle" every second one is granted. Nobody receives
 * there, so what passes the kernel's check would have to wait. */
static void test_each_method(void)
{
	bool good = true;

	for (uint32_t method = 0; method < 32; method++) {
		struct tess_message message = { .label = method };
		status_t want = method % 2 ? ST_NO_RIGHT : ST_WOULD_BLOCK;
		good = tess_try_send(idle, &message) == want && good;
	}
	tap_ok(good, "each method is allowed or refused by itself # E31");
}

static void test_notes(void)
{
	struct tess_message note = { .label = TALK_NOTE, .length = 1 };
	bool good = true;

	for (uint32_t i = 0; i < NOTES; i++) {
		good = tess_send(talk, &note) == ST_OK && good;
	}
	tap_ok(good, "sending returns when the message is taken");
	struct tess_message message = { .length = 0 };
	tess_invoke(talk, TALK_DONE, &message);
	tap_is(message.words[0], NOTES, "each was received once");
}

int main(void)
{
	talk = tess_route("talk");
	idle = tess_route("idle");
	tap_plan(39);
	test_lengths();
	test_bytes();
	test_rights();
	test_each_method();
	test_raw();
	test_notes();
	return tap_end();
}
