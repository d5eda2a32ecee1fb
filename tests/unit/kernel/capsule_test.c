/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capsules: every arrow of their life and every arrow that is none, threads
 * that stand still and go on, faults, and capabilities that get from one
 * capsule into another.
 * Shows C12 E10 E12 E14 E15 E16 E17 E18 E19 E25 E26 E30 E36 E38 E110 E112.
 */

#include "cpus.h"
#include "kernel/capsule.h"

#include <string.h>

#define NODE    CORE_SLOT_CAPNODE
#define BINDALL ABI_CAPSULE_THREADS_MAX

/* A capsule, its capabilities in core's node. */
struct made {
	uint64_t capsule, node, vspace, thread;
	struct thread *main;
};

static struct capsule *object(const struct made *made)
{
	return slot_object(cap_find(world_node(), made->capsule));
}

static uint64_t make_thread(const struct made *made)
{
	uint64_t thread = world_make(ABI_TYPE_THREAD, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);

	assert_int_equal(world_call(thread, ABI_THREAD_configure, made->node,
				    made->vspace, buffer, 0),
			 ST_OK);
	assert_int_equal(world_call(thread, ABI_THREAD_set_registers,
				    USER_START, USER_END, 7, 0),
			 ST_OK);
	return thread;
}

/* Created, with one thread. */
static struct made make(uint64_t fault)
{
	struct made made = {
		.capsule = world_make(ABI_TYPE_CAPSULE, 0),
		.node = world_make(ABI_TYPE_CAPNODE, 4),
		.vspace = world_make(ABI_TYPE_VSPACE, 0),
	};

	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_configure,
				    made.vspace, made.node, fault),
			 ST_OK);
	made.thread = make_thread(&made);
	assert_int_equal(
		world_call(made.capsule, ABI_CAPSULE_bind, made.thread), ST_OK);
	made.main = slot_object(cap_find(world_node(), made.thread));
	return made;
}

static status_t go(const struct made *made, enum abi_method method)
{
	return method == ABI_CAPSULE_fail
		       ? world_call(made->capsule, method, 77)
		       : world_call(made->capsule, method);
}

static uint64_t info(const struct made *made, unsigned int word)
{
	assert_int_equal(world_call(made->capsule, ABI_CAPSULE_info), ST_OK);
	return world_word(word);
}

/* Whether the thread gets the CPU when core gives it away; core has it again in
 * the end. */
static bool runs(const struct thread *thread)
{
	bool ran = false;

	for (unsigned int i = 0; i < 8 || world_current() != world_core();
	     i++) {
		world_verb(ABI_VERB_YIELD, 0, 0, 0);
		ran |= world_current() == thread;
		assert_true(i < 64);
	}
	return ran;
}

/* --- the automaton --------------------------------------------------------- */

#define CREATED ABI_CAPSULE_CREATED
#define RUNNING ABI_CAPSULE_RUNNING
#define FROZEN  ABI_CAPSULE_FROZEN
#define FAILED  ABI_CAPSULE_FAILED
#define STOPPED ABI_CAPSULE_STOPPED
#define STATES  ABI_CAPSULE_STATE_COUNT

/* From row to column. */
static const bool arrow[STATES][STATES] = {
	[CREATED] = { [RUNNING] = true, [STOPPED] = true },
	[RUNNING] = { [FROZEN] = true, [FAILED] = true, [STOPPED] = true },
	[FROZEN] = { [RUNNING] = true, [FAILED] = true, [STOPPED] = true },
	[FAILED] = { [STOPPED] = true },
};

/* A new capsule in each state. */
static struct made make_in(uint32_t in)
{
	struct made made = make(0);

	if (in != CREATED) {
		assert_int_equal(go(&made, ABI_CAPSULE_start), ST_OK);
	}
	if (in == FROZEN) {
		assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	} else if (in == FAILED) {
		assert_int_equal(go(&made, ABI_CAPSULE_fail), ST_OK);
	} else if (in == STOPPED) {
		assert_int_equal(go(&made, ABI_CAPSULE_stop), ST_OK);
	}
	assert_int_equal(info(&made, 0), in);
	return made;
}

static void test_every_pair_of_states(void **unused)
{
	static const struct {
		enum abi_method method;
		uint32_t to, only; /* from that state only, if not STATES */
	} ways[] = {
		{ ABI_CAPSULE_start, RUNNING, CREATED },
		{ ABI_CAPSULE_freeze, FROZEN, STATES },
		{ ABI_CAPSULE_thaw, RUNNING, FROZEN },
		{ ABI_CAPSULE_fail, FAILED, STATES },
		{ ABI_CAPSULE_stop, STOPPED, STATES },
	};

	(void)unused;
	for (uint32_t from = 0; from < STATES; from++) {
		for (uint32_t i = 0; i < ARRAY_SIZE(ways); i++) {
			struct made made = make_in(from);
			bool good = arrow[from][ways[i].to] &&
				    (ways[i].only == STATES ||
				     ways[i].only == from);
			uint32_t to = good ? ways[i].to : from;
			struct thread before = *made.main;

			assert_int_equal(go(&made, ways[i].method),
					 good ? ST_OK : ST_BAD_STATE);
			assert_int_equal(info(&made, 0), to);
			assert_int_equal(runs(made.main), to == RUNNING);
			if (!good && from != RUNNING) {
				assert_memory_equal(&before, made.main,
						    sizeof(before));
			}
			go(&made, ABI_CAPSULE_stop);
		}
	}
}

static void test_reason(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);

	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_fail,
				    ABI_CAPSULE_REASON_FAULT),
			 ST_BAD_ARGUMENT);
	assert_int_equal(info(&made, 0), RUNNING);
	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_fail, 5), ST_OK);
	assert_int_equal(info(&made, 1), 5);
	assert_int_equal(go(&made, ABI_CAPSULE_stop), ST_OK);
	assert_int_equal(info(&made, 1), 5);
}

static void test_ids(void **unused)
{
	(void)unused;
	uint64_t last = 0;

	for (unsigned int i = 0; i < 20; i++) {
		struct made made = make_in(i % STATES);
		uint64_t id = info(&made, 2);
		assert_true(id > last);
		assert_int_equal(made.main->vspace->capsule, id);
		assert_int_equal(made.main->capnode->capsule, id);
		last = id;
	}
	assert_int_equal(world_node()->capsule, 0);
}

/* --- making one ------------------------------------------------------------ */

static void test_configure_refusals(void **unused)
{
	(void)unused;
	struct made other = make(0);
	uint64_t capsule = world_make(ABI_TYPE_CAPSULE, 0);
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 4), weak = world_slot();
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t deaf = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, node, 0,
				    UINT32_MAX - (1u << ABI_CAPNODE_copy), 0),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, deaf, endpoint,
				    ABI_RIGHT_RECV, UINT32_MAX, 0),
			 ST_OK);
	const struct {
		status_t status;
		uint64_t words[3];
	} cases[] = {
		{ ST_NO_CAPABILITY, { 0, node, 0 } },
		{ ST_WRONG_TYPE, { node, node, 0 } },
		{ ST_WRONG_TYPE, { vspace, vspace, 0 } },
		{ ST_NO_RIGHT, { vspace, weak, 0 } },
		{ ST_WRONG_TYPE, { vspace, node, node } },
		{ ST_NO_RIGHT, { vspace, node, deaf } },
		{ ST_BUSY, { other.vspace, node, 0 } },
		{ ST_BUSY, { vspace, other.node, 0 } },
		{ ST_OK, { vspace, node, endpoint } },
		{ ST_BAD_STATE, { vspace, node, endpoint } },
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t *words = cases[i].words;
		assert_int_equal(world_call(capsule, ABI_CAPSULE_configure,
					    words[0], words[1], words[2]),
				 cases[i].status);
	}
}

static void test_bind_refusals(void **unused)
{
	(void)unused;
	struct made made = make(0), other = make(0);
	uint64_t bare = world_make(ABI_TYPE_CAPSULE, 0), weak = world_slot();
	uint64_t fresh = world_make(ABI_TYPE_THREAD, 0);
	uint64_t foreign, own = make_thread(&made), ran, mixed[2];

	for (unsigned int i = 0; i < 2; i++) {
		mixed[i] = world_make(ABI_TYPE_THREAD, 0);
		assert_int_equal(world_call(mixed[i], ABI_THREAD_configure,
					    i ? made.node : other.node,
					    i ? other.vspace : made.vspace,
					    world_make(ABI_TYPE_FRAME, 0), 0),
				 ST_OK);
	}

	(void)world_thread(NULL, &foreign);
	ran = make_thread(&made);
	assert_int_equal(world_call(ran, ABI_THREAD_resume), ST_OK);
	assert_int_equal(world_call(ran, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, own, 0,
				    1u << ABI_THREAD_info, 0),
			 ST_OK);
	const struct {
		status_t status;
		uint64_t capsule, thread;
	} cases[] = {
		{ ST_BUSY, made.capsule, made.thread },
		{ ST_BUSY, made.capsule, other.thread },
		{ ST_BAD_STATE, bare, own },
		{ ST_BAD_STATE, made.capsule, fresh },
		{ ST_BAD_STATE, made.capsule, foreign },
		{ ST_BAD_STATE, made.capsule, ran },
		{ ST_BAD_STATE, made.capsule, mixed[0] },
		{ ST_BAD_STATE, made.capsule, mixed[1] },
		{ ST_BAD_STATE, other.capsule, own },
		{ ST_NO_RIGHT, made.capsule, weak },
		{ ST_WRONG_TYPE, made.capsule, made.node },
		{ ST_NO_CAPABILITY, made.capsule, 0 },
		{ ST_OK, made.capsule, own },
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(world_call(cases[i].capsule, ABI_CAPSULE_bind,
					    cases[i].thread),
				 cases[i].status);
	}
	assert_int_equal(world_call(own, ABI_THREAD_configure, other.node,
				    other.vspace, world_make(ABI_TYPE_FRAME, 0),
				    0),
			 ST_BAD_STATE);
	assert_int_equal(world_call(bare, ABI_CAPSULE_start), ST_BAD_STATE);
	go(&other, ABI_CAPSULE_stop);
	assert_int_equal(world_call(other.capsule, ABI_CAPSULE_bind,
				    make_thread(&other)),
			 ST_BAD_STATE);
}

static void test_thread_limit(void **unused)
{
	(void)unused;
	struct made made = make(0);

	for (unsigned int i = 1; i < BINDALL; i++) {
		assert_int_equal(world_call(made.capsule, ABI_CAPSULE_bind,
					    make_thread(&made)),
				 ST_OK);
	}
	assert_int_equal(info(&made, 3), BINDALL);
	assert_int_equal(
		world_call(made.capsule, ABI_CAPSULE_bind, make_thread(&made)),
		ST_LIMIT);
	assert_int_equal(go(&made, ABI_CAPSULE_start), ST_OK);
	for (unsigned int i = 0; i < BINDALL; i++) {
		assert_int_equal(object(&made)->threads[i]->state,
				 ABI_THREAD_READY);
	}
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_stop), ST_OK);
}

/* Resumed before the start it waits for it; one that is suspended stays so; and
 * one that comes later needs no start. */
static void test_threads_and_the_start(void **unused)
{
	(void)unused;
	struct made made = make(0);
	uint64_t halted = make_thread(&made), late = make_thread(&made);
	const struct thread *second, *third;

	second = slot_object(cap_find(world_node(), halted));
	third = slot_object(cap_find(world_node(), late));
	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_bind, halted),
			 ST_OK);
	assert_int_equal(world_call(made.thread, ABI_THREAD_resume), ST_OK);
	assert_int_equal(world_call(halted, ABI_THREAD_resume), ST_OK);
	assert_int_equal(world_call(halted, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(made.main->state, ABI_THREAD_FROZEN);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_start), ST_OK);
	assert_true(runs(made.main));
	assert_false(runs(second));
	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_bind, late),
			 ST_OK);
	assert_false(runs(third));
	assert_int_equal(world_call(late, ABI_THREAD_resume), ST_OK);
	assert_true(runs(third));
	go(&made, ABI_CAPSULE_stop);
	assert_int_equal(world_call(late, ABI_THREAD_resume), ST_OK);
	assert_false(runs(third));
}

/* --- standing still --------------------------------------------------------- */

/* core and a capsule talk: its endpoint in slot 3, its Reply in 4. */
static uint64_t endpoint, reply;

static void connect(const struct made *made)
{
	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	reply = world_make(ABI_TYPE_REPLY, 0);
	assert_int_equal(world_call(made->node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	assert_int_equal(world_call(made->node, ABI_CAPNODE_move, 4,
				    world_make(ABI_TYPE_REPLY, 0)),
			 ST_OK);
}

/* A message reaches a receiver that stands still, which reads it afterwards. */
static void test_message_to_a_frozen_receiver(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);

	connect(&made);
	world_run(made.main);
	world_verb(ABI_VERB_RECV, 3, 0, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_int_equal(made.main->state, ABI_THREAD_RECEIVING);
	world_core()->context.message.words[0] = 99;
	assert_int_equal(world_verb(ABI_VERB_SEND, endpoint, 1, 1), ST_OK);
	assert_int_equal(made.main->state, ABI_THREAD_FROZEN);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	world_run(made.main);
	assert_int_equal(made.main->context.message.verb, ST_OK);
	assert_int_equal(made.main->context.message.words[0], 99);
}

/* So does a call, whose caller then waits; and the answer to one. */
static void test_calls_of_the_frozen(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);
	struct thread *main = made.main;

	connect(&made);
	world_run(main);
	main->context.message.words[0] = 41;
	world_verb(ABI_VERB_CALL, 3, 1, 1);
	assert_int_equal(main->state, ABI_THREAD_SENDING);
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0,
				    reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_OK);
	assert_int_equal(world_word(0), 41);
	assert_int_equal(main->state, ABI_THREAD_CALLING);
	world_core()->context.message.words[0] = 42;
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 1), ST_OK);
	assert_int_equal(main->state, ABI_THREAD_FROZEN);
	assert_false(runs(main));
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	world_run(main);
	assert_int_equal(main->context.message.verb, ST_OK);
	assert_int_equal(main->context.message.words[0], 42);
}

static void test_call_to_a_frozen_receiver(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);
	uint64_t node;
	struct thread *client = world_thread(&node, NULL);

	connect(&made);
	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	world_run(made.main);
	world_verb(ABI_VERB_RECV, 3, 0, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	world_run(world_core());
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	world_run(client);
	world_verb(ABI_VERB_CALL, 3, 1, 0);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(client->state, ABI_THREAD_CALLING);
	assert_int_equal(made.main->state, ABI_THREAD_FROZEN);
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	world_run(made.main);
	assert_int_equal(world_verb(ABI_VERB_REPLY, 4, 0, 0), ST_OK);
	world_run(client);
}

/* What a stopped one waited for is not owed to it any more. */
static void test_stop_ends_all_waiting(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);

	connect(&made);
	world_run(made.main);
	world_verb(ABI_VERB_CALL, 3, 1, 0);
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0,
				    reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_OK);
	assert_int_equal(go(&made, ABI_CAPSULE_stop), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_BAD_STATE);
	assert_int_equal(made.main->state, ABI_THREAD_SUSPENDED);
	made = make_in(RUNNING);
	connect(&made);
	world_run(made.main);
	world_verb(ABI_VERB_SEND, 3, 1, 0);
	assert_int_equal(go(&made, ABI_CAPSULE_stop), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_TRY_RECV, endpoint, 0,
				    reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_WOULD_BLOCK);
}

/* A thread may do it to its own capsule, and has the answer when it goes on. */
static void test_freeze_oneself(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);

	assert_int_equal(
		world_call(made.node, ABI_CAPNODE_copy, 5, made.capsule),
		ST_OK);
	world_run(made.main);
	world_call(5, ABI_CAPSULE_freeze);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(made.main->state, ABI_THREAD_FROZEN);
	assert_int_equal(world_call(made.thread, ABI_THREAD_get_registers),
			 ST_OK);
	assert_int_equal(world_call(made.thread, ABI_THREAD_set_registers,
				    USER_START, USER_END, 7, 0),
			 ST_BAD_STATE);
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	world_run(made.main);
	assert_int_equal(made.main->context.message.verb, ST_OK);
	world_call(5, ABI_CAPSULE_stop);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(info(&made, 0), STOPPED);
}

/* Suspending one that stands still, and resuming it, changes only what the
 * thread does when the capsule goes on. */
static void test_suspend_the_frozen(void **unused)
{
	(void)unused;
	struct made made = make_in(FROZEN);

	assert_int_equal(world_call(made.thread, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_int_equal(world_call(made.thread, ABI_THREAD_resume), ST_OK);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	assert_true(runs(made.main));
}

/* --- on another CPU --------------------------------------------------------- */

/* A capsule whose thread runs on the second CPU. */
static struct made make_there(void)
{
	for (unsigned int i = 0; i < 8; i++) {
		struct made made = make_in(RUNNING);
		cpus_settle();
		if (cpus_current(1) == made.main) {
			return made;
		}
		go(&made, ABI_CAPSULE_stop);
	}
	fail();
	return (struct made){ 0 };
}

static void test_freeze_on_another_cpu(void **unused)
{
	(void)unused;
	cpus_boot(2);
	struct made made = make_there();
	struct arch_context context = made.main->context;

	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_ptr_equal(cpus_current(1), state.cpus[1].idle);
	assert_memory_equal(&context, &made.main->context, sizeof(context));
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	cpus_settle();
	assert_ptr_equal(cpus_current(1), made.main);
	assert_memory_equal(&context, &made.main->context, sizeof(context));
}

/* The call that it was about to make is made afterwards, once. */
static void test_freeze_before_a_call(void **unused)
{
	(void)unused;
	cpus_boot(2);
	struct made made = make_there();

	connect(&made);
	cpus_plan_syscall(1, ABI_VERB_TRY_SEND, 3, 1, 0);
	uint64_t pc = made.main->context.pc;
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_int_equal(made.main->context.message.verb, ABI_VERB_TRY_SEND);
	assert_int_equal(made.main->context.pc, pc - FAKE_CALL_BYTES);
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	cpus_settle();
	assert_ptr_equal(cpus_current(1), made.main);
	cpus_syscall(1, ABI_VERB_TRY_SEND, 3, 1, 0);
	cpus_settle();
	assert_int_equal(made.main->context.message.verb, ST_WOULD_BLOCK);
}

/* --- faults ----------------------------------------------------------------- */

static void fault(const struct made *made)
{
	struct fault what = { .kind = ABI_FAULT_MEMORY, .pc = USER_START };

	world_run(made->main);
	(void)world_fault(made->main, &what);
	world_check();
	assert_ptr_equal(world_current(), world_core());
}

static void test_fault_goes_to_the_capsule(void **unused)
{
	(void)unused;
	uint64_t badged = world_slot();

	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	reply = world_make(ABI_TYPE_REPLY, 0);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, badged, endpoint,
				    ABI_RIGHT_SEND, UINT32_MAX, 1234),
			 ST_OK);
	struct made made = make(badged);
	assert_int_equal(go(&made, ABI_CAPSULE_start), ST_OK);
	fault(&made);
	assert_int_equal(info(&made, 0), RUNNING);
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0,
				    reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_OK);
	assert_int_equal(world_core()->context.message.capability, 1234);
	assert_int_equal(world_word(ABI_FAULT_KIND), ABI_FAULT_MEMORY);
	/* Resumed while it is frozen it waits for the thaw. */
	assert_int_equal(go(&made, ABI_CAPSULE_freeze), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, ABI_FAULT_RESUME, 0),
			 ST_OK);
	assert_false(runs(made.main));
	assert_int_equal(go(&made, ABI_CAPSULE_thaw), ST_OK);
	assert_true(runs(made.main));
}

static void test_fault_fails_the_capsule(void **unused)
{
	(void)unused;
	struct made made = make(0);
	uint64_t second = make_thread(&made);
	const struct thread *other;

	other = slot_object(cap_find(world_node(), second));
	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_bind, second),
			 ST_OK);
	assert_int_equal(go(&made, ABI_CAPSULE_start), ST_OK);
	fault(&made);
	assert_int_equal(info(&made, 0), FAILED);
	assert_int_equal(info(&made, 1),
			 ABI_CAPSULE_REASON_FAULT | ABI_FAULT_MEMORY);
	assert_false(runs(made.main));
	assert_false(runs(other));
	assert_non_null(strstr(fake.console, "faulted: kind 1"));
}

/* --- the end ---------------------------------------------------------------- */

static void test_destroy(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < STATES; i++) {
		struct made made = make_in(i);
		struct capsule *capsule = object(&made);

		capsule_destroy(capsule);
		assert_null(made.main->capsule);
		assert_int_equal(capsule->thread_count, 0);
		assert_false(runs(made.main));
		assert_int_equal(world_call(made.thread, ABI_THREAD_resume),
				 ST_OK);
		assert_false(runs(made.main));
	}
}

static void test_forget(void **unused)
{
	(void)unused;
	struct made made = make_in(RUNNING);
	uint64_t second = make_thread(&made);

	assert_int_equal(world_call(made.capsule, ABI_CAPSULE_bind, second),
			 ST_OK);
	capsule_forget(made.main);
	capsule_forget(made.main); /* nothing more to forget */
	assert_int_equal(info(&made, 3), 1);
	assert_ptr_equal(object(&made)->threads[0],
			 slot_object(cap_find(world_node(), second)));
	assert_null(object(&made)->threads[1]);
}

/* --- delegation -------------------------------------------------------------- */

static uint8_t depth_of(uint64_t node, uint32_t slot)
{
	return capnode_slot(slot_object(cap_find(world_node(), node)), slot)
		->delegation;
}

/* Depth is counted at the border and only there. */
static void test_delegation_depth(void **unused)
{
	(void)unused;
	struct made a = make_in(RUNNING), b = make_in(FROZEN);
	uint64_t second = world_make(ABI_TYPE_CAPNODE, 4), object;

	object = world_make(ABI_TYPE_ENDPOINT, 0);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_copy, 5, a.node),
			 ST_OK);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_copy, 6, b.node),
			 ST_OK);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_mint, 7, object,
				    ABI_RIGHT_SEND | 2 << 8, 1, 9),
			 ST_OK);
	assert_int_equal(depth_of(a.node, 7), 2);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_copy, 15, second),
			 ST_OK);

	world_run(a.main);
	/* inside its own node nothing is counted */
	assert_int_equal(world_call(5, ABI_CAPNODE_copy, 8, 7), ST_OK);
	/* to the other one, each way takes one away */
	assert_int_equal(world_call(6, ABI_CAPNODE_copy, 8, 7), ST_OK);
	assert_int_equal(world_call(6, ABI_CAPNODE_mint, 9, 7,
				    ABI_RIGHT_SEND | 2 << 8, 1, 9),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(6, ABI_CAPNODE_mint, 9, 7,
				    ABI_RIGHT_SEND | 1 << 8, 1, 9),
			 ST_OK);
	assert_int_equal(world_call(6, ABI_CAPNODE_move, 10, 8), ST_OK);
	/* one that has lent cannot go with less than it lent */
	assert_int_equal(world_call(6, ABI_CAPNODE_move, 11, 7), ST_BUSY);
	assert_int_equal(world_call(5, ABI_CAPNODE_move, 12, 7), ST_OK);
	world_run(world_core());
	assert_int_equal(depth_of(a.node, 12), 2);
	assert_int_equal(depth_of(b.node, 8), 1);
	assert_int_equal(depth_of(b.node, 9), 1);
	assert_int_equal(depth_of(b.node, 10), 1);

	/* and at zero there is no further way, not even to core's nodes */
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, world_slot(),
				    b.node | (8 + 1ull) << CORE_CAPNODE_BITS),
			 ST_OK);
	assert_int_equal(world_call(b.node, ABI_CAPNODE_mint, 11, object,
				    ABI_RIGHT_SEND, 1, 9),
			 ST_OK);
	uint64_t stuck = b.node | (11 + 1ull) << CORE_CAPNODE_BITS;
	assert_int_equal(world_call(a.node, ABI_CAPNODE_copy, 13, stuck),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_mint, 13, stuck,
				    ABI_RIGHT_SEND, 1, 9),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(a.node, ABI_CAPNODE_move, 13, stuck),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(b.node, ABI_CAPNODE_move, 13, stuck),
			 ST_OK);
	/* what has no end goes on without end */
	assert_int_equal(world_call(a.node, ABI_CAPNODE_copy, 13, object),
			 ST_OK);
	assert_int_equal(depth_of(a.node, 13), ABI_DELEGATION_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_pair_of_states, world_boot),
		cmocka_unit_test_setup(test_reason, world_boot),
		cmocka_unit_test_setup(test_ids, world_boot),
		cmocka_unit_test_setup(test_configure_refusals, world_boot),
		cmocka_unit_test_setup(test_bind_refusals, world_boot),
		cmocka_unit_test_setup(test_thread_limit, world_boot),
		cmocka_unit_test_setup(test_threads_and_the_start, world_boot),
		cmocka_unit_test_setup(test_message_to_a_frozen_receiver,
				       world_boot),
		cmocka_unit_test_setup(test_calls_of_the_frozen, world_boot),
		cmocka_unit_test_setup(test_call_to_a_frozen_receiver,
				       world_boot),
		cmocka_unit_test_setup(test_stop_ends_all_waiting, world_boot),
		cmocka_unit_test_setup(test_freeze_oneself, world_boot),
		cmocka_unit_test_setup(test_suspend_the_frozen, world_boot),
		cmocka_unit_test_teardown(test_freeze_on_another_cpu, cpus_end),
		cmocka_unit_test_teardown(test_freeze_before_a_call, cpus_end),
		cmocka_unit_test_setup(test_fault_goes_to_the_capsule,
				       world_boot),
		cmocka_unit_test_setup(test_fault_fails_the_capsule,
				       world_boot),
		cmocka_unit_test_setup(test_destroy, world_boot),
		cmocka_unit_test_setup(test_forget, world_boot),
		cmocka_unit_test_setup(test_delegation_depth, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
