/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failure injection. In front of each operation of random rows the same system
 * call is made again and again, and each time another one of the functions fails
 * that it calls and that may fail: all checks, all look-ups, all allocations.
 * The caller then has that error, and nothing else is different from before;
 * the same call made after that does what it would have done. So whatever may
 * fail is called before anything is changed.
 *
 * Two verbs are made of two halves. REPLY_RECV answers, and may then fail to
 * receive: the same as REPLY. And who receives a message with capabilities may
 * find that they cannot come: then its sender has the error, and the receiver
 * goes on.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/kernel/world.h"
#include "tests/unit/model/worlds.h"

#include "inject.h"

#define OPS     12000
#define SEED    1
#define ROW     100 /* operations from one beginning */
#define STEPS   4   /* of one call that are looked at */
#define SWEEPS  20  /* worlds in which they are taken back */
#define BETWEEN 20  /* calls of others between two steps */

static uint64_t random_state;
static const char *reasons;
static struct model_message aside; /* what others try first between steps */

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* xorshift64*: the same numbers everywhere. */
static uint64_t next(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dull;
}

static void begin(const struct lockstep_state *world, uint64_t seed)
{
	lockstep_restore(world);
	random_state = seed * 0x9e3779b97f4a7c15ull | 1;
	(void)snprintf(lockstep_repeat, sizeof(lockstep_repeat),
		       "OPS=1 SEED=%lu sh tests/unit/model/inject_test.sh",
		       seed);
}

static void make_op(struct op *op)
{
	uint64_t words[2] = { next(), next() };

	op_make((const uint8_t *)words, op);
}

/* Between two steps of a call others are made, by somebody who stumbles over
 * what the first one has not done yet. */
static void fail_between(void)
{
	static struct lockstep_state *here;
	struct op op;

	here = here ? here : lockstep_save();
	lockstep_save_to(here);
	fail_message(&aside);
	(void)fail_everywhere();
	for (unsigned int i = 0; i < BETWEEN; i++) {
		lockstep_restore(here);
		make_op(&op);
		if (op.kind == OP_CALL) {
			fail_message(&op.message);
			(void)fail_everywhere();
		}
	}
	lockstep_restore(here);
}

static void fail_all(const struct model_message *message)
{
	static struct lockstep_state *before;

	before = before ? before : lockstep_save();
	lockstep_save_to(before);
	fail_message(message);
	for (unsigned int i = 0; i < STEPS && fail_everywhere(); i++) {
		fail_between();
	}
	lockstep_restore(before);
}

static void fail_call(uint64_t capability, uint64_t method, uint64_t count,
		      uint64_t first, uint64_t second)
{
	const struct model_message message = {
		capability, method, count, { first, second }, ABI_VERB_CALL
	};

	fail_all(&message);
}

static void test_random(void **unused)
{
	uint64_t wanted = from_environment("OPS", OPS), count = 0;
	struct op op;

	(void)unused;
	worlds_big();
	struct lockstep_state *world = lockstep_save();
	for (uint64_t seed = from_environment("SEED", SEED); count < wanted;
	     seed++) {
		begin(world, seed);
		for (unsigned int i = 0; i < ROW; i++, count++) {
			if (lockstep_thread() == MODEL_NONE) {
				break;
			}
			make_op(&op);
			if (op.kind == OP_CALL) {
				fail_all(&op.message);
			}
			(void)lockstep_do(&op);
		}
	}
	free(world);
	print_message("# %lu operations, %lu failures\n", count, fail_count);
}

/* --- sweeps of more than one step --------------------------------------------- */

/* Slots of the first node; see worlds_big(). 11 becomes empty. */
enum { ENDPOINT = 12, FREE = 11, MEMORY = 14, LARGE };
#define COPIES 300

static void must(status_t status)
{
	assert_int_equal(status, ST_OK);
}

/* A CapNode full of copies of an endpoint, which is made of Untyped that nothing
 * else is made of. Taken back are the copies, the CapNode, and the Untyped. */
static void test_sweeps(void **unused)
{
	(void)unused;
	worlds_big();
	must(lockstep_call(SLOT_ARENA, ABI_UNTYPED_retype, ABI_TYPE_UNTYPED, 15,
			   1, SLOT_NODE, MEMORY));
	must(lockstep_call(MEMORY, ABI_UNTYPED_retype, ABI_TYPE_CAPNODE, 9, 1,
			   SLOT_NODE, LARGE));
	must(lockstep_call(SLOT_NODE, ABI_CAPNODE_delete, FREE));
	for (uint64_t i = 1; i <= COPIES; i++) {
		must(lockstep_call(LARGE, ABI_CAPNODE_copy, i, ENDPOINT));
	}
	struct lockstep_state *world = lockstep_save();
	aside = (struct model_message){ SLOT_NODE,
					ABI_CAPNODE_copy,
					2,
					{ FREE, ENDPOINT },
					ABI_VERB_CALL };
	for (uint64_t seed = 1; seed <= SWEEPS; seed++) {
		begin(world, seed);
		fail_call(SLOT_NODE, ABI_CAPNODE_revoke, 1, ENDPOINT, 0);
		fail_call(SLOT_NODE, ABI_CAPNODE_delete, 1, ENDPOINT, 0);
		fail_call(SLOT_NODE, ABI_CAPNODE_delete, 1, LARGE, 0);
		fail_call(SLOT_NODE, ABI_CAPNODE_revoke, 1, MEMORY, 0);
		fail_call(SLOT_NODE, ABI_CAPNODE_delete, 1, MEMORY, 0);
	}
	free(world);
}

/* --- memory to nano and back ------------------------------------------------------ */

static void test_reserved(void **unused)
{
	(void)unused;
	worlds_big();
	must(lockstep_call(SLOT_ARENA, ABI_UNTYPED_retype, ABI_TYPE_RESERVED, 3,
			   1, SLOT_NODE, MEMORY));
	struct lockstep_state *world = lockstep_save();
	begin(world, 0);
	fail_call(MEMORY, ABI_RESERVED_info, 0, 0, 0);
	fail_call(MEMORY, ABI_RESERVED_take, 0, 0, 0);
	must(lockstep_invoke(MEMORY, ABI_RESERVED_take, 0, (uint64_t[8]){ 0 }));
	fail_call(MEMORY, ABI_RESERVED_revoke, 0, 0, 0);
	fail_call(SLOT_NODE, ABI_CAPNODE_delete, 1, MEMORY, 0);
	free(world);
}

/* --- what only core has, and what nobody may ----------------------------------------------------------- */

enum { CONTROL = 14, PORTS };

static void lend_from_core(uint32_t from, uint32_t to)
{
	struct slot *source = capnode_slot(world_node(), from);
	struct cap_limits limits = cap_limits_of(source);
	struct capnode *node = world_current()->capnode;

	cap_derive(node, capnode_slot(node, to), source, &limits);
}

static void test_core(void **unused)
{
	(void)unused;
	worlds_big();
	lend_from_core(CORE_SLOT_SYSTEM_CONTROL, CONTROL);
	lend_from_core(CORE_SLOT_IO_PORTS, PORTS);
	struct lockstep_state *world = lockstep_save();
	begin(world, 0);
	fail_call(CONTROL, ABI_SYSTEM_CONTROL_info, 0, 0, 0);
	fail_call(CONTROL, ABI_SYSTEM_CONTROL_operational, 0, 0, 0);
	fail_call(CONTROL, ABI_SYSTEM_CONTROL_nano_counter, 1, 0, 0);
	fail_call(PORTS, ABI_IO_PORT_RANGE_info, 0, 0, 0);
	fail_call(PORTS, ABI_IO_PORT_RANGE_read, 2, 0x3f8, 1);
	fail_call(PORTS, ABI_IO_PORT_RANGE_write, 3, 0x3f8, 1);
	lockstep_set_ops(SLOT_NODE, 0);
	fail_call(SLOT_NODE, ABI_CAPNODE_info, 0, 0, 0);
	free(world);
}

/* Fewer operations do not get everywhere. */
static void test_all_points(void **unused)
{
	(void)unused;
	if (from_environment("OPS", OPS) < OPS) {
		skip();
	}
	assert_true(inject_report(reasons));
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_sweeps),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_core),
		cmocka_unit_test(test_all_points),
	};

	if (count != 3) {
		return 2;
	}
	inject_load(arguments[1]);
	reasons = arguments[2];
	return cmocka_run_group_tests_name("inject", tests, NULL, NULL);
}
