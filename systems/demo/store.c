/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server: it waits for a message, answers it and waits for the next, for
 * ever. Which client may call which method is not its business: the kernel lets
 * nothing through that the manifest does not allow.
 */

#include <stdio.h>

#include <tess/ipc.h>

#include "kv.h"

#define ENTRIES 16

static struct {
	uint64_t key, value;
} table[ENTRIES];
static unsigned int count;

static status_t get(struct tess_message *message)
{
	for (unsigned int i = 0; i < count; i++) {
		if (table[i].key == message->words[0]) {
			message->words[0] = table[i].value;
			message->length = 1;
			return ST_OK;
		}
	}
	return ST_NOT_FOUND;
}

static status_t put(const struct tess_message *message)
{
	if (count == ENTRIES) {
		return ST_LIMIT;
	}
	table[count].key = message->words[0];
	table[count].value = message->words[1];
	count++;
	return ST_OK;
}

int main(void)
{
	tess_handle_t kv = tess_offer("kv");
	struct tess_message message = { .length = 0 };
	status_t status = tess_recv(kv, &message);

	while (status == ST_OK) {
		message.label = tess_method(&message) == KV_GET ? get(&message)
								: put(&message);
		status = tess_reply_recv(kv, &message);
	}
	printf("cannot receive: %s\n", tess_status_text(status));
	return 1;
}
