/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each function of the kernel calls first when it is compiled with -pg
 * -mfentry, before it has touched a register or the stack. Where the hook says
 * so, the function never begins: its caller gets the value at once.
 */

#include "inject.h"

void __fentry__(void); /* the compiler's name for it */

__attribute__((naked)) void __fentry__(void)
{
	__asm__("pop %r11\n\t" /* in the function that begins */
		"pop %r10\n\t" /* in its caller */
		"push %r10\n\t"
		"push %r11\n\t"
		"push %rax\n\t"
		"push %rdi\n\t"
		"push %rsi\n\t"
		"push %rdx\n\t"
		"push %rcx\n\t"
		"push %r8\n\t"
		"push %r9\n\t"
		"push %r10\n\t"
		"mov %r11, %rdi\n\t"
		"mov %r10, %rsi\n\t"
		"call inject_entered\n\t"
		"mov %rax, %r11\n\t"
		"pop %r10\n\t"
		"pop %r9\n\t"
		"pop %r8\n\t"
		"pop %rcx\n\t"
		"pop %rdx\n\t"
		"pop %rsi\n\t"
		"pop %rdi\n\t"
		"pop %rax\n\t"
		"test %r11, %r11\n\t"
		"js 1f\n\t"
		"mov %r11, %rax\n\t"
		"pop %r10\n\t"
		"1: ret");
}
