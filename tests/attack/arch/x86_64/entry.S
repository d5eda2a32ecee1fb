/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry, nano calls and exceptions of the hostile kernel. It runs in ring 0
 * with interrupts masked; an exception ends the attempt that is under way, and
 * is the end of the run if none is.
 */
#include "offsets.h"

/* What registers hold at an entry; rdi has the argument, rsp nothing. */
	.macro keep_start
	mov %rax, machine_start + START_GENERAL(%rip)
	lea machine_start + START_GENERAL(%rip), %rax
	.set place, 8
	.irp r, rbx, rcx, rdx, rsi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	mov %\r, place(%rax)
	.set place, place + 8
	.endr
	lea machine_start + START_VECTOR(%rip), %rax
	.set place, 0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups %xmm\n, place(%rax)
	.set place, place + 16
	.endr
	stmxcsr machine_start + START_MXCSR(%rip)
	fnstcw machine_start + START_FCW(%rip)
	.endm

	.section .text.entry, "ax", @progbits
	.globl _start
_start:
	keep_start
	lea stack_end(%rip), %rsp
	xor %ebp, %ebp
	call attack_main
	ud2

	.globl attack_cpu_entry
attack_cpu_entry:
	keep_start
	lea second_end(%rip), %rsp
	xor %ebp, %ebp
	call attack_cpu_main
	ud2

	.globl attack_helper_entry
attack_helper_entry:
	mov %rdi, %rsp
	xor %ebp, %ebp
	call attack_helper_main
	ud2
	.section .stack, "aw", @nobits
	.balign 16
	.skip STACK_SIZE
stack_end:
	.skip STACK_SIZE
second_end:

	.text

/* attack_call_all(number, arguments): status and value come back in rax and
 * rdx, as the nano call leaves them. */
	.globl attack_call_all
attack_call_all:
	mov %rdi, %rax
	mov %rsi, %r11
	mov ARGUMENT_0(%r11), %rdi
	mov ARGUMENT_1(%r11), %rsi
	mov ARGUMENT_2(%r11), %rdx
	mov ARGUMENT_3(%r11), %r10
	mov ARGUMENT_4(%r11), %r8
	mov ARGUMENT_5(%r11), %r9
	vmmcall
	ret

/* attack_faults(attempt, argument) */
	.globl attack_faults
attack_faults:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	mov %rsp, attempt_stack(%rip)
	mov %rdi, %rax
	mov %rsi, %rdi
	call *%rax
	xor %eax, %eax
attempt_over:
	movq $0, attempt_stack(%rip)
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

exception:
	cld
	pop %rcx
	pop %rax
	mov %eax, %eax
	shl $32, %rcx
	or %rcx, %rax
	mov %rax, attack_fault + FAULT_SYNDROME(%rip)
	pop %rax
	mov %rax, attack_fault + FAULT_PC(%rip)
	mov %cr2, %rax
	mov %rax, attack_fault + FAULT_ADDRESS(%rip)
	mov attempt_stack(%rip), %rsp
	test %rsp, %rsp
	jz 1f
	mov $1, %eax
	jmp attempt_over
1:
	lea stack_end(%rip), %rsp
	call machine_unexpected
	ud2

	.globl exception_stubs
	.balign STUB_SIZE
exception_stubs:
	.set number, 0
	.rept FAULT_COUNT
	.balign STUB_SIZE
	.if (FAULTS_WITH_ERROR >> number & 1) == 0
	push $0
	.endif
	push $number
	jmp exception
	.set number, number + 1
	.endr

	.globl timer_stub
timer_stub:
	incq machine_ticks(%rip)
	iretq

	.globl ipi_stub
ipi_stub:
	incq machine_ipis(%rip)
	iretq

/* Ring 3 calls nano. A page of its own, and nothing useful behind. */
	.section .text.user, "ax", @progbits
	.balign 4096
	.globl user_code, user_null, user_null_call, user_arm, user_arm_call
user_code:
user_null:
	xor %eax, %eax
user_null_call:
	vmmcall
	hlt
user_arm:
	mov $CALL_ARM, %eax
	xor %edi, %edi
	mov $ARM_TICKS, %esi
	xor %edx, %edx
	xor %r10d, %r10d
	xor %r8d, %r8d
	xor %r9d, %r9d
user_arm_call:
	vmmcall
	hlt
	.balign 4096

	.section .bss, "aw", @nobits
	.balign 8
attempt_stack:
	.skip 8
	.globl machine_ticks
machine_ticks:
	.skip 8
	.globl machine_ipis
machine_ipis:
	.skip 8
