/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold_registers(words, turns). x0 and x1 are in use and sp must be; every
 * other register, general or for vectors, has its place in `words`.
 */
	.macro each_general operation
	.set place, 0
	.irp number, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, \
		18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	\operation x\number, [x0, #place]
	.set place, place + 8
	.endr
	.endm

	.macro each_vector operation
	.set place, 256
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\operation q\number, [x0, #place]
	.set place, place + 16
	.endr
	.endm

	.text
	.globl hold_registers
	.type hold_registers, %function
hold_registers:
	hint	#34	/* bti c */
	stp	x29, x30, [sp, #-160]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	each_general ldr
	each_vector ldr
1:	subs	x1, x1, #1
	b.ne	1b
	each_general str
	each_vector str
	ldp	d14, d15, [sp, #144]
	ldp	d12, d13, [sp, #128]
	ldp	d10, d11, [sp, #112]
	ldp	d8, d9, [sp, #96]
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #160
	ret
	.size hold_registers, . - hold_registers

	.section .note.gnu.property, "a", @note
	.balign	8
	.word	4, 16, 5	/* sizes of name and body; GNU property */
	.asciz	"GNU"
	.word	0xc0000000, 4	/* AARCH64_FEATURE_1_AND, size */
	.word	3, 0		/* BTI, PAC */

	.section .note.GNU-stack, "", @progbits
