/* SPDX-License-Identifier: Apache-2.0 */
/* Confused deputies: every method of every kernel object, from the table, with
 * a right missing, with each of its arguments a capability of each wrong type,
 * an empty one, an old one, and one that only somebody else has. Each is refused
 * by name, and not one byte of memory is another then.
 * Shows C5 E31 E39 E40 E44 E45 E113. */

#include "world.h"

#include "tests/system/root/matrix/deputy.h"

#define NODE CORE_SLOT_CAPNODE

/* A capability of each type that can be made, 0 for the others; an empty slot,
 * and the slot that transfers go to. */
static uint64_t made[ABI_TYPE_COUNT], empty, to;

static int setup(void **unused)
{
	world_boot(unused);
	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		uint64_t bits = deputy_size(type);
		made[type] =
			abi_object_bits(type, bits)
				? world_make((enum abi_object_type)type, bits)
				: 0;
	}
	empty = world_slot();
	to = world_slot();
	return 0;
}

/* The words begin with the second; see world_invoke(). */
static void good_words(uint32_t type, uint32_t method,
		       uint64_t words[DEPUTY_WORDS + 1])
{
	words[0] = 0;
	deputy_words(type, method, made, words + 1);
}

static void refuses(uint64_t capability, uint32_t type, uint32_t method,
		    const uint64_t *words, status_t want)
{
	uint64_t before = world_memory_hash();
	uint64_t refusals = state.refusals;
	status_t status = world_invoke(capability, method,
				       deputy_count(type, method), words);

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

	for (unsigned int i = 0; i < DEPUTY_ARGUMENTS; i++) {
		uint32_t type = deputy_arguments[i].type,
			 method = deputy_arguments[i].method;
		uint64_t words[9];
		for (uint32_t other = 1; other < ABI_TYPE_COUNT; other++) {
			if (!made[other] ||
			    deputy_arguments[i].wanted == DEPUTY_ANY ||
			    other == deputy_arguments[i].wanted) {
				continue;
			}
			good_words(type, method, words);
			words[1 + deputy_arguments[i].argument] = made[other];
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

	for (unsigned int i = 0; i < DEPUTY_ARGUMENTS; i++) {
		uint32_t type = deputy_arguments[i].type,
			 method = deputy_arguments[i].method;
		uint32_t which = 1u + deputy_arguments[i].argument;
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
	    ABI_TYPE_##type != ABI_TYPE_RESERVED &&                           \
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
