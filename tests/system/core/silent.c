/* SPDX-License-Identifier: Apache-2.0 */
/* Ends without waiting for an answer, and never comes back from that. */

#include <tess/ipc.h>

#include "abi/protocol/core.h"
#include "abi/start.h"

int main(void)
{
	struct tess_message message = { .label = CORE_exit,
					.length = 1,
					.words = { 0 } };

	tess_send(START_SLOT_CORE, &message);
	for (;;) {
		tess_yield();
	}
}
