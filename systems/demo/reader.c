/* SPDX-License-Identifier: Apache-2.0 */
/* A client that may only read. It tries to write all the same, and the kernel
 * refuses: the store never sees the message. */

#include <stdio.h>

#include <tess/ipc.h>

#include "kv.h"

#define KEY 5

int main(void)
{
	tess_handle_t kv = tess_route("kv");
	struct tess_message message;
	status_t status;

	do { /* until the writer has written it */
		tess_yield();
		message =
			(struct tess_message){ .length = 1, .words = { KEY } };
		status = tess_invoke(kv, KV_GET, &message);
	} while (status == ST_NOT_FOUND);
	if (status != ST_OK) {
		printf("get: %s\n", tess_status_text(status));
		return 1;
	}
	printf("got %llu for %d\n", (unsigned long long)message.words[0], KEY);

	message = (struct tess_message){ .length = 2, .words = { KEY, 0 } };
	status = tess_invoke(kv, KV_PUT, &message);
	printf("put was refused: %s (%s)\n", tess_status_text(status),
	       tess_status_name(status));
	return status == ST_NO_RIGHT ? 0 : 1;
}
