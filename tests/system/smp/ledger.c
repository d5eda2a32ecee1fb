/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a sum for whoever adds to it. */

#include <tess/ipc.h>
#include <tess/tap.h>

#include "ledger.h"

int main(void)
{
	tess_handle_t ledger = tess_offer("ledger");
	struct tess_message message = { .length = 0 };
	uint64_t sum = 0, entries = 0;
	bool cleared = false;

	tess_recv(ledger, &message);
	for (;;) {
		switch (tess_method(&message)) {
		case LEDGER_ADD:
			sum += message.words[0];
			message.words[2] = message.words[1];
			message.length = 3;
			entries++;
			break;
		case LEDGER_TOTAL:
			message.length = 2;
			break;
		default:
			cleared = true;
			sum = 0;
		}
		message.words[0] = cleared ? 0 : sum;
		message.words[1] = entries;
		message.label = ST_OK;
		tess_reply_recv(ledger, &message);
	}
}
