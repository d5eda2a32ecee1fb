/* SPDX-License-Identifier: Apache-2.0 */
/* What the intruder is after. It answers, so that it can be seen to live. */

#include <tess/ipc.h>
#include <tess/tap.h>

#include "vault.h"

int main(void)
{
	tess_handle_t vault = tess_offer("vault");
	struct tess_message message = { .length = 0 };
	uint64_t asked = 0, opened = 0;
	bool strange = false;

	tap_plan(2);
	tess_recv(vault, &message);
	while (message.label != VAULT_END) {
		opened += (message.label & ABI_METHOD_MASK) == VAULT_OPEN;
		strange |= !(message.flags & (uint32_t)ABI_MESSAGE_CALLED) ||
			   message.label != VAULT_ASK || message.length != 1;
		message = (struct tess_message){ .length = 1 };
		message.words[0] = ++asked;
		tess_reply_recv(vault, &message);
	}
	uint64_t attacks = message.words[0];
	message = (struct tess_message){ .length = 1, .words = { opened } };
	tess_reply(&message);
	tap_ok(opened == 0 && !strange, "nothing but questions came # C5 E21");
	tap_is(asked, attacks, "one after each attack # E20");
	return tap_end();
}
