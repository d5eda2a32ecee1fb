/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, frames, page tables, ports and the machine as objects: every method
 * of every type with the wrong length, without the right, and with wrong
 * capabilities.
 * Shows C3 C17 C19 C31 D24 E57. */

#include "world.h"

#define NODE CORE_SLOT_CAPNODE
#define PAGE 0x10000000000ull /* shares no table with anything of core */

/* One capability of each type that can be invoked. */
static void make_all(uint64_t slots[ABI_TYPE_COUNT])
{
#define X(number, name, built, made, bits, least, most, text) \
	if (made) {                                           \
		slots[number] = world_make(number, least);    \
	}
	ABI_OBJECT_TYPES(X)
#undef X
	slots[ABI_TYPE_IRQ_CONTROL] = CORE_SLOT_IRQ_CONTROL;
	slots[ABI_TYPE_IO_PORT_RANGE] = CORE_SLOT_IO_PORTS;
	slots[ABI_TYPE_SYSTEM_CONTROL] = CORE_SLOT_SYSTEM_CONTROL;
}

static const uint8_t counts[ABI_TYPE_COUNT][32] = {
#define X(type, number, name, arguments, results, in, out, errors) \
	[ABI_TYPE_##type][number] = (arguments) + 1,
	ABI_METHODS(X)
#undef X
};

static void test_methods_that_are_not(void **unused)
{
	(void)unused;
	uint64_t slots[ABI_TYPE_COUNT] = { 0 };

	make_all(slots);
	for (uint32_t type = 0; type < ABI_TYPE_COUNT; type++) {
		if (!slots[type] || type == ABI_TYPE_ENDPOINT) {
			continue;
		}
		for (uint32_t method = 0; method < 32; method++) {
			if (!counts[type][method]) {
				assert_int_equal(world_verb(ABI_VERB_CALL,
							    slots[type], method,
							    0),
						 ST_NO_METHOD);
				continue;
			}
			uint32_t count = counts[type][method] - 1u;
			for (uint32_t length = 0; length < 10; length++) {
				if (length == count) {
					continue;
				}
				assert_int_equal(world_verb(ABI_VERB_CALL,
							    slots[type], method,
							    length),
						 ST_BAD_ARGUMENT);
			}
			assert_int_equal(world_verb(ABI_VERB_CALL, slots[type],
						    method | 32, count),
					 ST_BAD_ARGUMENT);
		}
	}
}

/* A capability without the bit of a method is refused that method. */
static void test_methods_without_the_right(void **unused)
{
	(void)unused;
	uint64_t slots[ABI_TYPE_COUNT] = { 0 };

	make_all(slots);
	for (uint32_t type = 0; type < ABI_TYPE_COUNT; type++) {
		uint64_t weak = world_slot();
		if (!slots[type] || type == ABI_TYPE_ENDPOINT ||
		    world_call(NODE, ABI_CAPNODE_mint, weak, slots[type], 0, 0,
			       0) != ST_OK) {
			continue;
		}
		for (uint32_t method = 0; method < 32; method++) {
			if (counts[type][method]) {
				assert_int_equal(
					world_verb(ABI_VERB_CALL, weak, method,
						   counts[type][method] - 1u),
					ST_NO_RIGHT);
			}
		}
	}
}

/* What is not built yet has its rights all the same, and says what it is. */
static void test_objects_of_later(void **unused)
{
	static const bool later[ABI_TYPE_COUNT] = {
#define X(number, name, built, made, bits, least, most, text) \
	[number] = !(built),
		ABI_OBJECT_TYPES(X)
#undef X
	};
	uint64_t slots[ABI_TYPE_COUNT] = { 0 };

	(void)unused;
	make_all(slots);
	for (uint32_t type = 0; type < ABI_TYPE_COUNT; type++) {
		for (uint32_t method = 0; slots[type] && method < 32;
		     method++) {
			if (later[type] && counts[type][method]) {
				assert_int_equal(
					world_verb(ABI_VERB_CALL, slots[type],
						   method,
						   counts[type][method] - 1u),
					method ? ST_NOT_BUILT : ST_OK);
			}
		}
	}
}

/* Objects have the sizes of the table, and sizes outside of it are refused. */
static void test_sizes(void **unused)
{
	(void)unused;
	for (uint64_t type = 0; type <= ABI_TYPE_COUNT; type++) {
		uint64_t made = 0;
		for (uint64_t bits = 0; bits < 64; bits++) {
			made += abi_object_bits(type, bits) != 0;
		}
		if (made != 1) {
			continue; /* it is not made, or has no one size */
		}
		uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 14);
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, type,
					    0, 1, NODE, world_slot()),
				 ST_OK);
		assert_int_equal(world_call(untyped, ABI_UNTYPED_info), ST_OK);
		assert_int_equal(world_word(2),
				 1ull << abi_object_bits(type, 0));
		assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, type,
					    1, 1, NODE, world_slot()),
				 ST_BAD_ARGUMENT);
	}
}

static void test_thread_life(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t slot = world_make(ABI_TYPE_THREAD, 0), weak = world_slot();

	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_BAD_STATE);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_BAD_STATE);
	assert_int_equal(world_call(slot, ABI_THREAD_configure, vspace, vspace,
				    buffer, 0),
			 ST_WRONG_TYPE);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, node, buffer, 0),
		ST_WRONG_TYPE);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, vspace, node, 0),
		ST_WRONG_TYPE);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, vspace, 0, 0),
		ST_NO_CAPABILITY);
	assert_int_equal(world_call(slot, ABI_THREAD_configure, node, vspace,
				    buffer, node),
			 ST_WRONG_TYPE);
	world_call(NODE, ABI_CAPNODE_mint, weak, buffer, ABI_RIGHT_READ,
		   UINT32_MAX, 0);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, vspace, weak, 0),
		ST_NO_RIGHT);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, vspace, buffer, 0),
		ST_OK);
	assert_int_equal(
		world_call(slot, ABI_THREAD_set_registers, USER_END, 0, 0, 0),
		ST_BAD_ARGUMENT);
	assert_int_equal(world_call(slot, ABI_THREAD_set_registers, 0x200000,
				    0x300000, 1, 2),
			 ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_get_registers), ST_OK);
	assert_int_equal(world_word(0), 0x200000);
	assert_int_equal(world_word(3), 2);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_BAD_STATE);
	assert_int_equal(world_call(slot, ABI_THREAD_set_registers, 0x200000,
				    0x300000, 1, 2),
			 ST_BAD_STATE);
	assert_int_equal(world_call(slot, ABI_THREAD_get_registers),
			 ST_BAD_STATE);
	assert_int_equal(
		world_call(slot, ABI_THREAD_configure, node, vspace, buffer, 0),
		ST_BAD_STATE);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(world_call(slot, ABI_THREAD_info), ST_OK);
	assert_int_equal(world_word(0), ABI_THREAD_SUSPENDED);
}

/* A thread may suspend itself; somebody else resumes it. */
static void test_suspend_oneself(void **unused)
{
	(void)unused;
	uint64_t node, slot;
	struct thread *thread = world_thread(&node, &slot);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 4, slot), ST_OK);
	world_run(thread);
	assert_int_equal(world_call(4, ABI_THREAD_suspend), ST_OK);
	assert_ptr_equal(world_current(), world_core());
	assert_int_equal(thread->state, ABI_THREAD_SUSPENDED);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	world_run(thread);
}

static void make_tables(uint64_t vspace, uint64_t address)
{
	for (uint64_t level = 2; level <= 4; level++) {
		uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
		assert_int_equal(
			world_call(table, ABI_PAGE_TABLE_map, vspace, address),
			ST_OK);
		assert_int_equal(world_word(0), level);
		assert_int_equal(world_call(table, ABI_PAGE_TABLE_map, vspace,
					    address + (1ull << 39)),
				 ST_MAPPED);
	}
}

static void test_map_and_unmap(void **unused)
{
	(void)unused;
	uint64_t vspace = CORE_SLOT_VSPACE;
	uint64_t frame = world_make(ABI_TYPE_FRAME, 0), copy = world_slot();
	uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);

	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_NO_TABLE);
	make_tables(vspace, PAGE);
	assert_int_equal(world_call(table, ABI_PAGE_TABLE_map, vspace, PAGE),
			 ST_MAPPED);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_OK);
	assert_int_equal(
		world_call(frame, ABI_FRAME_map, vspace, PAGE + 0x1000, 3),
		ST_MAPPED);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, copy, frame),
			 ST_OK);
	assert_int_equal(world_call(copy, ABI_FRAME_map, vspace, PAGE, 1),
			 ST_MAPPED);
	assert_int_equal(
		world_call(copy, ABI_FRAME_map, vspace, PAGE + 0x1000, 1),
		ST_OK);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.flush_start, PAGE);
	assert_int_equal(fake.flush_asid, world_core()->vspace->asid);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_NOT_MAPPED);
	assert_int_equal(world_call(copy, ABI_FRAME_info), ST_OK);
	assert_int_equal(world_word(1), 1);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE, 5),
			 ST_OK);
}

static void test_map_refusals(void **unused)
{
	(void)unused;
	uint64_t vspace = CORE_SLOT_VSPACE, weak = world_slot();
	uint64_t frame = world_make(ABI_TYPE_FRAME, 0);
	uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
	const uint64_t bad[] = { 0,           USER_START - 0x1000,
				 USER_END,    PAGE + 1,
				 KERNEL_BASE, KERNEL_WINDOW,
				 1ull << 47,  UINT64_MAX & ~0xfffull };

	make_tables(vspace, PAGE);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			world_call(frame, ABI_FRAME_map, vspace, bad[i], 1),
			ST_BAD_ARGUMENT);
		if (bad[i] != PAGE + 1) {
			assert_int_equal(world_call(table, ABI_PAGE_TABLE_map,
						    vspace, bad[i]),
					 ST_BAD_ARGUMENT);
		}
	}
	/* no reading, writable and executable, unknown bits */
	const uint64_t access[] = { 0, 2, 4, 6, 7, 8, 9, 1ull << 32 | 1 };
	for (unsigned int i = 0; i < ARRAY_SIZE(access); i++) {
		assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE,
					    access[i]),
				 ST_BAD_ARGUMENT);
	}
	world_call(NODE, ABI_CAPNODE_mint, weak, frame, ABI_RIGHT_READ,
		   UINT32_MAX, 0);
	assert_int_equal(world_call(weak, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(weak, ABI_FRAME_map, vspace, PAGE, 5),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(weak, ABI_FRAME_map, vspace, PAGE, 1),
			 ST_OK);
	assert_int_equal(world_call(frame, ABI_FRAME_map, NODE, PAGE, 1),
			 ST_WRONG_TYPE);
}

static void test_ports(void **unused)
{
	(void)unused;
	uint64_t ports = CORE_SLOT_IO_PORTS;

	fake.port_value = 0x60;
	assert_int_equal(world_call(ports, ABI_IO_PORT_RANGE_info), ST_OK);
	assert_int_equal(world_word(0), 0x3f8);
	assert_int_equal(world_word(1), 8);
	assert_int_equal(world_call(ports, ABI_IO_PORT_RANGE_read, 0x3fd, 1),
			 ST_OK);
	assert_int_equal(world_word(0), 0x60);
	assert_int_equal(
		world_call(ports, ABI_IO_PORT_RANGE_write, 0x3f8, 1, 'x'),
		ST_OK);
	assert_int_equal(fake.port_value, 'x');
	const uint64_t bad[][3] = {
		{ 0x3f7, 1, 0 },    { 0x400, 1, 0 },
		{ 0x3ff, 2, 0 },    { 0x3fd, 4, 0 },
		{ 0x3f8, 0, 0 },    { 0x3f8, 3, 0 },
		{ 0x3f8, 8, 0 },    { 1ull << 16 | 0x3f8, 1, 0 },
		{ 0x3f8, 1, 0x100 }
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(world_call(ports, ABI_IO_PORT_RANGE_write,
					    bad[i][0], bad[i][1], bad[i][2]),
				 ST_BAD_ARGUMENT);
	}
}

static void test_control(void **unused)
{
	(void)unused;
	uint64_t control = CORE_SLOT_SYSTEM_CONTROL;

	assert_int_equal(world_call(control, ABI_SYSTEM_CONTROL_nano_counter,
				    ABI_NANO_COUNTER_PORT),
			 ST_OK);
	assert_int_equal(world_word(0), 100 + ABI_NANO_COUNTER_PORT);
	assert_int_equal(
		world_call(control, ABI_SYSTEM_CONTROL_nano_counter, 99),
		ST_BAD_ARGUMENT);
	uint64_t refusals = state.refusals;
	assert_int_equal(world_call(control, ABI_SYSTEM_CONTROL_info), ST_OK);
	assert_int_equal(world_word(0), refusals);
	assert_int_equal(world_call(control, ABI_SYSTEM_CONTROL_operational),
			 ST_OK);
	assert_int_equal(world_call(control, ABI_SYSTEM_CONTROL_operational),
			 ST_BAD_STATE);
	assert_int_equal(world_call(control, ABI_SYSTEM_CONTROL_power_off, 256),
			 ST_BAD_ARGUMENT);
	fake.expects_end = true;
	if (setjmp(fake.back) == 0) {
		world_call(control, ABI_SYSTEM_CONTROL_power_off, 3);
		fail();
	}
	assert_int_equal(fake.end_status, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_methods_that_are_not, world_boot),
		cmocka_unit_test_setup(test_methods_without_the_right,
				       world_boot),
		cmocka_unit_test_setup(test_objects_of_later, world_boot),
		cmocka_unit_test_setup(test_sizes, world_boot),
		cmocka_unit_test_setup(test_thread_life, world_boot),
		cmocka_unit_test_setup(test_suspend_oneself, world_boot),
		cmocka_unit_test_setup(test_map_and_unmap, world_boot),
		cmocka_unit_test_setup(test_map_refusals, world_boot),
		cmocka_unit_test_setup(test_ports, world_boot),
		cmocka_unit_test_setup(test_control, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
