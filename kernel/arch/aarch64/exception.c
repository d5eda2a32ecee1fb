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
};

/* Whether FAR_EL1 holds an address for the class. */
static bool has_address(uint32_t class)
{
	switch (class) {
	case CLASS_FETCH_EL0:
	case CLASS_FETCH:
	case CLASS_PC_ALIGNMENT:
	case CLASS_ACCESS_EL0:
	case CLASS_ACCESS:
	case CLASS_WATCHPOINT:
		return true;
	default:
		return false;
	}
}

static uint32_t access_of(uint32_t class, uint64_t syndrome)
{
	switch (class) {
	case CLASS_FETCH_EL0:
	case CLASS_FETCH:
	case CLASS_PC_ALIGNMENT:
		return ABI_ACCESS_EXECUTE;
	case CLASS_ACCESS_EL0:
	case CLASS_ACCESS:
		/* A cache instruction says "write" and needs to read. */
		return (syndrome & (ESR_WRITE | ESR_MAINTENANCE)) == ESR_WRITE
			       ? ABI_ACCESS_WRITE
			       : ABI_ACCESS_READ;
	default:
		return 0;
	}
}

/* An abort, by its fault status code: no mapping or not this access, or
 * something worse. Codes 0x10 and 0x14 to 0x17, external aborts, come from
 * nano too, when what is mapped is not the kernel's world's. */
static enum abi_fault_kind abort_kind(uint64_t syndrome)
{
	uint32_t status = syndrome & ESR_STATUS_MASK;

	if (status < 0x10) {
		return ABI_FAULT_MEMORY; /* size, translation, flag, permission */
	}
	if (status == 0x21) {
		return ABI_FAULT_ALIGNMENT;
	}
	return status < 0x20 ? ABI_FAULT_PROTECTION : ABI_FAULT_OTHER;
}

static enum abi_fault_kind kind_of(uint32_t class, uint64_t syndrome)
{
	switch (class) {
	case CLASS_FETCH_EL0:
	case CLASS_FETCH:
	case CLASS_ACCESS_EL0:
	case CLASS_ACCESS:
		return abort_kind(syndrome);
	case CLASS_UNKNOWN:
	case CLASS_WFI:
	case CLASS_LD64B:
	case CLASS_ILLEGAL_STATE:
	case CLASS_SVC:
	case CLASS_SYSTEM_REGISTER:
	case CLASS_SVE:
	case CLASS_SME:
		return ABI_FAULT_INSTRUCTION;
	case CLASS_BRANCH_TARGET:
	case CLASS_POINTER_AUTH:
		return ABI_FAULT_PROTECTION;
	case CLASS_PC_ALIGNMENT:
	case CLASS_SP_ALIGNMENT:
		return ABI_FAULT_ALIGNMENT;
	case CLASS_ARITHMETIC:
		return ABI_FAULT_ARITHMETIC;
	case CLASS_BREAKPOINT:
	case CLASS_STEP:
	case CLASS_WATCHPOINT:
	case CLASS_BRK:
		return ABI_FAULT_DEBUG;
	default:
		return ABI_FAULT_OTHER;
	}
}

static struct fault fault_read(uint64_t pc)
{
	uint64_t syndrome = esr_read();
	uint32_t class = (uint32_t)(syndrome >> ESR_CLASS_SHIFT) & 0x3f;

	return (struct fault){
		.kind = kind_of(class, syndrome),
		.access = access_of(class, syndrome),
		.pc = pc,
		.address = has_address(class) ? far_read() : 0,
		.syndrome = syndrome,
	};
}

/* Called by the entry code: an exception of EL0 that is no system call, or an
 * SError, which came while `thread` ran and is held against it. */
struct thread *exception_take(struct thread *thread)
{
	uint32_t class = (uint32_t)(esr_read() >> ESR_CLASS_SHIFT) & 0x3f;

	if (class == CLASS_VECTOR) {
		vector_take(arch_cpu(), thread);
		return thread;
	}
	if (class == CLASS_SVC) {
		/* With a number in it. As with every other fault, the thread
		 * stands before the instruction. */
		thread->context.pc -= INSTRUCTION_SIZE;
	}
	struct fault fault = fault_read(thread->context.pc);
	return kernel_fault(thread, &fault);
}

/* Called by the entry code, once and on a stack of its own: an exception of
 * EL1. If saying so fails as well, the CPU halts. */
_Noreturn void exception_died(void)
{
	struct fault fault = fault_read(elr_read());
	kernel_died(&fault);
}
