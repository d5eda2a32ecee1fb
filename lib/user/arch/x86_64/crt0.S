/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a program's first thread starts: rdi points to its start page, the
 * stack is whole and aligned, everything else is zero. The frame chain of a
 * debugger ends here.
 */
	.section .text._start, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	xor	%ebp, %ebp
	call	tess_start
	ud2
	.size _start, . - _start

	.section .note.GNU-stack, "", @progbits
