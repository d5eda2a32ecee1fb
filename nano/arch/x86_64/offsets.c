/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers that entry.S and enter.S know. */

#include "mk/offsets.h"
#include "nano/arch/x86_64/cpuid.h"
#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/intercepts.h"
#include "nano/arch/x86_64/machine.h"
#include "nano/arch/x86_64/msr.h"

void offsets(void);
void offsets(void)
{
	EMIT(VECTOR_NMI, VECTOR_NMI);
	EMIT(VECTOR_SIZE, VECTOR_SIZE);
	EMIT(VECTOR_COUNT, VECTOR_COUNT);
	EMIT(VECTORS_WITH_ERROR, VECTORS_WITH_ERROR);
	EMIT(EXIT_CALL, EXIT_CALL);
	EMIT(VMMCALL_LENGTH, VMMCALL_LENGTH);
	EMIT(MXCSR_RESET, MXCSR_RESET);

	EMIT(MSR_EFER, (uint64_t)MSR_EFER);
	EMIT(START_CR0_PROTECTED, CR0_NE | CR0_ET | CR0_PE);
	EMIT(START_CR0, CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_PE);
	EMIT(START_CR4, CR4_PAE);
	EMIT(START_EFER, EFER_NXE | EFER_LME);
	EMIT(START_ALIGN, _Alignof(struct start_page));
	OFFSET(START_GDT_LIMIT, struct start_page, gdt_limit);
	OFFSET(START_ROOT, struct start_page, root);
	OFFSET(START_FAR, struct start_page, far_offset);
	OFFSET(START_ENTRY, struct start_page, entry);
	EMIT(CPUID_FEATURES, CPUID_FEATURES);
	SIZE(MACHINE_CPU_SIZE, struct machine_cpu);
	OFFSET(MACHINE_CPU_ID, struct machine_cpu, cpu.hardware_id);
	OFFSET(MACHINE_CPU_STACK, struct machine_cpu, stack);

	EMIT(STACKS_MAIN_END, offsetof(struct stacks, main) + STACK_SIZE);

	OFFSET(GUEST_STACK, struct guest, stack);
	OFFSET(GUEST_VMCB_ADDRESS, struct guest, vmcb_address);
	OFFSET(GUEST_HOST_ADDRESS, struct guest, host_address);
	OFFSET(GUEST_EXIT_CODE, struct guest, vmcb.exit_code);
	OFFSET(GUEST_CPL, struct guest, vmcb.cpl);
	OFFSET(GUEST_RIP, struct guest, vmcb.rip);
	OFFSET(GUEST_RAX, struct guest, vmcb.rax);

	OFFSET(GUEST_RBX, struct guest, registers.rbx);
	OFFSET(GUEST_RCX, struct guest, registers.rcx);
	OFFSET(GUEST_RDX, struct guest, registers.rdx);
	OFFSET(GUEST_RSI, struct guest, registers.rsi);
	OFFSET(GUEST_RDI, struct guest, registers.rdi);
	OFFSET(GUEST_RBP, struct guest, registers.rbp);
	OFFSET(GUEST_R8, struct guest, registers.r8);
	OFFSET(GUEST_R9, struct guest, registers.r9);
	OFFSET(GUEST_R10, struct guest, registers.r10);
	OFFSET(GUEST_R11, struct guest, registers.r11);
	OFFSET(GUEST_R12, struct guest, registers.r12);
	OFFSET(GUEST_R13, struct guest, registers.r13);
	OFFSET(GUEST_R14, struct guest, registers.r14);
	OFFSET(GUEST_R15, struct guest, registers.r15);
}
