/* SPDX-License-Identifier: Apache-2.0 */
/* Compares what capsules saw of the CPUs they ran on. */

#include <stdio.h>

#include <tess/ipc.h>
#include <tess/tap.h>

#include "seen.h"

int main(void)
{
	tess_handle_t seen = tess_offer("seen");
	uint64_t digest = 0, changes = 0, backwards = 0, count = 0;
	bool same = true;

	tap_plan(4);
	for (int i = 0; i < READERS; i++) {
		struct tess_message message = { .length = 0 };

		tess_recv(seen, &message);
		same = same && (i == 0 || message.words[SEEN_DIGEST] == digest);
		digest = message.words[SEEN_DIGEST];
		changes += message.words[SEEN_CHANGES];
		backwards += message.words[SEEN_BACKWARDS];
		count = message.words[SEEN_COUNT];
		message.length = 0;
		tess_reply(&message);
	}
	printf("# %d capsules, %u things each time\n", READERS,
	       (unsigned int)count);
	tap_ok(count > 0, "capsules read what a CPU tells");
	tap_is(changes, 0, "a capsule reads the same on every CPU # E66");
	tap_ok(same, "every capsule reads the same # E66");
	tap_is(backwards, 0, "time goes forward from CPU to CPU");
	return tap_end();
}
