/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory to nano and back. While nano has it the address sanitizer watches over
 * it: whatever the kernel does with what nano has ends the test.
 * Shows A39 A50 C20 C22.
 */

#include <string.h>

#include "world.h"

#include "kernel/invoke.h"

#define NODE  CORE_SLOT_CAPNODE
#define PAGE  ((uint64_t)ABI_PAGE_SIZE)
#define PAGES 16u /* of what most tests hand over */
#define BITS  4u

static struct slot *slot_of(uint64_t address)
{
	return cap_find(world_node(), address);
}

static void expect_phase(uint64_t reserved, enum abi_reserved_phase phase)
{
	assert_int_equal(world_call(reserved, ABI_RESERVED_info), ST_OK);
	assert_int_equal(world_word(1), phase);
}

/* What lies at the address of an object, to look at. */
static uint8_t *memory_of(uint64_t address)
{
	return arch_window((paddr_t){ slot_of(address)->object });
}

static status_t retype(uint64_t untyped, uint64_t type, uint64_t bits,
		       uint64_t to)
{
	return world_call(untyped, ABI_UNTYPED_retype, type, bits, 1, NODE, to);
}

static status_t delete(uint64_t address)
{
	return world_call(NODE, ABI_CAPNODE_delete, address);
}

/* The call of a thread that is interrupted after each step: how many it made, at
 * most `most`. */
static uint32_t steps(uint64_t capability, uint64_t method, uint32_t most)
{
	uint32_t count = 1;

	while (count <= most &&
	       world_step(capability, method, 0, 0) == KERNEL_RESTART) {
		count++;
	}
	return count;
}

static void test_sizes(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 16), to = world_slot();

	assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, 36, to),
			 ST_BAD_ARGUMENT);
	assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, 5, to),
			 ST_NO_MEMORY);
	for (uint64_t bits = 0; bits <= 4; bits++) {
		assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, bits, to),
				 ST_OK);
		assert_int_equal(world_call(to, ABI_RESERVED_info), ST_OK);
		assert_int_equal(world_word(0), PAGE << bits);
		assert_int_equal(world_word(1), ABI_RESERVED_HERE);
		assert_true(is_aligned(slot_of(to)->object, PAGE << bits));
		assert_int_equal(delete (to), ST_OK);
		to = world_slot();
	}
}

static void test_there_and_back(void **unused)
{
	(void)unused;
	uint64_t reserved = world_make(ABI_TYPE_RESERVED, BITS);
	uint8_t *memory = memory_of(reserved);

	memset(memory, 0x77, PAGES * PAGE);
	for (unsigned int round = 0; round < 3; round++) {
		assert_int_equal(world_call(reserved, ABI_RESERVED_revoke),
				 ST_BAD_STATE);
		assert_int_equal(world_call(reserved, ABI_RESERVED_take),
				 ST_OK);
		expect_phase(reserved, ABI_RESERVED_TAKEN);
		assert_int_equal(world_call(reserved, ABI_RESERVED_take),
				 ST_BAD_STATE);
		assert_int_equal(world_call(reserved, ABI_RESERVED_revoke),
				 ST_OK);
		expect_phase(reserved, ABI_RESERVED_HERE);
		for (uint64_t i = 0; i < PAGES * PAGE; i++) {
			assert_int_equal(memory[i], 0);
		}
	}
}

/* Each of them is interrupted, gone on with by the other method or somebody
 * else, and given up. */
static void test_steps(void **unused)
{
	(void)unused;
	uint64_t reserved = world_make(ABI_TYPE_RESERVED, BITS);

	assert_int_equal(steps(reserved, ABI_RESERVED_take, 100), PAGES / 4);
	expect_phase(reserved, ABI_RESERVED_TAKEN);
	assert_int_equal(steps(reserved, ABI_RESERVED_revoke, 100), PAGES / 2);
	expect_phase(reserved, ABI_RESERVED_HERE);

	steps(reserved, ABI_RESERVED_take, 2);
	expect_phase(reserved, ABI_RESERVED_LEAVING);
	assert_int_equal(world_call(reserved, ABI_RESERVED_take), ST_OK);
	steps(reserved, ABI_RESERVED_revoke, 2);
	expect_phase(reserved, ABI_RESERVED_RETURNING);
	assert_int_equal(world_call(reserved, ABI_RESERVED_take), ST_BAD_STATE);
	assert_int_equal(world_call(reserved, ABI_RESERVED_revoke), ST_OK);
	expect_phase(reserved, ABI_RESERVED_HERE);

	steps(reserved, ABI_RESERVED_take, 1);
	assert_int_equal(world_call(reserved, ABI_RESERVED_revoke), ST_OK);
	assert_int_equal(world_call(reserved, ABI_RESERVED_take), ST_OK);
	assert_int_equal(world_call(reserved, ABI_RESERVED_revoke), ST_OK);
}

/* With the capability the memory is back, from whatever phase, and not before
 * that can the Untyped be used anew. */
static void test_delete(void **unused)
{
	(void)unused;
	for (enum abi_reserved_phase phase = ABI_RESERVED_HERE;
	     phase <= ABI_RESERVED_RETURNING; phase++) {
		uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 16);
		uint64_t reserved = world_slot(), frame = world_slot();

		assert_int_equal(
			retype(untyped, ABI_TYPE_RESERVED, BITS, reserved),
			ST_OK);
		if (phase == ABI_RESERVED_LEAVING) {
			steps(reserved, ABI_RESERVED_take, 2);
		} else if (phase > ABI_RESERVED_LEAVING) {
			steps(reserved, ABI_RESERVED_take, 100);
		}
		if (phase == ABI_RESERVED_RETURNING) {
			steps(reserved, ABI_RESERVED_revoke, 2);
		}
		expect_phase(reserved, phase);
		uint64_t at = slot_of(reserved)->object;
		assert_int_equal(retype(untyped, ABI_TYPE_FRAME, 0, frame),
				 ST_NO_MEMORY);
		assert_int_equal(delete (reserved), ST_OK);
		assert_null(slot_of(reserved));
		assert_int_equal(retype(untyped, ABI_TYPE_FRAME, 0, frame),
				 ST_OK);
		assert_int_equal(slot_of(frame)->object, at);
		assert_int_equal(*memory_of(frame), 0);
		for (uint32_t i = 0; i < FAKE_RESERVATIONS; i++) {
			assert_int_equal(fake.reservations[i].pages, 0);
		}
	}
}

/* The delete of what it was made of, step by step; nobody uses it meanwhile. */
static void test_sweep(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 19);
	uint64_t first = world_slot(), second = world_slot();
	uint32_t count = 1, refused = 0;

	assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, BITS + 2, first),
			 ST_OK);
	assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, BITS + 2, second),
			 ST_OK);
	assert_int_equal(world_call(first, ABI_RESERVED_take), ST_OK);
	assert_int_equal(world_call(second, ABI_RESERVED_take), ST_OK);
	while (world_step(NODE, ABI_CAPNODE_revoke, 1, untyped) ==
	       KERNEL_RESTART) {
		count++;
		uint64_t which = slot_of(second) ? second : first;
		if (!slot_of(which) ||
		    slot_of(which)->phase == ABI_RESERVED_TAKEN) {
			continue; /* its turn has not come */
		}
		uint64_t sweep = world_current()->sweep;
		world_current()->sweep = 0; /* as another thread calls */
		assert_int_equal(world_call(which, ABI_RESERVED_take),
				 ST_NO_CAPABILITY);
		assert_int_equal(world_call(which, ABI_RESERVED_info),
				 ST_NO_CAPABILITY);
		world_current()->sweep = sweep;
		refused++;
	}
	assert_true(count >= 4 && refused >= 2);
	assert_null(slot_of(first));
	assert_null(slot_of(second));
	assert_int_equal(fake.reservations[0].pages, 0);
	assert_int_equal(fake.reservations[1].pages, 0);
}

/* Beside it the Untyped goes on: nothing is zeroed that nano has. */
static void test_neighbours(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 20);
	uint64_t slots[6];

	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
		slots[i] = world_slot();
		bool reserves = i % 2 == 1;
		assert_int_equal(
			retype(untyped,
			       reserves ? ABI_TYPE_RESERVED : ABI_TYPE_FRAME,
			       reserves ? i : 0, slots[i]),
			ST_OK);
		if (reserves) {
			assert_int_equal(
				world_call(slots[i], ABI_RESERVED_take), ST_OK);
		} else {
			assert_int_equal(*memory_of(slots[i]), 0);
		}
	}
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, untyped), ST_OK);
	assert_int_equal(retype(untyped, ABI_TYPE_CAPNODE, 14, world_slot()),
			 ST_OK);
}

/* Nor are registers nano's to have. */
static void test_device(void **unused)
{
	(void)unused;
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 14);

	slot_of(untyped)->memory.is_device = 1;
	assert_int_equal(retype(untyped, ABI_TYPE_RESERVED, 0, world_slot()),
			 ST_WRONG_TYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sizes, world_boot),
		cmocka_unit_test_setup(test_there_and_back, world_boot),
		cmocka_unit_test_setup(test_steps, world_boot),
		cmocka_unit_test_setup(test_delete, world_boot),
		cmocka_unit_test_setup(test_sweep, world_boot),
		cmocka_unit_test_setup(test_neighbours, world_boot),
		cmocka_unit_test_setup(test_device, world_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
