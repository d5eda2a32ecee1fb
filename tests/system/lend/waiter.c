/* SPDX-License-Identifier: Apache-2.0 */
/* Waits in a call through a session when that is taken back. */

#include <tess/ipc.h>
#include <tess/tap.h>

#include "lend.h"

int main(void)
{
	tess_handle_t bank = tess_route("bank");
	struct tess_message message = {
		.length = 1,
		.words = { 1 },
		.accept = 1,
	};

	tap_plan(3);
	tap_is(tess_invoke(bank, BANK_OPEN, &message), ST_OK, "a session");
	tess_handle_t session = message.caps[0];
	message = (struct tess_message){ .label = BANK_HOLD };
	tess_send(bank, &message);
	tap_is(tess_invoke(session, BANK_BADGE, &message), ST_GONE,
	       "a call that waits ends when its capability is taken back "
	       "# C15 E42");
	tap_is(tess_invoke(session, BANK_BADGE, &message), ST_NO_CAPABILITY,
	       "and the next one has no capability # C15 C28");
	return tap_end();
}
