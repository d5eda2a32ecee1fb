/* SPDX-License-Identifier: Apache-2.0 */
/* Retype: all or nothing, never overlapping, only what the memory allows.
 *
 * Shows C20 C21 C22 O5. */

#include "world.h"

#define NODE CORE_SLOT_CAPNODE

/* A small Untyped of 2^bits bytes to play with. */
static uint64_t small(uint64_t bits)
{
	return world_make(ABI_TYPE_UNTYPED, bits);
}

static uint64_t used(uint64_t untyped)
{
	assert_int_equal(world_call(untyped, ABI_UNTYPED_info), ST_OK);
	return world_word(2);
}

static void test_objects_do_not_overlap(void **unused)
{
	(void)unused;
	uint64_t untyped = small(14), first = world_slot();
	const struct slot *previous = NULL;

	for (unsigned int i = 0; i < 7; i++) {
		(void)world_slot();
	}
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 3, NODE, first),
			 ST_OK);
	assert_int_equal(used(untyped), 3 << ABI_ENDPOINT_BITS);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_THREAD, 0, 2, NODE, first + 3),
			 ST_OK);
	assert_int_equal(used(untyped), 3 << ABI_THREAD_BITS);
	for (unsigned int i = 0; i < 5; i++) {
		const struct slot *slot = cap_find(world_node(), first + i);
		assert_non_null(slot);
		if (previous) {
			assert_true(slot->object >= previous->object + 64);
		}
		previous = slot;
	}
}

static void test_exhaustion_changes_nothing(void **unused)
{
	(void)unused;
	uint64_t untyped = small(13), frame = world_slot(), more = world_slot();

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 1, NODE, frame),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 2, NODE, more),
			 ST_NO_MEMORY);
	assert_int_equal(used(untyped), ABI_PAGE_SIZE);
	assert_null(cap_find(world_node(), more));
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 1, NODE, more),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, NODE,
				    world_slot()),
			 ST_NO_MEMORY);
}

static void test_refusals(void **unused)
{
	(void)unused;
	uint64_t untyped = small(20), to = world_slot();
	uint64_t full = world_make(ABI_TYPE_ENDPOINT, 0);
	const struct {
		status_t status;
		uint64_t words[5];
	} cases[] = {
		{ ST_BAD_ARGUMENT, { 0, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_COUNT, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { UINT64_MAX, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_IRQ_HANDLER, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_AUDIT_LOG, 11, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_AUDIT_LOG, 21, 1, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_SYSTEM_CONTROL, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 1, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_CAPNODE, 3, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_CAPNODE, 17, 1, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_CAPNODE, 1ull << 32 | 4, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_UNTYPED, 5, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_UNTYPED, 64, 1, NODE, to } },
		{ ST_NO_MEMORY, { ABI_TYPE_UNTYPED, 47, 64, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 0, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 65, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 1ull << 32 | 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_VSPACE, 0, 2, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_CAPNODE, 16, 1, NODE, to } },
		{ ST_NO_CAPABILITY, { ABI_TYPE_ENDPOINT, 0, 1, to, to } },
		{ ST_WRONG_TYPE, { ABI_TYPE_ENDPOINT, 0, 1, untyped, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 1, NODE, 0 } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 2, NODE,
		    (1 << CORE_CAPNODE_BITS) - 1 } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 1, NODE, UINT64_MAX } },
		{ ST_SLOT_FULL, { ABI_TYPE_ENDPOINT, 0, 1, NODE, full } },
		{ ST_SLOT_FULL, { ABI_TYPE_ENDPOINT, 0, 2, NODE, full - 1 } },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t *w = cases[i].words;
		uint64_t filled = world_node()->filled;
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, w[0],
					    w[1], w[2], w[3], w[4]),
				 cases[i].status);
		assert_int_equal(world_node()->filled, filled);
		assert_int_equal(used(untyped), 0);
	}
}

/* Putting something into a node needs the right to copy into it. */
static void test_needs_the_right_on_the_node(void **unused)
{
	(void)unused;
	uint64_t untyped = small(12);
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4), weak = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, inner, 0,
				    1u << ABI_CAPNODE_info, 0),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, weak, 1),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, inner, 1),
			 ST_OK);
}

/* Each step of retype is a step of derivation. */
static void test_depth(void **unused)
{
	(void)unused;
	uint64_t untyped = small(16);

	for (unsigned int depth = 1; depth < ABI_DERIVATION_MAX; depth++) {
		uint64_t to = world_slot();
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    ABI_TYPE_UNTYPED, 12, 1, NODE, to),
				 ST_OK);
		untyped = to;
	}
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, NODE,
				    world_slot()),
			 ST_TOO_DEEP);
}

/* Address space ids run out before memory does; then nothing changes. */
static void test_address_space_ids(void **unused)
{
	(void)unused;
	uint64_t untyped = small(23);
	struct vspace *last = NULL;

	fake.asid_count = 256;
	for (unsigned int i = 2; i < 256; i++) { /* 0 nobody's, 1 core's */
		uint64_t to = world_slot();
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    ABI_TYPE_VSPACE, 0, 1, NODE, to),
				 ST_OK);
		struct vspace *vspace = slot_object(cap_find(world_node(), to));
		assert_true(vspace->asid > 1);
		assert_true(!last || vspace->asid != last->asid);
		last = vspace;
	}
	uint64_t before = used(untyped);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_VSPACE, 0, 1, NODE, world_slot()),
			 ST_NO_MEMORY);
	assert_int_equal(used(untyped), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_objects_do_not_overlap, world_boot),
		cmocka_unit_test_setup(test_exhaustion_changes_nothing,
				       world_boot),
		cmocka_unit_test_setup(test_refusals, world_boot),
		cmocka_unit_test_setup(test_needs_the_right_on_the_node,
				       world_boot),
		cmocka_unit_test_setup(test_depth, world_boot),
		cmocka_unit_test_setup(test_address_space_ids, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
