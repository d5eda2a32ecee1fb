/* SPDX-License-Identifier: Apache-2.0 */
/* Adds to the ledger, while others on other CPUs do the same, and tries now and
 * then what it may not. */

#include <stdlib.h>
#include <string.h>

#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/tap.h>

#include "ledger.h"

static tess_handle_t ledger;

/* The answer is for this very call, and the sum only rises. */
static bool add_all(uint64_t self)
{
	uint64_t last = 0;
	bool good = true;

	for (uint64_t i = 1; i <= ENTRIES; i++) {
		uint64_t token = self << 32 | i;
		struct tess_message message = {
			.length = 2,
			.words = { i, token },
		};
		status_t status = tess_invoke(ledger, LEDGER_ADD, &message);
		good = good && status == ST_OK && message.length == 3 &&
		       message.words[2] == token && message.words[0] > last;
		last = message.words[0];
	}
	return good;
}

static bool is_refused(void)
{
	bool good = true;

	for (uint32_t i = 0; i < REFUSALS; i++) {
		struct tess_message message = { .length = 0 };
		good = tess_invoke(ledger, LEDGER_CLEAR, &message) ==
			       ST_NO_RIGHT &&
		       good;
	}
	return good;
}

/* The last one to see all entries checks the sum. */
static bool sum_is_right(void)
{
	struct tess_message message = { .length = 0 };

	do {
		message.length = 0;
		if (tess_invoke(ledger, LEDGER_TOTAL, &message) != ST_OK) {
			return false;
		}
		tess_yield();
	} while (message.words[1] < CLIENTS * ENTRIES);
	return message.words[1] == CLIENTS * ENTRIES &&
	       message.words[0] == CLIENTS * ENTRIES * (ENTRIES + 1) / 2;
}

int main(void)
{
	uint64_t self = (uint64_t)tess_start_info()->name[7];

	ledger = tess_route("ledger");
	tap_plan(4);
	tap_ok(add_all(self), "each answer is for its own call # E81");
	tap_ok(is_refused(), "a method that is not granted is refused # E39");
	tap_ok(sum_is_right(), "a service keeps exact counts # E40");
	void *memory = malloc(64 * 1024);
	tap_ok(memory && memset(memory, 1, 64 * 1024),
	       "memory comes while others run");
	free(memory);
	return tap_end();
}
