/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that goes to nano and comes back, through its capability. The kernel
 * would end the run if it touched any of it meanwhile; other threads work right
 * beside it.
 */

#include "memory.h"

#include "tests/system/root/root.h"

#include "abi/layout.h"
#include "abi/message.h"

#define REGION 0x7100000000ull /* where nothing is mapped */
#define BITS   9               /* 2 MiB */
#define LARGE  11              /* 8 MiB, with the page before it */
#define ROUNDS 100

static uint64_t phase(uint64_t reserved)
{
	return info(reserved, 1);
}

static status_t delete(uint64_t slot)
{
	return CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, slot);
}

static uint64_t make_of(uint64_t untyped, enum abi_object_type type,
			uint64_t bits)
{
	uint64_t slot = root_slot();

	MUST(CALL(untyped, ABI_UNTYPED_retype, type, bits, 1, CORE_SLOT_CAPNODE,
		  slot));
	return slot;
}

static uint64_t *page_at(uint64_t frame, uint64_t address)
{
	make_tables(address);
	MUST(CALL(frame, ABI_FRAME_map, CORE_SLOT_VSPACE, address, 3));
	return (uint64_t *)address;
}

/* --- the neighbour ----------------------------------------------------------- */

static struct {
	uint64_t *page;
	uint64_t turns, wrong;
} worker;

/* Uses the page right before the memory that goes and comes. */
static void work(uint64_t key)
{
	for (uint64_t i = 0;; i++) {
		volatile uint64_t *word = &worker.page[i % 512];

		*word = key ^ i;
		relax();
		worker.wrong += *word != (key ^ i);
		__atomic_store_n(&worker.turns, i, __ATOMIC_RELEASE);
	}
}

static void test_beside(uint64_t untyped)
{
	uint64_t frame = make_of(untyped, ABI_TYPE_FRAME, 0);
	uint64_t reserved = make_of(untyped, ABI_TYPE_RESERVED, 4);
	bool good = true;

	worker.page = page_at(frame, REGION);
	uint64_t thread = thread_start(work, 0x5a5a000000);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		good = good && CALL(reserved, ABI_RESERVED_take) == ST_OK &&
		       CALL(reserved, ABI_RESERVED_take) == ST_BAD_STATE;
		tess_yield();
		good = good && CALL(reserved, ABI_RESERVED_revoke) == ST_OK &&
		       CALL(reserved, ABI_RESERVED_revoke) == ST_BAD_STATE;
	}
	uint64_t before = __atomic_load_n(&worker.turns, __ATOMIC_ACQUIRE);
	while (__atomic_load_n(&worker.turns, __ATOMIC_ACQUIRE) == before) {
		tess_yield();
	}
	thread_stop(thread);
	result(good,
	       "memory goes to nano and comes back, again and again # A39");
	result(worker.wrong == 0, "a thread beside it does not notice");
	MUST(CALL(frame, ABI_FRAME_unmap));
	MUST(delete (frame));
	MUST(delete (reserved));
	result(info(untyped, 2) == 0,
	       "all of it is there to be used anew # A50");
}

/* --- one that ends in the middle --------------------------------------------- */

static void take(uint64_t reserved)
{
	CALL(reserved, ABI_RESERVED_take);
	thread_rest();
}

/* Whether a thread was stopped while it took the memory. */
static bool interrupted(uint64_t reserved)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint64_t thread = thread_start(take, reserved);

		while (phase(reserved) == ABI_RESERVED_HERE) {
			tess_yield();
		}
		thread_stop(thread);
		if (phase(reserved) == ABI_RESERVED_LEAVING) {
			return true;
		}
		MUST(CALL(reserved, ABI_RESERVED_revoke));
	}
	return false;
}

static void test_interrupted(uint64_t untyped)
{
	uint64_t small = make_of(untyped, ABI_TYPE_FRAME, 0);
	uint64_t reserved = make_of(untyped, ABI_TYPE_RESERVED, LARGE);

	result(interrupted(reserved) &&
		       CALL(reserved, ABI_RESERVED_take) == 0 &&
		       phase(reserved) == ABI_RESERVED_TAKEN,
	       "what one thread began another one ends");
	MUST(CALL(reserved, ABI_RESERVED_revoke));
	bool again = interrupted(reserved);
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_revoke, untyped));
	result(again && info(untyped, 2) == 0 &&
		       CALL(small, ABI_FRAME_unmap) == ST_NO_CAPABILITY,
	       "and a revoke takes it back # C23");
}

/* --- what it is made of ------------------------------------------------------- */

static void test_ends(uint64_t untyped)
{
	uint64_t reserved = make_of(untyped, ABI_TYPE_RESERVED, BITS);
	uint64_t size = info(reserved, 0), to = root_slot();

	result(size == ABI_LARGE_SIZE && phase(reserved) == ABI_RESERVED_HERE &&
		       CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, to,
			    reserved) == ST_WRONG_TYPE,
	       "there is one capability for it # C25");
	MUST(CALL(reserved, ABI_RESERVED_take));
	MUST(delete (reserved));
	uint64_t frame = make_of(untyped, ABI_TYPE_FRAME, BITS);
	uint64_t address = REGION + ABI_LARGE_SIZE, any = 0;
	make_tables(REGION);
	MUST(CALL(frame, ABI_FRAME_map, CORE_SLOT_VSPACE, address, 3));
	for (uint64_t i = 0; i < size; i += sizeof(uint64_t)) {
		any |= *(volatile uint64_t *)(address + i);
	}
	*(volatile uint64_t *)address = 1;
	result(any == 0 && *(volatile uint64_t *)address == 1,
	       "a frame of what came back is zero, and memory # A50");
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_revoke, untyped));
	result(info(untyped, 2) == 0, "and goes as all else");
}

void test_reserved(void)
{
	uint64_t untyped = make_of_size(ABI_TYPE_UNTYPED, ABI_LARGE_BITS + 3);

	test_beside(untyped);
	test_interrupted(untyped);
	test_ends(untyped);
}
