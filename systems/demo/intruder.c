/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capsule without a single route tries to reach something: every slot number
 * there could be, an address of the kernel, and the slots that hold the routes
 * of other capsules. Numbers are not authority: each call is refused, and the
 * kernel counts exactly as many.
 */

#include <stdio.h>

#include <tess/ipc.h>

#include "abi/start.h"

#define SLOTS          1024
#define KERNEL_ADDRESS 0xffffffff80000000
#define OTHERS         4  /* routes of others begin at START_SLOT_FREE */
#define SYSTEM_METHOD  31 /* no manifest can grant it */

static unsigned int calls, refused;

static void try_call(tess_handle_t slot, uint64_t method)
{
	struct tess_message message = { .label = method };

	calls++;
	if (tess_call(slot, &message) != ST_OK) {
		refused++;
	}
}

int main(void)
{
	for (tess_handle_t slot = 0; slot < SLOTS; slot++) {
		try_call(slot, SYSTEM_METHOD);
	}
	try_call(KERNEL_ADDRESS, 0);
	for (tess_handle_t slot = 0; slot < OTHERS; slot++) {
		try_call(START_SLOT_FREE + slot, 0);
	}
	printf("%u calls, %u refused\n", calls, refused);
	return calls == refused ? 0 : 1;
}
