/* SPDX-License-Identifier: Apache-2.0 */
/* In the middle of a sweep: what is taken back but still lies in its slot is
 * good for no message, while its root is; and whoever takes back something of it
 * helps that sweep on.
 * Shows C15 E42. */

#include "world.h"

#include "kernel/invoke.h"

#define NODE CORE_SLOT_CAPNODE
#define MANY 600 /* more than two steps of one unit each */

/* Slots of the other thread's CapNode. */
enum { CORES_NODE = 3, TAKEN, REPLY };

static uint64_t endpoint; /* of which all is taken back */
static uint64_t lent;     /* one of its copies, in core's node */

/* The first copies go last. The other thread runs then. */
static void begin(void)
{
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10), inner;
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);
	struct thread *other = world_thread(&inner, NULL);

	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	lent = world_slot();
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, lent, endpoint),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, TAKEN, endpoint),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, CORES_NODE, NODE),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_move, REPLY, reply),
			 ST_OK);
	for (uint32_t i = 1; i <= MANY; i++) {
		assert_int_equal(
			world_call(node, ABI_CAPNODE_copy, i, endpoint), ST_OK);
	}
	assert_int_equal(world_step(NODE, ABI_CAPNODE_revoke, 1, endpoint),
			 KERNEL_RESTART);
	world_run(other);
}

static void test_messages(void **unused)
{
	const uint64_t with_reply = (uint64_t)REPLY << ABI_MESSAGE_REPLY_SHIFT;
	const uint64_t slots = (uint32_t)ABI_MESSAGE_SLOTS;
	const struct {
		enum abi_verb verb;
		uint64_t info;
	} messages[] = {
		{ ABI_VERB_SEND, 0 },
		{ ABI_VERB_TRY_SEND, 0 },
		{ ABI_VERB_CALL, 0 },
		{ ABI_VERB_CALL, slots },
		{ ABI_VERB_RECV, with_reply },
		{ ABI_VERB_TRY_RECV, with_reply },
		{ ABI_VERB_REPLY_RECV, with_reply },
		{ ABI_VERB_REPLY_RECV, with_reply | slots },
	};

	(void)unused;
	begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(messages); i++) {
		assert_int_equal(world_verb(messages[i].verb, TAKEN, 1,
					    messages[i].info),
				 ST_NO_CAPABILITY);
	}
	uint64_t root = CORES_NODE | (endpoint + 1) << 4;
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, root, 1, 0),
			 ST_WOULD_BLOCK);
	world_run(world_core());
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, endpoint), ST_OK);
	assert_int_equal(state.sweeps, 0);
}

/* What it wants to take back goes with all the rest. */
static void test_helps_the_one_above(void **unused)
{
	(void)unused;
	begin();
	assert_int_equal(world_step(CORES_NODE, ABI_CAPNODE_revoke, 1, lent),
			 KERNEL_RESTART);
	assert_int_equal(world_call(CORES_NODE, ABI_CAPNODE_revoke, lent),
			 ST_OK);
	assert_int_equal(state.sweeps, 0);
	assert_int_equal(world_call(CORES_NODE, ABI_CAPNODE_inspect, lent),
			 ST_OK);
	assert_int_equal(world_word(0), ABI_TYPE_NULL);
	world_run(world_core());
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, endpoint), ST_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_messages, world_boot),
		cmocka_unit_test_setup(test_helps_the_one_above, world_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
