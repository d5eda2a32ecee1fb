/* SPDX-License-Identifier: Apache-2.0 */
/* From nano: x0 is its boot_info. Nothing here is ever interrupted. */
	.section .text.entry, "ax"
	.globl _start
_start:
	bti	jc
	adrp	x1, stack_end
	add	x1, x1, :lo12:stack_end
	mov	sp, x1
	mov	x29, xzr
	bl	nano_bench
	brk	#0

	.bss
	.balign	16
	.skip	4096
stack_end:
