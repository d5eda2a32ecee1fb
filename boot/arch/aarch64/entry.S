/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry as Linux's Image: MMU off, x0 holds the device tree. The image is
 * linked at 0 and runs wherever it lies: code and data are reached relative to
 * the program counter, and the few addresses in data are relocated here. And
 * the way out: arch_switch, in a page of its own that nano's tables hold too.
 */
#include <arch/regs.h>

	.section .head, "ax"
	.globl start
start:
	b 1f
	.long 0
	.quad 0 /* offset from a 2 MiB boundary */
	.quad image_size
	.quad IMAGE_FLAGS
	.quad 0, 0, 0
	.ascii "ARM\x64"
	.long 0

1:	msr daifset, #0xf
	msr spsel, #1
	mov x19, x0
	mrs x20, CurrentEL

	adrp x0, bss_start
	adrp x1, boot_end
2:	stp xzr, xzr, [x0], #16
	cmp x0, x1
	b.lo 2b

	/* R_AARCH64_RELATIVE only: {place, type, addend}, all from 0. */
	adrp x2, start
	adrp x0, rela_start
	add x0, x0, :lo12:rela_start
	adrp x1, rela_end
	add x1, x1, :lo12:rela_end
	b 6f
5:	ldp x3, x4, [x0], #16
	ldr x4, [x0], #8
	add x4, x4, x2
	str x4, [x2, x3]
6:	cmp x0, x1
	b.lo 5b

	adrp x0, boot_stack_end
	mov sp, x0
	adrp x0, vectors
	add x0, x0, :lo12:vectors
	cmp x20, #EL2_CURRENT
	b.ne 3f
	mov x1, #HCR_RW
	msr hcr_el2, x1
	msr vbar_el2, x0
	b 4f
3:	msr vbar_el1, x0
4:	isb
	mov x0, x19
	mov x1, x20
	mov x29, xzr
	mov x30, xzr
	b boot_main

	/* Any exception ends in one line. */
	.section .text.vectors, "ax"
	.balign 2048
vectors:
	.rept 16
	.balign 128
	b boot_exception
	.endr

	/*
	 * arch_switch(x0 = boot_info, x1 = nano's root, x2 = nano's entry,
	 *             x3 = TCR_EL2, x4 = MAIR_EL2)
	 */
	.section .switch, "ax"
	.globl arch_switch
	.balign 4096
arch_switch:
	msr mair_el2, x4
	msr tcr_el2, x3
	msr ttbr0_el2, x1
	isb
	tlbi alle2
	ic iallu
	dsb sy
	isb
	ldr x5, =(SCTLR_OFF | SCTLR_MMU | SCTLR_DATA | SCTLR_CODE | SCTLR_WXN)
	msr sctlr_el2, x5
	isb
	msr elr_el2, x2
	mov x5, #EL2H_MASKED
	msr spsr_el2, x5
	mov x5, #0
	mov sp, x5
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	mov x\n, xzr
	.endr
	eret
	.ltorg
	.balign 4096

	.section .bss.stack, "aw", @nobits
	.balign 4096
	.skip BOOT_STACK_SIZE
boot_stack_end:
