/* SPDX-License-Identifier: Apache-2.0 */
/* Confused deputies: every method of every kernel object, from the table, with
 * a right missing, with each of its arguments a capability of each wrong type,
 * an empty one, an old one, and one that only somebody else has. Each is refused
 * by name, and not one byte of memory is another then.
 * Shows C5 E31 E39 E40 E44 E45 E113. */

#include "world.h"

#include <string.h>

#define NODE CORE_SLOT_CAPNODE
#define ANY  ABI_TYPE_COUNT /* an argument that takes every type */

/* Which arguments are capabilities, and of which type. Those after the others,
 * ENDPOINT, are of the right type when they are left out. */
static const struct {
	uint8_t type, method, argument, wanted;
} arguments[] = {
	{ ABI_TYPE_UNTYPED, ABI_UNTYPED_retype, 3, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_copy, 1, ANY },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_mint, 1, ANY },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_move, 1, ANY },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 1, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 2, ABI_TYPE_ENDPOINT },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_bind, 0, ABI_TYPE_THREAD },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 0, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 1, ABI_TYPE_VSPACE },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 2, ABI_TYPE_FRAME },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 3, ABI_TYPE_ENDPOINT },
	{ ABI_TYPE_PAGE_TABLE, ABI_PAGE_TABLE_map, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_FRAME, ABI_FRAME_map, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_EXPORT_TABLE, ABI_EXPORT_TABLE_export, 1, ANY },
};

/* A capability of each type that can be made, 0 for the others; an empty slot,
 * and the slot that transfers go to. */
static uint64_t made[ABI_TYPE_COUNT], empty, to;

static int setup(void **unused)
{
	world_boot(unused);
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		uint64_t bits = type == ABI_TYPE_UNTYPED        ? 12
				: type == ABI_TYPE_CAPNODE      ? 4
				: type == ABI_TYPE_EXPORT_TABLE ? 4
				: type == ABI_TYPE_AUDIT_LOG    ? 12
								: 0;
		made[type] =
			abi_object_bits(type, bits)
				? world_make((enum abi_object_type)type, bits)
				: 0;
	}
	empty = world_slot();
	to = world_slot();
	return 0;
}

static uint64_t argument_count(uint32_t of_type, uint32_t of_method)
{
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && of_method == (number)) { \
		return (arguments);                                \
	}
	ABI_METHODS(X)
#undef X
	return 0;
}

/* What makes a method succeed, but for what the test then breaks. */
static void good_words(uint32_t type, uint32_t method, uint64_t words[8 + 1])
{
	uint64_t *word = words + 1;

	memset(words, 0, 9 * sizeof(*words));
	for (unsigned int i = 0; i < ARRAY_SIZE(arguments); i++) {
		uint32_t wanted = arguments[i].wanted;
		if (arguments[i].type == type &&
		    arguments[i].method == method) {
			word[arguments[i].argument] =
				made[wanted == ANY ? ABI_TYPE_ENDPOINT
						   : wanted];
		}
	}
	if (type == ABI_TYPE_UNTYPED) {
		word[0] = ABI_TYPE_ENDPOINT;
		word[2] = 1;
		word[4] = 3;
	} else if (type == ABI_TYPE_CAPNODE || type == ABI_TYPE_EXPORT_TABLE) {
		word[0] = 3;
	} else if (type == ABI_TYPE_FRAME || type == ABI_TYPE_PAGE_TABLE) {
		word[1] = USER_START;
		word[2] = type == ABI_TYPE_FRAME ? ABI_ACCESS_READ : 0;
	}
}

static void refuses(uint64_t capability, uint32_t type, uint32_t method,
		    const uint64_t *words, status_t want)
{
	uint64_t before = world_memory_hash();
	uint64_t refusals = state.refusals;
	status_t status = world_invoke(capability, method,
				       argument_count(type, method), words);

	if (status != want || world_memory_hash() != before) {
		fail_msg("type %u method %u: status %u, expected %u", type,
			 method, status, want);
	}
	assert_int_equal(state.refusals, refusals + 1);
}

static void test_wrong_types(void **unused)
{
	(void)unused;
	uint32_t tried = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(arguments); i++) {
		uint32_t type = arguments[i].type, method = arguments[i].method;
		uint64_t words[9];
		for (uint32_t other = 1; other < ABI_TYPE_COUNT; other++) {
			if (!made[other] || arguments[i].wanted == ANY ||
			    other == arguments[i].wanted) {
				continue;
			}
			good_words(type, method, words);
			words[1 + arguments[i].argument] = made[other];
			refuses(made[type], type, method, words, ST_WRONG_TYPE);
			tried++;
		}
	}
	assert_in_range(tried, 100, 1000);
}

/* Nothing there, an address that was good, and one in no CapNode of its own. */
static void test_missing_arguments(void **unused)
{
	(void)unused;

	for (unsigned int i = 0; i < ARRAY_SIZE(arguments); i++) {
		uint32_t type = arguments[i].type, method = arguments[i].method;
		uint32_t which = 1u + arguments[i].argument;
		uint64_t words[9];
		const uint64_t bad[] = { empty, UINT32_MAX, UINT64_MAX };
		good_words(type, method, words);
		uint64_t good = words[which];
		for (unsigned int j = 0; j < ARRAY_SIZE(bad); j++) {
			words[which] = bad[j];
			refuses(made[type], type, method, words,
				ST_NO_CAPABILITY);
		}
		words[which] = good | 1ull << 32;
		refuses(made[type], type, method, words, ST_NO_CAPABILITY);
	}
}

/* Every method, also those of a later version, through a capability that has
 * all others. */
static void test_missing_rights(void **unused)
{
	(void)unused;
	uint32_t tried = 0;

#define X(type, number, name, arguments, results, in, out, errors)            \
	if (made[ABI_TYPE_##type] && ABI_TYPE_##type != ABI_TYPE_REPLY &&     \
	    ABI_TYPE_##type != ABI_TYPE_UNTYPED &&                            \
	    ABI_TYPE_##type != ABI_TYPE_PAGE_TABLE) {                         \
		uint64_t words[9];                                            \
		assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, to,       \
					    made[ABI_TYPE_##type],            \
					    ABI_RIGHTS_ALL | 255u << 8,       \
					    UINT32_MAX ^ 1u << (number), 0),  \
				 ST_OK);                                      \
		uint64_t weak = world_word(0);                                \
		good_words(ABI_TYPE_##type, (number), words);                 \
		refuses(weak, ABI_TYPE_##type, (number), words, ST_NO_RIGHT); \
		assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, weak),  \
				 ST_OK);                                      \
		tried++;                                                      \
	}
	ABI_METHODS(X)
#undef X
	assert_in_range(tried, 30, 200);
}

/* What core can name, another thread cannot, whatever it calls it. */
static void test_what_somebody_else_has(void **unused)
{
	(void)unused;
	struct thread *other = world_thread(NULL, NULL);
	uint64_t words[9] = { 0 };

	world_run(other);
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		if (!made[type]) {
			continue;
		}
		for (uint32_t method = 0; method < 32; method++) {
			refuses(made[type], type, method, words,
				ST_NO_CAPABILITY);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_wrong_types, setup),
		cmocka_unit_test_setup(test_missing_arguments, setup),
		cmocka_unit_test_setup(test_missing_rights, setup),
		cmocka_unit_test_setup(test_what_somebody_else_has, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
