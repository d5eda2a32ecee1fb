/* SPDX-License-Identifier: Apache-2.0 */
/* Why capsules and verbs refuse; part of refusals_test.c. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "refusals.h"

/* --- Capsule --------------------------------------------------------------------- */

#define CAPSULE IN_NODE2(11)

void refusals_capsule_configure(void **unused)
{
	(void)unused;
	R(ST_BAD_STATE,
	  call(CAPSULE, ABI_CAPSULE_configure, SLOT_SPACE, SLOT_NODE, 0));
	make(FREE, ABI_TYPE_CAPSULE, 0);
#define CAPSULE_OF(...) call(FREE, ABI_CAPSULE_configure, __VA_ARGS__)
	R(ST_NO_CAPABILITY, CAPSULE_OF(SPARE, SLOT_NODE, MEET));
	R(ST_NO_CAPABILITY, CAPSULE_OF(SLOT_SPACE, SPARE, MEET));
	R(ST_NO_CAPABILITY, CAPSULE_OF(SLOT_SPACE, SLOT_NODE, SPARE));
	R(ST_WRONG_TYPE, CAPSULE_OF(MEET, SLOT_NODE, MEET));
	R(ST_WRONG_TYPE, CAPSULE_OF(SLOT_SPACE, MEET, MEET));
	R(ST_WRONG_TYPE, CAPSULE_OF(SLOT_SPACE, SLOT_NODE, SPACE2));
	R(ST_BUSY, CAPSULE_OF(SPACE2, SLOT_NODE, MEET));
	R(ST_BUSY, CAPSULE_OF(SLOT_SPACE, NODE2, MEET));
	M(MINT(SPARE, SLOT_NODE, ALL | LEFT,
	       UINT32_MAX & ~(1u << ABI_CAPNODE_copy), 0));
	R(ST_NO_RIGHT, CAPSULE_OF(SLOT_SPACE, SPARE, MEET));
	M(call(NODE2, ABI_CAPNODE_mint, 12, MEET, ABI_RIGHT_RECV, UINT32_MAX,
	       0));
	R(ST_NO_RIGHT, CAPSULE_OF(SLOT_SPACE, SLOT_NODE, IN_NODE2(12)));
	M(CAPSULE_OF(SLOT_SPACE, SLOT_NODE, MEET));
#undef CAPSULE_OF
}

void refusals_capsule_bind(void **unused)
{
	(void)unused;
	R(ST_NO_CAPABILITY, call(CAPSULE, ABI_CAPSULE_bind, FREE));
	R(ST_WRONG_TYPE, call(CAPSULE, ABI_CAPSULE_bind, MEET));
	R(ST_BUSY, call(CAPSULE, ABI_CAPSULE_bind, THREAD2));
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_bind, THREAD3));
	make(FREE, ABI_TYPE_THREAD, 0);
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_bind, FREE));
	M(MINT(SPARE, FREE, ALL | LEFT,
	       UINT32_MAX & ~(1u << ABI_THREAD_configure), 0));
	R(ST_NO_RIGHT, call(CAPSULE, ABI_CAPSULE_bind, SPARE));
	M(call(FREE, ABI_THREAD_configure, SLOT_NODE, SPACE2, PAGE2, 0));
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_bind, FREE));
	M(call(FREE, ABI_THREAD_configure, NODE2, SLOT_SPACE, PAGE2, 0));
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_bind, FREE));
	M(call(FREE, ABI_THREAD_configure, NODE2, SPACE2, PAGE2, 0));
	/* It lost its CapNode before it ever ran. */
	M(call(SLOT_NODE, ABI_CAPNODE_delete, SPARE));
	M(call(SLOT_NODE, ABI_CAPNODE_copy, SPARE, NODE2));
	M(call(FREE, ABI_THREAD_configure, 1ull << 32 | SPARE, SPACE2, PAGE2,
	       0));
	M(call(SLOT_NODE, ABI_CAPNODE_delete, 1ull << 32 | SPARE));
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_bind, FREE));
	M(call(FREE, ABI_THREAD_configure, NODE2, SPACE2, PAGE2, 0));
	M(call(CAPSULE, ABI_CAPSULE_bind, FREE));
}

void refusals_capsule_arrows(void **unused)
{
	(void)unused;
	R(ST_BAD_STATE, call0(CAPSULE, ABI_CAPSULE_start));
	R(ST_BAD_STATE, call0(CAPSULE, ABI_CAPSULE_thaw));
	R(ST_BAD_ARGUMENT,
	  call(CAPSULE, ABI_CAPSULE_fail, ABI_CAPSULE_REASON_FAULT));
	M(call0(CAPSULE, ABI_CAPSULE_freeze));
	R(ST_BAD_STATE, call0(CAPSULE, ABI_CAPSULE_freeze));
	M(call(CAPSULE, ABI_CAPSULE_fail, 7));
	R(ST_BAD_STATE, call(CAPSULE, ABI_CAPSULE_fail, 7));
	R(ST_BAD_STATE, call0(CAPSULE, ABI_CAPSULE_freeze));
	M(call0(CAPSULE, ABI_CAPSULE_stop));
	R(ST_BAD_STATE, call0(CAPSULE, ABI_CAPSULE_stop));
	make(FREE, ABI_TYPE_CAPSULE, 0);
	R(ST_BAD_STATE, call0(FREE, ABI_CAPSULE_start));
	R(ST_BAD_STATE, call(FREE, ABI_CAPSULE_fail, 7));
	R(ST_BAD_STATE, call(FREE, ABI_CAPSULE_bind, THREAD3));
}

/* A capsule with nobody to tell of a fault ends by it. */
void refusals_capsule_fails(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	M(call0(THREAD2, ABI_THREAD_suspend));
	M(call0(THREAD3, ABI_THREAD_suspend));
	make(FREE, ABI_TYPE_CAPSULE, 0);
	M(call(FREE, ABI_CAPSULE_configure, SLOT_SPACE, SLOT_NODE, 0));
	make(SPARE, ABI_TYPE_THREAD, 0);
	M(call(SPARE, ABI_THREAD_configure, SLOT_NODE, SLOT_SPACE, PAGE2, 0));
	M(call(SPARE, ABI_THREAD_set_registers, USER_START, USER_END, 0, 0));
	M(call(FREE, ABI_CAPSULE_bind, SPARE));
	M(call0(FREE, ABI_CAPSULE_start));
	M(lockstep_verb(ABI_VERB_YIELD, 0, 0, 0));
	assert_int_not_equal(lockstep_thread(), first);
	M(lockstep_do(&(struct op){ .kind = OP_FAULT,
				    .words = { ABI_FAULT_MEMORY } }));
	assert_int_equal(lockstep_thread(), first);
	M(call0(FREE, ABI_CAPSULE_info));
	R(ST_BAD_STATE, call0(FREE, ABI_CAPSULE_thaw));
}

/* --- verbs ------------------------------------------------------------------------------ */

#define VERB(verb, ...) lockstep_verb(ABI_VERB_##verb, __VA_ARGS__)
#define WITH(slot)      ((uint64_t)(slot) << ABI_MESSAGE_REPLY_SHIFT)

void refusals_send(void **unused)
{
	(void)unused;
	static const uint64_t verbs[] = { ABI_VERB_SEND, ABI_VERB_TRY_SEND,
					  ABI_VERB_CALL };

	M(MINT(FREE, MEET, ABI_RIGHT_RECV, UINT32_MAX, 0));
	M(MINT(SPARE, MEET, ABI_RIGHT_SEND, 2, 0));
	for (size_t i = 0; i < 3; i++) {
		uint64_t verb = verbs[i];
		R(ST_NO_CAPABILITY, lockstep_verb(verb, 100, 0, 0));
		R(ST_BAD_ARGUMENT, lockstep_verb(verb, MEET, 0, 505));
		R(ST_BAD_ARGUMENT, lockstep_verb(verb, MEET, 0, WITH(1)));
		R(ST_BAD_ARGUMENT,
		  lockstep_verb(verb, MEET, 0, (uint32_t)ABI_MESSAGE_CALLED));
		R(ST_BAD_ARGUMENT, lockstep_verb(verb, MEET, 0, 1 << 19));
		R(ST_NOT_BUILT,
		  lockstep_verb(verb, MEET, 0, ABI_MESSAGE_DEADLINE));
		R(ST_NO_RIGHT, lockstep_verb(verb, FREE, 0, 0));
		R(ST_NO_RIGHT, lockstep_verb(verb, SPARE, 0, 0));
		R(ST_NO_RIGHT, lockstep_verb(verb, SPARE, 32, 0));
		if (verb != ABI_VERB_CALL) {
			R(ST_WRONG_TYPE, lockstep_verb(verb, NODE2, 0, 0));
		}
	}
	R(ST_WOULD_BLOCK, VERB(TRY_SEND, SPARE, 33, 0));
	R(ST_BAD_CALL, lockstep_verb(ABI_VERB_COUNT, 0, 0, 0));
	R(ST_BAD_CALL, lockstep_verb(UINT64_MAX, 0, 0, 0));
	R(ST_BAD_ARGUMENT, VERB(YIELD, 1, 0, 0));
	R(ST_BAD_ARGUMENT, VERB(YIELD, 0, 1, 0));
	R(ST_BAD_ARGUMENT, VERB(YIELD, 0, 0, 1));
}

static void check_receive(uint64_t verb)
{
	R(ST_NO_CAPABILITY, lockstep_verb(verb, 100, 0, WITH(ANSWER)));
	R(ST_WRONG_TYPE, lockstep_verb(verb, NODE2, 0, WITH(ANSWER)));
	R(ST_BAD_ARGUMENT, lockstep_verb(verb, MEET, 0, WITH(ANSWER) | 505));
	R(ST_BAD_ARGUMENT,
	  lockstep_verb(verb, MEET, 0, WITH(ANSWER) | 1 << 20));
	R(ST_NOT_BUILT,
	  lockstep_verb(verb, MEET, 0, WITH(ANSWER) | ABI_MESSAGE_DEADLINE));
	R(ST_NO_RIGHT, lockstep_verb(verb, SPARE, 0, WITH(ANSWER)));
	R(ST_NO_CAPABILITY, lockstep_verb(verb, MEET, 0, WITH(FREE)));
	R(ST_WRONG_TYPE, lockstep_verb(verb, MEET, 0, WITH(NODE2)));
	if (verb == ABI_VERB_TRY_RECV) {
		R(ST_WOULD_BLOCK, lockstep_verb(verb, MEET, 0, WITH(ANSWER)));
	}
}

/* Yields until a thread runs; MODEL_NONE if it never does. */
static void run(int thread)
{
	for (int i = 0; i < 8 && lockstep_thread() != thread; i++) {
		M(VERB(YIELD, 0, 0, 0));
	}
	assert_int_equal(lockstep_thread(), thread);
}

void refusals_receive(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	M(MINT(SPARE, MEET, ABI_RIGHT_SEND, 2, 0));
	check_receive(ABI_VERB_RECV);
	check_receive(ABI_VERB_TRY_RECV);
	check_receive(ABI_VERB_REPLY_RECV);
	/* The third thread has the same node: it waits with the Reply. */
	while (lockstep_thread() == first) {
		M(VERB(YIELD, 0, 0, 0));
	}
	int other = lockstep_thread();
	run(first);
	M(call0(THREAD2, ABI_THREAD_suspend));
	if (lockstep_thread() == first) {
		M(VERB(YIELD, 0, 0, 0));
	}
	other = lockstep_thread();
	assert_int_not_equal(other, first);
	M(VERB(RECV, MEET, 0, WITH(ANSWER)));
	assert_int_equal(lockstep_thread(), first);
	R(ST_BUSY, VERB(RECV, MEET, 0, WITH(ANSWER)));
	R(ST_BUSY, VERB(TRY_RECV, MEET, 0, WITH(ANSWER)));
	M(VERB(CALL, MEET, 0, 0));
	assert_int_equal(lockstep_thread(), other);
	R(ST_BUSY, VERB(RECV, MEET, 0, WITH(ANSWER)));
	M(VERB(REPLY, ANSWER, 7, 0));
	R(ST_BAD_STATE, VERB(REPLY, ANSWER, 7, 0));
}

void refusals_reply(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	R(ST_NO_CAPABILITY, VERB(REPLY, FREE, 0, 0));
	R(ST_WRONG_TYPE, VERB(REPLY, MEET, 0, 0));
	R(ST_BAD_STATE, VERB(REPLY, ANSWER, 0, 0));
	R(ST_BAD_ARGUMENT, VERB(REPLY, ANSWER, 0, 505));
	R(ST_BAD_ARGUMENT, VERB(REPLY, ANSWER, 0, WITH(1)));
	R(ST_NOT_BUILT, VERB(REPLY, ANSWER, 0, ABI_MESSAGE_DEADLINE));
	/* The second thread faults, and its capsule's fault endpoint is MEET. */
	M(call0(THREAD3, ABI_THREAD_suspend));
	if (lockstep_thread() == first) {
		M(VERB(YIELD, 0, 0, 0));
	}
	M(lockstep_do(&(struct op){ .kind = OP_FAULT,
				    .words = { ABI_FAULT_MEMORY } }));
	assert_int_equal(lockstep_thread(), first);
	M(VERB(RECV, MEET, 0, WITH(ANSWER)));
	R(ST_BAD_ARGUMENT, VERB(REPLY, ANSWER, 2, 0));
	R(ST_BAD_ARGUMENT, VERB(REPLY_RECV, MEET, 2, WITH(ANSWER)));
	M(VERB(REPLY, ANSWER, ABI_FAULT_STOP, 0));
}

/* --- capabilities in messages ------------------------------------------------ */

#define CAPS   ((uint64_t)ABI_MESSAGE_CAPS)
#define SLOTS  ((uint64_t)ABI_MESSAGE_SLOTS)
#define GIVE   ABI_CAP_GIVE
#define AT(it) (offsetof(struct message_buffer, it) / sizeof(uint64_t))

/* The thread that runs writes into its message buffer. */
static void note(uint64_t word, uint64_t value)
{
	M(lockstep_do(
		&(struct op){ .kind = OP_WRITE, .words = { word, value } }));
}

static void names(uint64_t first, uint64_t second)
{
	note(AT(caps), first);
	note(AT(caps) + 1, second);
}

/* The third thread, with the first one's node, waits with ANSWER; the first one
 * runs. It names a slot. */
static void let_third_wait(uint64_t flags, uint64_t slot)
{
	int first = lockstep_thread();

	M(call0(THREAD2, ABI_THREAD_suspend));
	if (lockstep_thread() == first) {
		M(VERB(YIELD, 0, 0, 0));
	}
	note(AT(slots), slot);
	M(VERB(RECV, MEET, 0, WITH(ANSWER) | flags));
	assert_int_equal(lockstep_thread(), first);
}

void refusals_transfer(void **unused)
{
	(void)unused;
	M(MINT(FREE, MEET, ABI_RIGHT_SEND, UINT32_MAX, 0));
	names(PAGE2, 0);
	R(ST_NO_RIGHT, VERB(SEND, FREE, 0, CAPS));
	R(ST_NO_RIGHT, VERB(CALL, FREE, 0, SLOTS));
	names(0, 0);
	R(ST_BAD_ARGUMENT, VERB(SEND, MEET, 0, CAPS));
	names(0, PAGE2);
	R(ST_BAD_ARGUMENT, VERB(SEND, MEET, 0, CAPS));
	names(PAGE2, PAGE2 | GIVE);
	R(ST_BAD_ARGUMENT, VERB(SEND, MEET, 0, CAPS));
	names(PAGE2 | 1ull << 48, 0);
	R(ST_BAD_ARGUMENT, VERB(SEND, MEET, 0, CAPS));
	names(SPARE, 0);
	R(ST_NO_CAPABILITY, VERB(SEND, MEET, 0, CAPS));
	names(PAGE2 | 1ull << 32, 0);
	R(ST_NO_CAPABILITY, VERB(SEND, MEET, 0, CAPS));
	names(ANSWER, 0);
	R(ST_WRONG_TYPE, VERB(SEND, MEET, 0, CAPS));
	names(PAGE2, 0);
	R(ST_WOULD_BLOCK, VERB(TRY_SEND, MEET, 0, CAPS));
	R(ST_BAD_ARGUMENT, VERB(SEND, MEET, 0, CAPS | SLOTS));
	R(ST_BAD_ARGUMENT, VERB(RECV, MEET, 0, WITH(ANSWER) | CAPS));
}

/* Whoever receives must have an empty slot for each. */
void refusals_no_slot(void **unused)
{
	(void)unused;
	let_third_wait(0, FREE);
	names(PAGE2, 0);
	R(ST_SLOT_FULL, VERB(SEND, MEET, 0, CAPS));
}

void refusals_wrong_slot(void **unused)
{
	static const uint64_t wrong[] = { 0, 16, MEET, 1ull << 32 | FREE };

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		worlds_big();
		let_third_wait(SLOTS, wrong[i]);
		names(PAGE2, 0);
		R(ST_SLOT_FULL, VERB(SEND, MEET, 0, CAPS));
	}
	worlds_big();
	let_third_wait(SLOTS, FREE);
	names(PAGE2, PAGE3); /* it has named one slot */
	R(ST_SLOT_FULL, VERB(SEND, MEET, 0, CAPS));
	names(PAGE2, 0);
	M(VERB(SEND, MEET, 0, CAPS));
}

/* Those of an answer: a call that has slots for them. */
void refusals_answer_transfer(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	let_third_wait(SLOTS, FREE);
	note(AT(slots), SPARE);
	names(MEET, 0);
	M(VERB(CALL, MEET, 0, CAPS | SLOTS));
	assert_int_not_equal(lockstep_thread(), first);
	names(0, 0);
	R(ST_BAD_ARGUMENT, VERB(REPLY, ANSWER, 0, CAPS));
	names(MEET, PAGE2);
	R(ST_SLOT_FULL, VERB(REPLY, ANSWER, 0, CAPS));
	names(PAGE2 | GIVE, 0);
	M(VERB(REPLY, ANSWER, 0, CAPS));
	M(call0(SPARE, ABI_FRAME_info));
	R(ST_NO_CAPABILITY, call0(PAGE2, ABI_FRAME_info));
}

/* A sender that waits is judged again when its message is taken. */
void refusals_late_transfer(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	M(call0(THREAD2, ABI_THREAD_suspend));
	if (lockstep_thread() == first) {
		M(VERB(YIELD, 0, 0, 0));
	}
	names(PAGE2, 0);
	M(VERB(SEND, MEET, 0, CAPS));
	assert_int_equal(lockstep_thread(), first);
	M(call(SLOT_NODE, ABI_CAPNODE_delete, PAGE2));
	note(AT(slots), FREE);
	refused(__LINE__, ST_WOULD_BLOCK,
		VERB(TRY_RECV, MEET, 0, WITH(ANSWER) | SLOTS));
}

void refusals_reserved(void **unused)
{
	(void)unused;
	make(SPARE, ABI_TYPE_RESERVED, 1);
	R(ST_BAD_STATE, call0(SPARE, ABI_RESERVED_revoke));
	M(call0(SPARE, ABI_RESERVED_take));
	R(ST_BAD_STATE, call0(SPARE, ABI_RESERVED_take));
	M(call0(SPARE, ABI_RESERVED_info));
	M(call0(SPARE, ABI_RESERVED_revoke));
	R(ST_BAD_STATE, call0(SPARE, ABI_RESERVED_revoke));
	M(call0(SPARE, ABI_RESERVED_take));
	M(call(SLOT_NODE, ABI_CAPNODE_delete, SPARE));
}
