/* SPDX-License-Identifier: Apache-2.0 */
/* From nano: rdi is its boot_info. Nothing here is ever interrupted. */
	.section .text.entry, "ax", @progbits
	.globl _start
_start:
	leaq stack_end(%rip), %rsp
	xorl %ebp, %ebp
	call nano_bench
	ud2

	.bss
	.balign 16
	.skip 4096
stack_end:

	.section .note.GNU-stack, "", @progbits
