/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions and interrupts: the table of gates, and what each one means. */

#include "abi/hypercalls.h"
#include "abi/message.h"
#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/entry.h"
#include "kernel/thread.h"

#include <arch/cpu.h>

#define TYPE_KERNEL_GATE 0x8e /* interrupt gate: masks interrupts */
#define TYPE_USER_GATE   0xee /* the same, and INT from user code may use it */

#define SYNDROME_VECTOR_SHIFT 32

/* In entry.S: one entry for each vector, VECTOR_ENTRY_SIZE bytes apart. */
#define VECTOR_ENTRY_SIZE 16
extern const uint8_t vector_entries[VECTOR_COUNT][VECTOR_ENTRY_SIZE];
void nmi_entry(void);

static const uint8_t fault_kinds[VECTOR_INTERRUPT] = {
	[VECTOR_DE] = ABI_FAULT_ARITHMETIC, [VECTOR_DB] = ABI_FAULT_DEBUG,
	[VECTOR_BP] = ABI_FAULT_DEBUG,      [VECTOR_UD] = ABI_FAULT_INSTRUCTION,
	[VECTOR_TS] = ABI_FAULT_PROTECTION, [VECTOR_NP] = ABI_FAULT_PROTECTION,
	[VECTOR_SS] = ABI_FAULT_PROTECTION, [VECTOR_GP] = ABI_FAULT_PROTECTION,
	[VECTOR_PF] = ABI_FAULT_MEMORY,     [VECTOR_MF] = ABI_FAULT_ARITHMETIC,
	[VECTOR_AC] = ABI_FAULT_ALIGNMENT,  [VECTOR_XF] = ABI_FAULT_ARITHMETIC,
	[VECTOR_CP] = ABI_FAULT_PROTECTION,
};

static void gate_set(struct gate *gate, const void *handler, uint8_t stack,
		     uint8_t type)
{
	uint64_t offset = (uint64_t)handler;

	*gate = (struct gate){
		.offset_low = (uint16_t)offset,
		.selector = SELECTOR_KERNEL_CODE,
		.stack = stack,
		.type = type,
		.offset_middle = (uint16_t)(offset >> 16),
		.offset_high = (uint32_t)(offset >> 32),
	};
}

void interrupt_table_init(struct gate table[VECTOR_COUNT])
{
	for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++) {
		gate_set(&table[vector], vector_entries[vector], STACK_NONE,
			 TYPE_KERNEL_GATE);
	}
	table[VECTOR_BP].type = TYPE_USER_GATE;
	table[VECTOR_DF].stack = STACK_DOUBLE_FAULT;
	table[VECTOR_MC].stack = STACK_MACHINE_CHECK;
	gate_set(&table[VECTOR_NMI], (const void *)nmi_entry, STACK_NMI,
		 TYPE_KERNEL_GATE);
}

static uint32_t page_fault_access(uint64_t error)
{
	if (error & PF_EXECUTE) {
		return ABI_ACCESS_EXECUTE;
	}
	return error & PF_WRITE ? ABI_ACCESS_WRITE : ABI_ACCESS_READ;
}

/* The program counter of a trap (breakpoint, single step) is behind the
 * instruction, so that the thread goes on when it is resumed. */
static void fault_decode(struct fault *fault, uint64_t vector, uint64_t error,
			 uint64_t pc)
{
	uint32_t kind = vector < VECTOR_INTERRUPT ? fault_kinds[vector] : 0;
	uint64_t address = 0;

	/* A double fault is most often a page fault on the guard page. */
	if (vector == VECTOR_PF || vector == VECTOR_DF) {
		__asm__ volatile("movq %%cr2, %0" : "=r"(address));
	}
	fault->kind = kind != 0 ? kind : ABI_FAULT_OTHER;
	fault->pc = pc;
	fault->address = address;
	fault->access = vector == VECTOR_PF ? page_fault_access(error) : 0;
	fault->syndrome = vector << SYNDROME_VECTOR_SHIFT | error;
}

static bool is_canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

/*
 * A jump to a non-canonical address completes on some CPUs and faults when the
 * next instruction is fetched, so such an address can be saved; but IRETQ to it
 * faults in the kernel. The thread goes on where it will fault just as surely.
 */
struct thread *interrupt_dispatch(struct thread *thread, uint64_t vector,
				  uint64_t error)
{
	struct thread *next;
	uint64_t pc = thread->context.rip;

	if (!is_canonical(pc)) {
		thread->context.rip = USER_END;
	}
	if (vector < VECTOR_INTERRUPT) {
		fault_decode(&thread->fault, vector, error, pc);
		return kernel_fault(thread);
	}

	machine_self()->interrupt = vector;
	if (vector == ABI_TIMER_VECTOR_X86_64) {
		next = kernel_timer(thread);
	} else if (vector == ABI_IPI_VECTOR_X86_64) {
		next = kernel_ipi(thread);
	} else {
		next = kernel_spurious(thread, (uint32_t)vector);
	}
	interrupt_end();
	return next;
}

void interrupt_died(const struct exception_frame *frame)
{
	struct fault fault;

	fault_decode(&fault, frame->vector, frame->error, frame->rip);
	kernel_died(&fault);
}
