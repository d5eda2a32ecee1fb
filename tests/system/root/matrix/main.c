/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Confused deputies on the machine: every method of every kernel object, from
 * the tables of abi/, called in every wrong way there is: with another number of
 * arguments, without the right, at an old address; with arguments that are
 * capabilities of each wrong type, empty, old; and by a capsule that only knows
 * what another one calls the object. The last is done at the same time, on
 * another CPU if there is one. All of it is refused by name, counted, and leaves
 * every object as it was.
 */

#include "tests/system/root/root.h"

#include <tess/syscall.h>

#include "common/assert.h"
#include "common/types.h"
#include "tests/system/root/matrix/deputy.h"

#define METHODS    (ABI_METHOD_MASK + 1)
#define OLD        (1ull << 32) /* an incarnation that never was */
#define NODE_BITS  6            /* of the capsule's CapNode */
#define OWN        32 /* its slots: behind those that core begins with */
#define STACK_SIZE 16384

static_assert(OWN + ABI_TYPE_COUNT <= 1 << NODE_BITS, "a slot for each type");

/* Wrong calls so far, and those that were not refused as they must be. */
struct cell {
	uint32_t tried, wrong;
};
static struct cell ours[ABI_TYPE_COUNT][METHODS];
static struct cell theirs[ABI_TYPE_COUNT][METHODS];

/* Of each type that there is on this machine; 0 for the others. */
static uint64_t made[ABI_TYPE_COUNT];
static uint64_t empty, weak_slot, is_done;

static void refuses(struct cell *cell, uint64_t capability, uint64_t label,
		    uint64_t length, const uint64_t words[DEPUTY_WORDS],
		    status_t want)
{
	struct tess_registers r = { .capability = capability,
				    .label = label,
				    .info = length,
				    .verb = ABI_VERB_CALL };

	for (uint32_t i = 0; i < DEPUTY_WORDS; i++) {
		r.words[i] = words[i];
	}
	tess_syscall(&r);
	cell->tried++;
	cell->wrong += r.verb != want;
}

/* --- one method -------------------------------------------------------------- */

static void wrong_lengths(uint32_t type, uint32_t method)
{
	static const uint64_t lengths[] = { 0,      1,        2,         3,
					    4,      5,        6,         7,
					    8,      120,      121,       0xffff,
					    0x1000, 1u << 31, 1ull << 32 };
	uint64_t words[DEPUTY_WORDS], right = deputy_count(type, method);

	deputy_words(type, method, made, words);
	for (uint32_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		if (lengths[i] != right) {
			refuses(&ours[type][method], made[type], method,
				lengths[i], words, ST_BAD_ARGUMENT);
		}
	}
	refuses(&ours[type][method], made[type], method | METHODS, right, words,
		ST_BAD_ARGUMENT);
	refuses(&ours[type][method], made[type] | OLD, method, right, words,
		ST_NO_CAPABILITY);
	refuses(&ours[type][method], empty, method, right, words,
		ST_NO_CAPABILITY);
}

/* Through a capability that permits all other methods. Where an object has but
 * one, which permits all, there is no making of such. */
static void missing_right(uint32_t type, uint32_t method)
{
	uint64_t words[DEPUTY_WORDS] = { weak_slot, made[type],
					 ABI_RIGHTS_ALL | ABI_DELEGATION_MAX
								  << 8,
					 UINT32_MAX ^ 1u << method };
	status_t status = invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_mint, 5, words);

	if (status == ST_WRONG_TYPE) {
		ours[type][method].tried++;
		return;
	}
	must(status, "a weaker capability");
	uint64_t weak = words[0];
	deputy_words(type, method, made, words);
	refuses(&ours[type][method], weak, method, deputy_count(type, method),
		words, ST_NO_RIGHT);
	refuses(&ours[type][method], weak, method, DEPUTY_WORDS + 1, words,
		ST_NO_RIGHT);
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, weak));
}

static void wrong_argument(const struct deputy_argument *argument)
{
	uint32_t type = argument->type, method = argument->method;
	uint64_t length = deputy_count(type, method), words[DEPUTY_WORDS];
	struct cell *cell = &ours[type][method];

	deputy_words(type, method, made, words);
	uint64_t *word = &words[argument->argument], good = *word;
	const uint64_t nothing[] = { empty, UINT32_MAX, UINT64_MAX,
				     good | OLD };
	for (uint32_t i = 0; i < ARRAY_SIZE(nothing); i++) {
		*word = nothing[i];
		refuses(cell, made[type], method, length, words,
			ST_NO_CAPABILITY);
	}
	for (uint32_t other = 1; other < ABI_TYPE_COUNT; other++) {
		if (made[other] && argument->wanted != DEPUTY_ANY &&
		    argument->wanted != other) {
			*word = made[other];
			refuses(cell, made[type], method, length, words,
				ST_WRONG_TYPE);
		}
	}
}

static bool exists(uint32_t of_type, uint32_t of_method)
{
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && of_method == (number)) { \
		return true;                                       \
	}
	ABI_METHODS(X)
#undef X
	return false;
}

/* What there is none of on this machine is refused like any empty slot. Methods
 * that do not exist count as the first one, which every object has; but for an
 * endpoint, whose methods are what its receiver makes of them. */
static void try_all(void)
{
	const uint64_t words[DEPUTY_WORDS] = { 0 };

	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		for (uint32_t method = 0; method < METHODS; method++) {
			if (!made[type]) {
				refuses(&ours[type][method], empty, method, 0,
					words, ST_NO_CAPABILITY);
			} else if (type == ABI_TYPE_ENDPOINT) {
				missing_right(type, method);
			} else if (exists(type, method)) {
				wrong_lengths(type, method);
				missing_right(type, method);
			} else {
				refuses(&ours[type][0], made[type], method, 0,
					words, ST_NO_METHOD);
			}
		}
	}
	for (uint32_t i = 0; i < DEPUTY_ARGUMENTS; i++) {
		wrong_argument(&deputy_arguments[i]);
	}
}

/* --- the other capsule --------------------------------------------------------- */

static uint8_t stack[STACK_SIZE] __attribute__((aligned(16)));

/* It has an object of each type. The slots in which core has its own hold nothing
 * here. */
static void other_capsule(uint64_t unused)
{
	uint64_t own[ABI_TYPE_COUNT], words[DEPUTY_WORDS] = { 0 };

	(void)unused;
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		own[type] = OWN + type;
		for (uint32_t method = 0; method < METHODS; method++) {
			refuses(&theirs[type][method], made[type], method,
				deputy_count(type, method), words,
				ST_NO_CAPABILITY);
		}
	}
	for (uint32_t i = 0; i < DEPUTY_ARGUMENTS; i++) {
		uint32_t type = deputy_arguments[i].type;
		uint32_t method = deputy_arguments[i].method;
		uint32_t wanted = deputy_arguments[i].wanted;
		deputy_words(type, method, own, words);
		words[deputy_arguments[i].argument] =
			made[wanted == DEPUTY_ANY ? ABI_TYPE_ENDPOINT : wanted];
		refuses(&theirs[type][method], own[type], method,
			deputy_count(type, method), words, ST_NO_CAPABILITY);
	}
	put(&is_done, 1);
	for (;;) {
		tess_yield();
	}
}

/* --- setting up ------------------------------------------------------------------ */

static uint64_t make_one(uint32_t type)
{
	return make_of_size((enum abi_object_type)type, deputy_size(type));
}

static void make_all(uint64_t node)
{
	made[ABI_TYPE_SYSTEM_CONTROL] = CORE_SLOT_SYSTEM_CONTROL;
	made[ABI_TYPE_IO_PORT_RANGE] = CORE_SLOT_IO_PORTS;
	made[ABI_TYPE_IRQ_CONTROL] = CORE_SLOT_IRQ_CONTROL;
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		uint64_t words[DEPUTY_WORDS] = { made[type] };
		if (abi_object_bits(type, deputy_size(type))) {
			made[type] = make_one(type);
			MUST(CALL(node, ABI_CAPNODE_move, OWN + type,
				  make_one(type)));
		} else if (made[type]) {
			MUST(invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_inspect, 1,
				    words));
			made[type] = words[0] == type ? made[type] : 0;
		}
	}
}

static uint64_t make_capsule(uint64_t node)
{
	uint64_t capsule = make(ABI_TYPE_CAPSULE);
	uint64_t thread = make(ABI_TYPE_THREAD);

	MUST(CALL(capsule, ABI_CAPSULE_configure, CORE_SLOT_VSPACE, node,
		  root_faults));
	MUST(CALL(thread, ABI_THREAD_configure, node, CORE_SLOT_VSPACE,
		  make(ABI_TYPE_FRAME), root_faults));
	MUST(CALL(thread, ABI_THREAD_set_registers, (uint64_t)other_capsule,
		  (uint64_t)stack + STACK_SIZE - STACK_BIAS, 0, 0));
	MUST(CALL(capsule, ABI_CAPSULE_bind, thread));
	return capsule;
}

/* All that the objects say of themselves, but for what is counted. */
static uint64_t picture(void)
{
	uint64_t hash = info(CORE_SLOT_CAPNODE, 1);

	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		uint64_t words[DEPUTY_WORDS] = { 0 };
		if (!made[type] || type == ABI_TYPE_SYSTEM_CONTROL ||
		    type == ABI_TYPE_ENDPOINT) {
			continue;
		}
		MUST(invoke(made[type], 0, 0, words));
		for (uint32_t i = 0; i < DEPUTY_WORDS; i++) {
			hash = (hash ^ words[i]) * 1099511628211u;
		}
	}
	return hash;
}

/* Adds all calls of a type to those of its first method. */
static void add_up(uint32_t type)
{
	for (uint32_t method = 0; method < METHODS; method++) {
		struct cell *cell = &ours[type][method];
		cell->tried += theirs[type][method].tried;
		cell->wrong += theirs[type][method].wrong;
		if (!exists(type, method) && method > 0) {
			ours[type][0].tried += cell->tried;
			ours[type][0].wrong += cell->wrong;
		}
	}
}

#define IDS " # C5 E31 E39 E40 E44 E45 E113"

/* One line for each method, and how many calls it took. */
static uint64_t report(void)
{
	uint64_t tried = ours[ABI_TYPE_ENDPOINT][0].tried;

	result(ours[ABI_TYPE_ENDPOINT][0].wrong == 0,
	       "ENDPOINT refuses what it does not permit" IDS);
#define X(type, number, name, arguments, results, in, out, errors) \
	tried += ours[ABI_TYPE_##type][number].tried;              \
	result(ours[ABI_TYPE_##type][number].tried > 0 &&          \
		       ours[ABI_TYPE_##type][number].wrong == 0,   \
	       #type "." #name " refuses whatever is wrong" IDS);
	ABI_METHODS(X)
#undef X
	say("# %lu wrong calls\n", (unsigned long)tried);
	return tried;
}

#define X(type, number, name, arguments, results, in, out, errors) +1
enum { PLAN = 3 ABI_METHODS(X) };
#undef X

void root_main(void)
{
	uint64_t node = make_of_size(ABI_TYPE_CAPNODE, NODE_BITS);

	make_all(node);
	uint64_t capsule = make_capsule(node);
	empty = root_slot();
	weak_slot = root_slot();
	uint64_t before = picture(), refusals = system_count(COUNT_REFUSALS);
	MUST(CALL(capsule, ABI_CAPSULE_start));
	try_all();
	while (!get(&is_done)) {
		tess_yield();
	}
	refusals = system_count(COUNT_REFUSALS) - refusals;
	MUST(CALL(capsule, ABI_CAPSULE_stop));
	bool is_same = picture() == before;
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		add_up(type);
	}
	say("1..%u\n", PLAN);
	result(report() == refusals, "each of them is counted once");
	result(is_same, "no object is different after all of them");
}
