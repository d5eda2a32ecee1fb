/* SPDX-License-Identifier: Apache-2.0 */
/* Retype: all or nothing, never overlapping, only what the memory allows.
 *
 * Shows C20 C21 C22 O5. */

#include <string.h>

#include "world.h"

#define NODE CORE_SLOT_CAPNODE

/* A small Untyped of 2^bits bytes to play with. */
static uint64_t small(uint64_t bits)
{
	return world_make(ABI_TYPE_UNTYPED, bits);
}

static uint64_t used(uint64_t untyped)
{
	assert_int_equal(world_call(untyped, ABI_UNTYPED_info), ST_OK);
	return world_word(2);
}

static void test_objects_do_not_overlap(void **unused)
{
	(void)unused;
	uint64_t untyped = small(14), first = world_slot();
	const struct slot *previous = NULL;

	for (unsigned int i = 0; i < 7; i++) {
		(void)world_slot();
	}
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 3, NODE, first),
			 ST_OK);
	assert_int_equal(used(untyped), 3 << ABI_ENDPOINT_BITS);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_THREAD, 0, 2, NODE, first + 3),
			 ST_OK);
	assert_int_equal(used(untyped), 3 << ABI_THREAD_BITS);
	for (unsigned int i = 0; i < 5; i++) {
		const struct slot *slot = cap_find(world_node(), first + i);
		assert_non_null(slot);
		if (previous) {
			assert_true(slot->object >= previous->object + 64);
		}
		previous = slot;
	}
}

static void test_exhaustion_changes_nothing(void **unused)
{
	(void)unused;
	uint64_t untyped = small(13), frame = world_slot(), more = world_slot();

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 1, NODE, frame),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 2, NODE, more),
			 ST_NO_MEMORY);
	assert_int_equal(used(untyped), ABI_PAGE_SIZE);
	assert_null(cap_find(world_node(), more));
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, 1, NODE, more),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, NODE,
				    world_slot()),
			 ST_NO_MEMORY);
}

static void test_refusals(void **unused)
{
	(void)unused;
	uint64_t untyped = small(20), to = world_slot();
	uint64_t full = world_make(ABI_TYPE_ENDPOINT, 0);
	const struct {
		status_t status;
		uint64_t words[5];
	} cases[] = {
		{ ST_BAD_ARGUMENT, { 0, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_COUNT, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { UINT64_MAX, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_IRQ_HANDLER, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_AUDIT_LOG, 11, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_AUDIT_LOG, 21, 1, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_SYSTEM_CONTROL, 0, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 1, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_CAPNODE, 3, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_CAPNODE, 17, 1, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_CAPNODE, 1ull << 32 | 4, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_UNTYPED, 5, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_UNTYPED, 64, 1, NODE, to } },
		{ ST_NO_MEMORY, { ABI_TYPE_UNTYPED, 47, 64, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 0, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 65, NODE, to } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 1ull << 32 | 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_VSPACE, 0, 2, NODE, to } },
		{ ST_NO_MEMORY, { ABI_TYPE_CAPNODE, 16, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_FRAME, 1, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_FRAME, 12, 1, NODE, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_FRAME, 27, 1, NODE, to } },
		{ ST_NO_MEMORY, { ABI_TYPE_FRAME, 9, 1, NODE, to } },
		{ ST_NO_MEMORY, { ABI_TYPE_FRAME, 18, 64, NODE, to } },
		{ ST_NO_CAPABILITY, { ABI_TYPE_ENDPOINT, 0, 1, to, to } },
		{ ST_WRONG_TYPE, { ABI_TYPE_ENDPOINT, 0, 1, untyped, to } },
		{ ST_BAD_ARGUMENT, { ABI_TYPE_ENDPOINT, 0, 1, NODE, 0 } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 2, NODE,
		    (1 << CORE_CAPNODE_BITS) - 1 } },
		{ ST_BAD_ARGUMENT,
		  { ABI_TYPE_ENDPOINT, 0, 1, NODE, UINT64_MAX } },
		{ ST_SLOT_FULL, { ABI_TYPE_ENDPOINT, 0, 1, NODE, full } },
		{ ST_SLOT_FULL, { ABI_TYPE_ENDPOINT, 0, 2, NODE, full - 1 } },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint64_t *w = cases[i].words;
		uint64_t filled = world_node()->filled;
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, w[0],
					    w[1], w[2], w[3], w[4]),
				 cases[i].status);
		assert_int_equal(world_node()->filled, filled);
		assert_int_equal(used(untyped), 0);
	}
}

/* Putting something into a node needs the right to copy into it. */
static void test_needs_the_right_on_the_node(void **unused)
{
	(void)unused;
	uint64_t untyped = small(12);
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4), weak = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, inner, 0,
				    1u << ABI_CAPNODE_info, 0),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, weak, 1),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, inner, 1),
			 ST_OK);
}

/* Each step of retype is a step of derivation. */
static void test_depth(void **unused)
{
	(void)unused;
	uint64_t untyped = small(16);

	for (unsigned int depth = 1; depth < ABI_DERIVATION_MAX; depth++) {
		uint64_t to = world_slot();
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    ABI_TYPE_UNTYPED, 12, 1, NODE, to),
				 ST_OK);
		untyped = to;
	}
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, NODE,
				    world_slot()),
			 ST_TOO_DEEP);
}

/* Address space ids run out before memory does; then nothing changes. */
static void test_address_space_ids(void **unused)
{
	(void)unused;
	uint64_t untyped = small(23);
	struct vspace *last = NULL;

	fake.asid_count = 256;
	for (unsigned int i = 2; i < 256; i++) { /* 0 nobody's, 1 core's */
		uint64_t to = world_slot();
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    ABI_TYPE_VSPACE, 0, 1, NODE, to),
				 ST_OK);
		struct vspace *vspace = slot_object(cap_find(world_node(), to));
		assert_true(vspace->asid > 1);
		assert_true(!last || vspace->asid != last->asid);
		last = vspace;
	}
	uint64_t before = used(untyped);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_VSPACE, 0, 1, NODE, world_slot()),
			 ST_NO_MEMORY);
	assert_int_equal(used(untyped), before);
}

/* --- zeroed in steps --------------------------------------------------------- */

#define STEP   0x40000
#define LARGE  9 /* size bits of a Frame of 2 MiB */
#define FILLED 0x5a

/* An Untyped of 2^bits bytes whose memory is not zero. */
static uint64_t dirty(uint64_t bits)
{
	uint64_t untyped = small(bits);
	const struct slot *slot = cap_find(world_node(), untyped);

	memset(arch_window((paddr_t){ slot->object }), FILLED, 1ull << bits);
	return untyped;
}

static bool is_zero(paddr_t start, uint64_t size)
{
	const uint8_t *bytes = arch_window(start);

	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* One step of a retype by core: true if it is to be made again. */
static bool step(uint64_t untyped, uint64_t type, uint64_t size_bits,
		 uint64_t to)
{
	struct thread *thread = world_current();
	struct message_registers *message = &thread->context.message;
	const uint64_t pc = thread->context.pc;
	const struct message_registers call = {
		.verb = ABI_VERB_CALL,
		.capability = untyped,
		.label = ABI_UNTYPED_retype,
		.info = 5,
		.words = { type, size_bits, 1, NODE, to },
	};

	*message = call;
	assert_ptr_equal(kernel_syscall(thread), thread);
	world_check();
	if (thread->context.pc == pc) {
		assert_int_equal(message->verb, ST_OK);
		return false;
	}
	thread->context.pc = pc;
	assert_memory_equal(message, &call, sizeof(call));
	assert_null(cap_find(world_node(), to));
	return true;
}

static void test_zeroed_in_steps(void **unused)
{
	(void)unused;
	uint64_t untyped = dirty(22), frame = world_slot(), count = 0;
	uint64_t filled = world_node()->filled;
	const struct slot *slot = cap_find(world_node(), untyped);

	while (step(untyped, ABI_TYPE_FRAME, LARGE, frame)) {
		uint64_t done = ++count * STEP;
		assert_true(is_zero((paddr_t){ slot->object }, done));
		assert_int_equal(*(uint8_t *)arch_window(
					 (paddr_t){ slot->object + done }),
				 FILLED);
		assert_int_equal(used(untyped), 0);
		assert_int_equal(world_node()->filled, filled);
	}
	assert_int_equal(count, ABI_LARGE_SIZE / STEP - 1);
	assert_int_equal(used(untyped), ABI_LARGE_SIZE);
	assert_true(is_zero((paddr_t){ slot->object }, ABI_LARGE_SIZE));
	assert_int_equal(*(uint8_t *)arch_window(
				 (paddr_t){ slot->object + ABI_LARGE_SIZE }),
			 FILLED);
	assert_int_equal(world_call(frame, ABI_FRAME_info), ST_OK);
	assert_int_equal(world_word(0), ABI_LARGE_SIZE);
}

/* What is made in between lies before it, after it, or where it would have lain:
 * both come to be, apart from each other and of zeroes. */
static void test_steps_of_two(void **unused)
{
	(void)unused;
	const struct {
		uint64_t type, bits, size;
	} others[] = {
		{ ABI_TYPE_ENDPOINT, 0, 1 << ABI_ENDPOINT_BITS },
		{ ABI_TYPE_CAPNODE, 13, 1 << 19 },
		{ ABI_TYPE_UNTYPED, 20, 1 << 20 },
		{ ABI_TYPE_FRAME, 0, ABI_PAGE_SIZE },
	};

	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(others); i++) {
		world_boot(NULL);
		uint64_t type = others[i / 2].type, bits = others[i / 2].bits;
		uint64_t untyped = dirty(23), large = world_slot();
		uint64_t other = world_slot(), first = world_slot();
		if (i % 2) { /* the large one will lie behind a gap */
			assert_false(step(untyped, ABI_TYPE_THREAD, 0, first));
		}
		bool goes_on = true;
		for (unsigned int j = 0; j < 3; j++) {
			assert_true(
				step(untyped, ABI_TYPE_FRAME, LARGE, large));
			goes_on = goes_on && step(untyped, type, bits, other);
		}
		while (step(untyped, ABI_TYPE_FRAME, LARGE, large)) {
		}
		while (goes_on && step(untyped, type, bits, other)) {
		}
		const struct slot *a = cap_find(world_node(), large);
		const struct slot *b = cap_find(world_node(), other);
		assert_true(is_zero((paddr_t){ a->object }, ABI_LARGE_SIZE));
		if (type == ABI_TYPE_FRAME) {
			assert_true(
				is_zero((paddr_t){ b->object }, ABI_PAGE_SIZE));
		} else if (type == ABI_TYPE_CAPNODE) {
			assert_true(is_zero(
				arch_window_address(
					capnode_slot(slot_object(b), 1)),
				others[i / 2].size - (1 << ABI_SLOT_BITS)));
		}
		uint64_t at = type == ABI_TYPE_UNTYPED || type == ABI_TYPE_FRAME
				      ? b->object
				      : arch_window_address(slot_object(b)).a;
		assert_true(at + others[i / 2].size <= a->object ||
			    at >= a->object + ABI_LARGE_SIZE);
		if (type == ABI_TYPE_UNTYPED) {
			uint64_t part = world_slot();
			assert_false(step(other, ABI_TYPE_FRAME, 0, part));
			b = cap_find(world_node(), part);
			assert_true(
				is_zero((paddr_t){ b->object }, ABI_PAGE_SIZE));
		}
	}
}

/* What lies beyond the watermark and is zero already is not zeroed again. */
static void test_zeroed_once(void **unused)
{
	(void)unused;
	uint64_t untyped = dirty(22), frame = world_slot(), to = world_slot();
	const struct slot *slot = cap_find(world_node(), untyped);
	uint64_t *mark = arch_window((paddr_t){ slot->object + 120 });

	assert_true(step(untyped, ABI_TYPE_FRAME, LARGE, frame));
	*mark = 1; /* as nobody can */
	assert_false(step(untyped, ABI_TYPE_REPLY, 0, to));
	assert_false(step(untyped, ABI_TYPE_REPLY, 0, world_slot()));
	assert_int_equal(*mark, 1);
	*mark = 0;
}

/* Zeroing never goes over what was made in between without being zeroed. */
static void test_zeroes_beside_untyped(void **unused)
{
	(void)unused;
	uint64_t untyped = dirty(20), first = world_slot(), part = world_slot();

	assert_false(step(untyped, ABI_TYPE_ENDPOINT, 0, first));
	assert_false(step(untyped, ABI_TYPE_UNTYPED, 12, part));
	assert_false(step(untyped, ABI_TYPE_ENDPOINT, 0, world_slot()));
	const uint8_t *bytes =
		arch_window((paddr_t){ cap_find(world_node(), part)->object });
	for (unsigned int i = 0; i < ABI_PAGE_SIZE; i++) {
		assert_int_equal(bytes[i], FILLED);
	}
}

/* Takes the capability of an object that nothing else refers to away. */
static void forget(struct slot *slot)
{
	struct slot *parent = slot_at(slot->parent);

	assert_int_equal(parent->child, slot_ref(slot));
	parent->child = slot->next;
	if (slot->next) {
		slot_at(slot->next)->prev = 0;
	}
	*slot = (struct slot){ .incarnation = slot->incarnation };
	world_node()->filled--;
}

/* Memory whose objects are all gone is used again from its start, and is zeroed
 * anew. */
static void test_used_again(void **unused)
{
	(void)unused;
	uint64_t untyped = dirty(22), first = world_slot(),
		 frame = world_slot();
	struct slot *slot = cap_find(world_node(), untyped);
	uint8_t *bytes = arch_window((paddr_t){ slot->object });

	assert_false(step(untyped, ABI_TYPE_FRAME, 0, first));
	assert_false(step(untyped, ABI_TYPE_FRAME, 0, frame));
	memset(bytes, FILLED, 2ul * ABI_PAGE_SIZE);
	forget(cap_find(world_node(), frame));
	assert_int_equal(used(untyped), 2 * ABI_PAGE_SIZE);
	forget(cap_find(world_node(), first));
	assert_int_equal(used(untyped), 0);
	while (step(untyped, ABI_TYPE_FRAME, LARGE, frame)) {
	}
	assert_int_equal(cap_find(world_node(), frame)->object, slot->object);
	assert_true(is_zero((paddr_t){ slot->object }, ABI_LARGE_SIZE));
	memset(bytes, FILLED, ABI_LARGE_SIZE);
	forget(cap_find(world_node(), frame));
	assert_true(step(untyped, ABI_TYPE_FRAME, LARGE, frame));
	assert_false(step(untyped, ABI_TYPE_FRAME, 0, first));
	assert_true(is_zero((paddr_t){ slot->object }, ABI_PAGE_SIZE));
	assert_int_equal(used(untyped), ABI_PAGE_SIZE);
}

/* The watermark counts 2^32 units: what lies beyond them is not used. */
static void test_beyond_the_watermark(void **unused)
{
	(void)unused;
	uint64_t untyped = small(12);
	struct slot *slot = cap_find(world_node(), untyped);
	const struct slot saved = *slot;

	slot->object = 0;
	slot->memory.bits = 47;
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, 38, 1, NODE,
				    world_slot()),
			 ST_NO_MEMORY);
	uint64_t part = world_slot();
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, 37, 1, NODE, part),
			 ST_OK);
	assert_int_equal(used(untyped), 1ull << 37);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, 37, 1, NODE,
				    world_slot()),
			 ST_NO_MEMORY);
	forget(cap_find(world_node(), part));
	*slot = saved;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_objects_do_not_overlap, world_boot),
		cmocka_unit_test_setup(test_exhaustion_changes_nothing,
				       world_boot),
		cmocka_unit_test_setup(test_refusals, world_boot),
		cmocka_unit_test_setup(test_needs_the_right_on_the_node,
				       world_boot),
		cmocka_unit_test_setup(test_depth, world_boot),
		cmocka_unit_test_setup(test_address_space_ids, world_boot),
		cmocka_unit_test_setup(test_zeroed_in_steps, world_boot),
		cmocka_unit_test_setup(test_steps_of_two, world_boot),
		cmocka_unit_test_setup(test_zeroed_once, world_boot),
		cmocka_unit_test_setup(test_zeroes_beside_untyped, world_boot),
		cmocka_unit_test_setup(test_used_again, world_boot),
		cmocka_unit_test_setup(test_beyond_the_watermark, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
