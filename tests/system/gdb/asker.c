/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for sums, some calls deep. */

#include <stdio.h>

#include <tess/ipc.h>

/* Not inlined, so that the debugger has something to show. */
__attribute__((noinline)) static uint64_t ask(tess_handle_t sums, uint64_t a)
{
	struct tess_message message = { .length = 2, .words = { a, a + 1 } };

	if (tess_invoke(sums, 0, &message) != ST_OK) {
		return 0;
	}
	return message.words[0];
}

int main(void)
{
	tess_handle_t sums = tess_route("sums");
	uint64_t total = 0;

	for (uint64_t i = 1; i <= 3; i++) {
		total += ask(sums, i);
	}
	printf("the total is %u\n", (unsigned)total);
	return total == 15 ? 0 : 1;
}
