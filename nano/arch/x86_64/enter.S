/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Into the guest and out of it.
 *
 * While the guest runs, the host's rsp, which the CPU keeps, is the address of
 * this CPU's struct guest, and rax that of the VMCB, physical: all else
 * that a register holds after an exit is the guest's. GIF is clear whenever
 * nano runs, so nothing interrupts these lines; VMRUN and #VMEXIT switch it.
 * The guest's interrupts are its own: none exits.
 */
#include "offsets.h"

	.text

	.macro registers operation
	\operation %rbx, GUEST_RBX
	\operation %rcx, GUEST_RCX
	\operation %rdx, GUEST_RDX
	\operation %rsi, GUEST_RSI
	\operation %rdi, GUEST_RDI
	\operation %rbp, GUEST_RBP
	\operation %r8, GUEST_R8
	\operation %r9, GUEST_R9
	\operation %r10, GUEST_R10
	\operation %r11, GUEST_R11
	\operation %r12, GUEST_R12
	\operation %r13, GUEST_R13
	\operation %r14, GUEST_R14
	\operation %r15, GUEST_R15
	.endm
	.macro save register, offset
	mov \register, \offset(%rsp)
	.endm
	.macro load register, offset
	mov \offset(%rsp), \register
	.endm

/* guest_run(guest): the vector registers start as after reset, then the loop. */
	.globl guest_run
	.type guest_run, @function
guest_run:
	mov %rdi, %rsp
	clgi
	fninit
	ldmxcsr mxcsr_reset(%rip)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	xorps %xmm\n, %xmm\n
	.endr
	jmp enter

/* The null call of CPL 0 is answered here: its status, OK, is the number that
 * rax already holds. */
null_call:
	addq $VMMCALL_LENGTH, GUEST_RIP(%rsp)
run:
	vmrun %rax
	cmpl $EXIT_CALL, GUEST_EXIT_CODE(%rsp)
	jne exit
	cmpb $0, GUEST_CPL(%rsp)
	jne exit
	cmpq $0, GUEST_RAX(%rsp)
	je null_call

exit:
	vmsave %rax
	registers save
	mov GUEST_HOST_ADDRESS(%rsp), %rax
	vmload %rax
	mov %rsp, %rbx
	mov %rsp, %rdi
	mov GUEST_STACK(%rsp), %rsp
	xor %ebp, %ebp
	call exit_handle
	mov %rbx, %rsp
enter:
	mov GUEST_VMCB_ADDRESS(%rsp), %rax
	vmload %rax
	registers load
	jmp run
	.size guest_run, . - guest_run

/* A pending NMI or SMI stays pending over an exit; here it is taken. */
	.globl host_events
	.type host_events, @function
host_events:
	stgi
	nop
	nop
	clgi
	ret
	.size host_events, . - host_events

	.section .rodata
	.balign 4
mxcsr_reset:
	.long MXCSR_RESET
