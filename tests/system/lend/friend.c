/* SPDX-License-Identifier: Apache-2.0 */
/* Is handed sessions by a client, uses them, and tries to hand them on. */

#include <tess/ipc.h>

#include "lend.h"

static tess_handle_t session;

/* Calls through the session; the label says what came of it. */
static void use(struct tess_message *message)
{
	struct tess_message ask = { .length = 0 };

	message->label = tess_invoke(session, BANK_BADGE, &ask);
	message->words[0] = ask.words[0];
	message->length = 1;
	tess_lend(message, session);
}

static uint32_t serve(struct tess_message *message, uint32_t accept)
{
	switch (tess_method(message)) {
	case FRIEND_ACCEPT:
		accept = (uint32_t)message->words[0];
		message->label = ST_OK;
		break;
	case FRIEND_PUT:
		message->words[0] = message->cap_count;
		message->length = 1;
		message->label = ST_OK;
		if (message->cap_count > 0) {
			session = message->caps[0];
		}
		break;
	default:
		use(message);
	}
	return accept;
}

int main(void)
{
	tess_handle_t friend = tess_offer("friend");
	struct tess_message message = { .length = 0 };
	status_t status = tess_recv(friend, &message);

	for (;;) {
		if (status == ST_OK) {
			message.accept = serve(&message, message.accept);
		} else { /* what it lends goes no further: the caller hears it */
			message.words[1] = status;
			message.length = 2;
			message.hand_count = 0;
		}
		status = tess_reply_recv(friend, &message);
	}
}
