/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions: what ESR_EL1 says, in the words of abi/message.h. The tables
 * below are the whole translation; what they leave out is ABI_FAULT_OTHER.
 * Source: Arm ARM (DDI 0487), D17.2.37, ESR_EL1.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "abi/message.h"
#include "kernel/arch.h"
#include "kernel/entry.h"

#define ESR_CLASS_SHIFT  26
#define ESR_WRITE        (1u << 6)
#define ESR_MAINTENANCE  (1u << 8) /* a cache instruction, not an access */
#define ESR_STATUS_MASK  0x3fu
#define INSTRUCTION_SIZE 4

enum {
	CLASS_UNKNOWN = 0x00,
	CLASS_WFI = 0x01,
	CLASS_VECTOR = 0x07,
	CLASS_LD64B = 0x0a,
	CLASS_BRANCH_TARGET = 0x0d,
	CLASS_ILLEGAL_STATE = 0x0e,
	CLASS_SVC = 0x15,
	CLASS_SYSTEM_REGISTER = 0x18,
	CLASS_SVE = 0x19,
	CLASS_POINTER_AUTH = 0x1c,
	CLASS_SME = 0x1d,
	CLASS_FETCH_EL0 = 0x20,
	CLASS_FETCH = 0x21,
	CLASS_PC_ALIGNMENT = 0x22,
	CLASS_ACCESS_EL0 = 0x24,
	CLASS_ACCESS = 0x25,
	CLASS_SP_ALIGNMENT = 0x26,
	CLASS_ARITHMETIC = 0x2c,
	CLASS_BREAKPOINT = 0x30,
	CLASS_STEP = 0x32,
	CLASS_WATCHPOINT = 0x34,
	CLASS_BRK = 0x3c,
	CLASS_COUNT = 0x40,
};

/* An abort, by its fault status code: no mapping or not this access, or
 * something worse. Codes 0x10 and 0x14 to 0x17, external aborts, come from
 * nano too, when what is mapped is not the kernel's world's. */
static enum abi_fault_kind abort_kind(uint64_t syndrome)
{
	uint32_t status = syndrome & ESR_STATUS_MASK;

	if (__builtin_expect(status < 0x10, 1)) {
		return ABI_FAULT_MEMORY; /* size, translation, flag, permission */
	}
	if (status == 0x21) {
		return ABI_FAULT_ALIGNMENT;
	}
	return status < 0x20 ? ABI_FAULT_PROTECTION : ABI_FAULT_OTHER;
}

/* What the classes mean; of what is not here, nothing is known. Aborts are
 * looked at more closely. */
static const struct class
{
	uint8_t kind;        /* enum abi_fault_kind */
	uint8_t access;      /* ABI_ACCESS_* */
	uint8_t is_abort;    /* kind and, if it was no fetch, access vary */
	uint8_t has_address; /* FAR_EL1 holds it */
} classes[CLASS_COUNT] = {
	[CLASS_UNKNOWN] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_WFI] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_LD64B] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_ILLEGAL_STATE] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_SVC] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_SYSTEM_REGISTER] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_SVE] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_SME] = { .kind = ABI_FAULT_INSTRUCTION },
	[CLASS_BRANCH_TARGET] = { .kind = ABI_FAULT_PROTECTION },
	[CLASS_POINTER_AUTH] = { .kind = ABI_FAULT_PROTECTION },
	[CLASS_PC_ALIGNMENT] = { ABI_FAULT_ALIGNMENT, ABI_ACCESS_EXECUTE, 0,
				 1 },
	[CLASS_SP_ALIGNMENT] = { .kind = ABI_FAULT_ALIGNMENT },
	[CLASS_ARITHMETIC] = { .kind = ABI_FAULT_ARITHMETIC },
	[CLASS_BREAKPOINT] = { .kind = ABI_FAULT_DEBUG },
	[CLASS_STEP] = { .kind = ABI_FAULT_DEBUG },
	[CLASS_WATCHPOINT] = { ABI_FAULT_DEBUG, 0, 0, 1 },
	[CLASS_BRK] = { .kind = ABI_FAULT_DEBUG },
	[CLASS_FETCH_EL0] = { 0, ABI_ACCESS_EXECUTE, 1, 1 },
	[CLASS_FETCH] = { 0, ABI_ACCESS_EXECUTE, 1, 1 },
	[CLASS_ACCESS_EL0] = { 0, ABI_ACCESS_READ, 1, 1 },
	[CLASS_ACCESS] = { 0, ABI_ACCESS_READ, 1, 1 },
};

/* A cache instruction says "write" and needs to read. */
static bool is_write(uint64_t syndrome)
{
	return (syndrome & (ESR_WRITE | ESR_MAINTENANCE)) == ESR_WRITE;
}

static const struct class *class_of(uint64_t syndrome)
{
	return &classes[syndrome >> ESR_CLASS_SHIFT & (CLASS_COUNT - 1)];
}

/* A fetch has zero where an access says "write". */
static void fault_read(struct fault *fault, uint64_t syndrome, uint64_t pc)
{
	const struct class *class = class_of(syndrome);

	fault->pc = pc;
	fault->syndrome = syndrome;
	if (class->is_abort) {
		fault->kind = abort_kind(syndrome);
		fault->address = far_read();
		fault->access =
			is_write(syndrome) ? ABI_ACCESS_WRITE : class->access;
	} else {
		fault->kind = class->kind ? class->kind : ABI_FAULT_OTHER;
		fault->address = class->has_address ? far_read() : 0;
		fault->access = class->access;
	}
}

static __attribute__((noinline)) struct thread *
take_other(struct thread *thread, uint64_t syndrome)
{
	uint32_t class = syndrome >> ESR_CLASS_SHIFT & (CLASS_COUNT - 1);

	if (class == CLASS_VECTOR) {
		vector_take(arch_cpu(), thread);
		return thread;
	}
	if (class == CLASS_SVC) {
		/* With a number in it. As with every other fault, the thread
		 * stands before the instruction. */
		thread->context.pc -= INSTRUCTION_SIZE;
	}
	fault_read(&thread->fault, syndrome, thread->context.pc);
	return kernel_fault(thread);
}

/* Called by the entry code: an exception of EL0 that is no system call, or an
 * SError, which came while `thread` ran and is held against it. Aborts are the
 * ones that a system lives with. */
struct thread *exception_take(struct thread *thread)
{
	uint64_t syndrome = esr_read();

	if (__builtin_expect(!class_of(syndrome)->is_abort, 0)) {
		return take_other(thread, syndrome);
	}
	fault_read(&thread->fault, syndrome, thread->context.pc);
	return kernel_fault(thread);
}

/* Called by the entry code, once and on a stack of its own: an exception of
 * EL1. If saying so fails as well, the CPU halts. */
_Noreturn void exception_died(void)
{
	struct fault fault;

	fault_read(&fault, esr_read(), elr_read());
	kernel_died(&fault);
}
