/* SPDX-License-Identifier: Apache-2.0 */
/* Makes sessions, each with the badge of whom it is for, and takes them back. */

#include <tess/ipc.h>

#include "lend.h"

#define CLIENTS  8
#define SESSIONS 4 /* of one client */
#define PATIENCE 200000

static tess_handle_t sessions[CLIENTS][SESSIONS];

static status_t open(struct tess_message *message, tess_handle_t source)
{
	tess_handle_t *own = sessions[message->badge % CLIENTS];
	const struct tess_limits limits = {
		.ops = 1u << BANK_BADGE,
		.delegation = (uint32_t)message->words[0],
		.badge = TESS_BADGE_OWN + message->badge,
	};

	for (uint32_t i = 0; i < SESSIONS; i++) {
		if (own[i] == TESS_NONE) {
			status_t status = tess_mint(source, &limits, &own[i]);
			if (status == ST_OK) {
				tess_lend(message, own[i]);
			}
			return status;
		}
	}
	return ST_LIMIT;
}

static status_t close(const struct tess_message *message)
{
	status_t status = ST_OK;

	for (uint32_t i = 0; i < SESSIONS; i++) {
		tess_handle_t *own = &sessions[message->badge % CLIENTS][i];
		if (*own != TESS_NONE && status == ST_OK) {
			status = tess_delete(*own);
		}
		*own = TESS_NONE;
	}
	return status;
}

static status_t serve(struct tess_message *message, tess_handle_t source)
{
	switch (tess_method(message)) {
	case BANK_OPEN:
		return open(message, source);
	case BANK_HOLD:
		for (int i = 0; i < PATIENCE; i++) {
			tess_yield();
		}
		return close(message);
	case BANK_CLOSE:
		return close(message);
	default:
		message->words[0] = message->badge;
		message->length = 1;
		return ST_OK;
	}
}

int main(void)
{
	tess_handle_t bank = tess_offer("bank"), source = tess_source("bank");
	struct tess_message message = { .length = 0 };
	status_t status = tess_recv(bank, &message);

	for (;;) {
		uint64_t badge = message.badge;
		message.label =
			status == ST_OK ? serve(&message, source) : status;
		status = tess_reply_recv(bank, &message);
		if (status != ST_OK) { /* the client accepts no capability */
			message = (struct tess_message){ .badge = badge };
			close(&message);
		}
	}
}
