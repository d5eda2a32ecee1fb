/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a program's first thread starts: x0 points to its start page, the stack
 * is whole and aligned, everything else is zero. The frame chain of a debugger
 * ends here. The note says that this file may run where indirect branches must
 * land on a BTI instruction.
 */
	.section .text._start, "ax", @progbits
	.globl _start
	.type _start, %function
_start:
	hint	#34	/* bti c */
	mov	x29, xzr
	mov	x30, xzr
	bl	tess_start
	brk	#1
	.size _start, . - _start

	.section .note.gnu.property, "a", @note
	.balign	8
	.word	4, 16, 5	/* sizes of name and body; GNU property */
	.asciz	"GNU"
	.word	0xc0000000, 4	/* AARCH64_FEATURE_1_AND, size */
	.word	3, 0		/* BTI, PAC */

	.section .note.GNU-stack, "", @progbits
