/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads all that a CPU tells, again and again, while the scheduler takes it from
 * one CPU to the next: there are more readers than CPUs, and each gives way.
 */

#include <string.h>

#include <tess/ipc.h>

#include "machine.h"
#include "seen.h"

#define ROUNDS 40
#define SPIN   2000

static struct words first, again;

static uint64_t digest(const struct words *words)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < words->count; i++) {
		sum = (sum ^ words->word[i]) * 0x100000001b3;
	}
	return sum;
}

int main(void)
{
	struct tess_message message = { .length = SEEN_WORDS };
	uint64_t last = now();

	read_all(&first);
	for (int i = 0; i < ROUNDS; i++) {
		tess_yield();
		for (volatile int n = 0; n < SPIN; n++) {
		}
		read_all(&again);
		message.words[SEEN_CHANGES] +=
			memcmp(&first, &again, sizeof(first)) != 0;

		uint64_t time = now();
		message.words[SEEN_BACKWARDS] += time < last;
		last = time;
	}
	message.words[SEEN_DIGEST] = digest(&first);
	message.words[SEEN_COUNT] = first.count;
	return tess_invoke(tess_route("seen"), SEEN_TELL, &message) == ST_OK
		       ? 0
		       : 1;
}
