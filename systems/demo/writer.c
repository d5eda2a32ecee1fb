/* SPDX-License-Identifier: Apache-2.0 */
/* A client that may read and write. */

#include <stdio.h>

#include <tess/ipc.h>

#include "kv.h"

int main(void)
{
	tess_handle_t kv = tess_route("kv");

	for (uint64_t key = 1; key <= 5; key++) {
		struct tess_message message = {
			.length = 2,
			.words = { key, key * key },
		};
		status_t status = tess_invoke(kv, KV_PUT, &message);
		if (status != ST_OK) {
			printf("put: %s\n", tess_status_text(status));
			return 1;
		}
	}
	printf("put 5 values\n");
	return 0;
}
