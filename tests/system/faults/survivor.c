/* SPDX-License-Identifier: Apache-2.0 */
/* Works on while all others fault, and finds its memory as it left it. */

#include <stdlib.h>
#include <string.h>

#include <tess/ipc.h>
#include <tess/tap.h>

#define BYTES  20000
#define ROUNDS 400

int main(void)
{
	unsigned char *memory = malloc(BYTES);
	bool good = true;

	tap_plan(1);
	if (!memory) {
		return 1;
	}
	memset(memory, 0x5a, BYTES);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < BYTES; i++) {
			good = good && memory[i] == 0x5a;
		}
		tess_yield();
	}
	tap_ok(good, "a capsule lives on while others fault");
	return tap_end();
}
