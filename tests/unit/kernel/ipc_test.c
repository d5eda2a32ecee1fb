/* SPDX-License-Identifier: Apache-2.0 */
/* Rendezvous of two and more threads, replies, faults as messages.
 *
 * Shows C5 C30 E40 E58 E72 H5. */

#include "world.h"

#include <string.h>

#define NODE   CORE_SLOT_CAPNODE
#define SERVER 3 /* slots in a client's node */

static uint64_t endpoint, reply, client_slot;
static struct thread *client;

/* core serves; one client has a capability with badge 42 and methods 1, 2. */
static int setup(void **unused)
{
	uint64_t node;

	world_boot(unused);
	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	reply = world_make(ABI_TYPE_REPLY, 0);
	client = world_thread(&node, &client_slot);
	return world_call(node, ABI_CAPNODE_mint, SERVER, endpoint,
			  ABI_RIGHT_SEND, 0x6, 42) == ST_OK
		       ? 0
		       : -1;
}

static uint64_t receive_info(void)
{
	return reply << ABI_MESSAGE_REPLY_SHIFT;
}

static void fill_words(struct thread *thread, uint64_t seed)
{
	for (unsigned int i = 0; i < 8; i++) {
		thread->context.message.words[i] = seed + i;
	}
	for (unsigned int i = 8; i < ABI_MESSAGE_WORDS_MAX; i++) {
		thread->buffer->words[i] = seed + i;
	}
}

static void assert_words(const struct thread *thread, uint64_t seed,
			 uint32_t length)
{
	for (unsigned int i = 0; i < 8; i++) {
		assert_int_equal(thread->context.message.words[i],
				 i < length ? seed + i : 0);
	}
	for (unsigned int i = 8; i < length; i++) {
		assert_int_equal(thread->buffer->words[i], seed + i);
	}
}

/* A call of every length, receiver first and sender first, and the reply. */
static void test_call_and_reply(void **unused)
{
	(void)unused;
	const uint32_t lengths[] = {
		0, 1, 7, 8, 9, 100, ABI_MESSAGE_WORDS_MAX
	};
	struct thread *server = world_core();

	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(lengths); i++) {
		uint32_t length = lengths[i / 2];
		bool receiver_first = i & 1;
		world_run(receiver_first ? server : client);
		if (receiver_first) {
			world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
			assert_int_equal(server->state, ABI_THREAD_RECEIVING);
		}
		world_run(client);
		fill_words(client, i * 1000ull);
		memset(server->buffer, 0xee, sizeof(*server->buffer));
		world_verb(ABI_VERB_CALL, SERVER, 1 | 0x700, length);
		if (!receiver_first) {
			assert_int_equal(client->state, ABI_THREAD_SENDING);
			world_run(server);
			world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
		}
		assert_ptr_equal(world_current(), server); /* direct switch */
		assert_int_equal(client->state, ABI_THREAD_CALLING);
		const struct message_registers *m = &server->context.message;
		assert_int_equal(m->verb, ST_OK);
		assert_int_equal(m->capability, 42);
		assert_int_equal(m->label, 0x701);
		assert_int_equal(m->info,
				 length | (uint32_t)ABI_MESSAGE_CALLED);
		assert_words(server, i * 1000ull, length);
		if (length < ABI_MESSAGE_WORDS_MAX && length >= 8) {
			assert_int_equal(server->buffer->words[length],
					 0xeeeeeeeeeeeeeeee);
		}

		fill_words(server, i * 2000ull);
		assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 5, length),
				 ST_OK);
		assert_int_equal(client->state, ABI_THREAD_READY);
		assert_int_equal(client->context.message.verb, ST_OK);
		assert_int_equal(client->context.message.label, 5);
		assert_int_equal(client->context.message.info, length);
		assert_int_equal(client->context.message.capability, 0);
		assert_words(client, i * 2000ull, length);
	}
}

/* What the capability does not allow never reaches the server. */
static void test_rights_are_checked_first(void **unused)
{
	(void)unused;
	struct thread *server = world_core();

	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	world_run(client);
	uint64_t refusals = state.refusals;
	assert_int_equal(world_verb(ABI_VERB_CALL, SERVER, 0, 0), ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_CALL, SERVER, 31, 0), ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 3, 0), ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, SERVER, 4, 0),
			 ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_RECV, SERVER, 0, receive_info()),
			 ST_NO_RIGHT);
	assert_int_equal(server->state, ABI_THREAD_RECEIVING);
	assert_int_equal(client->refusals, 5);
	assert_int_equal(state.refusals, refusals + 5);
}

static void test_malformed_messages(void **unused)
{
	(void)unused;
	world_run(client);
	assert_int_equal(
		world_verb(ABI_VERB_SEND, SERVER, 1, ABI_MESSAGE_WORDS_MAX + 1),
		ST_BAD_ARGUMENT);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, 0xffff),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_verb(ABI_VERB_SEND, SERVER, 1, 1ull << 32),
			 ST_BAD_ARGUMENT);
	for (unsigned int bit = 16; bit < 32; bit++) {
		status_t status =
			world_verb(ABI_VERB_SEND, SERVER, 1, 1ull << bit);
		assert_int_equal(status, bit == 16   ? ST_NO_RIGHT
					 : bit == 17 ? ST_NOT_BUILT
						     : ST_BAD_ARGUMENT);
	}
	assert_int_equal(world_verb((enum abi_verb)8, SERVER, 1, 0),
			 ST_BAD_CALL);
	assert_int_equal(world_verb((enum abi_verb)(int)UINT32_MAX, 0, 0, 0),
			 ST_BAD_CALL);
	assert_int_equal(world_verb(ABI_VERB_YIELD, 1, 0, 0), ST_BAD_ARGUMENT);
	assert_int_equal(client->state, ABI_THREAD_READY);
}

static void test_try_verbs_never_wait(void **unused)
{
	(void)unused;
	assert_int_equal(
		world_verb(ABI_VERB_TRY_RECV, endpoint, 0, receive_info()),
		ST_WOULD_BLOCK);
	world_run(client);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, SERVER, 1, 0),
			 ST_WOULD_BLOCK);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	world_run(client);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, SERVER, 1, 0), ST_OK);
	assert_int_equal(client->state, ABI_THREAD_READY);
	world_run(world_core());
	assert_int_equal(world_core()->context.message.info, 0);
	assert_int_equal(world_core()->context.message.capability, 42);
}

/* Many callers wait in the order they came. */
static void test_callers_are_served_in_order(void **unused)
{
	(void)unused;
	struct thread *callers[5];

	for (unsigned int i = 0; i < 5; i++) {
		uint64_t node;
		callers[i] = world_thread(&node, NULL);
		assert_int_equal(world_call(node, ABI_CAPNODE_mint, SERVER,
					    endpoint, ABI_RIGHT_SEND, 2,
					    100 + i),
				 ST_OK);
	}
	for (unsigned int i = 0; i < 5; i++) {
		world_run(callers[i]);
		world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	}
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	for (unsigned int i = 0; i < 5; i++) {
		assert_int_equal(world_core()->context.message.capability,
				 100 + i);
		world_verb(ABI_VERB_REPLY_RECV, endpoint, i, receive_info());
		assert_int_equal(callers[i]->context.message.label, i);
	}
	assert_int_equal(world_core()->state, ABI_THREAD_RECEIVING);
}

/* Two Reply objects: the first caller is answered last. */
static void test_deferred_reply(void **unused)
{
	(void)unused;
	uint64_t node, second = world_make(ABI_TYPE_REPLY, 0);
	struct thread *other = world_thread(&node, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_mint, SERVER, endpoint,
				    ABI_RIGHT_SEND, 2, 43),
			 ST_OK);
	world_run(client);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	world_run(other);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0, receive_info()),
			 ST_BUSY);
	world_verb(ABI_VERB_RECV, endpoint, 0,
		   second << ABI_MESSAGE_REPLY_SHIFT);
	assert_int_equal(world_core()->context.message.capability, 43);
	assert_int_equal(world_verb(ABI_VERB_REPLY, second, 0, 0), ST_OK);
	assert_int_equal(other->state, ABI_THREAD_READY);
	assert_int_equal(client->state, ABI_THREAD_CALLING);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_BAD_STATE);
}

/* Two threads cannot wait with one Reply: the second call would find it in
 * use. When the first is suspended it is free again. */
static void test_one_receiver_per_reply(void **unused)
{
	(void)unused;
	uint64_t node, slot, own = 4, answer = 5;
	struct thread *other = world_thread(&node, &slot);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, own, endpoint),
			 ST_OK);
	assert_int_equal(world_call(node, ABI_CAPNODE_move, answer, reply),
			 ST_OK);
	world_run(other);
	world_verb(ABI_VERB_RECV, own, 0, answer << ABI_MESSAGE_REPLY_SHIFT);
	assert_int_equal(other->state, ABI_THREAD_RECEIVING);
	world_run(world_core());

	/* through the node of the other, core names the same Reply */
	uint64_t same = node | (answer + 1) << CORE_CAPNODE_BITS;
	uint64_t info = same << ABI_MESSAGE_REPLY_SHIFT;
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0, info), ST_BUSY);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_TRY_RECV, endpoint, 0, info),
			 ST_WOULD_BLOCK);
	world_verb(ABI_VERB_RECV, endpoint, 0, info);
	assert_int_equal(world_core()->state, ABI_THREAD_RECEIVING);
	world_run(client);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	assert_int_equal(client->state, ABI_THREAD_CALLING);
}

static void test_reply_refusals(void **unused)
{
	(void)unused;
	assert_int_equal(world_verb(ABI_VERB_REPLY, endpoint, 0, 0),
			 ST_WRONG_TYPE);
	assert_int_equal(world_verb(ABI_VERB_REPLY, world_slot(), 0, 0),
			 ST_NO_CAPABILITY);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_BAD_STATE);
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0, 0),
			 ST_NO_CAPABILITY);
	assert_int_equal(world_verb(ABI_VERB_RECV, endpoint, 0,
				    endpoint << ABI_MESSAGE_REPLY_SHIFT),
			 ST_WRONG_TYPE);
	assert_int_equal(world_verb(ABI_VERB_RECV, reply, 0, receive_info()),
			 ST_WRONG_TYPE);
	assert_int_equal(world_verb(ABI_VERB_SEND, reply, 0, 0), ST_WRONG_TYPE);
	assert_int_equal(world_verb(ABI_VERB_CALL, reply, 1, 0), ST_NO_METHOD);
}

/* The answer is given, and no thread waits where it may not receive. */
static void test_answer_without_right_to_receive(void **unused)
{
	(void)unused;
	uint64_t sending = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, sending, endpoint,
				    ABI_RIGHT_SEND, UINT32_MAX, 0),
			 ST_OK);
	world_run(client);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	assert_int_equal(
		world_verb(ABI_VERB_REPLY_RECV, sending, 7, receive_info()),
		ST_NO_RIGHT);
	assert_int_equal(world_core()->state, ABI_THREAD_READY);
	assert_int_equal(client->state, ABI_THREAD_READY);
	assert_int_equal(client->context.message.label, 7);
}

/* A fault arrives as a message; the answer resumes or stops the thread, and
 * its registers are as they were. */
static void test_fault_message(void **unused)
{
	(void)unused;
	uint64_t badged = world_slot(), node = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t slot = world_make(ABI_TYPE_THREAD, 0);
	const struct fault fault = { ABI_FAULT_MEMORY, 0x201000, 0x10,
				     ABI_ACCESS_WRITE, 0x5 };

	world_call(NODE, ABI_CAPNODE_mint, badged, endpoint, ABI_RIGHT_SEND, 0,
		   9);
	assert_int_equal(world_call(slot, ABI_THREAD_configure, node, vspace,
				    buffer, badged),
			 ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	struct thread *thread = slot_object(cap_find(world_node(), slot));
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	for (unsigned int round = 0; round < 2; round++) {
		world_run(thread);
		fill_words(thread, 1);
		struct arch_context before = thread->context;
		struct thread *next = world_fault(thread, &fault);
		world_check();
		assert_ptr_equal(next, world_core());
		const struct message_registers *m = &next->context.message;
		assert_int_equal(m->capability, 9);
		assert_int_equal(m->label, 0);
		assert_int_equal(m->info, ABI_FAULT_WORDS |
						  (uint32_t)ABI_MESSAGE_CALLED |
						  (uint32_t)ABI_MESSAGE_KERNEL);
		assert_int_equal(m->words[ABI_FAULT_KIND], ABI_FAULT_MEMORY);
		assert_int_equal(m->words[ABI_FAULT_PC], 0x201000);
		assert_int_equal(m->words[ABI_FAULT_ADDRESS], 0x10);
		assert_int_equal(m->words[ABI_FAULT_ACCESS], ABI_ACCESS_WRITE);
		assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 2, 0),
				 ST_BAD_ARGUMENT);
		world_verb(ABI_VERB_REPLY_RECV, endpoint,
			   round ? ABI_FAULT_STOP : ABI_FAULT_RESUME,
			   receive_info());
		assert_memory_equal(&thread->context, &before, sizeof(before));
		assert_int_equal(thread->state, round ? ABI_THREAD_SUSPENDED
						      : ABI_THREAD_READY);
	}
	assert_int_equal(thread->faults, 2);
}

static void test_fault_without_endpoint_suspends(void **unused)
{
	(void)unused;
	const struct fault fault = { .kind = ABI_FAULT_INSTRUCTION, .pc = 1 };

	world_run(client);
	(void)world_fault(client, &fault);
	world_check();
	assert_int_equal(client->state, ABI_THREAD_SUSPENDED);
	assert_non_null(strstr(fake.console, "faulted: kind 2"));
}

/* Suspending a thread that waits ends the wait; nobody is left hanging. */
static void test_suspend_ends_a_wait(void **unused)
{
	(void)unused;
	world_run(client);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	world_run(world_core());
	assert_int_equal(world_call(client_slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(client->context.message.verb, ST_AGAIN);
	assert_int_equal(
		world_verb(ABI_VERB_TRY_RECV, endpoint, 0, receive_info()),
		ST_WOULD_BLOCK);
	assert_int_equal(world_call(client_slot, ABI_THREAD_resume), ST_OK);
	world_run(client);
	world_verb(ABI_VERB_CALL, SERVER, 1, 0);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	assert_int_equal(world_call(client_slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_BAD_STATE);
}

/* A wait ends with AGAIN also when what the thread sent before it was a fault
 * that has long been answered. */
static void test_suspend_after_a_fault(void **unused)
{
	(void)unused;
	uint64_t node, slot;
	struct thread *thread = world_thread(&node, &slot);
	const struct fault fault = { .kind = ABI_FAULT_MEMORY };

	world_call(node, ABI_CAPNODE_move, 1, world_make(ABI_TYPE_REPLY, 0));
	world_call(node, ABI_CAPNODE_copy, 2, endpoint);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	assert_int_equal(world_call(slot, ABI_THREAD_configure, node, vspace,
				    buffer, endpoint),
			 ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	world_run(thread);
	(void)world_fault(thread, &fault);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0, receive_info());
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, ABI_FAULT_RESUME, 0),
			 ST_OK);
	world_run(thread);
	world_verb(ABI_VERB_RECV, 2, 0, 1ull << ABI_MESSAGE_REPLY_SHIFT);
	world_run(world_core());
	assert_int_equal(thread->state, ABI_THREAD_RECEIVING);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(thread->context.message.verb, ST_AGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_call_and_reply, setup),
		cmocka_unit_test_setup(test_rights_are_checked_first, setup),
		cmocka_unit_test_setup(test_malformed_messages, setup),
		cmocka_unit_test_setup(test_try_verbs_never_wait, setup),
		cmocka_unit_test_setup(test_callers_are_served_in_order, setup),
		cmocka_unit_test_setup(test_deferred_reply, setup),
		cmocka_unit_test_setup(test_one_receiver_per_reply, setup),
		cmocka_unit_test_setup(test_reply_refusals, setup),
		cmocka_unit_test_setup(test_answer_without_right_to_receive,
				       setup),
		cmocka_unit_test_setup(test_fault_message, setup),
		cmocka_unit_test_setup(test_fault_without_endpoint_suspends,
				       setup),
		cmocka_unit_test_setup(test_suspend_ends_a_wait, setup),
		cmocka_unit_test_setup(test_suspend_after_a_fault, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
