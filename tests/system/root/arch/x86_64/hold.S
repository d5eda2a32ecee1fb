/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold_registers(words, turns). rdi and rsi are in use and rsp must be; every
 * other register, general or for vectors, has its place in `words`.
 */
	.macro each_general operation
	.set place, 0
	.irp register, rax, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	\operation %\register, place
	.set place, place + 8
	.endr
	.endm

	.macro each_vector operation
	.set place, 256
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\operation %xmm\number, place
	.set place, place + 16
	.endr
	.endm

	.macro load register, at
	movq \at(%rdi), \register
	.endm
	.macro store register, at
	movq \register, \at(%rdi)
	.endm
	.macro load_vector register, at
	movups \at(%rdi), \register
	.endm
	.macro store_vector register, at
	movups \register, \at(%rdi)
	.endm

	.text
	.globl hold_registers
hold_registers:
	.irp register, rbx, rbp, r12, r13, r14, r15
	pushq %\register
	.endr
	each_general load
	each_vector load_vector
1:	decq %rsi
	jnz 1b
	each_general store
	each_vector store_vector
	.irp register, r15, r14, r13, r12, rbp, rbx
	popq %\register
	.endr
	ret

	.section .note.GNU-stack, "", @progbits
