/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where another CPU starts: in real mode, at the beginning of a page below
 * 1 MiB, with CS the page. The code is copied there with struct start_page
 * behind it, so it knows no address but what lies in the page: real mode to
 * 64-bit mode on nano's own tables, then on into nano's image.
 */
#include "offsets.h"

	.section .rodata.start, "a", @progbits
	.balign 16
	.globl start_code, start_long, start_code_end
	.type start_code, @object
start_code:
	.code16
	cli
	cld
	mov %cs, %ax
	mov %ax, %ds
	lgdtl data + START_GDT_LIMIT
	mov $START_CR4, %eax
	mov %eax, %cr4
	movl data + START_ROOT, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	mov $START_EFER, %eax
	xor %edx, %edx
	wrmsr
	mov $START_CR0_PROTECTED, %eax
	mov %eax, %cr0
	mov $START_CR0, %eax
	mov %eax, %cr0
	ljmpl *data + START_FAR

	.code64
start_long:
	jmp *data_long + START_ENTRY(%rip)
	.balign START_ALIGN
start_code_end:
	/* What follows in the page is struct start_page. */
	.set data_long, start_code_end
	.set data, start_code_end - start_code
	.size start_code, . - start_code
