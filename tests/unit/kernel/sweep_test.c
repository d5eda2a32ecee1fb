/* SPDX-License-Identifier: Apache-2.0 */
/* Sweeps of many steps: that take away what they were called through, and
 * several at once.
 * Shows C15 C23 E42. */

#include "world.h"

#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/sweep.h"

#define NODE CORE_SLOT_CAPNODE
#define MANY 600 /* more than two steps of one unit each */

static uint64_t copy_of(uint64_t source)
{
	uint64_t to = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, to, source), ST_OK);
	return to;
}

static void copies(uint64_t source, uint64_t node, uint32_t first)
{
	for (uint32_t i = first; i < first + MANY; i++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, i, source),
				 ST_OK);
	}
}

static bool any_under_way(void)
{
	for (uint32_t i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		if (state.under_way[i].root) {
			return true;
		}
	}
	return false;
}

/* A node that owns itself, in slot 3, is deleted through a copy that goes with
 * the first step or with the last. All of it is gone on return. */
static void through_what_goes(bool first)
{
	uint64_t filled = world_node()->filled;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t own = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t via = copy_of(own), deep = via | 4ull << CORE_CAPNODE_BITS;

	assert_int_equal(world_call(via, ABI_CAPNODE_move, 3, own), ST_OK);
	copies(deep, node, 1);
	if (first) {
		via = copy_of(deep);
	}
	uint64_t refusals = state.refusals;
	assert_int_equal(world_step(via, ABI_CAPNODE_delete, 1, 3),
			 KERNEL_RESTART);
	assert_true(any_under_way());
	assert_int_equal(world_call(via, ABI_CAPNODE_delete, 3), ST_OK);
	assert_int_equal(state.refusals, refusals);
	assert_false(any_under_way());
	assert_null(state.gone);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, node), ST_OK);
	assert_int_equal(world_node()->filled, filled);
	assert_int_equal(world_call(via, ABI_CAPNODE_delete, 3),
			 ST_NO_CAPABILITY);
}

static void test_the_way_goes_last(void **unused)
{
	(void)unused;
	through_what_goes(false);
}

static void test_the_way_goes_first(void **unused)
{
	(void)unused;
	through_what_goes(true);
}

/* Somebody else does the rest; the one that began hears that it is done, and
 * waits for no sweep but its own. */
static void test_the_rest_is_done_by_another(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 12), inner;
	uint64_t own = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t via = copy_of(own), deep = via | 4ull << CORE_CAPNODE_BITS;
	struct thread *other = world_thread(&inner, NULL);

	copies(endpoint, node, 1 + MANY);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 3, NODE), ST_OK);
	assert_int_equal(world_call(via, ABI_CAPNODE_move, 3, own), ST_OK);
	copies(deep, node, 1);
	via = copy_of(deep);
	assert_int_equal(world_step(via, ABI_CAPNODE_delete, 1, 3),
			 KERNEL_RESTART);

	world_run(other);
	assert_int_equal(world_step(3, ABI_CAPNODE_revoke, 1, endpoint),
			 KERNEL_RESTART);
	uint64_t name = 1;
	while (sweep_go_on(&name) == KERNEL_RESTART) {
	}
	assert_true(any_under_way());
	world_run(world_core());
	assert_int_equal(world_step(via, ABI_CAPNODE_delete, 1, 3), ST_OK);
	assert_true(any_under_way());
	world_run(other);
	assert_int_equal(world_call(3, ABI_CAPNODE_revoke, endpoint), ST_OK);
	assert_false(any_under_way());
}

/* More sweeps than may be under way: whoever comes too late helps one of the
 * others on, and begins when that is done. */
static void test_many_at_once(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 13), inner;
	uint64_t endpoint[KERNEL_SWEEPS_MAX + 1];
	struct thread *thread[KERNEL_SWEEPS_MAX + 1];

	for (uint32_t i = 0; i <= KERNEL_SWEEPS_MAX; i++) {
		endpoint[i] = world_make(ABI_TYPE_ENDPOINT, 0);
		copies(endpoint[i], node, 1 + i * MANY);
		thread[i] = world_thread(&inner, NULL);
		assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 3, NODE),
				 ST_OK);
	}
	for (uint32_t i = 0; i <= KERNEL_SWEEPS_MAX; i++) {
		world_run(thread[i]);
		assert_int_equal(
			world_step(3, ABI_CAPNODE_revoke, 1, endpoint[i]),
			KERNEL_RESTART);
	}
	assert_int_equal(state.sweeps, KERNEL_SWEEPS_MAX);
	assert_int_equal(thread[KERNEL_SWEEPS_MAX]->sweep, 0);
	for (uint32_t i = KERNEL_SWEEPS_MAX + 1; i-- > 0;) {
		world_run(thread[i]);
		assert_int_equal(world_call(3, ABI_CAPNODE_revoke, endpoint[i]),
				 ST_OK);
		assert_int_equal(cap_find(world_node(), endpoint[i])->child, 0);
	}
	assert_false(any_under_way());
	assert_int_equal(state.sweeps, 0);
}

/* An object that goes is of no use any more after the first step, not even
 * through the capability it was born with, whose turn comes last. */
static void test_an_object_goes_at_once(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t memory = world_make(ABI_TYPE_UNTYPED, 14);
	uint64_t made = world_slot();

	assert_int_equal(world_call(memory, ABI_UNTYPED_retype,
				    ABI_TYPE_CAPNODE, 4, 1, NODE, made),
			 ST_OK);
	copies(made, node, 1);
	assert_int_equal(world_step(NODE, ABI_CAPNODE_revoke, 1, memory),
			 KERNEL_RESTART);
	world_current()->sweep = 0; /* so that it may do something else */
	assert_int_equal(world_call(made, ABI_CAPNODE_info), ST_NO_CAPABILITY);
	assert_int_equal(world_call(memory, ABI_UNTYPED_info), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, memory), ST_OK);
	assert_false(any_under_way());
}

#define FAULTED 3

/* Threads that run in a capsule until each waits with a fault through what the
 * capsule holds. */
static void fault_in(uint64_t capsule, uint64_t fault_endpoint)
{
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	struct thread *threads[FAULTED];

	assert_int_equal(world_call(capsule, ABI_CAPSULE_configure, vspace,
				    node, fault_endpoint),
			 ST_OK);
	for (uint32_t i = 0; i < FAULTED; i++) {
		uint64_t thread = world_make(ABI_TYPE_THREAD, 0);
		assert_int_equal(world_call(thread, ABI_THREAD_configure, node,
					    vspace,
					    world_make(ABI_TYPE_FRAME, 0), 0),
				 ST_OK);
		assert_int_equal(world_call(capsule, ABI_CAPSULE_bind, thread),
				 ST_OK);
		threads[i] = slot_object(cap_find(world_node(), thread));
	}
	assert_int_equal(world_call(capsule, ABI_CAPSULE_start), ST_OK);
	for (uint32_t i = 0; i < FAULTED; i++) {
		world_run(threads[i]);
		world_fault(threads[i], &(struct fault){ 0 });
	}
	world_run(world_core());
}

/* A step ends in the middle of those that wait, and then the capsule goes with
 * what they waited through: no mark is left in the counts. */
static void test_a_capsule_goes_in_between(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	uint64_t capsule = world_make(ABI_TYPE_CAPSULE, 0);
	uint64_t lent = copy_of(world_make(ABI_TYPE_ENDPOINT, 0));
	const struct endpoint *endpoint =
		slot_object(cap_find(world_node(), lent));

	fault_in(capsule, lent);
	for (uint32_t i = 1; i <= SWEEP_STEP - FAULTED + 1; i++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, i, lent),
				 ST_OK);
	}
	assert_int_equal(world_step(NODE, ABI_CAPNODE_revoke, 1, lent),
			 KERNEL_RESTART);
	assert_non_null(endpoint->head);
	world_current()->sweep = 0; /* so that it may do something else */
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, capsule), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, lent), ST_OK);
	assert_int_equal(state.sweeps, 0);
	assert_int_equal(endpoint->sweeps, 0);
	assert_null(endpoint->head);
}

/* Two CapNodes go at once, each with what lies in it. */
static void test_two_nodes_go(void **unused)
{
	(void)unused;
	uint64_t memory = world_make(ABI_TYPE_UNTYPED, 14);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t node[2] = { world_slot(), world_slot() };

	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(world_call(memory, ABI_UNTYPED_retype,
					    ABI_TYPE_CAPNODE, 4, 1, NODE,
					    node[i]),
				 ST_OK);
		assert_int_equal(
			world_call(node[i], ABI_CAPNODE_copy, 1, endpoint),
			ST_OK);
	}
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, memory), ST_OK);
	assert_int_equal(cap_find(world_node(), endpoint)->child, 0);
	assert_null(state.gone);
}

/* A CapNode is gone, and in what lies in it, that nobody has looked at yet, is
 * the memory of another one. That one is not filled any more when memory is used
 * again, for which all that is gone must be gone. */
static void test_nothing_is_made_in_what_goes(void **unused)
{
	(void)unused;
	uint64_t memory = world_make(ABI_TYPE_UNTYPED, 14);
	uint64_t used = world_make(ABI_TYPE_UNTYPED, 14);
	uint64_t gone = world_make(ABI_TYPE_CAPNODE, 10), inner;
	uint64_t node = world_slot(), made = world_slot();
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	struct thread *other = world_thread(&inner, NULL);

	assert_int_equal(world_call(memory, ABI_UNTYPED_retype,
				    ABI_TYPE_CAPNODE, 4, 1, NODE, node),
			 ST_OK);
	assert_int_equal(world_call(used, ABI_UNTYPED_retype, ABI_TYPE_ENDPOINT,
				    0, 1, NODE, made),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, made), ST_OK);
	for (uint32_t i = 1; i < SWEEP_STEP + 40; i++) {
		assert_int_equal(
			world_call(gone, ABI_CAPNODE_copy, i, endpoint), ST_OK);
	}
	assert_int_equal(
		world_call(gone, ABI_CAPNODE_move, SWEEP_STEP + 40, memory),
		ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 3, NODE), ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_copy, 4, node), ST_OK);
	assert_int_equal(world_call(inner, ABI_CAPNODE_move, 5, used), ST_OK);
	assert_int_equal(world_step(NODE, ABI_CAPNODE_delete, 1, gone),
			 KERNEL_RESTART);
	assert_non_null(state.gone);

	world_run(other);
	assert_int_equal(world_call(5, ABI_UNTYPED_retype, ABI_TYPE_ENDPOINT, 0,
				    1, 4, 7),
			 ST_NO_CAPABILITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_way_goes_last, world_boot),
		cmocka_unit_test_setup(test_the_way_goes_first, world_boot),
		cmocka_unit_test_setup(test_the_rest_is_done_by_another,
				       world_boot),
		cmocka_unit_test_setup(test_many_at_once, world_boot),
		cmocka_unit_test_setup(test_an_object_goes_at_once, world_boot),
		cmocka_unit_test_setup(test_two_nodes_go, world_boot),
		cmocka_unit_test_setup(test_a_capsule_goes_in_between,
				       world_boot),
		cmocka_unit_test_setup(test_nothing_is_made_in_what_goes,
				       world_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
