/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capsules on the machine: threads that are frozen while they run on any CPU
 * and thawed later have every register and lose no message; a message reaches
 * who is frozen; every arrow of a capsule's life, and every one that is none;
 * and a fault that nobody is told of.
 */

#include "tests/system/root/root.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "common/assert.h"
#include "common/types.h"

#define WORKERS    4
#define ROUNDS     30
#define CALLS      210
#define STACK_SIZE 16384
#define TURNS      3000

static uint64_t next_slot = 8000; /* behind those of make() */

/* The capsule that this program's own address space belongs to. */
static uint64_t capsule;

static struct worker {
	uint64_t thread;
	uint64_t turns, wrong;
	uint64_t words[HOLD_WORDS], before[HOLD_WORDS];
	uint8_t stack[STACK_SIZE] __attribute__((aligned(16)));
} workers[WORKERS + 3];

static status_t go(uint64_t object, uint32_t method)
{
	return method == ABI_CAPSULE_fail ? CALL(object, method, 9)
					  : CALL(object, method);
}

/* A thread of the capsule that has not run yet. */
static void make_worker_with(struct worker *worker, void (*entry)(uint64_t),
			     uint64_t buffer)
{
	uint64_t thread = make(ABI_TYPE_THREAD);

	worker->thread = thread;
	MUST(CALL(thread, ABI_THREAD_configure, CORE_SLOT_CAPNODE,
		  CORE_SLOT_VSPACE, buffer, root_faults));
	MUST(CALL(thread, ABI_THREAD_set_registers, (uint64_t)entry,
		  (uint64_t)worker->stack + STACK_SIZE - STACK_BIAS,
		  (uint64_t)worker, 0));
	MUST(CALL(capsule, ABI_CAPSULE_bind, thread));
}

static void make_worker(struct worker *worker, void (*entry)(uint64_t))
{
	make_worker_with(worker, entry, make(ABI_TYPE_FRAME));
}

static void start_late(struct worker *worker)
{
	MUST(CALL(worker->thread, ABI_THREAD_resume));
}

/* --- registers ---------------------------------------------------------------- */

static void hold(uint64_t argument)
{
	struct worker *worker = (struct worker *)argument;
	uint64_t seed = argument;

	for (;;) {
		for (uint32_t i = 0; i < HOLD_WORDS; i++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			worker->words[i] = worker->before[i] = seed;
		}
		hold_registers(worker->words, TURNS);
		for (uint32_t i = 0; i < HOLD_WORDS; i++) {
			worker->wrong += worker->words[i] != worker->before[i];
		}
		count(&worker->turns);
	}
}

static uint64_t all_turns(void)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < WORKERS; i++) {
		sum += get(&workers[i].turns);
	}
	return sum;
}

static void pass_time(uint64_t ticks)
{
	uint64_t end = root_clock() + root_clock_hz() * ticks / 1000;

	while (root_clock() < end) {
		relax();
	}
}

static void test_freeze_and_thaw(void)
{
	bool still = true, on = true, right = true;

	MUST(go(capsule, ABI_CAPSULE_start));
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint64_t before = all_turns();
		while (all_turns() < before + WORKERS) {
			tess_yield();
		}
		pass_time(round % 3);
		MUST(go(capsule, ABI_CAPSULE_freeze));
		before = all_turns();
		tess_yield();
		pass_time(2);
		still &= all_turns() == before;
		still &= info(workers[0].thread, 0) == ABI_THREAD_FROZEN;
		MUST(go(capsule, ABI_CAPSULE_thaw));
		on &= info(workers[0].thread, 0) == ABI_THREAD_READY;
	}
	MUST(go(capsule, ABI_CAPSULE_freeze));
	for (uint32_t i = 0; i < WORKERS; i++) {
		right &= workers[i].wrong == 0;
		MUST(CALL(workers[i].thread, ABI_THREAD_suspend));
	}
	MUST(go(capsule, ABI_CAPSULE_thaw));
	result(still, "no thread of a frozen capsule runs on any CPU # E16");
	result(on, "all go on when it is thawed # E15 E16");
	result(right, "with every register, those for vectors as well # E16");
}

/* --- messages ------------------------------------------------------------------ */

static uint64_t endpoint, reply, own_reply, last_word;

/* Calls with numbers that follow each other. */
static void call_for_ever(uint64_t argument)
{
	struct worker *worker = (struct worker *)argument;

	for (uint64_t number = 1;; number++) {
		struct tess_registers r = {
			.capability = endpoint,
			.info = 1,
			.words = { number },
			.verb = ABI_VERB_CALL,
		};
		tess_syscall(&r);
		worker->wrong += r.verb != ST_OK || r.words[0] != ~number;
		count(&worker->turns);
	}
}

static void test_no_call_is_lost(void)
{
	struct worker *caller = &workers[WORKERS];
	bool in_order = true;

	make_worker(caller, call_for_ever);
	start_late(caller);
	struct tess_registers r = {
		.capability = endpoint,
		.info = reply << ABI_MESSAGE_REPLY_SHIFT,
		.verb = ABI_VERB_RECV,
	};
	for (uint64_t number = 1; number <= CALLS; number++) {
		tess_syscall(&r);
		in_order &= r.verb == ST_OK && r.words[0] == number;
		if (number % 7 == 0) {
			MUST(go(capsule, ABI_CAPSULE_freeze));
			MUST(go(capsule, ABI_CAPSULE_thaw));
		}
		if (number % 5 == 0) {
			MUST(go(capsule, ABI_CAPSULE_freeze));
		}
		r = (struct tess_registers){
			.capability = reply,
			.info = 1,
			.words = { ~number },
			.verb = ABI_VERB_REPLY,
		};
		tess_syscall(&r);
		in_order &= r.verb == ST_OK;
		if (number % 5 == 0) {
			MUST(go(capsule, ABI_CAPSULE_thaw));
		}
		if (number % 3 == 0) { /* before it calls again, or within */
			MUST(go(capsule, ABI_CAPSULE_freeze));
			MUST(go(capsule, ABI_CAPSULE_thaw));
		}
		r = (struct tess_registers){
			.capability = endpoint,
			.info = reply << ABI_MESSAGE_REPLY_SHIFT,
			.verb = ABI_VERB_RECV,
		};
	}
	MUST(CALL(caller->thread, ABI_THREAD_suspend));
	result(in_order && caller->wrong == 0,
	       "calls and answers across a freeze come once and in order # E16");
}

static void receive_one(uint64_t argument)
{
	struct worker *worker = (struct worker *)argument;
	struct tess_registers r = {
		.capability = endpoint,
		.info = own_reply << ABI_MESSAGE_REPLY_SHIFT,
		.verb = ABI_VERB_RECV,
	};

	tess_syscall(&r);
	put(&last_word, r.words[0]);
	count(&worker->turns);
	for (;;) {
		relax();
	}
}

static void test_message_to_the_frozen(void)
{
	struct worker *receiver = &workers[WORKERS + 1];

	make_worker(receiver, receive_one);
	start_late(receiver);
	thread_await(receiver->thread, ABI_THREAD_RECEIVING);
	MUST(go(capsule, ABI_CAPSULE_freeze));
	struct tess_registers r = {
		.capability = endpoint,
		.info = 1,
		.words = { 4711 },
		.verb = ABI_VERB_SEND,
	};
	tess_syscall(&r);
	pass_time(2);
	result(r.verb == ST_OK && get(&last_word) == 0,
	       "a message reaches a frozen receiver, which does not run # E16");
	MUST(go(capsule, ABI_CAPSULE_thaw));
	while (get(&receiver->turns) == 0) {
		tess_yield();
	}
	result(get(&last_word) == 4711, "and reads it when it is thawed # E16");
	MUST(go(capsule, ABI_CAPSULE_stop));
	uint64_t turns = all_turns();
	pass_time(2);
	result(info(receiver->thread, 0) == ABI_THREAD_SUSPENDED &&
		       all_turns() == turns,
	       "threads of a stopped capsule never run again # E18");
}

/* --- capabilities in messages -------------------------------------------------- */

#define BUFFER 0x60000000 /* where the worker's message buffer is mapped */
#define CAPS   ((uint64_t)(uint32_t)ABI_MESSAGE_CAPS)
#define SLOTS  ((uint64_t)(uint32_t)ABI_MESSAGE_SLOTS)

static uint64_t lent, given, empty[3], statuses[3], turn;

static uint64_t call_with(uint64_t flags)
{
	struct tess_registers r = {
		.capability = endpoint,
		.info = flags,
		.verb = ABI_VERB_CALL,
	};

	tess_syscall(&r);
	return r.verb;
}

/* Hands over: to who has declared nothing, to who has, and what it has not. */
static void hand_over(uint64_t argument)
{
	struct message_buffer *buffer = (struct message_buffer *)BUFFER;
	struct worker *worker = (struct worker *)argument;

	for (uint32_t i = 0; i < 3; i++) {
		buffer->caps[0] = lent;
		buffer->caps[1] =
			i == 2 ? next_slot + 50 : given | ABI_CAP_GIVE;
		buffer->slots[0] = empty[2];
		put(&statuses[i], call_with(CAPS | SLOTS));
		wait_for(&turn, i + 1);
	}
	count(&worker->turns);
	thread_rest();
}

static uint64_t type_in(uint64_t slot)
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { slot };

	MUST(invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_inspect, 1, words));
	return words[0];
}

/* Once, if anybody calls. */
static status_t receive_with(uint64_t flags)
{
	struct tess_registers r = {
		.capability = endpoint,
		.info = flags | reply << ABI_MESSAGE_REPLY_SHIFT,
		.verb = ABI_VERB_TRY_RECV,
	};

	tess_yield();
	tess_syscall(&r);
	return (status_t)r.verb;
}

static void test_hand_over(void)
{
	struct worker *worker = &workers[WORKERS + 2];
	struct message_buffer *own = (struct message_buffer *)CORE_BUFFER;
	uint64_t buffer = make(ABI_TYPE_FRAME);

	lent = make(ABI_TYPE_ENDPOINT);
	given = make(ABI_TYPE_ENDPOINT);
	for (uint32_t i = 0; i < 3; i++) {
		empty[i] = next_slot++;
		statuses[i] = UINT64_MAX;
	}
	make_tables(BUFFER);
	MUST(CALL(buffer, ABI_FRAME_map, CORE_SLOT_VSPACE, BUFFER,
		  ABI_ACCESS_READ | ABI_ACCESS_WRITE));
	make_worker_with(worker, hand_over, buffer);
	start_late(worker);

	own->slots[0] = empty[0];
	own->slots[1] = empty[1];
	while (get(&statuses[0]) == UINT64_MAX) {
		if (receive_with(0) != ST_WOULD_BLOCK) {
			break;
		}
		tess_yield();
	}
	result(get(&statuses[0]) == ST_SLOT_FULL &&
		       type_in(empty[0]) == ABI_TYPE_NULL &&
		       type_in(given) == ABI_TYPE_ENDPOINT,
	       "to who declares no slots nothing is handed over # C11");
	put(&turn, 1);
	status_t came;
	do {
		came = receive_with(SLOTS);
	} while (came == ST_WOULD_BLOCK);
	result(came == ST_OK && own->caps[0] == empty[0] &&
		       own->caps[1] == empty[1] &&
		       type_in(empty[0]) == ABI_TYPE_ENDPOINT &&
		       type_in(empty[1]) == ABI_TYPE_ENDPOINT &&
		       type_in(lent) == ABI_TYPE_ENDPOINT &&
		       type_in(given) == ABI_TYPE_NULL,
	       "one is lent and one is given with a call # C11");
	own->caps[0] = empty[1] | ABI_CAP_GIVE;
	own->caps[1] = 0;
	struct tess_registers r = {
		.capability = reply,
		.info = CAPS,
		.verb = ABI_VERB_REPLY,
	};
	tess_syscall(&r);
	put(&turn, 3);
	while (get(&worker->turns) == 0) {
		tess_yield();
	}
	result(r.verb == ST_OK && get(&statuses[1]) == ST_OK &&
		       type_in(empty[1]) == ABI_TYPE_NULL &&
		       type_in(empty[2]) == ABI_TYPE_ENDPOINT,
	       "and given back with the answer # C11");
	result(get(&statuses[2]) == ST_NO_CAPABILITY,
	       "nobody hands over what he has not # E3 E21");
}

/* --- the automaton ---------------------------------------------------------------- */

/* A capsule with a thread; one that `runs` has nothing mapped to run. */
static uint64_t make_capsule(bool runs)
{
	uint64_t made = make(ABI_TYPE_CAPSULE), thread = make(ABI_TYPE_THREAD);
	uint64_t node = make_of_size(ABI_TYPE_CAPNODE, ABI_CAPNODE_BITS_MIN);
	uint64_t space = make(ABI_TYPE_VSPACE), buffer = make(ABI_TYPE_FRAME);

	MUST(CALL(made, ABI_CAPSULE_configure, space, node, 0));
	MUST(CALL(thread, ABI_THREAD_configure, node, space, buffer, 0));
	MUST(CALL(thread, ABI_THREAD_set_registers, USER_START, USER_END, 0,
		  0));
	MUST(CALL(made, ABI_CAPSULE_bind, thread));
	if (!runs) {
		MUST(CALL(thread, ABI_THREAD_resume));
		MUST(CALL(thread, ABI_THREAD_suspend));
	}
	return made;
}

static void test_all_arrows(void)
{
	static const struct {
		uint32_t method, to;
		uint32_t from; /* states it may begin in, a bit each */
	} ways[] = {
		{ ABI_CAPSULE_start, ABI_CAPSULE_RUNNING, 0x01 },
		{ ABI_CAPSULE_freeze, ABI_CAPSULE_FROZEN, 0x02 },
		{ ABI_CAPSULE_thaw, ABI_CAPSULE_RUNNING, 0x04 },
		{ ABI_CAPSULE_fail, ABI_CAPSULE_FAILED, 0x06 },
		{ ABI_CAPSULE_stop, ABI_CAPSULE_STOPPED, 0x0f },
	};
	static const uint32_t path[ABI_CAPSULE_STATE_COUNT][2] = {
		[ABI_CAPSULE_RUNNING] = { ABI_CAPSULE_start },
		[ABI_CAPSULE_FROZEN] = { ABI_CAPSULE_start,
					 ABI_CAPSULE_freeze },
		[ABI_CAPSULE_FAILED] = { ABI_CAPSULE_start, ABI_CAPSULE_fail },
		[ABI_CAPSULE_STOPPED] = { ABI_CAPSULE_stop },
	};
	uint32_t good = 0;

	for (uint32_t from = 0; from < ABI_CAPSULE_STATE_COUNT; from++) {
		for (uint32_t i = 0; i < ARRAY_SIZE(ways); i++) {
			uint64_t made = make_capsule(false);
			for (uint32_t j = 0; j < 2 && path[from][j]; j++) {
				MUST(go(made, path[from][j]));
			}
			bool may = ways[i].from >> from & 1;
			status_t status = go(made, ways[i].method);
			good += status == (may ? ST_OK : ST_BAD_STATE) &&
				info(made, 0) == (may ? ways[i].to : from);
		}
	}
	result(good == ABI_CAPSULE_STATE_COUNT * ARRAY_SIZE(ways),
	       "each arrow of a capsule's life, and no other # E14 E19 E25");
}

static void test_fault(void)
{
	uint64_t made = make_capsule(true);

	MUST(go(made, ABI_CAPSULE_start));
	while (info(made, 0) == ABI_CAPSULE_RUNNING) {
		tess_yield();
	}
	result(info(made, 0) == ABI_CAPSULE_FAILED &&
		       info(made, 1) ==
			       (ABI_CAPSULE_REASON_FAULT | ABI_FAULT_MEMORY),
	       "a fault that nobody is told of fails the capsule # E17");
}

/* --- from nothing to nothing ------------------------------------------------------- */

#define LIVES 200
#define PARTS 6 /* of a capsule made here */

/* The address of what retype has put into a slot: slots are used again. */
static uint64_t at(uint64_t slot)
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { slot };

	MUST(invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_inspect, 1, words));
	return slot | words[3] << 32;
}

/* One capsule in one block of memory, which holds no second one, and in the same
 * slots each time. Its thread
 * runs at once, perhaps elsewhere, and faults there. */
static void make_in_block(uint64_t block, uint64_t slot)
{
	static const struct {
		enum abi_object_type type;
		uint64_t bits;
	} parts[PARTS] = {
		{ ABI_TYPE_VSPACE, 0 },  { ABI_TYPE_FRAME, 0 },
		{ ABI_TYPE_THREAD, 0 },  { ABI_TYPE_CAPNODE, 4 },
		{ ABI_TYPE_CAPSULE, 0 }, { ABI_TYPE_ENDPOINT, 0 },
	};
	uint64_t made[PARTS];

	for (uint32_t i = 0; i < PARTS; i++) {
		MUST(CALL(block, ABI_UNTYPED_retype, parts[i].type,
			  parts[i].bits, 1, CORE_SLOT_CAPNODE, slot + i));
		made[i] = at(slot + i);
	}
	MUST(CALL(made[4], ABI_CAPSULE_configure, made[0], made[3], 0));
	MUST(CALL(made[2], ABI_THREAD_configure, made[3], made[0], made[1], 0));
	MUST(CALL(made[2], ABI_THREAD_set_registers, USER_START, USER_END, 0,
		  0));
	MUST(CALL(made[3], ABI_CAPNODE_copy, 5, made[5]));
	MUST(CALL(made[3], ABI_CAPNODE_copy, 6, made[3])); /* itself */
	MUST(CALL(made[4], ABI_CAPSULE_bind, made[2]));
	MUST(go(made[4], ABI_CAPSULE_start));
}

static void test_again_and_again(void)
{
	uint64_t block = make_of_size(ABI_TYPE_UNTYPED, 15), slot = next_slot;
	uint64_t filled = info(CORE_SLOT_CAPNODE, 1);
	uint64_t refusals = system_count(COUNT_REFUSALS);
	bool gone = true;

	for (uint32_t i = 0; i < LIVES; i++) {
		make_in_block(block, slot);
		if (i % 4 == 0) {
			tess_yield();
		} else if (i % 4 == 1) {
			MUST(go(at(slot + 4), ABI_CAPSULE_stop));
		}
		MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_revoke, block));
		gone &= info(CORE_SLOT_CAPNODE, 1) == filled;
	}
	result(gone && system_count(COUNT_REFUSALS) == refusals,
	       "capsules come and go and all memory is back # C23 E27");
}

void root_main(void)
{
	endpoint = make(ABI_TYPE_ENDPOINT);
	reply = make(ABI_TYPE_REPLY);
	own_reply = make(ABI_TYPE_REPLY);
	capsule = make(ABI_TYPE_CAPSULE);
	MUST(CALL(capsule, ABI_CAPSULE_configure, CORE_SLOT_VSPACE,
		  CORE_SLOT_CAPNODE, 0));
	for (uint32_t i = 0; i < WORKERS; i++) {
		make_worker(&workers[i], hold);
	}
	(void)root_clock_hz();
	say("1..14\n");
	test_freeze_and_thaw();
	test_no_call_is_lost();
	test_hand_over();
	test_message_to_the_frozen();
	test_all_arrows();
	test_fault();
	test_again_and_again();
}
