/* SPDX-License-Identifier: Apache-2.0 */
/* Gets the CPU again and again although others never give it away. */

#include <tess/ipc.h>
#include <tess/tap.h>

#define TIMES 50

int main(void)
{
	tap_plan(1);
	for (int i = 0; i < TIMES; i++) {
		tess_yield();
	}
	tap_ok(true, "who spins stops nobody # E59");
	return tap_end();
}
