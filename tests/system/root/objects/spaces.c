/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two address spaces: this program's, and another one that has four pages. In
 * each a thread reads and writes where it is told to, which a shared page says.
 */

#include "objects.h"

#include <string.h>

#include "tests/system/root/root.h"

#include "abi/layout.h"

/* Where there is nothing else, and no memory of any machine. */
#define REGION 0x7000000000ull
#define SHARED REGION             /* struct shared, in both */
#define BUFFER (REGION + 0x10000) /* what pointers point to, in both */
#define CODE   (REGION + 0x20000) /* in the other one only */
#define STACK  (REGION + 0x30000)

#define CODE_SIZE 512

/* All that the other address space is made of: itself, four page tables, of
 * which three are used, and two pages. */
#define BOX_BITS 15
#define TABLES   6 /* pages of it that are tables or the kernel's book */

struct shared {
	uint64_t address, writes, value, turns;
};

static struct shared *const shared = (struct shared *)SHARED;

static struct visitor {
	uint64_t thread, pc, sp;
} here, there;

static uint64_t box, reply, slots = 9100; /* behind those of other parts */

/* Runs in the other address space as a copy: it calls nothing. */
static __attribute__((noinline)) void visit(uint64_t argument)
{
	struct shared *order = (struct shared *)argument;

	for (;;) {
		uint64_t address =
			__atomic_load_n(&order->address, __ATOMIC_SEQ_CST);
		if (address == 0) {
			continue;
		}
		volatile uint64_t *word = (volatile uint64_t *)address;
		if (order->writes) {
			*word = order->value;
		} else {
			order->value = *word;
		}
		__atomic_store_n(&order->address, 0, __ATOMIC_SEQ_CST);
		__atomic_store_n(&order->turns, order->turns + 1,
				 __ATOMIC_SEQ_CST);
	}
}

static uint64_t make_in_box(enum abi_object_type type)
{
	MUST(CALL(box, ABI_UNTYPED_retype, type, 0, 1, CORE_SLOT_CAPNODE,
		  slots));
	return slots++;
}

static void map(uint64_t frame, uint64_t space, uint64_t address,
		uint64_t access)
{
	MUST(CALL(frame, ABI_FRAME_map, space, address, access));
}

static void go(const struct visitor *visitor)
{
	MUST(CALL(visitor->thread, ABI_THREAD_set_registers, visitor->pc,
		  visitor->sp, SHARED, 0));
	MUST(CALL(visitor->thread, ABI_THREAD_resume));
}

/* Its pages but for the two that it shares. */
static uint64_t make_space(void)
{
	const uint64_t writable = ABI_ACCESS_READ | ABI_ACCESS_WRITE;

	MUST(CALL(root_untyped, ABI_UNTYPED_retype, ABI_TYPE_UNTYPED, BOX_BITS,
		  1, CORE_SLOT_CAPNODE, slots));
	box = slots++;
	uint64_t space = make_in_box(ABI_TYPE_VSPACE);
	status_t status;
	do {
		status = CALL(make_in_box(ABI_TYPE_PAGE_TABLE),
			      ABI_PAGE_TABLE_map, space, REGION);
	} while (status == ST_OK);
	must(status == ST_MAPPED ? ST_OK : status, "page tables");
	uint64_t code = make_in_box(ABI_TYPE_FRAME);
	uint64_t stack = make_in_box(ABI_TYPE_FRAME);
	map(code, CORE_SLOT_VSPACE, CODE, writable);
	memcpy((void *)CODE, (const void *)(uintptr_t)visit, CODE_SIZE);
	MUST(CALL(code, ABI_FRAME_unmap));
	map(code, space, CODE, ABI_ACCESS_READ | ABI_ACCESS_EXECUTE);
	map(stack, space, STACK, writable);
	return space;
}

static void make_visitor(struct visitor *visitor, uint64_t space, uint64_t pc,
			 uint64_t sp)
{
	*visitor = (struct visitor){ make(ABI_TYPE_THREAD), pc, sp };
	MUST(CALL(visitor->thread, ABI_THREAD_configure, CORE_SLOT_CAPNODE,
		  space, make(ABI_TYPE_FRAME), root_faults));
}

/* Has a visitor read or write; whether it could. If not, its fault says the same
 * address and access. The value is in the shared page. */
static bool can(const struct visitor *visitor, uint64_t address, bool writes)
{
	struct tess_message fault;
	uint64_t access = writes ? ABI_ACCESS_WRITE : ABI_ACCESS_READ;

	go(visitor);
	shared->writes = writes;
	shared->turns = 0;
	put(&shared->address, address);
	while (get(&shared->turns) == 0) {
		fault = (struct tess_message){ .length = 0 };
		if (tess_try_recv_with(root_faults, reply, &fault) != ST_OK) {
			tess_yield();
			continue;
		}
		must(fault.words[ABI_FAULT_KIND] == ABI_FAULT_MEMORY &&
				     fault.words[ABI_FAULT_ADDRESS] ==
					     address &&
				     fault.words[ABI_FAULT_ACCESS] == access
			     ? ST_OK
			     : ST_DAMAGED,
		     "the fault is of that access");
		fault = (struct tess_message){ .label = ABI_FAULT_STOP };
		MUST(tess_reply_with(reply, &fault));
		put(&shared->address, 0);
		return false;
	}
	MUST(CALL(visitor->thread, ABI_THREAD_suspend));
	return true;
}

static bool reads(const struct visitor *visitor, uint64_t address,
		  uint64_t value)
{
	return can(visitor, address, false) && shared->value == value;
}

/* --- the same addresses -------------------------------------------------------- */

static void test_pointers(uint64_t mapping, uint64_t space)
{
	uint64_t *words = (uint64_t *)BUFFER;

	words[0] = (uint64_t)&words[100];
	words[100] = 4711;
	result(reads(&there, BUFFER, (uint64_t)&words[100]) &&
		       reads(&there, shared->value, 4711),
	       "a pointer into shared memory is good in both address spaces "
	       "# C26");
	shared->value = 1234;
	result(can(&there, words[0], true) && words[100] == 1234,
	       "what one writes through it the other reads # C26");
	MUST(CALL(mapping, ABI_FRAME_unmap));
	result(!can(&there, words[0], false) && reads(&here, words[0], 1234),
	       "without the mapping it faults, in that one only # C26");
	map(mapping, space, BUFFER, ABI_ACCESS_READ);
	result(reads(&there, words[0], 1234) && !can(&there, words[0], true),
	       "a mapping for reading is one for reading # C26");
}

/* --- page tables ----------------------------------------------------------------- */

/* The pages of the box as the kernel sees them, and by their own addresses. */
static bool reaches_tables(const struct visitor *visitor)
{
	uint64_t address = info(box, 0);
	bool any = false;

	for (uint64_t i = 0; i < TABLES; i++) {
		uint64_t page = address + i * ABI_PAGE_SIZE;
		shared->value = 0;
		any = can(visitor, KERNEL_WINDOW + page, false) || any;
		any = can(visitor, KERNEL_WINDOW + page, true) || any;
		any = can(visitor, page, true) || any;
	}
	return any;
}

static void test_tables(uint64_t space)
{
	uint64_t table = space + 1, words[ABI_MESSAGE_REGISTERS];

	result(info(box, 2) == 1ull << BOX_BITS &&
		       CALL(box, ABI_UNTYPED_retype, ABI_TYPE_FRAME, 0, 1,
			    CORE_SLOT_CAPNODE, slots) == ST_NO_MEMORY,
	       "memory of page tables is not made into pages # E11");
	result(CALL(table, ABI_FRAME_map, CORE_SLOT_VSPACE, REGION + 0x50000,
		    ABI_ACCESS_READ) == ST_BAD_ARGUMENT &&
		       CALL(space, ABI_FRAME_map, CORE_SLOT_VSPACE,
			    REGION + 0x50000,
			    ABI_ACCESS_READ) == ST_NO_METHOD &&
		       invoke(space, 0, 0, words) == ST_OK && words[0] == 4,
	       "neither is a page table mapped, nor an address space # E11");
	result(!reaches_tables(&there),
	       "no thread reads or writes the tables of its own address space "
	       "# E11");
	result(!reaches_tables(&here), "nor those of another one # E11");
}

void test_spaces(void)
{
	const uint64_t writable = ABI_ACCESS_READ | ABI_ACCESS_WRITE;
	uint64_t page = make(ABI_TYPE_FRAME), buffer = make(ABI_TYPE_FRAME);
	static uint8_t stack[ABI_PAGE_SIZE] __attribute__((aligned(16)));

	reply = make(ABI_TYPE_REPLY);
	make_tables(REGION);
	map(page, CORE_SLOT_VSPACE, SHARED, writable);
	map(buffer, CORE_SLOT_VSPACE, BUFFER, writable);
	uint64_t space = make_space(), mapping = copy(buffer);
	map(copy(page), space, SHARED, writable);
	map(mapping, space, BUFFER, writable);
	make_visitor(&here, CORE_SLOT_VSPACE, (uint64_t)visit,
		     (uint64_t)stack + sizeof(stack) - STACK_BIAS);
	make_visitor(&there, space, CODE, STACK + ABI_PAGE_SIZE - STACK_BIAS);
	test_pointers(mapping, space);
	test_tables(space);
}
