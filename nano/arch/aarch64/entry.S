/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries into nano: from boot, and from the guest through the vectors of EL2.
 *
 * nano's stack is empty whenever the guest runs, so an entry from below finds
 * sp at its top. One stack serves one CPU.
 */

#include "offsets.h"

/* HVC #0 as ESR_EL2 has it (class 0x16, IL), turned so that the class and IL
 * are lowest and the immediate highest: one constant that SUB can take. */
#define ESR_TURN 24
#define ESR_HVC  0x5a

	.section .text.entry, "ax"

/* From boot: x0 = physical address of struct boot_info, interrupts masked, MMU
 * on with boot's tables for nano. */
	.globl nano_entry
nano_entry:
	bti jc
	msr daifset, #15
	msr spsel, #1
	adrp x1, nano_stack_end
	add x1, x1, :lo12:nano_stack_end
	mov sp, x1
	adrp x1, nano_vectors
	add x1, x1, :lo12:nano_vectors
	msr vbar_el2, x1
	isb
	mov x29, xzr
	mov x30, xzr
	b nano_start

/*
 * From firmware, another CPU: MMU off, x0 = physical address of its struct
 * arm_start. The code lies in one page, which nano's tables map at its physical
 * address as well, so the step to translation on is one like any other.
 */
	.balign 256
	.globl secondary_entry
secondary_entry:
	msr daifset, #15
	mrs x1, CurrentEL
	cmp x1, #CURRENT_EL2
	b.ne 1f
	msr spsel, #1
	ldp x1, x2, [x0, #START_MAIR]
	msr mair_el2, x1
	msr tcr_el2, x2
	ldp x1, x2, [x0, #START_TTBR]
	msr ttbr0_el2, x1
	ldp x3, x4, [x0, #START_STACK]
	ldr x16, [x0, #START_ENTRY]
	tlbi alle2
	ic iallu
	dsb sy
	isb
	msr sctlr_el2, x2
	isb
	mov sp, x3
	br x16
1:	wfi
	b 1b
secondary_entry_end:

/* Now at nano's own addresses. x4: the CPU. */
	.globl secondary_continue
secondary_continue:
	bti jc
	adrp x1, nano_vectors
	add x1, x1, :lo12:nano_vectors
	msr vbar_el2, x1
	isb
	mov x0, x4
	mov x29, xzr
	mov x30, xzr
	b smp_main

	.if secondary_entry_end - secondary_entry > 256
	.error "secondary_entry may cross a page"
	.endif

/* A vector that nothing can reach if nano is sound. The stack may be what is
 * broken, so another one is used. */
	.macro unexpected number
	.balign 128
	adrp x1, emergency_end
	add x1, x1, :lo12:emergency_end
	mov sp, x1
	mov x0, #\number
	b exit_unexpected
	.endm

	.text
	.balign 2048
	.globl nano_vectors
nano_vectors:
	unexpected 0
	unexpected 1
	unexpected 2
	unexpected 3
	unexpected 4
	unexpected 5
	unexpected 6
	unexpected 7

/*
 * Synchronous, from AArch64 below. The null call is answered here: number and
 * first argument are zero, so they are free to be used and zero is what they
 * hold again at the end: x0 is ST_OK. It costs 8 instructions, HVC included.
 */
	.balign 128
	cbnz x8, exit_save
	cbnz x0, exit_save
	mrs x0, esr_el2
	ror x0, x0, #ESR_TURN
	sub x0, x0, #ESR_HVC
	cbnz x0, 1f
	eret
	dsb nsh
	isb
1:	mov x0, xzr
	b exit_save
	unexpected 9
	unexpected 10
	unexpected 11
/* Synchronous, from AArch32 (only EL0 can be). */
	.balign 128
	b exit_save
	unexpected 13
	unexpected 14
	unexpected 15

/* Every register into a struct exit_frame, C, and back. */
exit_save:
	sub sp, sp, #FRAME_SIZE
	stp x0, x1, [sp, #FRAME_X + 16 * 0]
	stp x2, x3, [sp, #FRAME_X + 16 * 1]
	stp x4, x5, [sp, #FRAME_X + 16 * 2]
	stp x6, x7, [sp, #FRAME_X + 16 * 3]
	stp x8, x9, [sp, #FRAME_X + 16 * 4]
	stp x10, x11, [sp, #FRAME_X + 16 * 5]
	stp x12, x13, [sp, #FRAME_X + 16 * 6]
	stp x14, x15, [sp, #FRAME_X + 16 * 7]
	stp x16, x17, [sp, #FRAME_X + 16 * 8]
	stp x18, x19, [sp, #FRAME_X + 16 * 9]
	stp x20, x21, [sp, #FRAME_X + 16 * 10]
	stp x22, x23, [sp, #FRAME_X + 16 * 11]
	stp x24, x25, [sp, #FRAME_X + 16 * 12]
	stp x26, x27, [sp, #FRAME_X + 16 * 13]
	stp x28, x29, [sp, #FRAME_X + 16 * 14]
	mrs x2, elr_el2
	stp x30, x2, [sp, #FRAME_X30]
	mrs x2, spsr_el2
	str x2, [sp, #FRAME_PSTATE]
	mrs x0, tpidr_el2
	mov x1, sp
	mov x29, xzr
	bl exit_sync
	ldr x2, [sp, #FRAME_PSTATE]
	msr spsr_el2, x2
	ldp x30, x2, [sp, #FRAME_X30]
	msr elr_el2, x2
	ldp x0, x1, [sp, #FRAME_X + 16 * 0]
	ldp x2, x3, [sp, #FRAME_X + 16 * 1]
	ldp x4, x5, [sp, #FRAME_X + 16 * 2]
	ldp x6, x7, [sp, #FRAME_X + 16 * 3]
	ldp x8, x9, [sp, #FRAME_X + 16 * 4]
	ldp x10, x11, [sp, #FRAME_X + 16 * 5]
	ldp x12, x13, [sp, #FRAME_X + 16 * 6]
	ldp x14, x15, [sp, #FRAME_X + 16 * 7]
	ldp x16, x17, [sp, #FRAME_X + 16 * 8]
	ldp x18, x19, [sp, #FRAME_X + 16 * 9]
	ldp x20, x21, [sp, #FRAME_X + 16 * 10]
	ldp x22, x23, [sp, #FRAME_X + 16 * 11]
	ldp x24, x25, [sp, #FRAME_X + 16 * 12]
	ldp x26, x27, [sp, #FRAME_X + 16 * 13]
	ldp x28, x29, [sp, #FRAME_X + 16 * 14]
	add sp, sp, #FRAME_SIZE
	eret
	dsb nsh
	isb

/* guest_enter(argument, stack): the first entry into the kernel's world. ELR_EL2 and
 * SPSR_EL2 are set; CPTR_EL2 lets nano touch the vector registers. */
	.arch_extension fp
	.arch_extension simd
	.globl guest_enter
guest_enter:
	mov sp, x1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, \
		18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	movi v\n\().2d, #0
	.endr
	msr fpcr, xzr
	msr fpsr, xzr
	.irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, \
		19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov x\n, xzr
	.endr
	eret
	dsb nsh
	isb

	.bss
	.balign 16
	.skip 4096
emergency_end:
