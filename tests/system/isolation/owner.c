/* SPDX-License-Identifier: Apache-2.0 */
/* Has secrets, and does not mind who knows their addresses. */

#include <stdlib.h>

#include <tess/ipc.h>
#include <tess/tap.h>

#include "where.h"

static volatile uint64_t data = SECRET;

int main(void)
{
	tess_handle_t where = tess_offer("where");
	volatile uint64_t stack = SECRET;
	volatile uint64_t *heap = malloc(100000);
	struct tess_message message = { .length = 0 };

	tap_plan(2);
	for (int i = 0; i < 100000 / 8; i++) {
		heap[i] = SECRET;
	}
	status_t status = tess_recv(where, &message);
	while (status == ST_OK && tess_method(&message) == WHERE_ASK) {
		message = (struct tess_message){
			.length = 3,
			.words = { (uint64_t)&data, (uint64_t)heap,
				   (uint64_t)&stack },
		};
		status = tess_reply_recv(where, &message);
	}
	tap_is(message.words[0], 1, "another capsule found no secret # E20");
	tap_ok(data == SECRET && *heap == SECRET && stack == SECRET,
	       "what another capsule wrote at the same addresses is not here "
	       "# E10");
	tess_reply(&message);
	return tap_end();
}
