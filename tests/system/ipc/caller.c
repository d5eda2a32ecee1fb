/* SPDX-License-Identifier: Apache-2.0 */
/* One of several that call the same server at the same time. */

#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/tap.h>

#include "talk.h"

static bool count_up(tess_handle_t talk)
{
	bool good = true;

	for (uint64_t i = 1; i <= CALLS; i++) {
		struct tess_message message = { .length = 1, .words = { i } };
		good = tess_invoke(talk, TALK_NEXT, &message) == ST_OK &&
		       message.words[0] == i && message.length == 1 && good;
		if (i % 7 == 0) {
			tess_yield();
		}
	}
	return good;
}

int main(void)
{
	tess_handle_t talk = tess_route("talk");
	struct tess_message message = { .length = 0 };
	uint64_t token = (uint64_t)tess_start_info()->name[7] << 32 | 99;

	tap_plan(4);
	tap_ok(count_up(talk), "each answer is for its own call");
	tess_invoke(talk, TALK_WHO, &message);
	uint64_t badge = message.words[0];
	message = (struct tess_message){ .length = 1, .words = { token } };
	status_t status = tess_invoke(talk, TALK_HOLD, &message);
	tap_is(status, ST_OK, "a call that is answered late returns");
	tap_is(message.words[0], token, "it returns its own answer");
	message = (struct tess_message){ .length = 0, .badge = badge + 1 };
	tess_invoke(talk, TALK_WHO, &message);
	tap_is(message.words[0], badge,
	       "a sender cannot choose its badge # C14");
	tess_invoke(talk, TALK_DONE, &message);
	return tap_end();
}
