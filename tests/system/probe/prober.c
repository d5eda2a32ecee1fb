/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks for what is not there, and for what is there but not for it: each pair is
 * refused with the same error, after the same number of instructions. These are
 * the clock here. On one machine it shows only every sixteenth, so each probe is
 * made so often that a single instruction would show.
 */

#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "tell.h"
#include "tests/system/identity/machine.h"

#define TIMES  256
#define ROUNDS 12 /* the shortest counts: nothing else ran in between */

#define TAKEN  (START_SLOT_REPLY + 1) /* a slot that servers have filled */
#define NOBODY 14                     /* one that nobody has */
#define ABSENT 20                     /* a method that no service has */

/* A method that init may call through the same endpoint. */
#define OF_INIT 4

static const struct pair {
	const char *name;
	uint64_t verb, capability, label, info;
	uint64_t other, other_label; /* what is not there at all */
	status_t status;
} pairs[] = {
	{ "call: a slot of another capsule # E22", ABI_VERB_CALL, TAKEN, 0, 0,
	  NOBODY, 0, ST_NO_CAPABILITY },
	{ "send: a slot of another capsule # E22", ABI_VERB_TRY_SEND, TAKEN, 0,
	  0, NOBODY, 0, ST_NO_CAPABILITY },
	{ "receive: a slot of another capsule # E22", ABI_VERB_TRY_RECV, TAKEN,
	  0, 0, NOBODY, 0, ST_NO_CAPABILITY },
	{ "reply: a slot of another capsule # E22", ABI_VERB_REPLY, TAKEN, 0, 0,
	  NOBODY, 0, ST_NO_CAPABILITY },
	{ "call: an id that a slot had or will have # E22", ABI_VERB_CALL,
	  START_SLOT_FREE | 3ull << 32, 0, 0, NOBODY | 3ull << 32, 0,
	  ST_NO_CAPABILITY },
	{ "call: a slot behind a slot # E22", ABI_VERB_CALL,
	  0x100 | START_SLOT_FREE, 0, 0, 0x100 | NOBODY, 0, ST_NO_CAPABILITY },
	{ "call: a method that others may call # E22", ABI_VERB_CALL,
	  START_SLOT_FREE, TELL_TELL, 0, START_SLOT_FREE, ABSENT, ST_NO_RIGHT },
	{ "call: a method that nobody may call # E22", ABI_VERB_CALL,
	  START_SLOT_FREE, TELL_HIDDEN, 0, START_SLOT_FREE, ABSENT,
	  ST_NO_RIGHT },
	{ "send: a method that others may call # E22", ABI_VERB_TRY_SEND,
	  START_SLOT_FREE, TELL_TELL, 0, START_SLOT_FREE, ABSENT, ST_NO_RIGHT },
	{ "call: a method of core for init # E22", ABI_VERB_CALL,
	  START_SLOT_CORE, OF_INIT, 0, START_SLOT_CORE, ABSENT, ST_NO_RIGHT },
};

/* The least that TIMES such calls took, and whether all ended alike. */
static __attribute__((noinline)) uint64_t
cost(const struct tess_registers *probe, status_t status, bool *alike)
{
	uint64_t least = UINT64_MAX;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint64_t wrong = 0, begin = now();
		for (uint32_t i = 0; i < TIMES; i++) {
			struct tess_registers registers = *probe;
			tess_syscall(&registers);
			wrong += registers.verb ^ status;
		}
		uint64_t took = now() - begin;
		least = took < least ? took : least;
		*alike = *alike && wrong == 0;
	}
	return least;
}

static bool is_near(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) <= 1;
}

static void compare(const struct pair *pair)
{
	struct tess_registers probe = {
		.verb = pair->verb,
		.capability = pair->capability,
		.label = pair->label,
		.info = pair->info,
	};
	bool alike = true;
	uint64_t forbidden = cost(&probe, pair->status, &alike);

	probe.capability = pair->other;
	probe.label = pair->other_label;
	uint64_t absent = cost(&probe, pair->status, &alike);
	if (!alike || !is_near(forbidden, absent)) {
		printf("# forbidden %llu, absent %llu\n",
		       (unsigned long long)forbidden,
		       (unsigned long long)absent);
	}
	tap_ok(alike && is_near(forbidden, absent), pair->name);
}

int main(void)
{
	const uint32_t count = sizeof(pairs) / sizeof(pairs[0]);
	struct tess_registers probe = {
		.verb = ABI_VERB_CALL,
		.capability = NOBODY,
	};
	bool alike = true;

	tap_plan((int)count + 2);
	tap_is(tess_route("tell"), START_SLOT_FREE, "the route is where it is");
	for (uint32_t i = 0; i < count; i++) {
		compare(&pairs[i]);
	}
	uint64_t slot = cost(&probe, ST_NO_CAPABILITY, &alike);
	probe.capability = START_SLOT_FREE;
	probe.label = ABSENT;
	tap_ok(!is_near(slot, cost(&probe, ST_NO_RIGHT, &alike)) && alike,
	       "what takes another way takes another count");
	return tap_end();
}
