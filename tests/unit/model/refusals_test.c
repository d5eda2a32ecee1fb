/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each reason for which a method or a verb refuses, provoked one at a time; the
 * kernel and the model agree on it, and not one byte is different afterwards
 * (lockstep.c). In the end every status that abi/objects.h promises for a method
 * was seen, and no other one.
 * Shows C3 C4 C8 C13 C21 C31 E28.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

#include "refusals.h"

static int setup(void **unused)
{
	(void)unused;
	worlds_big();
	(void)snprintf(lockstep_repeat, sizeof(lockstep_repeat),
		       "make unit TEST=model/refusals");
	return 0;
}

/* --- what all methods have in common ------------------------------------------- */

#define BIT(status) (1u << ST_##status)

static const struct promise {
	uint64_t type, method, arguments;
	uint32_t errors;
	const char *name;
} promises[] = {
#define E(status) | BIT(status)
#define X(type, number, name, arguments, results, in, out, errors) \
	{ ABI_TYPE_##type, number, arguments, 0u errors, #type "." #name },
	ABI_METHODS(X)
#undef X
#undef E
};
#define METHODS (sizeof(promises) / sizeof(promises[0]))

static bool is_built(const struct promise *promise)
{
#define X(number, name, built, made, size, least, most, text) \
	if (promise->type == (number) && !(built)) {          \
		return promise->method == 0;                  \
	}
	ABI_OBJECT_TYPES(X)
#undef X
	return !(promise->errors & BIT(NOT_BUILT));
}

static bool is_made(uint64_t type, uint64_t *bits)
{
#define X(number, name, built, made, size, least, most, text)        \
	if (type == (number)) {                                      \
		*bits = (number) == ABI_TYPE_UNTYPED ? 12 : (least); \
		return made;                                         \
	}
	ABI_OBJECT_TYPES(X)
#undef X
	return false;
}

static void check_method(const struct promise *method)
{
	const uint64_t words[8] = { 0 };

	R(ST_BAD_ARGUMENT,
	  lockstep_invoke(FREE, method->method, method->arguments + 1, words));
	R(ST_BAD_ARGUMENT,
	  lockstep_invoke(FREE, method->method | 32, method->arguments, words));
	R(ST_BAD_ARGUMENT,
	  lockstep_invoke(FREE, method->method, 1ull << 32 | method->arguments,
			  words));
	lockstep_set_ops(FREE, ~(1u << method->method));
	R(ST_NO_RIGHT,
	  lockstep_invoke(FREE, method->method, method->arguments, words));
	lockstep_set_ops(FREE, UINT32_MAX);
}

static void test_each_method(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < METHODS; i++) {
		uint64_t bits = 0;
		if (!is_made(promises[i].type, &bits)) {
			continue;
		}
		setup(NULL);
		make(FREE, promises[i].type, bits);
		check_method(&promises[i]);
		R(ST_NO_METHOD, call0(FREE, 31));
		M(call0(FREE, 0));
	}
	R(ST_NO_CAPABILITY, call0(SPARE, 0));
	R(ST_NO_CAPABILITY, call0(0, 0));
	R(ST_NO_CAPABILITY, call0(UINT64_MAX, 0));
	R(ST_NO_CAPABILITY, call0(SLOT_NODE | 1ull << 32, 0));
	R(ST_NO_CAPABILITY, call0(SLOT_NODE | 1ull << 48, 0));
	R(ST_NO_CAPABILITY, call0(MEET | 1ull << 4, 0));
}

/* What is only looked at so far. */
static void test_not_built(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < METHODS; i++) {
		uint64_t bits = 0;
		if (is_built(&promises[i]) ||
		    !is_made(promises[i].type, &bits)) {
			continue;
		}
		setup(NULL);
		make(FREE, promises[i].type, bits);
		R(ST_NOT_BUILT,
		  lockstep_invoke(FREE, promises[i].method,
				  promises[i].arguments, (uint64_t[8]){ 0 }));
	}
}

/* --- Untyped --------------------------------------------------------------------- */

#define RETYPE(...) call(SLOT_ARENA, ABI_UNTYPED_retype, __VA_ARGS__)

static void test_retype(void **unused)
{
	(void)unused;
	R(ST_BAD_ARGUMENT, RETYPE(0, 0, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_COUNT, 0, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(UINT64_MAX, 0, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_IRQ_CONTROL, 0, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_UNTYPED, 5, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_UNTYPED, 48, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_CAPNODE, 3, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_CAPNODE, 17, 1, SLOT_NODE, FREE));
	R(ST_NO_MEMORY, RETYPE(ABI_TYPE_CAPNODE, 16, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 1, 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 0, 0, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 0, 65, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT,
	  RETYPE(ABI_TYPE_ENDPOINT, 0, 1ull << 32 | 1, SLOT_NODE, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_VSPACE, 0, 2, SLOT_NODE, FREE));
	R(ST_NO_MEMORY, RETYPE(ABI_TYPE_FRAME, 0, 64, SLOT_NODE, FREE));
	R(ST_NO_MEMORY, RETYPE(ABI_TYPE_UNTYPED, 47, 64, SLOT_NODE, FREE));
	R(ST_NO_MEMORY, RETYPE(ABI_TYPE_UNTYPED, 17, 1, SLOT_NODE, FREE));
	R(ST_NO_CAPABILITY, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, FREE, FREE));
	R(ST_WRONG_TYPE, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, MEET, FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, 0));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, 16));
	R(ST_BAD_ARGUMENT,
	  RETYPE(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, 1ull << 32 | FREE));
	R(ST_BAD_ARGUMENT, RETYPE(ABI_TYPE_ENDPOINT, 0, 3, SLOT_NODE, FREE));
	R(ST_SLOT_FULL, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, SLOT_NODE, MEET));
	R(ST_SLOT_FULL, RETYPE(ABI_TYPE_ENDPOINT, 0, 2, SLOT_NODE, ANSWER));
	M(MINT(SPARE, SLOT_NODE, ALL | LEFT,
	       UINT32_MAX & ~(1u << ABI_CAPNODE_copy), 0));
	R(ST_NO_RIGHT, RETYPE(ABI_TYPE_ENDPOINT, 0, 1, SPARE, FREE));
	lockstep_set_no_spaces(true);
	R(ST_NO_MEMORY, RETYPE(ABI_TYPE_VSPACE, 0, 1, SLOT_NODE, FREE));
	lockstep_set_no_spaces(false);
	M(RETYPE(ABI_TYPE_VSPACE, 0, 1, SLOT_NODE, FREE));
}

static void test_device_memory(void **unused)
{
	(void)unused;
	make(FREE, ABI_TYPE_UNTYPED, 13);
	lockstep_set_device(FREE);
	R(ST_WRONG_TYPE, call(FREE, ABI_UNTYPED_retype, ABI_TYPE_ENDPOINT, 0, 1,
			      SLOT_NODE, SPARE));
	M(call(FREE, ABI_UNTYPED_retype, ABI_TYPE_FRAME, 0, 1, SLOT_NODE,
	       SPARE));
	R(ST_BAD_ARGUMENT, call(SPARE, ABI_FRAME_map, SPACE2, USER_START,
				ABI_ACCESS_READ | ABI_ACCESS_EXECUTE));
	M(call0(THREAD3, ABI_THREAD_suspend));
	R(ST_NO_RIGHT,
	  call(THREAD3, ABI_THREAD_configure, NODE2, SPACE2, SPARE, 0));
	M(call0(SPARE, ABI_FRAME_info));
}

/* A row of Untyped, each made of the one before it. */
static void test_untyped_too_deep(void **unused)
{
	(void)unused;
	uint64_t slot = 1;

	make(FREE, ABI_TYPE_CAPNODE, 6);
	make(SPARE, ABI_TYPE_UNTYPED, 12);
	M(call(FREE, ABI_CAPNODE_move, slot, SPARE));
	while (slot < ABI_DERIVATION_MAX - 1) {
		M(call(FREE | (slot + 1) << 4, ABI_UNTYPED_retype,
		       ABI_TYPE_UNTYPED, 12, 1, FREE, slot + 1));
		slot++;
	}
	R(ST_TOO_DEEP, call(FREE | (slot + 1) << 4, ABI_UNTYPED_retype,
			    ABI_TYPE_UNTYPED, 12, 1, FREE, slot + 1));
}

/* --- CapNode ---------------------------------------------------------------------- */

static void check_transfer(uint64_t method)
{
	static const uint64_t wrong[] = {
		0,
		16,
		SLOT_NODE | 1 << 4,
		1ull << 32 | FREE,
		1ull << 63 | FREE,
		UINT64_MAX,
		MEET | 1 << 4,
	};
	uint64_t words[8] = { FREE, MEET, ALL | LEFT, UINT32_MAX, 0 };
	uint64_t count = method == ABI_CAPNODE_mint ? 5 : 2;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		words[0] = wrong[i];
		R(ST_BAD_ARGUMENT,
		  lockstep_invoke(SLOT_NODE, method, count, words));
	}
	words[0] = ANSWER;
	R(ST_SLOT_FULL, lockstep_invoke(SLOT_NODE, method, count, words));
	words[0] = FREE;
	words[1] = SPARE;
	R(ST_NO_CAPABILITY, lockstep_invoke(SLOT_NODE, method, count, words));
	words[1] = MEET | 1ull << 32;
	R(ST_NO_CAPABILITY, lockstep_invoke(SLOT_NODE, method, count, words));
	words[1] = MEET | 1ull << 48;
	R(ST_NO_CAPABILITY, lockstep_invoke(SLOT_NODE, method, count, words));
	if (method == ABI_CAPNODE_move) {
		return;
	}
	words[1] = ANSWER;
	R(ST_WRONG_TYPE, lockstep_invoke(SLOT_NODE, method, count, words));
	words[1] = SLOT_ARENA;
	R(ST_WRONG_TYPE, lockstep_invoke(SLOT_NODE, method, count, words));
	words[1] = IN_NODE2(7);
	R(ST_WRONG_TYPE, lockstep_invoke(SLOT_NODE, method, count, words));
}

static void test_transfer(void **unused)
{
	(void)unused;
	check_transfer(ABI_CAPNODE_copy);
	check_transfer(ABI_CAPNODE_mint);
	check_transfer(ABI_CAPNODE_move);
}

static void test_mint_adds_nothing(void **unused)
{
	(void)unused;
	M(MINT(FREE, MEET, ABI_RIGHT_SEND | 3 << 8, 6, 9));
	R(ST_NO_RIGHT, MINT(SPARE, FREE, ABI_RIGHT_RECV | 3 << 8, 6, 9));
	R(ST_NO_RIGHT, MINT(SPARE, FREE, ABI_RIGHT_SEND | 4 << 8, 6, 9));
	R(ST_NO_RIGHT, MINT(SPARE, FREE, ABI_RIGHT_SEND | 3 << 8, 14, 9));
	R(ST_NO_RIGHT, MINT(SPARE, FREE, ABI_RIGHT_SEND | 3 << 8, 6, 8));
	R(ST_NO_RIGHT, MINT(SPARE, FREE, ABI_RIGHT_SEND | 3 << 8, 6, 0));
	R(ST_NO_RIGHT, MINT(SPARE, MEET, 128 | LEFT, 6, 0));
	R(ST_BAD_ARGUMENT, MINT(SPARE, FREE, 1 << 16, 6, 9));
	R(ST_BAD_ARGUMENT, MINT(SPARE, FREE, 0, 1ull << 32, 9));
	R(ST_BAD_ARGUMENT, MINT(SPARE, PAGE2, ALL | LEFT, 1, 1));
	M(MINT(SPARE, FREE, ABI_RIGHT_SEND | 3 << 8, 6, 9));
}

static void test_too_deep(void **unused)
{
	(void)unused;
	uint64_t slot = 1;

	make(FREE, ABI_TYPE_CAPNODE, 6);
	M(call(FREE, ABI_CAPNODE_copy, slot, MEET));
	while (slot < ABI_DERIVATION_MAX - 2) {
		M(call(FREE, ABI_CAPNODE_copy, slot + 1,
		       FREE | (slot + 1) << 4));
		slot++;
	}
	R(ST_TOO_DEEP,
	  call(FREE, ABI_CAPNODE_copy, slot + 1, FREE | (slot + 1) << 4));
	R(ST_TOO_DEEP, call(FREE, ABI_CAPNODE_mint, slot + 1,
			    FREE | (slot + 1) << 4, ALL | LEFT, UINT32_MAX, 0));
	M(call(FREE, ABI_CAPNODE_move, slot + 1, FREE | (slot + 1) << 4));
	/* A thread or capsule that uses it would be one step deeper. */
	uint64_t deep = FREE | (slot + 2) << 4;
	M(call0(THREAD3, ABI_THREAD_suspend));
	R(ST_TOO_DEEP, call(THREAD3, ABI_THREAD_configure, SLOT_NODE,
			    SLOT_SPACE, PAGE3, deep));
	make(SPARE, ABI_TYPE_CAPSULE, 0);
	R(ST_TOO_DEEP,
	  call(SPARE, ABI_CAPSULE_configure, SLOT_SPACE, SLOT_NODE, deep));
}

static void test_move_with_children(void **unused)
{
	(void)unused;
	make(FREE, ABI_TYPE_CAPNODE, 7);
	/* One of its children is what a thread is bound by. */
	for (uint64_t i = 1; i <= 63; i++) {
		M(call(FREE, ABI_CAPNODE_copy, i, PAGE2));
	}
	M(call(SLOT_NODE, ABI_CAPNODE_move, SPARE, PAGE2));
	M(call(FREE, ABI_CAPNODE_copy, 64, SPARE));
	R(ST_BUSY, call(SLOT_NODE, ABI_CAPNODE_move, PAGE2, SPARE));
}

#define NODE(method, ...) call(SLOT_NODE, ABI_CAPNODE_##method, __VA_ARGS__)

static void test_rotate(void **unused)
{
	(void)unused;
	R(ST_BAD_ARGUMENT, NODE(rotate, 0, MEET, PAGE2));
	R(ST_BAD_ARGUMENT, NODE(rotate, 16, MEET, PAGE2));
	R(ST_BAD_ARGUMENT, NODE(rotate, FREE, 0, PAGE2));
	R(ST_BAD_ARGUMENT, NODE(rotate, FREE, 16, PAGE2));
	R(ST_BAD_ARGUMENT, NODE(rotate, FREE, 1ull << 32 | MEET, PAGE2));
	R(ST_BAD_ARGUMENT, NODE(rotate, FREE, MEET, MEET));
	R(ST_SLOT_FULL, NODE(rotate, ANSWER, MEET, PAGE2));
	R(ST_NO_CAPABILITY, NODE(rotate, FREE, SPARE, PAGE2));
	R(ST_NO_CAPABILITY, NODE(rotate, FREE, MEET, SPARE));
	R(ST_NO_CAPABILITY, NODE(rotate, FREE, MEET, 1ull << 32 | PAGE2));
	/* Into another capsule, and with children. */
	M(MINT(SPARE, MEET, ALL, UINT32_MAX, 0));
	M(call(NODE2, ABI_CAPNODE_copy, 13, PAGE2));
	R(ST_NO_RIGHT, call(NODE2, ABI_CAPNODE_rotate, 12, 13, SPARE));
	M(NODE(delete, SPARE));
	M(MINT(SPARE, MEET, ALL | 1 << 8, UINT32_MAX, 0) == ST_OK
		  ? NODE(copy, FREE, 1ull << 32 | SPARE)
		  : ST_DAMAGED);
	R(ST_BUSY, call(NODE2, ABI_CAPNODE_rotate, 12, 13, 1ull << 32 | SPARE));
	M(NODE(delete, FREE));
	M(call(NODE2, ABI_CAPNODE_rotate, 12, 13, 1ull << 32 | SPARE));
}

static void test_take_back(void **unused)
{
	(void)unused;
	R(ST_BAD_ARGUMENT, NODE(delete, 0));
	R(ST_BAD_ARGUMENT, NODE(delete, 16));
	R(ST_NO_CAPABILITY, NODE(delete, FREE));
	R(ST_NO_CAPABILITY, NODE(delete, MEET | 1ull << 32));
	R(ST_NO_CAPABILITY, NODE(delete, MEET | 1ull << 48));
	R(ST_BAD_ARGUMENT, NODE(revoke, 0));
	R(ST_BAD_ARGUMENT, NODE(revoke, 16));
	R(ST_NO_CAPABILITY, NODE(revoke, FREE));
	R(ST_NO_CAPABILITY, NODE(revoke, MEET | 1ull << 32));
	R(ST_BAD_ARGUMENT, NODE(inspect, 0));
	R(ST_BAD_ARGUMENT, NODE(inspect, 16));
	R(ST_BAD_ARGUMENT, NODE(inspect, MEET | 1ull << 32));
	M(NODE(inspect, FREE));
	M(NODE(inspect, MEET));
	M(NODE(revoke, MEET));
	M(NODE(delete, MEET));
	R(ST_NO_CAPABILITY, NODE(delete, MEET));
}

/* All who wait through one capability hear that it is gone. */
static void test_all_waits_end(void **unused)
{
	(void)unused;
	int first = lockstep_thread();

	M(lockstep_verb(ABI_VERB_SEND, MEET, 1, 0));
	int second = lockstep_thread(); /* has a node of its own */
	M(lockstep_verb(ABI_VERB_YIELD, 0, 0, 0));
	int third = lockstep_thread();
	assert_int_not_equal(second, third);
	M(lockstep_verb(ABI_VERB_SEND, MEET, 1, 0));
	assert_int_equal(lockstep_thread(), second);
	M(call(6, ABI_CAPNODE_delete, MEET));
	const struct model_object *objects = lockstep_model.objects;
	assert_int_equal(objects[first].thread.message.verb, ST_GONE);
	assert_int_equal(objects[third].thread.message.verb, ST_GONE);
}

/* Whoever takes back all there is, itself as well, leaves nothing. */
static void test_take_all_back(void **unused)
{
	(void)unused;
	M(NODE(delete, SLOT_ARENA));
	assert_int_equal(lockstep_thread(), MODEL_NONE);
}

/* The second node belongs to another capsule. */
static void test_delegation(void **unused)
{
	(void)unused;
	M(MINT(FREE, MEET, ALL | 1 << 8, UINT32_MAX, 0));
	R(ST_NO_RIGHT,
	  call(NODE2, ABI_CAPNODE_mint, 12, FREE, ALL | 1 << 8, UINT32_MAX, 0));
	M(call(NODE2, ABI_CAPNODE_copy, 12, FREE));
	R(ST_NO_RIGHT, call(SLOT_NODE, ABI_CAPNODE_copy, SPARE, IN_NODE2(12)));
	R(ST_NO_RIGHT,
	  call(SLOT_NODE, ABI_CAPNODE_mint, SPARE, IN_NODE2(12), 0, 0, 0));
	R(ST_NO_RIGHT, call(SLOT_NODE, ABI_CAPNODE_move, SPARE, IN_NODE2(12)));
	R(ST_BUSY, call(NODE2, ABI_CAPNODE_move, 13, FREE));
	M(call(NODE2, ABI_CAPNODE_copy, 13, IN_NODE2(12)));
}

/* --- Thread ------------------------------------------------------------------------ */

#define CONFIGURE(...) call(THREAD3, ABI_THREAD_configure, __VA_ARGS__)

static void test_configure(void **unused)
{
	(void)unused;
	R(ST_BAD_STATE, CONFIGURE(NODE2, SPACE2, PAGE2, MEET));
	M(call0(THREAD3, ABI_THREAD_suspend));
	R(ST_NO_CAPABILITY, CONFIGURE(FREE, SPACE2, PAGE2, MEET));
	R(ST_NO_CAPABILITY, CONFIGURE(NODE2, FREE, PAGE2, MEET));
	R(ST_NO_CAPABILITY, CONFIGURE(NODE2, SPACE2, FREE, MEET));
	R(ST_NO_CAPABILITY, CONFIGURE(NODE2, SPACE2, PAGE2, FREE));
	R(ST_WRONG_TYPE, CONFIGURE(MEET, SPACE2, PAGE2, MEET));
	R(ST_WRONG_TYPE, CONFIGURE(NODE2, MEET, PAGE2, MEET));
	R(ST_WRONG_TYPE, CONFIGURE(NODE2, SPACE2, MEET, MEET));
	R(ST_WRONG_TYPE, CONFIGURE(NODE2, SPACE2, PAGE2, NODE2));
	M(MINT(FREE, PAGE2, ABI_RIGHT_READ, UINT32_MAX, 0));
	R(ST_NO_RIGHT, CONFIGURE(NODE2, SPACE2, FREE, MEET));
	M(MINT(SPARE, PAGE2, ALL, UINT32_MAX & ~(1u << ABI_FRAME_map), 0));
	R(ST_NO_RIGHT, CONFIGURE(NODE2, SPACE2, SPARE, MEET));
	M(call(NODE2, ABI_CAPNODE_mint, 12, MEET, ABI_RIGHT_RECV, UINT32_MAX,
	       0));
	R(ST_NO_RIGHT, CONFIGURE(NODE2, SPACE2, PAGE2, IN_NODE2(12)));
	M(CONFIGURE(NODE2, SPACE2, PAGE2, MEET));
}

/* What a thread of a capsule is bound to stays. */
static void test_configure_in_capsule(void **unused)
{
	(void)unused;
	M(call0(THREAD2, ABI_THREAD_suspend));
	R(ST_BAD_STATE,
	  call(THREAD2, ABI_THREAD_configure, NODE2, SPACE2, PAGE2, MEET));
}

static void test_thread_states(void **unused)
{
	(void)unused;
	uint64_t pc = USER_START, sp = USER_END;

	R(ST_BAD_STATE, call(THREAD2, ABI_THREAD_set_registers, pc, sp, 0, 0));
	R(ST_BAD_STATE, call0(THREAD2, ABI_THREAD_get_registers));
	R(ST_BAD_STATE, call0(THREAD2, ABI_THREAD_resume));
	M(call0(THREAD2, ABI_THREAD_suspend));
	R(ST_BAD_STATE, call0(THREAD2, ABI_THREAD_suspend));
	R(ST_BAD_ARGUMENT,
	  call(THREAD2, ABI_THREAD_set_registers, USER_END, sp, 0, 0));
	R(ST_BAD_ARGUMENT,
	  call(THREAD2, ABI_THREAD_set_registers, pc, USER_END + 1, 0, 0));
	M(call0(THREAD2, ABI_THREAD_get_registers));
	M(call0(THREAD2, ABI_THREAD_resume));
	make(FREE, ABI_TYPE_THREAD, 0);
	R(ST_BAD_STATE, call0(FREE, ABI_THREAD_resume));
	R(ST_BAD_STATE, call0(FREE, ABI_THREAD_suspend));
}

/* --- memory -------------------------------------------------------------------------- */

#define MAP(...) call(PAGE2, ABI_FRAME_map, __VA_ARGS__)

static void map_tables(uint64_t address)
{
	M(call(IN_NODE2(7), ABI_PAGE_TABLE_map, SPACE2, address));
	M(call(IN_NODE2(8), ABI_PAGE_TABLE_map, SPACE2, address));
	M(call(IN_NODE2(9), ABI_PAGE_TABLE_map, SPACE2, address));
}

static void test_table_map(void **unused)
{
	(void)unused;
	uint64_t table = IN_NODE2(7);

	R(ST_NO_CAPABILITY, call(table, ABI_PAGE_TABLE_map, FREE, USER_START));
	R(ST_WRONG_TYPE, call(table, ABI_PAGE_TABLE_map, MEET, USER_START));
	R(ST_BAD_ARGUMENT, call(table, ABI_PAGE_TABLE_map, SPACE2, 0));
	R(ST_BAD_ARGUMENT,
	  call(table, ABI_PAGE_TABLE_map, SPACE2, USER_START - 1));
	R(ST_BAD_ARGUMENT, call(table, ABI_PAGE_TABLE_map, SPACE2, USER_END));
	R(ST_BAD_ARGUMENT,
	  call(table, ABI_PAGE_TABLE_map, SPACE2, 0xffff800000000000));
	map_tables(USER_START);
	make(FREE, ABI_TYPE_PAGE_TABLE, 0);
	R(ST_MAPPED, call(table, ABI_PAGE_TABLE_map, SPACE2, USER_START));
	R(ST_MAPPED, call(table, ABI_PAGE_TABLE_map, SPACE2, 1ull << 40));
	R(ST_NOT_MAPPED, call0(FREE, ABI_PAGE_TABLE_unmap));
	R(ST_MAPPED, call(FREE, ABI_PAGE_TABLE_map, SPACE2, USER_START));
	M(call(FREE, ABI_PAGE_TABLE_map, SPACE2, 1ull << 40));
}

static void test_frame_map(void **unused)
{
	(void)unused;
	uint64_t page = USER_START, r = ABI_ACCESS_READ, w = ABI_ACCESS_WRITE,
		 x = ABI_ACCESS_EXECUTE;

	R(ST_NOT_MAPPED, call0(PAGE2, ABI_FRAME_unmap));
	R(ST_NO_TABLE, MAP(SPACE2, page, r));
	map_tables(page);
	R(ST_NO_CAPABILITY, MAP(FREE, page, r));
	R(ST_WRONG_TYPE, MAP(MEET, page, r));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, 0));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, w));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, x));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, r | w | x));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, r | 8));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page, r | 1ull << 32));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page + 1, r));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, page - ABI_PAGE_SIZE, r));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, USER_END, r));
	R(ST_BAD_ARGUMENT, MAP(SPACE2, KERNEL_WINDOW, r));
	R(ST_NO_TABLE, MAP(SPACE2, 1ull << 40, r));
	M(MINT(FREE, PAGE2, ABI_RIGHT_READ, UINT32_MAX, 0));
	R(ST_NO_RIGHT, call(FREE, ABI_FRAME_map, SPACE2, page, r | w));
	R(ST_NO_RIGHT, call(FREE, ABI_FRAME_map, SPACE2, page, r | x));
	M(MINT(SPARE, PAGE2, ABI_RIGHT_WRITE, UINT32_MAX, 0));
	R(ST_NO_RIGHT, call(SPARE, ABI_FRAME_map, SPACE2, page, r));
	M(MAP(SPACE2, page, r | w));
	R(ST_MAPPED, MAP(SPACE2, page + ABI_PAGE_SIZE, r));
	R(ST_MAPPED, call(FREE, ABI_FRAME_map, SPACE2, page, r));
	M(call0(PAGE2, ABI_FRAME_unmap));
	M(call(FREE, ABI_FRAME_map, SPACE2, page, r));
}

/* --- the table ---------------------------------------------------------------------- */

/* What an argument that names a capability adds. */
static uint32_t by_arguments(const struct promise *promise)
{
	bool names = promise->errors & BIT(WRONG_TYPE) ||
		     (promise->type == ABI_TYPE_EXPORT_TABLE &&
		      promise->method == ABI_EXPORT_TABLE_withdraw) ||
		     (promise->type == ABI_TYPE_CAPNODE &&
		      promise->method >= ABI_CAPNODE_move &&
		      promise->method <= ABI_CAPNODE_revoke);

	return names ? BIT(NO_CAPABILITY) : 0;
}

/* More threads and larger pages than the arena has room for, and what was made at
 * boot: the unit tests of the kernel show them. */
static bool is_elsewhere(const struct promise *promise, unsigned int status)
{
	if (promise->type == ABI_TYPE_FRAME &&
	    promise->method == ABI_FRAME_map && status == ST_NOT_SUPPORTED) {
		return true;
	}
	if (promise->type == ABI_TYPE_CAPNODE &&
	    promise->method == ABI_CAPNODE_delete && status == ST_DENIED) {
		return true;
	}
	return promise->type == ABI_TYPE_CAPSULE &&
	       promise->method == ABI_CAPSULE_bind && status == ST_LIMIT;
}

static unsigned int mismatches;

static void check_promise(const struct promise *promise)
{
	uint32_t promised = BIT(NO_RIGHT) | BIT(BAD_ARGUMENT);

	promised |= is_built(promise) ? promise->errors | by_arguments(promise)
				      : BIT(NOT_BUILT);
	for (unsigned int status = ST_OK + 1; status < ST_COUNT; status++) {
		bool seen =
			lockstep_seen[promise->type][promise->method][status] !=
			0;
		if (is_elsewhere(promise, status)) {
			continue;
		}
		if (seen != (promised >> status & 1)) {
			print_error("%s: status %u was %s\n", promise->name,
				    status,
				    seen ? "not promised" : "never seen");
			mismatches++;
		}
	}
}

static void test_every_promise(void **unused)
{
	uint64_t bits;

	(void)unused;
	for (size_t i = 0; i < METHODS; i++) {
		if (is_made(promises[i].type, &bits)) {
			check_promise(&promises[i]);
		}
	}
	assert_int_equal(mismatches, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_each_method, setup),
		cmocka_unit_test(test_not_built),
		cmocka_unit_test_setup(test_retype, setup),
		cmocka_unit_test_setup(test_device_memory, setup),
		cmocka_unit_test_setup(test_untyped_too_deep, setup),
		cmocka_unit_test_setup(test_transfer, setup),
		cmocka_unit_test_setup(test_mint_adds_nothing, setup),
		cmocka_unit_test_setup(test_too_deep, setup),
		cmocka_unit_test_setup(test_move_with_children, setup),
		cmocka_unit_test_setup(test_rotate, setup),
		cmocka_unit_test_setup(test_take_back, setup),
		cmocka_unit_test_setup(test_all_waits_end, setup),
		cmocka_unit_test_setup(test_take_all_back, setup),
		cmocka_unit_test_setup(test_delegation, setup),
		cmocka_unit_test_setup(test_configure, setup),
		cmocka_unit_test_setup(test_configure_in_capsule, setup),
		cmocka_unit_test_setup(test_thread_states, setup),
		cmocka_unit_test_setup(refusals_capsule_configure, setup),
		cmocka_unit_test_setup(refusals_capsule_bind, setup),
		cmocka_unit_test_setup(refusals_capsule_arrows, setup),
		cmocka_unit_test_setup(refusals_capsule_fails, setup),
		cmocka_unit_test_setup(test_table_map, setup),
		cmocka_unit_test_setup(test_frame_map, setup),
		cmocka_unit_test_setup(refusals_send, setup),
		cmocka_unit_test_setup(refusals_receive, setup),
		cmocka_unit_test_setup(refusals_reply, setup),
		cmocka_unit_test_setup(refusals_transfer, setup),
		cmocka_unit_test_setup(refusals_no_slot, setup),
		cmocka_unit_test_setup(refusals_wrong_slot, setup),
		cmocka_unit_test_setup(refusals_answer_transfer, setup),
		cmocka_unit_test_setup(refusals_late_transfer, setup),
		cmocka_unit_test_setup(refusals_export, setup),
		cmocka_unit_test_setup(refusals_import, setup),
		cmocka_unit_test_setup(refusals_token_depth, setup),
		cmocka_unit_test_setup(refusals_reserved, setup),
		cmocka_unit_test(test_every_promise),
	};

	return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
