/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large pages and address spaces on the machine: what a large page holds, that
 * it is gone when it is unmapped, address spaces that end while threads run in
 * them on other CPUs, and ten thousand of them one after the other, which is
 * more than there are numbers.
 */

#include "memory.h"

#include "tests/system/root/root.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "common/types.h"

#define LARGE_BITS 9 /* retype's size bits of a Frame of 2 MiB */
#define HUGE_BITS  18

#define REGION 0x40000000ull /* 1 GiB in which nothing is mapped */
#define ONE    (REGION + ABI_LARGE_SIZE)
#define OTHER  (REGION + 2 * ABI_LARGE_SIZE)
#define SMALL  (REGION + 4 * ABI_LARGE_SIZE)

#define SPACES 10000
#define ENDS   50

static uint64_t next_slot = 8000; /* behind those of make() */

static uint64_t make_sized(uint64_t untyped, enum abi_object_type type,
			   uint64_t bits)
{
	MUST(CALL(untyped, ABI_UNTYPED_retype, type, bits, 1, CORE_SLOT_CAPNODE,
		  next_slot));
	return next_slot++;
}

/* A slot that is filled and emptied again and again. */
struct place {
	uint64_t slot, times;
};

static uint64_t address_of(const struct place *place)
{
	return place->slot | (place->times & UINT16_MAX) << 32;
}

static void fill(const struct place *place, uint64_t untyped,
		 enum abi_object_type type)
{
	MUST(CALL(untyped, ABI_UNTYPED_retype, type, 0, 1, CORE_SLOT_CAPNODE,
		  place->slot));
}

static void empty(struct place *place)
{
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, address_of(place)));
	place->times++;
}

static uint64_t *at(uint64_t address)
{
	return (uint64_t *)address;
}

static status_t map(uint64_t frame, uint64_t space, uint64_t address,
		    uint64_t access)
{
	return CALL(frame, ABI_FRAME_map, space, address, access);
}

/* --- large pages ------------------------------------------------------------- */

static bool is_zero(uint64_t address, uint64_t size)
{
	uint64_t any = 0;

	for (uint64_t i = 0; i < size; i += sizeof(uint64_t)) {
		any |= *at(address + i);
	}
	return any == 0;
}

static bool holds(uint64_t address, uint64_t key)
{
	bool good = true;

	for (uint64_t i = 0; i < ABI_LARGE_SIZE; i += ABI_PAGE_SIZE) {
		good = good && *at(address + i) == (key ^ i);
	}
	return good;
}

static void put_into(uint64_t address, uint64_t key)
{
	for (uint64_t i = 0; i < ABI_LARGE_SIZE; i += ABI_PAGE_SIZE) {
		*at(address + i) = key ^ i;
	}
}

static void touch(uint64_t address)
{
	(void)*(volatile uint64_t *)address;
	thread_rest();
}

/* Whether a thread that reads there faults. */
static bool faults(uint64_t address, uint64_t reply)
{
	struct tess_message fault;
	uint64_t thread = thread_start(touch, address);
	bool good = tess_recv_with(root_faults, reply, &fault) == ST_OK &&
		    fault.words[ABI_FAULT_KIND] == ABI_FAULT_MEMORY &&
		    fault.words[ABI_FAULT_ADDRESS] == address;

	thread_stop(thread);
	return good;
}

static void test_large(void)
{
	uint64_t frame = make_sized(root_untyped, ABI_TYPE_FRAME, LARGE_BITS);
	uint64_t alias = copy(frame), reply = make(ABI_TYPE_REPLY);
	uint64_t table = make(ABI_TYPE_PAGE_TABLE), words[8] = { 0 };

	words[0] = CORE_SLOT_VSPACE;
	words[1] = REGION;
	MUST(invoke(table, ABI_PAGE_TABLE_map, 2, words));
	result(words[0] == 3 && info(frame, 0) == ABI_LARGE_SIZE,
	       "a frame of 2 MiB # C19");
	uint64_t pages = info(CORE_SLOT_VSPACE, 0);
	MUST(map(frame, CORE_SLOT_VSPACE, ONE, 3));
	result(info(CORE_SLOT_VSPACE, 0) == pages + 512,
	       "a large page counts as its 512 small ones");
	result(is_zero(ONE, ABI_LARGE_SIZE), "a large page is all zero");
	MUST(map(alias, CORE_SLOT_VSPACE, OTHER, 1));
	put_into(ONE, 0x1234567800);
	result(holds(OTHER, 0x1234567800), "two places show the same memory");

	uint64_t small = make(ABI_TYPE_FRAME);
	status_t inside = map(small, CORE_SLOT_VSPACE, ONE + ABI_PAGE_SIZE, 1);
	status_t below = CALL(make(ABI_TYPE_PAGE_TABLE), ABI_PAGE_TABLE_map,
			      CORE_SLOT_VSPACE, ONE);
	result(inside == ST_MAPPED && below == ST_MAPPED,
	       "nothing is mapped inside a large page");
	MUST(CALL(frame, ABI_FRAME_unmap));
	result(faults(ONE + ABI_LARGE_SIZE - ABI_PAGE_SIZE, reply) &&
		       holds(OTHER, 0x1234567800),
	       "a large page that is unmapped is gone, and only there");
	result(map(frame, CORE_SLOT_VSPACE, ONE + ABI_PAGE_SIZE, 1) ==
			       ST_BAD_ARGUMENT &&
		       map(frame, CORE_SLOT_VSPACE, ONE, 5) ==
			       ST_BAD_ARGUMENT &&
		       map(frame, CORE_SLOT_VSPACE, KERNEL_WINDOW, 1) ==
			       ST_BAD_ARGUMENT,
	       "a large page is aligned, no code and in user memory");
	make_tables(SMALL);
	result(map(frame, CORE_SLOT_VSPACE, SMALL, 1) == ST_MAPPED,
	       "a large page is not mapped over a table");
	result(CALL(root_untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME, HUGE_BITS,
		    1, CORE_SLOT_CAPNODE, next_slot) == ST_NO_MEMORY,
	       "a page of 1 GiB needs as much memory");
}

/* The table goes first; its page is reached no more. */
static void test_table(void)
{
	uint64_t table = make(ABI_TYPE_PAGE_TABLE), page = make(ABI_TYPE_FRAME);
	uint64_t reply = make(ABI_TYPE_REPLY), there = SMALL + ABI_LARGE_SIZE;

	MUST(CALL(table, ABI_PAGE_TABLE_map, CORE_SLOT_VSPACE, there));
	MUST(map(page, CORE_SLOT_VSPACE, there, 3));
	*at(there) = 1;
	MUST(CALL(table, ABI_PAGE_TABLE_unmap));
	bool gone = faults(there, reply);
	MUST(CALL(table, ABI_PAGE_TABLE_map, CORE_SLOT_VSPACE, there));
	result(gone && faults(there, reply),
	       "a table that is taken out takes its pages along, and is empty");
	MUST(CALL(page, ABI_FRAME_unmap));
	MUST(map(page, CORE_SLOT_VSPACE, there, 3));
	result(*at(there) == 1, "its page can be mapped again");
}

/* --- address spaces ----------------------------------------------------------- */

static void test_many_spaces(void)
{
	uint64_t memory =
		make_sized(root_untyped, ABI_TYPE_UNTYPED, ABI_VSPACE_BITS);
	uint64_t filled = info(CORE_SLOT_CAPNODE, 1);
	struct place space = { .slot = next_slot++ };

	for (uint64_t i = 0; i < SPACES; i++) {
		fill(&space, memory, ABI_TYPE_VSPACE);
		empty(&space);
	}
	result(info(memory, 2) == 0 && info(CORE_SLOT_CAPNODE, 1) == filled,
	       "ten thousand address spaces leave nothing behind # C23");
}

/* An endless loop: jmp . and b . */
#if defined(__x86_64__)
#define SPIN 0xfeebull
#else
#define SPIN 0x14000000ull
#endif

/* A thread that spins in an address space of its own, which ends under it, with
 * its tables in it still. */
static void test_ends_under_a_thread(void)
{
	uint64_t code = make(ABI_TYPE_FRAME), buffer = make(ABI_TYPE_FRAME);
	uint64_t writer = copy(code), tables[3], thread = make(ABI_TYPE_THREAD);
	uint64_t memory =
		make_sized(root_untyped, ABI_TYPE_UNTYPED, ABI_VSPACE_BITS);
	struct place space = { .slot = next_slot++ };
	bool good = true;

	MUST(map(writer, CORE_SLOT_VSPACE, SMALL, 3));
	*at(SMALL) = SPIN;
	for (uint32_t i = 0; i < 3; i++) {
		tables[i] = make(ABI_TYPE_PAGE_TABLE);
	}
	for (uint32_t i = 0; i < ENDS; i++) {
		fill(&space, memory, ABI_TYPE_VSPACE);
		uint64_t there = address_of(&space);
		for (uint32_t j = 0; j < 3; j++) {
			MUST(CALL(tables[j], ABI_PAGE_TABLE_map, there,
				  USER_START));
		}
		MUST(map(code, there, USER_START, 5));
		MUST(CALL(thread, ABI_THREAD_configure, CORE_SLOT_CAPNODE,
			  there, buffer, 0));
		MUST(CALL(thread, ABI_THREAD_set_registers, USER_START,
			  USER_START + ABI_PAGE_SIZE, 0, 0));
		MUST(CALL(thread, ABI_THREAD_resume));
		for (uint32_t turn = 0; turn < 3 + i % 5; turn++) {
			tess_yield();
		}
		good = good && info(thread, 0) == ABI_THREAD_READY;
		empty(&space);
		good = good && info(thread, 0) == ABI_THREAD_SUSPENDED &&
		       info(code, 1) == 0;
		/* Tables and pages know that it is gone. */
		good = good && CALL(code, ABI_FRAME_unmap) == ST_NOT_MAPPED;
		for (uint32_t j = 0; j < 3; j++) {
			MUST(CALL(tables[j], ABI_PAGE_TABLE_unmap));
		}
	}
	result(good, "an address space ends under a thread that runs # C23");
	result(CALL(thread, ABI_THREAD_resume) == ST_BAD_STATE,
	       "a thread without an address space does not run");
}

void root_main(void)
{
	say("1..%u\n", 14 + RESERVED_RESULTS);
	test_large();
	test_table();
	test_many_spaces();
	test_ends_under_a_thread();
	test_reserved();
}
