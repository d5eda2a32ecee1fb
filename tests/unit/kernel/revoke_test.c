/* SPDX-License-Identifier: Apache-2.0 */
/* Taking capabilities back: at once for uses, completely on return, in bounded
 * steps, and without a trace of what was made.
 * Shows C15 C23 C24 C28 E27 E42 E45. */

#include "world.h"

#include "kernel/invoke.h"
#include "kernel/sweep.h"

#define NODE CORE_SLOT_CAPNODE

static struct slot *slot_of(uint64_t address)
{
	return cap_find(world_node(), address);
}

/* The address of what lies in a slot of core's node now. */
static uint64_t address_of(uint64_t slot)
{
	const struct slot *at = capnode_slot(world_node(), (uint32_t)slot);

	return slot | (uint64_t)at->incarnation << 32;
}

static status_t delete(uint64_t address)
{
	return world_call(NODE, ABI_CAPNODE_delete, address);
}

static status_t revoke(uint64_t address)
{
	return world_call(NODE, ABI_CAPNODE_revoke, address);
}

static uint64_t copy_of(uint64_t source)
{
	uint64_t to = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, to, source), ST_OK);
	return to;
}

static void test_a_leaf(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t copy = copy_of(endpoint);
	uint64_t filled = world_node()->filled;

	assert_int_equal(delete (copy), ST_OK);
	assert_null(slot_of(copy));
	assert_non_null(slot_of(endpoint));
	assert_int_equal(world_node()->filled, filled - 1);
	assert_int_equal(delete (copy), ST_NO_CAPABILITY);
	assert_int_equal(revoke(copy), ST_NO_CAPABILITY);
	assert_int_equal(delete (0), ST_BAD_ARGUMENT);
	assert_int_equal(delete (world_node()->count), ST_BAD_ARGUMENT);
}

/* An address that was good reaches nothing when the slot is used again. */
static void test_an_old_address(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t copy = copy_of(endpoint);

	assert_int_equal(delete (copy), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, copy, endpoint),
			 ST_OK);
	assert_int_equal(world_word(0), copy | 1ull << 32);
	assert_null(slot_of(copy));
	assert_non_null(slot_of(copy | 1ull << 32));
	assert_int_equal(delete (copy), ST_NO_CAPABILITY);
	assert_int_equal(revoke(copy | 2ull << 32), ST_NO_CAPABILITY);
	assert_int_equal(delete (copy | 1ull << 32), ST_OK);
}

static void test_a_tree(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t lent = copy_of(endpoint), other = copy_of(endpoint);
	uint64_t deep[8] = { lent };

	for (unsigned int i = 1; i < 8; i++) {
		deep[i] = copy_of(deep[i - 1]);
		copy_of(deep[i - 1]);
	}
	assert_int_equal(revoke(lent), ST_OK);
	assert_non_null(slot_of(lent));
	assert_int_equal(slot_of(lent)->child, 0);
	assert_non_null(slot_of(other));
	for (unsigned int i = 1; i < 8; i++) {
		assert_null(slot_of(deep[i]));
	}
	assert_int_equal(state.sweeps, 0);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(), lent),
			 ST_OK);
}

/* Only the last unbroken line of derivation counts: what was moved keeps its
 * place, wherever it lies. */
static void test_what_was_moved_goes_too(void **unused)
{
	(void)unused;
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t copy = copy_of(endpoint);
	struct capnode *node = slot_object(slot_of(inner));

	assert_int_equal(world_call(inner, ABI_CAPNODE_move, 3, copy), ST_OK);
	assert_int_equal(node->filled, 1);
	assert_int_equal(revoke(endpoint), ST_OK);
	assert_int_equal(node->filled, 0);
}

static void test_more_than_one_step(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 12);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t rewinds = fake.rewinds;

	for (uint32_t i = 1; i < 3000; i++) {
		assert_int_equal(
			world_call(node, ABI_CAPNODE_copy, i, endpoint), ST_OK);
	}
	assert_int_equal(revoke(endpoint), ST_OK);
	assert_in_range(fake.rewinds - rewinds, 3000 / SWEEP_STEP,
			3000 / SWEEP_STEP + 1);
	assert_int_equal(world_call(node, ABI_CAPNODE_info), ST_OK);
	assert_int_equal(world_word(1), 0);
}

/* From the first step on nothing that was lent is of any use, and nothing can
 * be derived; the capability itself is still its holder's. */
static void test_between_two_steps(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t made = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t lent = copy_of(made), deep = copy_of(lent);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);

	for (uint32_t i = 1; i < 1000; i++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, i, lent),
				 ST_OK);
	}
	assert_int_equal(world_step(NODE, ABI_CAPNODE_revoke, 1, lent),
			 KERNEL_RESTART);
	assert_int_equal(state.sweeps, 1);
	assert_non_null(slot_of(deep));
	world_current()->sweep = 0; /* so that it may do something else */

	assert_int_equal(world_call(deep, ABI_CAPNODE_info), ST_NO_CAPABILITY);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(), deep),
			 ST_NO_CAPABILITY);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, world_slot(), deep),
			 ST_NO_CAPABILITY);
	world_core()->buffer->caps[0] = deep;
	assert_int_equal(world_verb(ABI_VERB_SEND, endpoint, 0,
				    (uint32_t)ABI_MESSAGE_CAPS),
			 ST_NO_CAPABILITY);
	assert_int_equal(world_call(lent, ABI_CAPNODE_info), ST_OK);
	assert_int_equal(world_call(made, ABI_CAPNODE_info), ST_OK);
	assert_non_null(slot_of(deep));

	/* Deriving from it first helps to finish. */
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(), lent),
			 ST_OK);
	assert_int_equal(state.sweeps, 0);
	assert_null(slot_of(deep));
	assert_int_equal(revoke(lent), ST_OK);
}

/* A sweep that its thread never goes on with is finished by one above it. */
static void test_a_sweep_is_taken_over(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t lent = copy_of(endpoint);

	for (uint32_t i = 1; i < 1000; i++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, i, lent),
				 ST_OK);
	}
	uint64_t inner;
	struct thread *other = world_thread(&inner, NULL);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 3, NODE), ST_OK);
	assert_int_equal(world_step(NODE, ABI_CAPNODE_delete, 1, lent),
			 KERNEL_RESTART);
	world_run(other);
	assert_int_equal(world_call(3, ABI_CAPNODE_revoke, endpoint), ST_OK);
	assert_null(slot_of(lent));
	assert_int_equal(state.sweeps, 0);
	world_run(world_core());

	/* Who comes back to go on finds it done; who begins anew does not. */
	assert_int_equal(world_step(NODE, ABI_CAPNODE_delete, 1, lent), ST_OK);
	assert_int_equal(world_step(NODE, ABI_CAPNODE_delete, 1, lent),
			 ST_NO_CAPABILITY);
}

/* Or by whoever takes back something below it, even if that would be done at
 * once: nobody gets past a mark. */
static void test_a_sweep_is_helped_from_below(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t lent = copy_of(world_make(ABI_TYPE_ENDPOINT, 0));
	uint64_t leaf = copy_of(lent);

	for (uint32_t i = 1; i < 1000; i++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, i, lent),
				 ST_OK);
	}
	assert_int_equal(world_step(NODE, ABI_CAPNODE_revoke, 1, lent),
			 KERNEL_RESTART);
	assert_non_null(slot_of(leaf));
	world_current()->sweep = 0; /* so that it may do something else */
	assert_int_equal(delete (leaf), ST_OK);
	assert_int_equal(world_call(node, ABI_CAPNODE_info), ST_OK);
	assert_int_equal(world_word(1), 0);
	assert_int_equal(state.sweeps, 0);
}

/* Everything made of an Untyped, and of what was made of it, goes; its memory
 * is whole again. */
static void test_an_untyped(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 18);
	uint64_t inner = world_slot(), node = world_slot(),
		 thread = world_slot();
	uint64_t filled = world_node()->filled;

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, 16, 1, NODE, inner),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_UNTYPED_retype, ABI_TYPE_CAPNODE,
				    4, 1, NODE, node),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_UNTYPED_retype, ABI_TYPE_THREAD,
				    0, 1, NODE, thread),
			 ST_OK);
	assert_int_equal(world_call(inner, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 8, node, 1),
			 ST_OK);
	assert_int_equal(revoke(untyped), ST_OK);
	assert_int_equal(world_node()->filled, filled);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, 17, 2, NODE, inner),
			 ST_OK);
}

/* A CapNode that goes takes along what lies in it, with all that was lent from
 * there, wherever that is. */
static void test_a_node_with_all_in_it(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 6);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t lent[40];

	for (uint32_t i = 0; i < ARRAY_SIZE(lent); i++) {
		uint64_t deep = node | (uint64_t)(i + 2) << CORE_CAPNODE_BITS;
		assert_int_equal(
			world_call(node, ABI_CAPNODE_copy, i + 1, endpoint),
			ST_OK);
		lent[i] = copy_of(deep);
	}
	assert_int_equal(delete (node), ST_OK);
	assert_int_equal(slot_of(endpoint)->child, 0);
	for (uint32_t i = 0; i < ARRAY_SIZE(lent); i++) {
		assert_null(slot_of(lent[i]));
	}
	assert_int_equal(state.sweeps, 0);
}

/* Nodes in nodes, each holding the memory that the next was made of. */
static void test_nodes_in_nodes(void **unused)
{
	(void)unused;
	uint64_t filled = world_node()->filled;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 20), at = untyped;

	for (uint32_t bits = 19; bits > 11; bits--) {
		uint64_t node = world_slot();
		assert_int_equal(world_call(at, ABI_UNTYPED_retype,
					    ABI_TYPE_CAPNODE, 4, 1, NODE, node),
				 ST_OK);
		assert_int_equal(world_call(at, ABI_UNTYPED_retype,
					    ABI_TYPE_UNTYPED, bits - 1, 1, node,
					    5),
				 ST_OK);
		at = node | 6ull << CORE_CAPNODE_BITS;
	}
	assert_int_equal(delete (untyped), ST_OK);
	assert_int_equal(world_node()->filled, filled);
	assert_null(state.gone);
}

/* Two nodes made of two Untyped, each of which lies in the other's node; and
 * nodes that own each other and themselves. */
static void test_circles(void **unused)
{
	(void)unused;
	uint64_t filled = world_node()->filled;
	uint64_t u[2] = { world_make(ABI_TYPE_UNTYPED, 14),
			  world_make(ABI_TYPE_UNTYPED, 14) };
	uint64_t node[2] = { world_slot(), world_slot() };

	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(world_call(u[i], ABI_UNTYPED_retype,
					    ABI_TYPE_CAPNODE, 4, 1, NODE,
					    node[i]),
				 ST_OK);
	}
	assert_int_equal(world_call(node[0], ABI_CAPNODE_move, 3, u[1]), ST_OK);
	assert_int_equal(world_call(node[1], ABI_CAPNODE_move, 3, u[0]), ST_OK);
	assert_int_equal(world_call(node[1], ABI_CAPNODE_move, 4, node[0]),
			 ST_OK);
	assert_int_equal(delete (node[1]), ST_OK);
	assert_int_equal(world_node()->filled, filled);
	assert_int_equal(state.sweeps, 0);
	assert_null(state.gone);

	uint64_t own = world_make(ABI_TYPE_UNTYPED, 14), a = world_slot();
	uint64_t copy;
	assert_int_equal(world_call(own, ABI_UNTYPED_retype, ABI_TYPE_CAPNODE,
				    4, 1, NODE, a),
			 ST_OK);
	copy = copy_of(a);
	assert_int_equal(world_call(copy, ABI_CAPNODE_move, 3, own), ST_OK);
	assert_int_equal(world_call(copy, ABI_CAPNODE_move, 4, a), ST_OK);
	assert_int_equal(world_call(copy, ABI_CAPNODE_revoke, 3), ST_OK);
	assert_null(slot_of(copy));
	assert_int_equal(world_node()->filled, filled);
	assert_null(state.gone);
}

static void test_what_the_machine_began_with_stays(void **unused)
{
	(void)unused;
	const uint64_t first[] = { CORE_SLOT_CAPNODE, CORE_SLOT_VSPACE,
				   CORE_SLOT_THREAD, CORE_SLOT_UNTYPED,
				   CORE_SLOT_SYSTEM_CONTROL };

	for (unsigned int i = 0; i < ARRAY_SIZE(first); i++) {
		assert_int_equal(delete (first[i]), ST_DENIED);
		assert_non_null(slot_of(first[i]));
	}
}

static void test_rotate(void **unused)
{
	(void)unused;
	uint64_t old = world_make(ABI_TYPE_ENDPOINT, 0), spare = world_slot();
	uint64_t new = world_make(ABI_TYPE_ENDPOINT, 0), empty = world_slot();
	uint64_t was = slot_of(old)->object, will = slot_of(new)->object;

	assert_int_equal(
		world_call(NODE, ABI_CAPNODE_rotate, spare, empty, new),
		ST_NO_CAPABILITY);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_rotate, old, new, new),
			 ST_SLOT_FULL);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_rotate, spare, old, old),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_rotate, spare, old, new),
			 ST_OK);
	assert_int_equal(slot_of(spare)->object, was);
	assert_int_equal(slot_of(address_of(old))->object, will);
	assert_null(slot_of(new));
}

static void test_inspect(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t weak = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, endpoint,
				    ABI_RIGHT_SEND | 3u << 8, 6, 77),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_inspect, weak), ST_OK);
	assert_int_equal(world_word(0), ABI_TYPE_ENDPOINT);
	assert_int_equal(world_word(1), ABI_RIGHT_SEND | 3u << 8);
	assert_int_equal(world_word(2), 6);
	assert_int_equal(world_word(3), 0);
	assert_int_equal(delete (weak), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_inspect, weak), ST_OK);
	assert_int_equal(world_word(0), ABI_TYPE_NULL);
	assert_int_equal(world_word(3), 1);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_inspect, 0),
			 ST_BAD_ARGUMENT);
}

/* --- threads ------------------------------------------------------------- */

/* Has a thread make a call by itself, once it is its turn. */
static void let(struct thread *thread, enum abi_verb verb, uint64_t capability,
		uint64_t info)
{
	world_run(thread);
	world_verb(verb, capability, 0, info);
}

static void test_who_waits_through_it_hears_of_it(void **unused)
{
	(void)unused;
	uint64_t node, endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t lent = copy_of(endpoint), other = copy_of(endpoint);
	struct thread *sender = world_thread(&node, NULL);
	uint64_t node2;
	struct thread *caller = world_thread(&node2, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, lent), ST_OK);
	assert_int_equal(world_call(node2, ABI_CAPNODE_copy, 3, other), ST_OK);
	let(sender, ABI_VERB_SEND, 3, 0);
	let(caller, ABI_VERB_CALL, 3, 0);
	world_run(world_core());
	assert_int_equal(sender->state, ABI_THREAD_SENDING);
	assert_int_equal(revoke(lent), ST_OK);
	assert_int_equal(sender->state, ABI_THREAD_READY);
	assert_int_equal(sender->context.message.verb, ST_GONE);
	assert_int_equal(caller->state, ABI_THREAD_SENDING);
	assert_int_equal(delete (endpoint), ST_OK);
	assert_int_equal(caller->state, ABI_THREAD_READY);
	assert_int_equal(caller->context.message.verb, ST_GONE);
}

/* Who waits with it for a message waits no more. */
static void test_a_reply_that_goes_from_a_receiver(void **unused)
{
	(void)unused;
	uint64_t node, endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);
	struct thread *receiver = world_thread(&node, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	assert_int_equal(world_call(node, ABI_CAPNODE_move, 4, reply), ST_OK);
	let(receiver, ABI_VERB_RECV, 3, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	world_run(world_core());
	assert_int_equal(receiver->state, ABI_THREAD_RECEIVING);
	assert_int_equal(world_call(node, ABI_CAPNODE_delete, 4), ST_OK);
	assert_int_equal(receiver->state, ABI_THREAD_READY);
	assert_int_equal(receiver->context.message.verb, ST_GONE);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, endpoint, 0, 0),
			 ST_WOULD_BLOCK);
}

static void test_a_reply_that_goes(void **unused)
{
	(void)unused;
	uint64_t node, endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);
	struct thread *caller = world_thread(&node, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	let(caller, ABI_VERB_CALL, 3, 0);
	world_run(world_core());
	assert_int_equal(world_verb(ABI_VERB_TRY_RECV, endpoint, 0,
				    reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_OK);
	assert_int_equal(caller->state, ABI_THREAD_CALLING);
	assert_int_equal(delete (reply), ST_OK);
	assert_int_equal(caller->state, ABI_THREAD_READY);
	assert_int_equal(caller->context.message.verb, ST_GONE);
	assert_null(caller->reply);
}

/* In every state it can be in. */
static void test_a_thread_that_goes(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);

	for (unsigned int i = 0; i < 5; i++) {
		uint64_t node, slot;
		struct thread *thread = world_thread(&node, &slot);
		assert_int_equal(
			world_call(node, ABI_CAPNODE_copy, 3, endpoint), ST_OK);
		uint64_t own = world_make(ABI_TYPE_REPLY, 0);
		assert_int_equal(world_call(node, ABI_CAPNODE_move, 4, own),
				 ST_OK);
		if (i == 1) {
			let(thread, ABI_VERB_SEND, 3, 0);
		} else if (i == 2) {
			let(thread, ABI_VERB_RECV, 3,
			    4ull << ABI_MESSAGE_REPLY_SHIFT);
		} else if (i == 3) {
			let(thread, ABI_VERB_CALL, 3, 0);
			world_run(world_core());
			assert_int_equal(
				world_verb(ABI_VERB_TRY_RECV, endpoint, 0,
					   reply << ABI_MESSAGE_REPLY_SHIFT),
				ST_OK);
		} else if (i == 4) {
			world_run(world_core());
			assert_int_equal(world_call(slot, ABI_THREAD_suspend),
					 ST_OK);
		}
		world_run(world_core());
		assert_int_equal(delete (slot), ST_OK);
		assert_int_equal(thread->state, ABI_THREAD_SUSPENDED);
		assert_null(slot_of(slot));
		assert_int_equal(delete (node), ST_OK);
		assert_null(
			((struct reply *)slot_object(slot_of(reply)))->caller);
	}
}

/* Whatever a thread was bound to may go under it. */
static void test_what_a_thread_is_bound_to(void **unused)
{
	(void)unused;
	uint64_t made[4] = { world_make(ABI_TYPE_CAPNODE, 4),
			     world_make(ABI_TYPE_VSPACE, 0),
			     world_make(ABI_TYPE_FRAME, 0),
			     world_make(ABI_TYPE_ENDPOINT, 0) };
	uint64_t slot = world_make(ABI_TYPE_THREAD, 0);
	struct thread *thread = slot_object(slot_of(slot));

	for (unsigned int i = 0; i < 4; i++) {
		uint64_t lent[4];
		for (unsigned int j = 0; j < 4; j++) {
			lent[j] = copy_of(made[j]);
		}
		assert_int_equal(world_call(slot, ABI_THREAD_configure, lent[0],
					    lent[1], lent[2], lent[3]),
				 ST_OK);
		assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
		assert_int_equal(revoke(lent[i]), ST_OK);
		assert_int_equal(thread->bound[i].type, ABI_TYPE_NULL);
		bool stops = i == BOUND_CAPNODE || i == BOUND_VSPACE;
		assert_int_equal(thread->state, stops ? ABI_THREAD_SUSPENDED
						      : ABI_THREAD_READY);
		assert_int_equal(world_call(slot, ABI_THREAD_resume),
				 ST_BAD_STATE);
		if (!stops) {
			assert_int_equal(world_call(slot, ABI_THREAD_suspend),
					 ST_OK);
		}
	}
}

/* What a thread was bound to goes on without it: nothing in the tree lies in
 * memory that is something else by then. */
static void test_what_a_thread_was_bound_to(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, ABI_THREAD_BITS);
	uint64_t made[4] = { world_make(ABI_TYPE_CAPNODE, 4),
			     world_make(ABI_TYPE_VSPACE, 0),
			     world_make(ABI_TYPE_FRAME, 0),
			     world_make(ABI_TYPE_ENDPOINT, 0) };
	uint64_t slot = world_slot(), again = world_slot();

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_THREAD, 0, 1, NODE, slot),
			 ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_configure, made[0],
				    made[1], made[2], made[3]),
			 ST_OK);
	assert_int_equal(delete (slot), ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_THREAD, 0, 1, NODE, again),
			 ST_OK);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(slot_of(made[i])->child, 0);
		assert_int_equal(revoke(made[i]), ST_OK);
	}
}

/* A thread takes back what it is itself made of and lives in. */
static void test_suicide(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 17);
	uint64_t slots[4];
	const uint64_t types[4] = { ABI_TYPE_CAPNODE, ABI_TYPE_VSPACE,
				    ABI_TYPE_FRAME, ABI_TYPE_THREAD };

	for (unsigned int i = 0; i < 4; i++) {
		slots[i] = world_slot();
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    types[i], i == 0 ? 4 : 0, 1, NODE,
					    slots[i]),
				 ST_OK);
	}
	struct thread *thread = slot_object(slot_of(slots[3]));
	struct capnode *node = slot_object(slot_of(slots[0]));
	assert_int_equal(world_call(slots[3], ABI_THREAD_configure, slots[0],
				    slots[1], slots[2], 0),
			 ST_OK);
	assert_int_equal(world_call(slots[3], ABI_THREAD_set_registers,
				    USER_START, USER_END, 7, 0),
			 ST_OK);
	assert_int_equal(world_call(slots[0], ABI_CAPNODE_copy, 5, NODE),
			 ST_OK);
	assert_int_equal(world_call(slots[3], ABI_THREAD_resume), ST_OK);
	world_run(thread);
	world_call(5, ABI_CAPNODE_delete, untyped);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(node->count, 0);
	assert_int_equal(state.sweeps, 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_null(slot_of(slots[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_leaf, world_boot),
		cmocka_unit_test_setup(test_an_old_address, world_boot),
		cmocka_unit_test_setup(test_a_tree, world_boot),
		cmocka_unit_test_setup(test_what_was_moved_goes_too,
				       world_boot),
		cmocka_unit_test_setup(test_more_than_one_step, world_boot),
		cmocka_unit_test_setup(test_between_two_steps, world_boot),
		cmocka_unit_test_setup(test_a_sweep_is_taken_over, world_boot),
		cmocka_unit_test_setup(test_a_sweep_is_helped_from_below,
				       world_boot),
		cmocka_unit_test_setup(test_an_untyped, world_boot),
		cmocka_unit_test_setup(test_a_node_with_all_in_it, world_boot),
		cmocka_unit_test_setup(test_nodes_in_nodes, world_boot),
		cmocka_unit_test_setup(test_circles, world_boot),
		cmocka_unit_test_setup(test_what_the_machine_began_with_stays,
				       world_boot),
		cmocka_unit_test_setup(test_rotate, world_boot),
		cmocka_unit_test_setup(test_inspect, world_boot),
		cmocka_unit_test_setup(test_who_waits_through_it_hears_of_it,
				       world_boot),
		cmocka_unit_test_setup(test_a_reply_that_goes, world_boot),
		cmocka_unit_test_setup(test_a_reply_that_goes_from_a_receiver,
				       world_boot),
		cmocka_unit_test_setup(test_a_thread_that_goes, world_boot),
		cmocka_unit_test_setup(test_what_a_thread_is_bound_to,
				       world_boot),
		cmocka_unit_test_setup(test_what_a_thread_was_bound_to,
				       world_boot),
		cmocka_unit_test_setup(test_suicide, world_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
