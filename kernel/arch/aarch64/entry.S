/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways into the kernel and out of it.
 *
 * While a thread runs, SP_EL1 tells where to save it. Kernel present in EL0's
 * tables: SP_EL1 is the thread's context. Kernel absent: SP_EL1 is the
 * trampoline's data page of this CPU, and TTBR1_EL1 maps that page and the
 * trampoline's text alone; entry code first puts the kernel's own tables in
 * force, exit code last takes them away. The idle thread runs at EL1 on the
 * kernel's tables in either case, with SP_EL1 its context.
 *
 * Entry code saves every register of the thread, changes to the CPU's stack
 * and calls C, which returns the thread to go on with. Nothing but that thread
 * is carried from C to the exit code, and every register is loaded from its
 * context, so nothing of another thread or of the kernel is left in one.
 *
 * Both vector tables are entered with interrupts, debug exceptions and SErrors
 * masked, and PSTATE.PAN set where there is PAN.
 */

#include "offsets.h"

	.macro	function name
	.globl	\name
	.type	\name, %function
\name:
	.endm

	/* stp or ldp of x2 to x29, where the context is at `base`. */
	.macro	x2_to_x29 instruction, base
	\instruction	x2, x3, [\base, #(CONTEXT_X0 + 8 * 2)]
	\instruction	x4, x5, [\base, #(CONTEXT_X0 + 8 * 4)]
	\instruction	x6, x7, [\base, #(CONTEXT_X0 + 8 * 6)]
	\instruction	x8, x9, [\base, #(CONTEXT_X0 + 8 * 8)]
	\instruction	x10, x11, [\base, #(CONTEXT_X0 + 8 * 10)]
	\instruction	x12, x13, [\base, #(CONTEXT_X0 + 8 * 12)]
	\instruction	x14, x15, [\base, #(CONTEXT_X0 + 8 * 14)]
	\instruction	x16, x17, [\base, #(CONTEXT_X0 + 8 * 16)]
	\instruction	x18, x19, [\base, #(CONTEXT_X0 + 8 * 18)]
	\instruction	x20, x21, [\base, #(CONTEXT_X0 + 8 * 20)]
	\instruction	x22, x23, [\base, #(CONTEXT_X0 + 8 * 22)]
	\instruction	x24, x25, [\base, #(CONTEXT_X0 + 8 * 24)]
	\instruction	x26, x27, [\base, #(CONTEXT_X0 + 8 * 26)]
	\instruction	x28, x29, [\base, #(CONTEXT_X0 + 8 * 28)]
	.endm

	/* Saves all but x0 and x1; x2 to x4 are free behind it. */
	.macro	save base
	x2_to_x29 stp, \base
	mrs	x2, sp_el0
	mrs	x3, elr_el1
	mrs	x4, spsr_el1
	stp	x30, x2, [\base, #CONTEXT_X30]
	stp	x3, x4, [\base, #CONTEXT_PC]
	.endm

	/* The reverse; destroys x1. x3 is PSTATE until x2_to_x29. */
	.macro	restore base
	ldp	x30, x1, [\base, #CONTEXT_X30]
	ldp	x2, x3, [\base, #CONTEXT_PC]
	msr	sp_el0, x1
	msr	elr_el1, x2
	msr	spsr_el1, x3
	x2_to_x29 ldp, \base
	.endm

	.macro	use_cpu_stack
	mrs	x3, tpidr_el1
	ldr	x3, [x3, #CPU_STACK_TOP]
	mov	sp, x3
	.endm

	/* Nothing behind an eret is run, not even speculatively. */
	.macro	leave
	eret
	dsb	nsh
	isb
	.endm

	/* Puts the kernel's tables in force; x1 becomes the thread's context.
	 * The order, and that of exit_absent, is trampoline.c's rule. */
	.macro	enter_absent
	stp	x0, x1, [sp, #TRAMPOLINE_X0]
	ldp	x0, x1, [sp, #TRAMPOLINE_KERNEL]
	msr	ttbr0_el1, x0
	isb
	msr	ttbr1_el1, x1
	isb
	ldr	x1, [sp, #TRAMPOLINE_CONTEXT]
	.endm

	/* A thread whose context is sp takes part in something and goes on. */
	.macro	call_present handler, exit
	stp	x0, x1, [sp, #CONTEXT_X0]
	save	sp
	mov	x0, sp
	use_cpu_stack
	bl	\handler
	b	\exit
	.endm

	/* The same behind enter_absent. */
	.macro	save_absent
	save	x1
	ldp	x2, x3, [sp, #TRAMPOLINE_X0]
	stp	x2, x3, [x1, #CONTEXT_X0]
	mov	x0, x1
	use_cpu_stack
	.endm

/* --- start ---------------------------------------------------------------- */

	/* nano enters here: x0 is the kernel's boot_info, the rest is zero. */
	.section .text.start, "ax"
function _start
	adrp	x1, cpu_stacks + STACK_SIZE
	add	x1, x1, :lo12:cpu_stacks + STACK_SIZE
	mov	x19, x0
	bl	prepare
	mov	x0, x19
	bl	kernel_main
	brk	#0

	/* Any further CPU: x0 is its struct cpu. */
function _start_secondary
	ldr	x1, [x0, #CPU_STACK_TOP]
	mov	x19, x0
	adrp	x0, state
	add	x0, x0, :lo12:state
	ldr	x0, [x0, #STATE_BOOT]
	bl	prepare
	mov	x0, x19
	bl	kernel_secondary
	brk	#0

	/* What C needs: x0 the boot_info, x1 the stack. */
prepare:
	mov	sp, x1
	adrp	x1, vectors_present
	add	x1, x1, :lo12:vectors_present
	msr	vbar_el1, x1
	isb
	mov	x20, x30
	bl	pauth_enable
	mov	x29, xzr
	ret	x20

	/* The idle thread, interrupts open: taking one saves it like any. */
function idle_loop
	wfi
	b	idle_loop

	/* An exception in the kernel. The stack may be what failed; there is
	 * one for this, for the first CPU that comes here. */
died:
	adrp	x1, died_first
	add	x1, x1, :lo12:died_first
	mov	w2, #1
1:	ldaxr	w0, [x1]
	stxr	w3, w2, [x1]
	cbnz	w3, 1b
	cbnz	w0, arch_halt
	adrp	x0, died_stack_end
	add	x0, x0, :lo12:died_stack_end
	mov	sp, x0
	bl	exception_died
	brk	#0

/* --- the kernel is present in EL0's tables --------------------------------- */

	.text
	.balign	2048
	.globl	vectors_present
vectors_present:
	.rept	4		/* EL1 on SP_EL0: never */
	.balign	128
	b	died
	.endr

	.balign	128		/* EL1: synchronous */
	b	died
	.balign	128		/* EL1: IRQ, only in the idle thread */
	call_present interrupt_take, exit_present
	.balign	128		/* EL1: FIQ */
	b	died
	.balign	128		/* EL1: SError */
	b	died

	.balign	128		/* EL0: synchronous */
	stp	x0, x1, [sp, #CONTEXT_X0]
	save	sp
	mrs	x1, esr_el1
	mov	w2, #ESR_SVC
	cmp	x1, x2
	b.ne	exception_present
	mov	x0, sp
	use_cpu_stack
	bl	kernel_syscall
	b	exit_present
	.balign	128		/* EL0: IRQ */
	call_present interrupt_take, exit_present
	.balign	128		/* EL0: FIQ: group 0 is never enabled */
	b	died
	.balign	128		/* EL0: SError */
	call_present exception_take, exit_present

	.rept	4		/* EL0 in AArch32: never entered */
	.balign	128
	b	died
	.endr
	.balign	128
	.org	vectors_present + 2048	/* an error if a vector is too long */

exception_present:
	mov	x0, sp
	use_cpu_stack
	bl	exception_take

	/* x0: the thread to enter. */
function exit_present
	mov	sp, x0
	restore	sp
	ldp	x0, x1, [sp, #CONTEXT_X0]
	leave

/* --- the kernel is absent from EL0's tables -------------------------------- */

	/* One page, mapped at the same address in both tables of TTBR1_EL1. */
	.section .trampoline, "ax"
	.balign	4096
	.globl	vectors_absent
vectors_absent:
	.rept	4
	.balign	128
	b	died
	.endr

	.balign	128
	b	died
	.balign	128		/* EL1: IRQ, only in the idle thread */
	call_present interrupt_take, exit_absent
	.balign	128
	b	died
	.balign	128
	b	died

	.balign	128		/* EL0: synchronous */
	enter_absent
	b	synchronous_absent
	.balign	128		/* EL0: IRQ */
	enter_absent
	b	interrupt_absent
	.balign	128		/* EL0: FIQ */
	enter_absent
	b	died
	.balign	128		/* EL0: SError */
	enter_absent
	b	exception_absent

	.rept	4		/* EL0 in AArch32 */
	.balign	128
	enter_absent
	b	died
	.endr
	.balign	128
	.org	vectors_absent + 2048	/* an error if a vector is too long */

	/* x0: the thread to enter. From the first msr on no more than this page
	 * and the data page may be touched: EL0's tables may be in force. */
function exit_absent
	ldr	x1, [x0, #(CONTEXT_PC + 8)]
	tbz	x1, #2, 1f
	b	exit_present		/* to EL1: the idle thread */
1:	mrs	x1, tpidr_el1
	ldr	x1, [x1, #CPU_TRAMPOLINE]
	mov	sp, x1
	restore	x0
	ldp	x0, x1, [x0, #CONTEXT_X0]
	stp	x0, x1, [sp, #TRAMPOLINE_X0]
	ldp	x0, x1, [sp, #TRAMPOLINE_USER]
	msr	ttbr1_el1, x1
	isb
	msr	ttbr0_el1, x0
	ldp	x0, x1, [sp, #TRAMPOLINE_X0]
	leave
	.balign	4096
	.globl	trampoline_end
trampoline_end:

	.text
synchronous_absent:
	save_absent
	mrs	x1, esr_el1
	mov	w2, #ESR_SVC
	cmp	x1, x2
	b.ne	1f
	bl	kernel_syscall
	b	exit_absent
1:	bl	exception_take
	b	exit_absent

interrupt_absent:
	save_absent
	bl	interrupt_take
	b	exit_absent

exception_absent:
	save_absent
	bl	exception_take
	b	exit_absent

/* --- vector registers ------------------------------------------------------ */

	.arch_extension fp
	.arch_extension simd

	.macro	q0_to_q31 instruction
	\instruction	q0, q1, [x0, #(VECTOR_V0 + 16 * 0)]
	\instruction	q2, q3, [x0, #(VECTOR_V0 + 16 * 2)]
	\instruction	q4, q5, [x0, #(VECTOR_V0 + 16 * 4)]
	\instruction	q6, q7, [x0, #(VECTOR_V0 + 16 * 6)]
	\instruction	q8, q9, [x0, #(VECTOR_V0 + 16 * 8)]
	\instruction	q10, q11, [x0, #(VECTOR_V0 + 16 * 10)]
	\instruction	q12, q13, [x0, #(VECTOR_V0 + 16 * 12)]
	\instruction	q14, q15, [x0, #(VECTOR_V0 + 16 * 14)]
	\instruction	q16, q17, [x0, #(VECTOR_V0 + 16 * 16)]
	\instruction	q18, q19, [x0, #(VECTOR_V0 + 16 * 18)]
	\instruction	q20, q21, [x0, #(VECTOR_V0 + 16 * 20)]
	\instruction	q22, q23, [x0, #(VECTOR_V0 + 16 * 22)]
	\instruction	q24, q25, [x0, #(VECTOR_V0 + 16 * 24)]
	\instruction	q26, q27, [x0, #(VECTOR_V0 + 16 * 26)]
	\instruction	q28, q29, [x0, #(VECTOR_V0 + 16 * 28)]
	\instruction	q30, q31, [x0, #(VECTOR_V0 + 16 * 30)]
	.endm

	/* void vector_save(struct arch_vector *) */
function vector_save
	q0_to_q31 stp
	mrs	x1, fpsr
	mrs	x2, fpcr
	add	x0, x0, #VECTOR_FPSR
	stp	x1, x2, [x0]
	ret

	/* void vector_load(const struct arch_vector *) */
function vector_load
	add	x1, x0, #VECTOR_FPSR
	ldp	x1, x2, [x1]
	msr	fpsr, x1
	msr	fpcr, x2
	q0_to_q31 ldp
	ret

/* --- stacks ----------------------------------------------------------------- */

	/* One for each CPU and the hole above it (cpu.c); link.ld leaves one
	 * below the first. */
	.section .stack, "aw", %nobits
	.balign	4096
	.globl	cpu_stacks
cpu_stacks:
	.skip	STACKS_SIZE

	.bss
	.balign	16
	.skip	STACK_SIZE
died_stack_end:
died_first:
	.skip	4
