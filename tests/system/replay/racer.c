/* SPDX-License-Identifier: Apache-2.0 */
/* Says how far it is again and again; when it is interrupted, and so which line
 * comes after which, depends on the instruction. */

#include <stdio.h>

#define LINES 48
#define TURNS 300000

int main(void)
{
	for (int line = 0; line < LINES; line++) {
		for (volatile int turn = 0; turn < TURNS; turn++) {
		}
		printf("%d\n", line);
	}
	return 0;
}
