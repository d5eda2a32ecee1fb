/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capabilities in messages: lent and given, in calls, sends and answers, to who
 * waits and to who comes later; all of them or none.
 * Shows C11 C16 E21 E36 E38 E45.
 */

#include "world.h"

#include <string.h>

#define NODE  CORE_SLOT_CAPNODE
#define CAPS  ((uint64_t)(uint32_t)ABI_MESSAGE_CAPS)
#define SLOTS ((uint64_t)(uint32_t)ABI_MESSAGE_SLOTS)

/* Slots of the client's node. */
#define SERVER 3 /* send and grant */
#define WEAK   4 /* send */
#define FIRST  5 /* what it has to hand over: badge 100 and so on, depth 2 */
#define STUCK  9 /* depth 0 */
#define REPLY  10
#define EMPTY  11

static uint64_t endpoint, reply, object, node, client_slot;
static struct thread *client;

static struct capnode *client_node(void)
{
	return slot_object(cap_find(world_node(), node));
}

/* core serves; the client runs in a capsule of its own. */
static int setup(void **unused)
{
	uint64_t capsule, vspace, buffer;

	world_boot(unused);
	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	reply = world_make(ABI_TYPE_REPLY, 0);
	object = world_make(ABI_TYPE_ENDPOINT, 0);
	capsule = world_make(ABI_TYPE_CAPSULE, 0);
	node = world_make(ABI_TYPE_CAPNODE, 4);
	vspace = world_make(ABI_TYPE_VSPACE, 0);
	buffer = world_make(ABI_TYPE_FRAME, 0);
	client_slot = world_make(ABI_TYPE_THREAD, 0);
	client = slot_object(cap_find(world_node(), client_slot));
	world_call(capsule, ABI_CAPSULE_configure, vspace, node, 0);
	world_call(client_slot, ABI_THREAD_configure, node, vspace, buffer, 0);
	world_call(client_slot, ABI_THREAD_set_registers, USER_START, USER_END,
		   0, 0);
	world_call(capsule, ABI_CAPSULE_bind, client_slot);
	world_call(capsule, ABI_CAPSULE_start);
	world_call(node, ABI_CAPNODE_mint, SERVER, endpoint,
		   ABI_RIGHT_SEND | ABI_RIGHT_GRANT, 0x6, 42);
	world_call(node, ABI_CAPNODE_mint, WEAK, endpoint, ABI_RIGHT_SEND, 0x6,
		   42);
	for (uint64_t i = 0; i < 4; i++) {
		world_call(node, ABI_CAPNODE_mint, FIRST + i, object,
			   ABI_RIGHT_SEND | 2 << 8, 0xf0, 100 + i);
	}
	world_call(node, ABI_CAPNODE_mint, STUCK, object, ABI_RIGHT_SEND, 1, 9);
	return world_call(node, ABI_CAPNODE_move, REPLY,
			  world_make(ABI_TYPE_REPLY, 0)) == ST_OK
		       ? 0
		       : -1;
}

static void name(struct thread *thread, uint64_t a, uint64_t b, uint64_t c,
		 uint64_t d)
{
	memcpy(thread->buffer->caps, (uint64_t[]){ a, b, c, d }, 32);
}

/* Four empty slots of core's for what comes, and waiting with them. */
static uint64_t declare(void)
{
	uint64_t first = world_slot();

	for (uint64_t i = 0; i < 4; i++) {
		world_core()->buffer->slots[i] = i ? world_slot() : first;
	}
	return first;
}

static status_t receive(uint64_t flags)
{
	return world_verb(ABI_VERB_RECV, endpoint, 0,
			  flags | reply << ABI_MESSAGE_REPLY_SHIFT);
}

static void assert_lent(uint64_t slot, uint64_t badge, uint8_t delegation)
{
	const struct slot *found = cap_find(world_node(), slot);

	assert_non_null(found);
	assert_int_equal(found->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(found->badge, badge);
	assert_int_equal(found->rights, ABI_RIGHT_SEND);
	assert_int_equal(found->ops, 0xf0);
	assert_int_equal(found->delegation, delegation);
}

static const struct slot *of_client(uint32_t slot)
{
	return capnode_slot(client_node(), slot);
}

/* Two are lent, two given, to one who waits. */
static void test_to_a_receiver(void **unused)
{
	(void)unused;
	uint64_t first = declare();

	receive(SLOTS);
	assert_ptr_equal(world_current(), client);
	name(client, FIRST, (FIRST + 1) | ABI_CAP_GIVE, FIRST + 2,
	     (FIRST + 3) | ABI_CAP_GIVE);
	client->context.message.words[0] = 7;
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, 1 | CAPS), ST_OK);
	world_run(world_core());
	assert_int_equal(world_core()->context.message.info, 1 | CAPS);
	assert_int_equal(world_word(0), 7);
	for (uint64_t i = 0; i < 4; i++) {
		assert_int_equal(world_core()->buffer->caps[i], first + i);
		assert_lent(first + i, 100 + i, 1);
		assert_int_equal(of_client(FIRST + (uint32_t)i)->type,
				 i % 2 ? ABI_TYPE_NULL : ABI_TYPE_ENDPOINT);
	}
	assert_int_equal(cap_find(world_node(), first)->parent,
			 slot_ref(of_client(FIRST)));
	assert_int_equal(cap_find(world_node(), first + 1)->parent,
			 slot_ref(cap_find(world_node(), object)));
}

/* The same to one who comes later; until then nothing has moved. */
static void test_from_a_queue(void **unused)
{
	(void)unused;
	uint64_t first = declare();

	world_run(client);
	name(client, FIRST | ABI_CAP_GIVE, FIRST + 1, 0, 0);
	world_verb(ABI_VERB_SEND, SERVER, 1, CAPS);
	assert_int_equal(client->state, ABI_THREAD_SENDING);
	assert_int_equal(of_client(FIRST)->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(receive(SLOTS), ST_OK);
	assert_int_equal(world_core()->context.message.info, CAPS);
	assert_int_equal(world_core()->context.message.capability, 42);
	assert_lent(first, 100, 1);
	assert_lent(first + 1, 101, 1);
	assert_int_equal(world_core()->buffer->caps[2], 0);
	assert_int_equal(of_client(FIRST)->type, ABI_TYPE_NULL);
	world_run(client);
	assert_int_equal(client->context.message.verb, ST_OK);
}

/* A slot that has held something before has another address. */
static void test_addresses_have_incarnations(void **unused)
{
	(void)unused;
	uint64_t first = declare(), other = world_slot();

	world_call(NODE, ABI_CAPNODE_copy, first, object);
	world_call(NODE, ABI_CAPNODE_move, other, first);
	receive(SLOTS);
	name(client, FIRST, 0, 0, 0);
	world_verb(ABI_VERB_SEND, SERVER, 1, CAPS);
	world_run(world_core());
	assert_int_equal(world_core()->buffer->caps[0], first | 1ull << 32);
	assert_lent(first | 1ull << 32, 100, 1);
}

/* A call that brings one, and an answer that does. */
static void test_call_and_answer(void **unused)
{
	(void)unused;
	uint64_t first = declare();

	receive(SLOTS);
	name(client, FIRST, 0, 0, 0);
	client->buffer->slots[0] = EMPTY;
	world_verb(ABI_VERB_CALL, SERVER, 1, CAPS | SLOTS);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(world_core()->context.message.info,
			 CAPS | (uint32_t)ABI_MESSAGE_CALLED);
	assert_lent(first, 100, 1);
	name(world_core(), object, 0, 0, 0);
	world_core()->context.message.words[0] = 5;
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 3, 1 | CAPS), ST_OK);
	assert_int_equal(of_client(EMPTY)->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(of_client(EMPTY)->delegation, ABI_DELEGATION_MAX);
	world_run(client);
	assert_int_equal(client->context.message.info, 1 | CAPS);
	assert_int_equal(client->context.message.words[0], 5);
	assert_int_equal(client->buffer->caps[0], EMPTY);
}

/* An answer that cannot go with what it brings is not given, and can be given
 * without. */
static void test_answer_refusals(void **unused)
{
	(void)unused;
	uint64_t weak = world_slot();

	receive(0);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	name(world_core(), object, 0, 0, 0);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, CAPS),
			 ST_SLOT_FULL);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, SLOTS),
			 ST_BAD_ARGUMENT);
	assert_int_equal(client->state, ABI_THREAD_CALLING);
	assert_int_equal(world_verb(ABI_VERB_REPLY_RECV, endpoint, 0,
				    CAPS | reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_SLOT_FULL);
	/* A Reply without the right to grant. */
	cap_find(world_node(), reply)->rights &= (uint8_t)~ABI_RIGHT_GRANT;
	client->context.message.info |= SLOTS;
	client->buffer->slots[0] = EMPTY;
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, CAPS),
			 ST_NO_RIGHT);
	assert_int_equal(of_client(EMPTY)->type, ABI_TYPE_NULL);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_OK);
	assert_null(cap_find(world_node(), weak));
}

/* A fault is not answered with capabilities. */
static void test_answer_to_a_fault(void **unused)
{
	(void)unused;
	struct fault fault = { .kind = ABI_FAULT_MEMORY };
	uint64_t thread, buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t space = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t own = world_make(ABI_TYPE_CAPNODE, 4);
	struct thread *faulty;

	thread = world_make(ABI_TYPE_THREAD, 0);
	faulty = slot_object(cap_find(world_node(), thread));
	world_call(client_slot, ABI_THREAD_suspend);
	assert_int_equal(world_call(thread, ABI_THREAD_configure, own, space,
				    buffer, endpoint),
			 ST_OK);
	world_call(thread, ABI_THREAD_resume);
	world_run(faulty);
	(void)world_fault(faulty, &fault);
	assert_int_equal(receive(0), ST_OK);
	name(world_core(), object, 0, 0, 0);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, CAPS),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_OK);
}

struct refusal {
	status_t status;
	uint64_t to;
	uint64_t caps[4];
	uint64_t slots[4]; /* of core's; 0: one that is empty */
};

static void test_refusals(void **unused)
{
	static struct slot before[16];
	uint64_t full = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
	uint64_t empty = world_slot();
	const uint64_t give = ABI_CAP_GIVE;
	const struct refusal cases[] = {
		{ ST_NO_RIGHT, WEAK, { FIRST }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { 0 }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { FIRST, 0, FIRST + 1 }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { 0, FIRST }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { FIRST, FIRST }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { FIRST, FIRST | give }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { FIRST | 1ull << 62 }, { 0 } },
		{ ST_BAD_ARGUMENT, SERVER, { FIRST | 1ull << 48 }, { 0 } },
		{ ST_NO_CAPABILITY, SERVER, { FIRST, EMPTY }, { 0 } },
		{ ST_NO_CAPABILITY, SERVER, { 200 }, { 0 } },
		{ ST_NO_CAPABILITY, SERVER, { FIRST | 1ull << 32 }, { 0 } },
		{ ST_NO_RIGHT, SERVER, { FIRST, STUCK }, { 0 } },
		{ ST_NO_RIGHT, SERVER, { STUCK | give }, { 0 } },
		{ ST_WRONG_TYPE, SERVER, { FIRST, REPLY }, { 0 } },
		{ ST_SLOT_FULL, SERVER, { FIRST }, { full } },
		{ ST_SLOT_FULL, SERVER, { FIRST, FIRST + 1 }, { 0, full } },
		{ ST_SLOT_FULL,
		  SERVER,
		  { FIRST, FIRST + 1 },
		  { empty, empty } },
		{ ST_SLOT_FULL, SERVER, { FIRST }, { UINT64_MAX } },
		{ ST_SLOT_FULL, SERVER, { FIRST }, { empty | 1ull << 32 } },
	};

	(void)unused;
	(void)table;
	declare();
	uint64_t own[4];
	memcpy(own, world_core()->buffer->slots, sizeof(own));
	receive(SLOTS);
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct refusal *c = &cases[i];
		for (unsigned int j = 0; j < 4; j++) {
			world_core()->buffer->slots[j] =
				c->slots[j] ? c->slots[j] : own[j];
		}
		memcpy(client->buffer->caps, c->caps, sizeof(c->caps));
		memcpy(before, client_node(), sizeof(before));
		uint32_t filled = world_node()->filled;
		assert_int_equal(world_verb(ABI_VERB_SEND, c->to, 1, CAPS),
				 c->status);
		assert_memory_equal(before, client_node(), sizeof(before));
		assert_int_equal(world_node()->filled, filled);
		assert_int_equal(world_core()->state, ABI_THREAD_RECEIVING);
	}
	/* and the next good one goes */
	memcpy(world_core()->buffer->slots, own, sizeof(own));
	name(client, FIRST, 0, 0, 0);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, SERVER, 1, CAPS), ST_OK);
	assert_lent(own[0], 100, 1);
}

/* Flags where they mean nothing, and without a buffer to read. */
static void test_flags(void **unused)
{
	(void)unused;
	assert_int_equal(receive(CAPS), ST_BAD_ARGUMENT);
	world_run(client);
	name(client, FIRST, 0, 0, 0);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, CAPS | SLOTS),
			 ST_BAD_ARGUMENT);
	/* Who may bring none may not ask for any with the answer. */
	assert_int_equal(world_verb(ABI_VERB_CALL, WEAK, 1, SLOTS),
			 ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, SERVER, 1, CAPS),
			 ST_WOULD_BLOCK);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 3, CAPS),
			 ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, CAPS | 505),
			 ST_BAD_ARGUMENT);
	struct message_buffer *buffer = client->buffer;
	client->buffer = NULL;
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, CAPS),
			 ST_BAD_ARGUMENT);
	client->buffer = buffer;
}

/* Whoever waited with capabilities that cannot go is told when its turn comes,
 * and the receiver takes what comes behind it. */
static void test_queued_and_refused(void **unused)
{
	(void)unused;
	uint64_t second_node;
	struct thread *second = world_thread(&second_node, NULL);

	world_call(second_node, ABI_CAPNODE_mint, SERVER, endpoint,
		   ABI_RIGHT_SEND, 0x6, 43);
	world_run(client);
	name(client, FIRST, 0, 0, 0);
	world_verb(ABI_VERB_CALL, SERVER, 1, CAPS);
	world_run(second);
	second->context.message.words[0] = 8;
	world_verb(ABI_VERB_SEND, SERVER, 1, 1);
	world_run(world_core());
	uint64_t refusals = client->refusals;
	declare(); /* of no use without the flag */
	assert_int_equal(receive(0), ST_OK);
	assert_int_equal(world_core()->context.message.capability, 43);
	assert_int_equal(world_word(0), 8);
	assert_int_equal(world_core()->context.message.info, 1);
	assert_int_equal(client->state, ABI_THREAD_READY);
	assert_int_equal(client->context.message.verb, ST_SLOT_FULL);
	assert_int_equal(client->refusals, refusals);
	world_run(client);
	/* what it may not hand over is found out then as well */
	name(client, STUCK, 0, 0, 0);
	world_verb(ABI_VERB_SEND, SERVER, 1, CAPS);
	assert_int_equal(client->state, ABI_THREAD_SENDING);
	world_run(world_core());
	declare();
	assert_int_equal(world_verb(ABI_VERB_TRY_RECV, endpoint, 0,
				    SLOTS | reply << ABI_MESSAGE_REPLY_SHIFT),
			 ST_WOULD_BLOCK);
	assert_int_equal(client->context.message.verb, ST_NO_RIGHT);
	assert_int_equal(client->refusals, refusals + 1);
}

/* The answer of REPLY_RECV takes one along, and the next message is one that
 * brings one. */
static void test_answer_and_receive(void **unused)
{
	(void)unused;
	uint64_t second_node, first;
	struct thread *second = world_thread(&second_node, NULL);

	world_call(second_node, ABI_CAPNODE_mint, SERVER, endpoint,
		   ABI_RIGHT_SEND | ABI_RIGHT_GRANT, 0x6, 43);
	world_call(second_node, ABI_CAPNODE_copy, FIRST, object);
	receive(0);
	world_run(client);
	client->buffer->slots[0] = EMPTY;
	world_verb(ABI_VERB_CALL, SERVER, 1, SLOTS);
	world_run(second);
	name(second, FIRST | ABI_CAP_GIVE, 0, 0, 0);
	world_verb(ABI_VERB_SEND, SERVER, 1, CAPS);
	world_run(world_core());
	first = declare();
	name(world_core(), object, 0, 0, 0);
	assert_int_equal(
		world_verb(ABI_VERB_REPLY_RECV, endpoint, 0,
			   CAPS | SLOTS | reply << ABI_MESSAGE_REPLY_SHIFT),
		ST_OK);
	assert_int_equal(of_client(EMPTY)->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(client->context.message.info, CAPS);
	world_run(world_core());
	assert_int_equal(world_core()->context.message.capability, 43);
	assert_int_equal(world_core()->context.message.info, CAPS);
	assert_non_null(cap_find(world_node(), first));
}

/* REPLY_RECV whose wait is begun again, because a sender was turned away, does
 * not answer again: another thread may use the Reply meanwhile. */
static void test_answers_once(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t slot = world_make(ABI_TYPE_THREAD, 0);
	struct thread *rival = slot_object(cap_find(world_node(), slot));
	struct message_registers *m = &world_core()->context.message;

	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, NODE, vspace, buffer, 0),
		ST_OK);
	world_run(client);
	name(client, FIRST, 0, 0, 0);
	world_verb(ABI_VERB_SEND, SERVER, 1, CAPS);
	world_run(world_core());
	*m = (struct message_registers){
		.verb = ABI_VERB_REPLY_RECV,
		.capability = endpoint,
		.label = 77,
		.info = reply << ABI_MESSAGE_REPLY_SHIFT,
	};
	const struct message_registers before = *m;
	assert_ptr_equal(kernel_syscall(world_core()), world_core());
	assert_int_equal(client->context.message.verb, ST_SLOT_FULL);
	assert_int_equal(fake.rewinds, 1);
	const struct message_registers again = *m;

	*m = before;
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	world_run(rival);
	world_verb(ABI_VERB_RECV, object, 0, reply << ABI_MESSAGE_REPLY_SHIFT);
	world_run(client);
	world_verb(ABI_VERB_CALL, FIRST, 4, 0);
	assert_int_equal(client->state, ABI_THREAD_CALLING);
	world_run(world_core());
	*m = again;
	(void)kernel_syscall(world_core());
	world_check();
	assert_int_equal(m->verb, ST_BUSY);
	assert_int_equal(client->state, ABI_THREAD_CALLING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_to_a_receiver, setup),
		cmocka_unit_test_setup(test_from_a_queue, setup),
		cmocka_unit_test_setup(test_addresses_have_incarnations, setup),
		cmocka_unit_test_setup(test_call_and_answer, setup),
		cmocka_unit_test_setup(test_answer_refusals, setup),
		cmocka_unit_test_setup(test_answer_to_a_fault, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_flags, setup),
		cmocka_unit_test_setup(test_queued_and_refused, setup),
		cmocka_unit_test_setup(test_answer_and_receive, setup),
		cmocka_unit_test_setup(test_answers_once, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
