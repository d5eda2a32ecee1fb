/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what the twins saw. */

#include <tess/ipc.h>
#include <tess/tap.h>

#include "tell.h"

int main(void)
{
	tess_handle_t tell = tess_offer("tell");
	uint64_t digests[TWINS];
	uint32_t count = 0;
	struct tess_message message = { .length = 0 };
	status_t status = tess_recv(tell, &message);

	tap_plan(1);
	while (status == ST_OK) {
		if (tess_method(&message) == TELL_TELL && count < TWINS) {
			digests[count++] = message.words[0];
			if (count == TWINS) {
				tap_ok(digests[0] == digests[1],
				       "two capsules of one program see the "
				       "same, but for their names # E23");
			}
		}
		message.label = ST_OK;
		status = tess_reply_recv(tell, &message);
	}
	return 1;
}
