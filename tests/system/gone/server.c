/* SPDX-License-Identifier: Apache-2.0 */
/* Takes one call, lets the other client come to wait as well, and ends without
 * an answer to either. */

#include <tess/ipc.h>

#define PATIENCE 200000

int main(void)
{
	struct tess_message message = { .length = 0 };

	tess_recv(tess_offer("talk"), &message);
	for (int i = 0; i < PATIENCE; i++) {
		tess_yield();
	}
	return 0;
}
