/* SPDX-License-Identifier: Apache-2.0 */
/* Uses much memory, through many page tables and more capabilities than core
 * has slots in one CapNode. */

#include <stdlib.h>
#include <string.h>

#include <tess/tap.h>

#define BLOCK (1 << 20)
#define COUNT 90

int main(void)
{
	static char *blocks[COUNT];
	bool good = true;

	tap_plan(1);
	for (int i = 0; i < COUNT; i++) {
		blocks[i] = malloc(BLOCK);
		good = good && blocks[i];
		if (blocks[i]) {
			memset(blocks[i], i, BLOCK);
		}
	}
	for (int i = 0; i < COUNT && good; i++) {
		for (int k = 0; k < BLOCK; k += 997) {
			good = good && blocks[i][k] == (char)i;
		}
	}
	tap_ok(good, "90 MiB in blocks of one are all there # E53");
	return tap_end();
}
