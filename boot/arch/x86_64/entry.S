/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry by PVH or multiboot2: both leave the CPU in 32-bit protected mode
 * without paging, with a pointer in ebx. We map the low 4 GiB at its own
 * address, go to 64-bit mode and call boot_main(eax, ebx). And the way out:
 * arch_switch, in a page of its own that nano's tables hold too.
 */
#include <arch/regs.h>

	.section .head, "a", @progbits
	.balign 8
mb2_header:
	.long MB2_HEADER_MAGIC, 0, mb2_end - mb2_header
	.long -(MB2_HEADER_MAGIC + (mb2_end - mb2_header))
	.short MB2_TAG_REQUEST, 0
	.long 12, 6 /* a memory map is a must */
	.balign 8
	.short MB2_TAG_ALIGN, 0
	.long 8
	.short 0, 0
	.long 8
mb2_end:

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 4, XEN_PHYS32_ENTRY
	.asciz "Xen"
	.long start_pvh

	.section .text.entry, "ax"
	.code32
	.globl start_multiboot2
start_pvh:
	movl $PVH_MAGIC, %eax
start_multiboot2:
	cli
	cld
	movl $boot_stack_end, %esp
	movl %eax, %edi
	movl %ebx, %esi

	movl $CPUID_EXTENDED, %eax
	cpuid
	cmpl $CPUID_FEATURES, %eax
	jb no_long_mode
	movl $CPUID_FEATURES, %eax
	cpuid
	btl $CPUID_LONG_BIT, %edx
	jnc no_long_mode

	/* The four page directories, each entry its own 2 MiB. */
	xorl %ecx, %ecx
1:	movl %ecx, %eax
	shll $21, %eax
	orl $IDENTITY, %eax
	movl %eax, boot_pd(,%ecx,8)
	incl %ecx
	cmpl $PD_ENTRIES, %ecx
	jb 1b

	movl $boot_pml4, %eax
	movl %eax, %cr3
	movl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $MSR_EFER, %ecx
	rdmsr
	orl $EFER_LONG, %eax
	wrmsr
	movl $CR0_LONG, %eax
	movl %eax, %cr0
	lgdt gdt_pointer
	ljmp $CODE_SELECTOR, $2f

	.code64
2:	movl $DATA_SELECTOR, %eax
	.irp r, ds, es, ss, fs, gs
	movl %eax, %\r
	.endr
	movl %edi, %edi
	movl %esi, %esi
	movq $boot_stack_end, %rsp
	xorl %ebp, %ebp
	call boot_main

	/* Without long mode there is no C: say it here, by hand. */
	.code32
no_long_mode:
	movl $no_long_mode_text, %esi
1:	movl $COM1_STATUS, %edx
	inb %dx, %al
	testb $COM1_SENT_BIT, %al
	jz 1b
	lodsb
	movl $COM1, %edx
	outb %al, %dx
	testb %al, %al
	jnz 1b
2:	hlt
	jmp 2b

	.code64
	.section .text.exception, "ax"
	.globl exception
exception:
	andq $-16, %rsp
	call boot_exception

	/*
	 * arch_switch(rdi = boot_info, rsi = nano's root, rdx = nano's entry):
	 * from the new tables on neither stack nor data are there, so the entry
	 * is fetched from this page, which is written while it still can be.
	 */
	.section .switch, "ax"
	.globl arch_switch
	.balign 4096
arch_switch:
	movq %rdx, switch_target(%rip)
	movq %rsi, %cr3
	.irp r, eax, ebx, ecx, edx, esi, ebp, esp, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
	xorl %\r, %\r
	.endr
	jmpq *switch_target(%rip)
	.balign 8
switch_target:
	.quad 0
	.balign 4096

	.section .rodata.entry, "a"
no_long_mode_text:
	.asciz "boot: this CPU has no 64-bit mode, which Tessera needs\r\n"
	.balign 8
gdt:
	.quad 0, FLAT_CODE, FLAT_DATA
gdt_pointer:
	.short gdt_pointer - gdt - 1
	.long gdt

	.section .data.tables, "aw"
	.balign 4096
boot_pml4:
	.quad boot_pdpt + TABLE
	.fill 511, 8, 0
boot_pdpt:
	.quad boot_pd + TABLE, boot_pd + 0x1000 + TABLE
	.quad boot_pd + 0x2000 + TABLE, boot_pd + 0x3000 + TABLE
	.fill 508, 8, 0

	.section .bss.tables, "aw", @nobits
	.balign 4096
boot_pd:
	.skip PD_ENTRIES * 8
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_end:
