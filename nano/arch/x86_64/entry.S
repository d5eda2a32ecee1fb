/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where boot enters nano, and where the CPU enters it at an exception.
 *
 * boot comes with interrupts masked, its own page tables (nano's image at its
 * linked address, RAM at NANO_WINDOW) and, in rdi, the physical address of its
 * boot_info. No exception is expected from here on: each is a bug of nano or a
 * broken machine, and ends in one line. An NMI taken here needs no answer; it
 * did its work by interrupting.
 */
#include "offsets.h"

	.section .text.entry, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	cld
	mov $stacks + STACKS_MAIN_END, %rsp
	xor %ebp, %ebp
	mov %rdi, %rbx
	mov $machine_cpus, %rdi
	call descriptors_load
	mov %rbx, %rdi
	call nano_start
	ud2
	.size _start, . - _start

	.text

/* Another CPU, from start.S: 64-bit mode on nano's own tables, no stack yet. It
 * finds itself among the CPUs by the number of its APIC. */
	.globl secondary_entry
	.type secondary_entry, @function
secondary_entry:
	mov $CPUID_FEATURES, %eax
	cpuid
	shr $24, %ebx
	mov $machine_cpus, %rdi
	mov cpu_count(%rip), %ecx
1:	cmp %rbx, MACHINE_CPU_ID(%rdi)
	je 3f
	add $MACHINE_CPU_SIZE, %rdi
	dec %ecx
	jnz 1b
2:	cli
	hlt
	jmp 2b
3:	mov MACHINE_CPU_STACK(%rdi), %rsp
	xor %ebp, %ebp
	mov %rdi, %rbx
	call descriptors_load
	mov %rbx, %rdi
	call smp_main
	ud2
	.size secondary_entry, . - secondary_entry

/* The vectors, VECTOR_SIZE bytes apart. Each leaves an error code and its own
 * number on the stack. */
	.globl vectors
	.type vectors, @function
	.balign VECTOR_SIZE
vectors:
	.set number, 0
	.rept VECTOR_COUNT
	.balign VECTOR_SIZE
	.if number == VECTOR_NMI
	iretq
	.else
	.if (VECTORS_WITH_ERROR >> number & 1) == 0
	push $0
	.endif
	push $number
	jmp fault
	.endif
	.set number, number + 1
	.endr
	.size vectors, . - vectors

	.type fault, @function
fault:
	cld
	mov %rsp, %rdi
	and $-16, %rsp
	xor %ebp, %ebp
	call host_exception
	ud2
	.size fault, . - fault
