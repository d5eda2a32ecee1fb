/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edges: what is just permitted, what is just not, and checks that only one
 * kind of caller ever meets. tests/mutants/ breaks each of them in turn and
 * wants to be noticed; a mutant that nothing else notices is noticed here.
 */

#include "world.h"

#include "kernel/boot.h"

#define NODE CORE_SLOT_CAPNODE
#define PAGE 0x10000000000ull /* shares no table with anything of core */

/* An Untyped of one page that is a device's, as core has it on machines whose
 * console has registers in memory. */
static uint64_t device(void)
{
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, ABI_PAGE_BITS);

	cap_find(world_node(), untyped)->memory.is_device = 1;
	return untyped;
}

static uint64_t device_frame(void)
{
	uint64_t frame = world_slot();

	assert_int_equal(world_call(device(), ABI_UNTYPED_retype,
				    ABI_TYPE_FRAME, 0, 1, NODE, frame),
			 ST_OK);
	return frame;
}

static void make_tables(uint64_t vspace, uint64_t address)
{
	for (unsigned int level = 2; level <= 4; level++) {
		uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
		assert_int_equal(
			world_call(table, ABI_PAGE_TABLE_map, vspace, address),
			ST_OK);
	}
}

/* --- capabilities --------------------------------------------------------- */

static void test_old_address_through_a_node(void **unused)
{
	(void)unused;
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t deep = inner | (uint64_t)(5 + 1) << CORE_CAPNODE_BITS;

	assert_int_equal(world_call(inner, ABI_CAPNODE_move, 5, endpoint),
			 ST_OK);
	assert_non_null(cap_find(world_node(), deep));
	assert_null(cap_find(world_node(), deep | 1ull << 32));
}

/* There and back: each slot counts for itself how often it was emptied. */
static void test_move_there_and_back(void **unused)
{
	(void)unused;
	uint64_t here = world_make(ABI_TYPE_ENDPOINT, 0), there = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, there, here),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_move, here, there),
			 ST_OK);
	assert_null(cap_find(world_node(), here));
	assert_non_null(cap_find(world_node(), here | 1ull << 32));
}

static void test_retype_just_fits(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 20);
	uint64_t inner = world_make(ABI_TYPE_CAPNODE, 8);
	uint64_t count = ABI_RETYPE_COUNT_MAX;

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, count, inner, 1),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, inner, 255),
			 ST_OK);
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_ENDPOINT, 0, 1, inner, 256),
			 ST_BAD_ARGUMENT);
}

/* --- a device's registers are no memory ------------------------------------ */

static void test_device_is_no_memory(void **unused)
{
	(void)unused;
	uint64_t untyped = device(), part = world_slot(), frame = world_slot();
	const uint64_t memory[] = { ABI_TYPE_CAPNODE,    ABI_TYPE_THREAD,
				    ABI_TYPE_ENDPOINT,   ABI_TYPE_REPLY,
				    ABI_TYPE_PAGE_TABLE, ABI_TYPE_VSPACE };
	const struct slot *slot = cap_find(world_node(), untyped);
	uint64_t *registers = arch_window((paddr_t){ slot->object });

	for (unsigned int i = 0; i < ARRAY_SIZE(memory); i++) {
		uint64_t bits = memory[i] == ABI_TYPE_CAPNODE ? 4 : 0;
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
					    memory[i], bits, 1, NODE, part),
				 ST_WRONG_TYPE);
	}
	registers[0] = 0x1234;
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_UNTYPED, ABI_PAGE_BITS, 1, NODE,
				    part),
			 ST_OK);
	assert_int_equal(world_call(part, ABI_UNTYPED_info), ST_OK);
	assert_int_equal(world_word(3), 1);
	assert_int_equal(world_call(part, ABI_UNTYPED_retype, ABI_TYPE_FRAME, 0,
				    1, NODE, frame),
			 ST_OK);
	assert_int_equal(world_call(frame, ABI_FRAME_info), ST_OK);
	assert_int_equal(world_word(2), 1);
	assert_int_equal(registers[0], 0x1234);
}

static void test_device_is_no_code(void **unused)
{
	(void)unused;
	uint64_t frame = device_frame(), vspace = CORE_SLOT_VSPACE;

	make_tables(vspace, PAGE);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE,
				    ABI_ACCESS_READ | ABI_ACCESS_EXECUTE),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE,
				    ABI_ACCESS_READ | ABI_ACCESS_WRITE),
			 ST_OK);
}

static void test_bindings_need_rights(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t thread = world_make(ABI_TYPE_THREAD, 0);
	uint64_t unmappable = world_slot(), mute = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, unmappable, buffer,
				    ABI_RIGHT_READ | ABI_RIGHT_WRITE,
				    1u << ABI_FRAME_info, 0),
			 ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, mute, endpoint,
				    ABI_RIGHT_RECV, UINT32_MAX, 0),
			 ST_OK);
	assert_int_equal(world_call(thread, ABI_THREAD_configure, node, vspace,
				    unmappable, 0),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(thread, ABI_THREAD_configure, node, vspace,
				    device_frame(), 0),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(thread, ABI_THREAD_configure, node, vspace,
				    buffer, mute),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(thread, ABI_THREAD_configure, node, vspace,
				    buffer, endpoint),
			 ST_OK);
}

/* --- messages ---------------------------------------------------------------- */

static void test_sending_needs_the_right(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t mute = world_slot();

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, mute, endpoint,
				    ABI_RIGHT_RECV, UINT32_MAX, 0),
			 ST_OK);
	assert_int_equal(world_verb(ABI_VERB_TRY_SEND, mute, 1, 0),
			 ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_SEND, mute, 1, 0), ST_NO_RIGHT);
	assert_int_equal(world_verb(ABI_VERB_CALL, mute, 1, 0), ST_NO_RIGHT);
}

/* Receivers wait in the order they came, as senders do. */
static void test_receivers_are_served_in_order(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0), node;
	struct thread *receivers[3];

	for (unsigned int i = 0; i < ARRAY_SIZE(receivers); i++) {
		uint64_t reply = world_make(ABI_TYPE_REPLY, 0);
		receivers[i] = world_thread(&node, NULL);
		assert_int_equal(
			world_call(node, ABI_CAPNODE_copy, 3, endpoint), ST_OK);
		assert_int_equal(world_call(node, ABI_CAPNODE_move, 4, reply),
				 ST_OK);
		world_run(receivers[i]);
		world_verb(ABI_VERB_RECV, 3, 0,
			   4ull << ABI_MESSAGE_REPLY_SHIFT);
		world_run(world_core());
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(receivers); i++) {
		assert_int_equal(receivers[i]->state, ABI_THREAD_RECEIVING);
		assert_int_equal(world_verb(ABI_VERB_SEND, endpoint, 1, 0),
				 ST_OK);
		assert_int_equal(receivers[i]->state, ABI_THREAD_READY);
	}
}

/* A CALL leaves nothing behind in the thread that made it, whether a receiver
 * waits for what it sends next or comes for it. */
static void test_send_after_a_call(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0), node;
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0);
	struct thread *client = world_thread(&node, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	world_verb(ABI_VERB_RECV, endpoint, 0,
		   reply << ABI_MESSAGE_REPLY_SHIFT);
	assert_ptr_equal(world_current(), client);
	world_verb(ABI_VERB_CALL, 3, 1, 0);
	assert_ptr_equal(world_current(), world_core());
	world_verb(ABI_VERB_REPLY_RECV, endpoint, 0,
		   reply << ABI_MESSAGE_REPLY_SHIFT);
	assert_ptr_equal(world_current(), client);
	assert_int_equal(world_verb(ABI_VERB_SEND, 3, 1, 0), ST_OK);
	assert_int_equal(client->state, ABI_THREAD_READY);
	world_run(world_core());
	assert_int_equal(world_core()->context.message.info &
				 (uint32_t)ABI_MESSAGE_CALLED,
			 0);

	world_run(client);
	world_verb(ABI_VERB_CALL, 3, 1, 0);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0,
		   reply << ABI_MESSAGE_REPLY_SHIFT);
	assert_int_equal(world_verb(ABI_VERB_REPLY, reply, 0, 0), ST_OK);
	world_run(client);
	world_verb(ABI_VERB_SEND, 3, 2, 0);
	assert_int_equal(client->state, ABI_THREAD_SENDING);
	world_run(world_core());
	world_verb(ABI_VERB_RECV, endpoint, 0,
		   reply << ABI_MESSAGE_REPLY_SHIFT);
	assert_int_equal(world_core()->context.message.label, 2);
	assert_int_equal(world_core()->context.message.info &
				 (uint32_t)ABI_MESSAGE_CALLED,
			 0);
	assert_int_equal(client->state, ABI_THREAD_READY);
}

/* --- memory --------------------------------------------------------------------- */

static void test_first_and_last_user_page(void **unused)
{
	(void)unused;
	const uint64_t pages[] = { USER_START, USER_END - ABI_PAGE_SIZE };

	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++) {
		uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
		uint64_t frame = world_make(ABI_TYPE_FRAME, 0);
		make_tables(vspace, pages[i]);
		assert_int_equal(world_call(frame, ABI_FRAME_map, vspace,
					    pages[i], ABI_ACCESS_READ),
				 ST_OK);
	}
}

static void test_code_is_made_visible(void **unused)
{
	(void)unused;
	uint64_t frame = world_make(ABI_TYPE_FRAME, 0);

	make_tables(CORE_SLOT_VSPACE, PAGE);
	fake.code_written = 0;
	assert_int_equal(world_call(frame, ABI_FRAME_map, CORE_SLOT_VSPACE,
				    PAGE, ABI_ACCESS_READ | ABI_ACCESS_EXECUTE),
			 ST_OK);
	assert_int_equal(fake.code_written,
			 cap_find(world_node(), frame)->object);
}

static void test_boot_takes_a_whole_range(void **unused)
{
	(void)unused;
	uint64_t start = FAKE_RAM_START + 0x800000;
	struct boot_info boot = {
		.range_count = 2,
		.ranges = {
			{ start, start + 0x1000, BOOT_RANGE_RAM, 0 },
			{ start + 0x2000, start + 0x4000, BOOT_RANGE_RAM, 0 },
		},
	};

	assert_int_equal(boot_memory_take(&boot, 0x1000).a, start);
	assert_int_equal(boot_memory_take(&boot, 0x2000).a, start + 0x2000);
	assert_int_equal(boot.ranges[0].start, boot.ranges[0].end);
	assert_int_equal(boot.ranges[1].start, boot.ranges[1].end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_old_address_through_a_node,
				       world_boot),
		cmocka_unit_test_setup(test_move_there_and_back, world_boot),
		cmocka_unit_test_setup(test_retype_just_fits, world_boot),
		cmocka_unit_test_setup(test_device_is_no_memory, world_boot),
		cmocka_unit_test_setup(test_device_is_no_code, world_boot),
		cmocka_unit_test_setup(test_bindings_need_rights, world_boot),
		cmocka_unit_test_setup(test_sending_needs_the_right,
				       world_boot),
		cmocka_unit_test_setup(test_receivers_are_served_in_order,
				       world_boot),
		cmocka_unit_test_setup(test_send_after_a_call, world_boot),
		cmocka_unit_test_setup(test_first_and_last_user_page,
				       world_boot),
		cmocka_unit_test_setup(test_code_is_made_visible, world_boot),
		cmocka_unit_test_setup(test_boot_takes_a_whole_range,
				       world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
