/* SPDX-License-Identifier: Apache-2.0 */
/* Looking capabilities up, lending and giving them: nothing ever becomes
 * stronger, and a refused call changes nothing.
 * Shows C2 C3 C4 C7 C8 C9 C10 C13 C14 C25. */

#include "world.h"

#include <string.h>

#define NODE CORE_SLOT_CAPNODE

static void test_lookup(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t count = world_node()->count;

	assert_non_null(cap_find(world_node(), endpoint));
	assert_null(cap_find(world_node(), 0));
	assert_null(cap_find(world_node(), world_slot()));
	assert_null(cap_find(world_node(), count));
	assert_null(cap_find(world_node(), count - 1));
	assert_null(cap_find(world_node(), endpoint | 1ull << 32));
	assert_null(cap_find(world_node(), endpoint | 1ull << 48));
	assert_null(cap_find(world_node(), UINT64_MAX));
	assert_null(cap_find(world_node(), KERNEL_BASE));
}

/* An address beyond the root goes on in a node of the root. */
static void test_lookup_through_a_node(void **unused)
{
	(void)unused;
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t deep = inner | (uint64_t)(5 + 1) << CORE_CAPNODE_BITS;

	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 5, endpoint),
			 ST_OK);
	assert_ptr_equal(slot_object(cap_find(world_node(), deep)),
			 slot_object(cap_find(world_node(), endpoint)));
	assert_null(cap_find(world_node(),
			     inner | (uint64_t)(6 + 1) << CORE_CAPNODE_BITS));
	assert_null(cap_find(world_node(),
			     endpoint | (5ull + 1) << CORE_CAPNODE_BITS));
}

/* A node that contains itself: every address still ends. */
static void test_lookup_in_a_cycle(void **unused)
{
	(void)unused;
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4);
	struct capnode *node = slot_object(cap_find(world_node(), inner));

	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 3, inner), ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 15, inner), ST_OK);
	for (uint32_t i = 0; i < 1u << 20; i++) {
		struct slot *slot = cap_find(node, (uint64_t)i * 4093);
		assert_true(!slot || slot == capnode_slot(node, 3) ||
			    slot == capnode_slot(node, 15));
	}
	assert_null(cap_find(node, UINT32_MAX));
}

static void test_mint_only_shrinks(void **unused)
{
	(void)unused;
	uint64_t source = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t weak = world_slot(), to = world_slot();
	uint64_t send = ABI_RIGHT_SEND | 3u << 8;

	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_mint, weak, source, send, 0x6, 77),
		ST_OK);
	struct slot *slot = cap_find(world_node(), weak);
	assert_int_equal(slot->badge, 77);
	assert_int_equal(slot->ops, 6);
	assert_int_equal(slot->rights, ABI_RIGHT_SEND);
	assert_int_equal(slot->delegation, 3);

	const struct {
		uint64_t rights, ops, badge;
	} stronger[] = {
		{ send | ABI_RIGHT_RECV, 6, 77 },
		{ send, 7, 77 },
		{ ABI_RIGHT_SEND | 4u << 8, 6, 77 },
		{ send, 6, 78 },
		{ send, 6, 0 },
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(stronger); i++) {
		assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, to, weak,
					    stronger[i].rights, stronger[i].ops,
					    stronger[i].badge),
				 ST_NO_RIGHT);
		assert_null(cap_find(world_node(), to));
	}
	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_mint, to, weak, send, 2, 77),
		ST_OK);
}

static void test_derivation_depth(void **unused)
{
	(void)unused;
	uint64_t from = world_make(ABI_TYPE_ENDPOINT, 0);

	/* retype is the first step */
	for (unsigned int depth = 1; depth < ABI_DERIVATION_MAX; depth++) {
		uint64_t to = world_slot();
		assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, to, from),
				 ST_OK);
		from = to;
	}
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(), from),
			 ST_TOO_DEEP);
}

/* Whether there may be a second capability for an object of each type. */
#define SINGLE(X)            \
	X(UNTYPED, 1)        \
	X(CAPNODE, 0)        \
	X(CAPSULE, 0)        \
	X(THREAD, 0)         \
	X(ENDPOINT, 0)       \
	X(NOTIFICATION, 0)   \
	X(REPLY, 1)          \
	X(VSPACE, 0)         \
	X(PAGE_TABLE, 1)     \
	X(FRAME, 0)          \
	X(IRQ_CONTROL, 1)    \
	X(IRQ_HANDLER, 0)    \
	X(IO_PORT_RANGE, 0)  \
	X(IO_SPACE, 0)       \
	X(SCHED_CONTEXT, 0)  \
	X(TIMER, 0)          \
	X(LIMITS, 0)         \
	X(AUDIT_LOG, 0)      \
	X(RESERVED, 1)       \
	X(NANO_INTERFACE, 0) \
	X(SYSTEM_CONTROL, 0) \
	X(EXPORT_TABLE, 0)

/* A capability of the type, or 0 if nothing makes one yet. */
static uint64_t one_of(enum abi_object_type type)
{
	static const uint64_t least[ABI_TYPE_COUNT] = {
#define X(number, name, built, made, bits, least, most, text) \
	[number] = (least),
		ABI_OBJECT_TYPES(X)
#undef X
	};
	uint64_t given = type == ABI_TYPE_IRQ_CONTROL ? CORE_SLOT_IRQ_CONTROL
			 : type == ABI_TYPE_IO_PORT_RANGE ? CORE_SLOT_IO_PORTS
			 : type == ABI_TYPE_SYSTEM_CONTROL
				 ? CORE_SLOT_SYSTEM_CONTROL
				 : 0;

	return given || !abi_object_bits(type, least[type])
		       ? given
		       : world_make(type, least[type]);
}

static void test_some_types_are_single(void **unused)
{
	(void)unused;
#define X(name, single) [ABI_TYPE_##name] = 1 + (single),
	static const uint8_t is_single[ABI_TYPE_COUNT] = { SINGLE(X) };
#undef X
	const uint64_t table = world_make(ABI_TYPE_EXPORT_TABLE, 5);

	for (uint32_t type = 1; type < ABI_TYPE_COUNT; type++) {
		assert_int_not_equal(is_single[type], 0);
		uint64_t one = one_of((enum abi_object_type)type);
		if (!one) {
			continue;
		}
		status_t want = is_single[type] == 2 ? ST_WRONG_TYPE : ST_OK;
		assert_int_equal(
			world_call(NODE, ABI_CAPNODE_copy, world_slot(), one),
			want);
		assert_int_equal(world_call(NODE, ABI_CAPNODE_mint,
					    world_slot(), one, 0, 0, 0),
				 want);
		assert_int_equal(
			world_call(table, ABI_EXPORT_TABLE_export, type, one),
			want);
		/* what cannot be lent can be given */
		assert_int_equal(
			world_call(NODE, ABI_CAPNODE_move, world_slot(), one),
			ST_OK);
	}
}

static void test_copy_refusals(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t to = world_slot(), empty = world_slot();
	uint64_t badged_frame = world_make(ABI_TYPE_FRAME, 0);

	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, 0, endpoint),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_node()->count,
				    endpoint),
			 ST_BAD_ARGUMENT);
	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_copy, to | 1ull << 32, endpoint),
		ST_BAD_ARGUMENT);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, to, empty),
			 ST_NO_CAPABILITY);
	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_copy, to, endpoint | 1ull << 32),
		ST_NO_CAPABILITY);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, NODE, endpoint),
			 ST_SLOT_FULL);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, endpoint, endpoint),
			 ST_SLOT_FULL);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, to, endpoint,
				    1ull << 16, 0, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, to, endpoint, 0,
				    1ull << 32, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_mint, to, badged_frame, 0, 0, 1),
		ST_BAD_ARGUMENT);
	assert_null(cap_find(world_node(), to));
}

/* A moved capability keeps its parent, its siblings and its children. */
static void test_move_keeps_the_tree(void **unused)
{
	(void)unused;
	uint64_t parent = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t child[3], to = world_slot();

	for (unsigned int i = 0; i < 3; i++) {
		child[i] = world_slot();
		assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, child[i],
					    i == 2 ? child[1] : parent),
				 ST_OK);
	}
	struct slot before = *cap_find(world_node(), child[1]);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, to, child[1]),
			 ST_OK);
	struct slot *after = cap_find(world_node(), to);
	assert_non_null(after);
	assert_int_equal(after->parent, before.parent);
	assert_int_equal(after->child, before.child);
	assert_int_equal(slot_at(after->child)->parent, slot_ref(after));
	/* the address it had names nothing, even if the slot fills again */
	assert_null(cap_find(world_node(), child[1]));
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, child[1], parent),
			 ST_OK);
	assert_null(cap_find(world_node(), child[1]));
	assert_non_null(cap_find(world_node(), child[1] | 1ull << 32));
}

static void test_move_of_many_children_is_bounded(void **unused)
{
	(void)unused;
	uint64_t parent = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t to = world_slot();

	for (unsigned int i = 0; i < CAP_MOVE_CHILDREN_MAX; i++) {
		assert_int_equal(world_call(NODE, ABI_CAPNODE_copy,
					    world_slot(), parent),
				 ST_OK);
	}
	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, to, parent), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(), to),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, world_slot(), to),
			 ST_BUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_lookup, world_boot),
		cmocka_unit_test_setup(test_lookup_through_a_node, world_boot),
		cmocka_unit_test_setup(test_lookup_in_a_cycle, world_boot),
		cmocka_unit_test_setup(test_mint_only_shrinks, world_boot),
		cmocka_unit_test_setup(test_derivation_depth, world_boot),
		cmocka_unit_test_setup(test_some_types_are_single, world_boot),
		cmocka_unit_test_setup(test_copy_refusals, world_boot),
		cmocka_unit_test_setup(test_move_keeps_the_tree, world_boot),
		cmocka_unit_test_setup(test_move_of_many_children_is_bounded,
				       world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
