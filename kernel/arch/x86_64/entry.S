/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every way into and out of the kernel.
 *
 * User registers go straight into the context of the running thread, which is
 * at %gs:CPU_CURRENT, and come straight out of the context of the thread that
 * C returned. The stack is empty before and after. Between the two SWAPGS of a
 * round trip the kernel's GS base is in use; the instructions outside them
 * touch nothing but registers and, by exceptions that never return, the stacks
 * of STACK_DOUBLE_FAULT and STACK_MACHINE_CHECK.
 */

#include <arch/x86.h>

#include "offsets.h"

/* What user code runs with; see arch_context. rax and the stack pointer hold
 * the context at one time or other, so the paths place them themselves. */
	.macro each_register operation
	\operation %rdi, CONTEXT_RDI
	\operation %rsi, CONTEXT_RSI
	\operation %rdx, CONTEXT_RDX
	\operation %r8, CONTEXT_R8
	\operation %r9, CONTEXT_R9
	\operation %r10, CONTEXT_R10
	\operation %r12, CONTEXT_R12
	\operation %r13, CONTEXT_R13
	\operation %r14, CONTEXT_R14
	\operation %r15, CONTEXT_R15
	\operation %rbx, CONTEXT_RBX
	\operation %rbp, CONTEXT_RBP
	.endm

	.macro save_by_rsp register, offset
	movq \register, \offset(%rsp)
	.endm

	.macro save_by_rax register, offset
	movq \register, \offset(%rax)
	.endm

	.macro restore_by_rax register, offset
	movq \offset(%rax), \register
	.endm

/* --- start --------------------------------------------------------------- */

	.section .text.entry, "ax", @progbits
	.globl _start
/* From nano: rdi is the boot_info. */
_start:
	leaq cpu_stacks+STACK_SIZE(%rip), %rsp
	xorl %ebp, %ebp
	call kernel_main
	ud2

	.globl _start_secondary
/* From nano, on another CPU: rdi is its struct cpu. */
_start_secondary:
	movq CPU_STACK_TOP(%rdi), %rsp
	xorl %ebp, %ebp
	call kernel_secondary
	ud2

	.globl arch_start
arch_start:
	movq %rdi, %rax
	jmp resume

/* --- system calls -------------------------------------------------------- */

	.globl syscall_entry
	.balign 64
/* From user code: rcx is its rip, r11 its rflags; the stack is still its own.
 * The machine has masked interrupts and every other flag (SFMASK). */
syscall_entry:
	swapgs
	movq %rsp, %gs:CPU_USER_RSP
	movq %gs:CPU_CURRENT, %rsp
	each_register save_by_rsp
	movq %rax, CONTEXT_RAX(%rsp)
	movq %rcx, CONTEXT_RIP(%rsp)
	movq %r11, CONTEXT_RFLAGS(%rsp)
	movq %gs:CPU_USER_RSP, %rcx
	movq %rcx, CONTEXT_RSP(%rsp)
	movq %rsp, %rdi
	movq %gs:CPU_STACK_TOP, %rsp
	call kernel_syscall

/* rax is the thread to run. A context that a system call saved leaves by
 * SYSRET: user code finds its own rip and rflags in rcx and r11. */
resume:
	cmpl $0, CONTEXT_FULL(%rax)
	jne resume_full
	each_register restore_by_rax
	movq CONTEXT_RIP(%rax), %rcx
	movq CONTEXT_RFLAGS(%rax), %r11
	movq CONTEXT_RSP(%rax), %rsp
	movq CONTEXT_RAX(%rax), %rax
	swapgs
	sysretq

/* The frame that IRETQ takes lies in the context. The idle thread stays in
 * kernel mode. */
resume_full:
	movl $0, CONTEXT_FULL(%rax)
	testb $3, CONTEXT_CS(%rax)
	jz 1f
	swapgs
1:	each_register restore_by_rax
	movq CONTEXT_RCX(%rax), %rcx
	movq CONTEXT_R11(%rax), %r11
	leaq CONTEXT_RIP(%rax), %rsp
	movq CONTEXT_RAX(%rax), %rax
	iretq

/* --- exceptions and interrupts -------------------------------------------- */

/* The stack holds a struct exception_frame. */
interrupt_entry:
	testb $3, FRAME_CS(%rsp)
	jz from_kernel
	swapgs
save_full:
	pushq %rax
	movq %gs:CPU_CURRENT, %rax
	each_register save_by_rax
	movq %rcx, CONTEXT_RCX(%rax)
	movq %r11, CONTEXT_R11(%rax)
	popq CONTEXT_RAX(%rax)
	popq %rsi
	popq %rdx
	popq CONTEXT_RIP(%rax)
	popq CONTEXT_CS(%rax)
	popq CONTEXT_RFLAGS(%rax)
	popq CONTEXT_RSP(%rax)
	popq CONTEXT_SS(%rax)
	movl $1, CONTEXT_FULL(%rax)
	/* Gates leave DF and AC, which would switch SMAP off, as they were. */
	pushq $RFLAGS_FIXED
	popfq
	movq %rax, %rdi
	call interrupt_dispatch
	jmp resume

/* Only the idle thread runs in kernel mode with interrupts enabled. */
from_kernel:
	cmpq $VECTOR_INTERRUPT, FRAME_VECTOR(%rsp)
	jae save_full

/* Nothing goes on after this, but C wants its GS base. Which one is in use
 * does not follow from CS: the kernel leaves with user code's. The kernel's is
 * in the upper half; user code's never is. */
fatal_entry:
	movl $MSR_GS_BASE, %ecx
	rdmsr
	testl %edx, %edx
	js 1f
	swapgs
1:	pushq $RFLAGS_FIXED
	popfq
	movq %rsp, %rdi
	andq $-16, %rsp
	call interrupt_died
	ud2

/* nano takes what NMIs are about. One that comes through all the same may come
 * at any instruction, so it is counted and nothing else is touched. */
	.globl nmi_entry
nmi_entry:
	lock incq state+STATE_SPURIOUS(%rip)
	iretq

/* One entry of 16 bytes for each vector, so that C can compute its address. */
	.globl vector_entries
	.balign 16
vector_entries:
	.set vector, 0
	.rept VECTOR_COUNT
	.balign 16
	.if vector <> VECTOR_DF && (vector < VECTOR_TS || vector > VECTOR_PF) \
		&& vector <> VECTOR_AC && vector <> VECTOR_CP \
		&& vector <> VECTOR_VC && vector <> VECTOR_SX
	pushq $0
	.endif
	pushq $vector
	.if vector == VECTOR_DF || vector == VECTOR_MC
	jmp fatal_entry
	.else
	jmp interrupt_entry
	.endif
	.set vector, vector + 1
	.endr

/* --- nothing to do --------------------------------------------------------- */

	.globl idle_loop
idle_loop:
	sti
	hlt
	jmp idle_loop

	.globl arch_halt
arch_halt:
	cli
	hlt
	jmp arch_halt

/* A stack of each CPU and the hole above it (cpu.c): an overflow is a double
 * fault. The linker script leaves one below the first. */
	.section .stack, "aw", @nobits
	.balign 4096
	.globl cpu_stacks
cpu_stacks:
	.skip STACKS_SIZE

	.section .note.GNU-stack, "", @progbits
