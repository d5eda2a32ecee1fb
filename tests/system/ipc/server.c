/* SPDX-License-Identifier: Apache-2.0 */
/* The receiving side: many callers on one endpoint, answers now or later and in
 * any order, and what a receiver may not do. */

#include <tess/ipc.h>
#include <tess/tap.h>

#include "abi/start.h"
#include "talk.h"

static uint64_t counts[BADGES_MAX]; /* TALK_NEXT of each badge */
static uint32_t held, done, notes;
static bool in_order = true, secret_seen, badges_good = true;
static uint64_t held_tokens[CALLERS];

/* The Reply object that the next message will be received with: the first ones
 * are kept for callers that are held. */
static tess_handle_t reply_slot(void)
{
	return START_SLOT_REPLY + held;
}

static void test_refusals(tess_handle_t talk, tess_handle_t idle)
{
	struct tess_message message = { .length = 0 };

	tap_is(tess_try_recv(idle, &message), ST_WOULD_BLOCK,
	       "try-receive does not wait");
	tap_is(tess_call(talk, &message), ST_NO_RIGHT,
	       "a receiver cannot call its own endpoint # E21 E72");
	tap_is(tess_send(talk, &message), ST_NO_RIGHT,
	       "a receiver cannot send to its own endpoint # E21 E72");
	tap_is(tess_recv_with(talk, START_SLOT_FREE + 5, &message),
	       ST_NO_CAPABILITY, "receiving takes a Reply object # C4");
	tap_is(tess_recv_with(talk, talk, &message), ST_WRONG_TYPE,
	       "receiving takes a Reply object and nothing else # C5");
	tap_is(tess_recv(START_SLOT_REPLY, &message), ST_WRONG_TYPE,
	       "a Reply object is nothing to receive on");
	tap_is(tess_recv(START_SLOT_CORE, &message), ST_NO_RIGHT,
	       "nobody but core receives what is sent to core # E21 E72");
	tap_is(tess_reply(&message), ST_BAD_STATE,
	       "there is nobody to answer before the first call");
}

/* Three callers wait; the last one is answered first. */
static void answer_held(void)
{
	bool good = true;

	while (held > 0) {
		struct tess_message answer = { .length = 1 };
		held--;
		answer.words[0] = held_tokens[held];
		good = tess_reply_with(reply_slot(), &answer) == ST_OK && good;
		good = tess_reply_with(reply_slot(), &answer) == ST_BAD_STATE &&
		       good;
	}
	tap_ok(good,
	       "callers kept waiting are answered in any order, each once");
}

/* Keeps this caller; true if it was the last one that was waited for. */
static bool hold(tess_handle_t talk, const struct tess_message *message)
{
	struct tess_message other = { .length = 0 };

	if (held == 0) {
		tap_is(tess_try_recv(talk, &other), ST_BUSY,
		       "a Reply object stands for one caller");
	}
	held_tokens[held++] = message->words[0];
	return held == CALLERS;
}

static bool serve(tess_handle_t talk, struct tess_message *message)
{
	uint64_t badge = message->badge;

	badges_good = badges_good && badge > 0 && badge < BADGES_MAX;
	switch (tess_method(message)) {
	case TALK_ECHO:
		break;
	case TALK_NEXT:
		in_order = in_order && message->words[0] == ++counts[badge];
		break;
	case TALK_WHO:
		message->words[0] = badge;
		message->length = 1;
		break;
	case TALK_HOLD:
		if (hold(talk, message)) {
			answer_held();
		}
		return false;
	case TALK_NOTE:
		notes += message->flags == 0 && message->length == 1;
		return false;
	case TALK_DONE:
		done++;
		message->words[0] = notes;
		message->length = 1;
		break;
	default:
		secret_seen = true;
	}
	return true;
}

int main(void)
{
	tess_handle_t talk = tess_offer("talk"), idle = tess_offer("idle");
	struct tess_message message = { .length = 0 };
	bool answer = false;
	status_t status = ST_OK;

	tap_plan(15);
	test_refusals(talk, idle);
	while (status == ST_OK && done < CALLERS + 1) {
		status = answer ? tess_reply_recv_with(talk, reply_slot(),
						       &message)
				: tess_recv_with(talk, reply_slot(), &message);
		answer = status == ST_OK && serve(talk, &message);
		message.label = ST_OK;
	}
	tap_is(status, ST_OK, "every receive gave a message");
	tap_is(tess_reply(&message), ST_OK, "the last caller is answered");
	tap_ok(in_order, "messages of one caller arrive in order");
	tap_ok(!secret_seen, "no message with a method that is not granted");
	tap_ok(badges_good, "every message carries its sender's badge # C14");
	return tap_end();
}
