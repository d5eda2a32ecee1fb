/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between two address spaces. The peer waits before each round and
 * marks the middle when it gets control, so a round trip falls into the half
 * that calls and the half that replies and waits again.
 */

#include "root.h"

#include <stddef.h>

#include <tess/ipc.h>

#include <arch/machine.h>

#include "bench/mark.h"
#include "bench/say.h"
#include "common/types.h"

#define PATTERN 0x1234567800000000u

struct trip {
	const char *name, *call, *reply;
	uint64_t words;
	bool vectors; /* both sides use the vector registers each time */
};

static struct tess_registers message(const struct world *world,
				     enum abi_verb verb, uint64_t words)
{
	struct tess_registers r = {
		.capability = world->calls,
		.info = words,
		.verb = verb,
	};

	for (uint64_t i = 0; i < words; i++) {
		if (i < ABI_MESSAGE_REGISTERS) {
			r.words[i] = PATTERN + i;
		} else {
			tess_buffer()[i] = PATTERN + i;
		}
	}
	return r;
}

/* Whether every word came back. */
static void check_echo(const char *name, const struct tess_registers *r,
		       uint64_t words)
{
	expect(name, r->verb, ST_OK);
	expect(name, r->info == words ? ST_OK : ST_DAMAGED, ST_OK);
	for (uint64_t i = 0; i < words; i++) {
		uint64_t word = i < ABI_MESSAGE_REGISTERS ? r->words[i]
							  : tess_buffer()[i];
		expect(name, word == PATTERN + i ? ST_OK : ST_DAMAGED, ST_OK);
		if (i >= ABI_MESSAGE_REGISTERS) {
			tess_buffer()[i] = 0;
		}
	}
}

static void round_trip(const struct world *world, const struct trip *trip)
{
	say_row(trip->name, trip->call, trip->reply);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers r =
			message(world, ABI_VERB_CALL, trip->words);

		r.label = trip->vectors;
		MARK(MARK_BEGIN);
		if (trip->vectors) {
			machine_use_vectors();
		}
		tess_syscall(&r);
		MARK(MARK_END);
		check_echo(trip->name, &r, trip->words);
	}
}

static void yield(void)
{
	struct tess_registers r = { .verb = ABI_VERB_YIELD };

	tess_syscall(&r);
	expect("yield", r.verb, ST_OK);
}

/* A message that nobody answers, to a peer that waits; then the peer gets the
 * CPU to wait again. */
static void one_way(const struct world *world, const char *name, uint64_t words)
{
	say_row(name, NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers r =
			message(world, ABI_VERB_TRY_SEND, words);

		MARK(MARK_BEGIN);
		tess_syscall(&r);
		MARK(MARK_END);
		expect(name, r.verb, ST_OK);
		yield();
	}
}

void measure_messages(struct world *world)
{
	static const struct trip trips[] = {
		{ "ipc.call.0", "ipc.call.0.call", "ipc.call.0.reply", 0, 0 },
		{ "ipc.call.1", NULL, NULL, 1, 0 },
		{ "ipc.call.4", NULL, NULL, 4, 0 },
		{ "ipc.call.8", NULL, NULL, 8, 0 },
		{ "ipc.call.20", NULL, NULL, 20, 0 },
		{ "ipc.call.120", NULL, NULL, 120, 0 },
		{ "ipc.call.0.vector", NULL, NULL, 0, 1 },
	};
	uint64_t peer = world_add_peer(world, peer_serve,
				       PAIR(world->calls, world->peer_reply));

	invoke(peer, ABI_THREAD_resume, 0, NULL);
	yield(); /* it runs until it waits */
	for (uint32_t i = 0; i < ARRAY_SIZE(trips); i++) {
		round_trip(world, &trips[i]);
	}
	one_way(world, "ipc.send.0", 0);
	one_way(world, "ipc.send.20", 20);
}
