/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hostile kernel at EL1: entry, nano calls, and attempts that an exception
 * may end. There is one attempt at a time; where it returns to lies in
 * attempt_sp, which is zero when there is none.
 */

#define POWER_OFF     7
#define COUNTER       8
#define STATUS_BROKEN 3
#define USER_PSTATE   0x3c0 /* EL0, everything masked */
#define USER32_PSTATE 0x1d0 /* AArch32 User, everything masked */

/* Whatever nano left in a register is kept for the attacks to see. */
	.macro keep_start
	adrp x9, start_registers
	add x9, x9, :lo12:start_registers
	stp x1, x2, [x9]
	stp x3, x4, [x9, #16]
	stp x5, x6, [x9, #32]
	stp x7, x8, [x9, #48]
	stp x10, x11, [x9, #64]
	stp x12, x13, [x9, #80]
	stp x14, x15, [x9, #96]
	stp x16, x17, [x9, #112]
	stp x18, x19, [x9, #128]
	stp x20, x21, [x9, #144]
	stp x22, x23, [x9, #160]
	stp x24, x25, [x9, #176]
	stp x26, x27, [x9, #192]
	stp x28, x29, [x9, #208]
	str x30, [x9, #224]
	adrp x9, vectors
	add x9, x9, :lo12:vectors
	msr vbar_el1, x9
	isb
	.endm

	.section .text.entry, "ax"
	.globl attack_entry
attack_entry:
	bti jc
	keep_start
	adrp x9, stack_end
	add x9, x9, :lo12:stack_end
	mov sp, x9
	b attack_main

	.globl attack_cpu_entry
attack_cpu_entry:
	bti jc
	keep_start
	adrp x9, second_end
	add x9, x9, :lo12:second_end
	mov sp, x9
	b attack_cpu_main

	.globl attack_helper_entry
attack_helper_entry:
	bti jc
	mov sp, x0
	b attack_helper_main

	.text
/* {x0, x1} attack_call_all(x0 = number, x1 = six arguments) */
	.globl attack_call_all
attack_call_all:
	bti c
	mov x8, x0
	mov x9, x1
	ldp x0, x1, [x9]
	ldp x2, x3, [x9, #16]
	ldp x4, x5, [x9, #32]
	hvc #0
	ret

/* bool attack_faults(x0 = attempt, x1 = argument) */
	.globl attack_faults
attack_faults:
	bti c
	stp x29, x30, [sp, #-96]!
	stp x19, x20, [sp, #16]
	stp x21, x22, [sp, #32]
	stp x23, x24, [sp, #48]
	stp x25, x26, [sp, #64]
	stp x27, x28, [sp, #80]
	adrp x2, attempt_sp
	mov x3, sp
	str x3, [x2, #:lo12:attempt_sp]
	mov x4, x0
	mov x0, x1
	blr x4
	mov x0, #0
attempt_over:
	adrp x2, attempt_sp
	str xzr, [x2, #:lo12:attempt_sp]
	ldp x19, x20, [sp, #16]
	ldp x21, x22, [sp, #32]
	ldp x23, x24, [sp, #48]
	ldp x25, x26, [sp, #64]
	ldp x27, x28, [sp, #80]
	ldp x29, x30, [sp], #96
	ret

/* attack_user(x0 = pc): goes on at EL0, with the page behind it as argument. */
	.globl attack_user
attack_user:
	bti c
	msr elr_el1, x0
	mov x1, #USER_PSTATE
	msr spsr_el1, x1
	and x0, x0, #~0xfff
	add x0, x0, #4096
	eret

/* attack_return(x0 = PSTATE): goes on at that level, as SPSR_EL1 has it, and
 * gives the level it then has; what an illegal return raises ends it. */
	.globl attack_return
attack_return:
	bti c
	adr x1, 1f
	msr elr_el1, x1
	msr spsr_el1, x0
	eret
1:	mrs x0, CurrentEL
	ret

/* attack_user32(x0 = pc): the same at EL0 in AArch32. */
	.globl attack_user32
attack_user32:
	bti c
	msr elr_el1, x0
	mov x1, #USER32_PSTATE
	msr spsr_el1, x1
	mov x0, #0x1000
	eret

/* What is tried at EL0; the page is mapped there as well. */
	.balign 4096
	.globl user_call, user_load, user_words, user_words_end
user_call:
	mov x8, #COUNTER
	mov x0, xzr
	hvc #0
	svc #0
user_load:
	ldr x1, [x0]
	svc #0

/* AArch32, one instruction and an SVC each: the cycle counter, event counters,
 * debug status and data, the physical counter and timer, the main ID register,
 * caches by set and way, HVC, SMC, a floating-point ID. */
user_words:
	.word 0xee190f1d, 0xef000000
	.word 0xee190f3c, 0xef000000
	.word 0xee091f1c, 0xef000000
	.word 0xee100e11, 0xef000000
	.word 0xee100e15, 0xef000000
	.word 0xed905e00, 0xef000000
	.word 0xec510f0e, 0xef000000
	.word 0xee1e0f12, 0xef000000
	.word 0xee100f10, 0xef000000
	.word 0xee070f5e, 0xef000000
	.word 0xee070f56, 0xef000000
	.word 0xe1400070, 0xef000000
	.word 0xe1600070, 0xef000000
	.word 0xeef00a10, 0xef000000
user_words_end:
	.balign 4096

/* x0: where to write, physical. MMU off, whatever level this is. */
	.globl attack_stolen_cpu
attack_stolen_cpu:
	mrs x1, CurrentEL
	str x1, [x0]
	dsb sy
1:	wfi
	b 1b

/* x1 is kept: what EL0 read may be in it. */
exception:
	msr tpidr_el1, x1
	adrp x0, attack_fault
	add x0, x0, :lo12:attack_fault
	mrs x1, esr_el1
	mrs x2, far_el1
	mrs x3, elr_el1
	stp x1, x2, [x0]
	str x3, [x0, #16]
	adrp x2, attempt_sp
	ldr x3, [x2, #:lo12:attempt_sp]
	cbz x3, 1f
	mov sp, x3
	mov x0, #1
	b attempt_over
1:	mov x8, #POWER_OFF
	mov x0, #STATUS_BROKEN
	mov x1, xzr
	mov x2, xzr
	mov x3, xzr
	mov x4, xzr
	mov x5, xzr
	hvc #0
	b .

	.balign 2048
vectors:
	.rept 16
	.balign 128
	b exception
	.endr

	.bss
	.balign 16
	.skip 16384
stack_end:
	.skip 16384
second_end:
attempt_sp:
	.skip 8
	.globl start_registers
start_registers:
	.skip 232
