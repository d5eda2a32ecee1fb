/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a name costs that is wrong, where instructions are the clock: the same to
 * the digit, whatever is wrong with it. A right one costs more, so the clock
 * does tell them apart.
 */

#include "tests/system/root/root.h"

#include "abi/message.h"

#define WORDS  5
#define TRIALS 5 /* one of them is not interrupted by the timer */

static uint64_t next_slot = 8000; /* behind those of make() */
static uint64_t table, export_cost;

/* Instructions from before an import to behind it, and its answer. */
static uint64_t cost(const uint64_t name[WORDS], uint64_t slot,
		     status_t *status)
{
	uint64_t least = UINT64_MAX;

	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		struct tess_registers r = {
			.capability = table,
			.label = ABI_EXPORT_TABLE_import,
			.info = WORDS + 1,
			.words = { name[0], name[1], name[2], name[3], name[4],
				   slot },
			.verb = ABI_VERB_CALL,
		};
		uint64_t begin = root_clock();
		tess_syscall(&r);
		uint64_t passed = root_clock() - begin;
		*status = (status_t)r.verb;
		least = passed < least ? passed : least;
		if (*status == ST_OK) {
			MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete,
				  r.words[0]));
			break;
		}
	}
	return least;
}

static void export(uint64_t entry, uint64_t capability, uint64_t name[WORDS])
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { entry, capability };

	uint64_t begin = root_clock();
	MUST(invoke(table, ABI_EXPORT_TABLE_export, 2, words));
	export_cost = root_clock() - begin;
	for (uint32_t i = 0; i < WORDS; i++) {
		name[i] = words[i];
	}
}

static uint64_t wrong, odd, unlike;

static void try(const uint64_t name[WORDS])
{
	status_t status;
	uint64_t passed = cost(name, next_slot, &status);

	odd += status != ST_NOT_FOUND;
	wrong = wrong ? wrong : passed;
	unlike += passed != wrong;
}

void root_main(void)
{
	uint64_t endpoint = make(ABI_TYPE_ENDPOINT), lent = copy(endpoint);
	uint64_t good[WORDS], withdrawn[WORDS], revoked[WORDS];
	const uint64_t zeroes[WORDS] = { 0 };
	status_t status;

	MUST(CALL(root_untyped, ABI_UNTYPED_retype, ABI_TYPE_EXPORT_TABLE, 4, 1,
		  CORE_SLOT_CAPNODE, next_slot));
	table = next_slot++;
	export(1, endpoint, good);
	export(2, endpoint, withdrawn);
	export(3, lent, revoked);
	MUST(CALL(table, ABI_EXPORT_TABLE_withdraw, withdrawn[0]));
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, lent));
	for (uint32_t bit = 0; bit < WORDS * 64; bit++) {
		uint64_t name[WORDS] = { good[0], good[1], good[2], good[3],
					 good[4] };
		name[bit / 64] ^= 1ull << bit % 64;
		try(name);
	}
	for (uint64_t entry = 0; entry < 20; entry++) {
		const uint64_t name[WORDS] = { entry };
		try(name);
	}
	try(zeroes);
	try(withdrawn);
	try(revoked);
	uint64_t right = cost(good, next_slot, &status);
	say("1..2\n");
	say("# an export %lu, a wrong name %lu, a right one %lu instructions\n",
	    export_cost, wrong, right);
	result(odd == 0 && unlike == 0,
	       "whatever is wrong with a name, the answer and its time are "
	       "alike # E28 E45");
	result(status == ST_OK && right > wrong, "a right one takes longer");
}
