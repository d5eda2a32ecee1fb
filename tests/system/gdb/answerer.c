/* SPDX-License-Identifier: Apache-2.0 */
/* Adds two numbers for whoever asks, for ever. */

#include <tess/ipc.h>
#include <tess/start.h>

int main(void)
{
	tess_handle_t sums = tess_offer("sums");
	struct tess_message message = { .length = 0 };
	status_t status = tess_recv(sums, &message);

	while (status == ST_OK) {
		message.words[0] += message.words[1];
		message.label = ST_OK;
		message.length = 1;
		status = tess_reply_recv(sums, &message);
	}
	return 1;
}
