/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What is different from machine to machine: a system call in an unusual state,
 * and twenty instructions that a capsule may not execute.
 */

#include <stdbool.h>
#include <stdint.h>

#include "abi/message.h"
#include "abi/status.h"

#if defined(__x86_64__)
/* YIELD with this stack pointer. */
static inline bool call_on_stack(uint64_t stack)
{
	static uint64_t kept;
	uint64_t status = ABI_VERB_YIELD;

	__asm__ volatile("mov %%rsp, %[kept]\n\t"
			 "mov %[stack], %%rsp\n\t"
			 "syscall\n\t"
			 "mov %[kept], %%rsp"
			 : "+a"(status), [kept] "=m"(kept)
			 : [stack] "r"(stack), "D"(0), "S"(0), "d"(0)
			 : "rcx", "r11", "memory");
	return status == ST_OK;
}

/* Direction, alignment check and nested task set; all exceptions of vector
 * arithmetic unmasked. */
static inline bool call_with_flags(void)
{
	uint64_t status = ABI_VERB_YIELD,
		 flags = 1u << 10 | 1u << 14 | 1u << 18;
	uint32_t strange = 0x6000, normal = 0x1f80;

	__asm__ volatile("ldmxcsr %[strange]\n\t"
			 "pushfq\n\t"
			 "or %[flags], (%%rsp)\n\t"
			 "popfq\n\t"
			 "syscall\n\t"
			 "pushfq\n\t"
			 "not %[flags]\n\t"
			 "and %[flags], (%%rsp)\n\t"
			 "popfq\n\t"
			 "ldmxcsr %[normal]"
			 : "+a"(status), [flags] "+r"(flags)
			 : [strange] "m"(strange), [normal] "m"(normal), "D"(0),
			   "S"(0), "d"(0)
			 : "rcx", "r11", "memory");
	return status == ST_OK;
}

#define INSTRUCTIONS(X)                            \
	X(0, "hlt")                                \
	X(1, "mov %%cr0, %%rax")                   \
	X(2, "mov %%rax, %%cr3")                   \
	X(3, "mov $0x1b, %%ecx\n\trdmsr")          \
	X(4, "mov $0xc0000080, %%ecx\n\twrmsr")    \
	X(5, "lgdt (%%rsp)")                       \
	X(6, "lidt (%%rsp)")                       \
	X(7, "sgdt -16(%%rsp)")                    \
	X(8, "sidt -16(%%rsp)")                    \
	X(9, "str %%eax")                          \
	X(10, "smsw %%eax")                        \
	X(11, "invlpg (%%rsp)")                    \
	X(12, "mov $0x64, %%dx\n\tin %%dx, %%al")  \
	X(13, "mov $0x64, %%dx\n\tout %%al, %%dx") \
	X(14, "vmmcall")                           \
	X(15, "vmrun %%rax")                       \
	X(16, "swapgs")                            \
	X(17, "sysretq")                           \
	X(18, "int $0x20")                         \
	X(19, "wbinvd")
#define CLOBBERED "rax", "rcx", "rdx", "memory"
#else
/* YIELD with this stack pointer. */
static inline bool call_on_stack(uint64_t stack)
{
	register uint64_t capability __asm__("x0") = 0;
	register uint64_t label __asm__("x1") = 0;
	register uint64_t info __asm__("x2") = 0;
	register uint64_t verb __asm__("x11") = ABI_VERB_YIELD;

	__asm__ volatile("mov x19, sp\n\t"
			 "mov sp, %[stack]\n\t"
			 "svc #0\n\t"
			 "mov sp, x19"
			 : "+r"(verb), "+r"(capability), "+r"(label), "+r"(info)
			 : [stack] "r"(stack)
			 : "x19", "memory");
	return verb == ST_OK;
}

/* All flags set, all exceptions of arithmetic enabled, rounding to zero, and a
 * thread pointer of the kernel's. */
static inline bool call_with_flags(void)
{
	register uint64_t capability __asm__("x0") = 0;
	register uint64_t label __asm__("x1") = 0;
	register uint64_t info __asm__("x2") = 0;
	register uint64_t verb __asm__("x11") = ABI_VERB_YIELD;

	__asm__ volatile(
		"msr nzcv, %[flags]\n\t"
		"msr fpcr, %[control]\n\t"
		"msr tpidr_el0, %[pointer]\n\t"
		"svc #0\n\t"
		"msr fpcr, xzr\n\t"
		"msr tpidr_el0, %[thread]"
		: "+r"(verb), "+r"(capability), "+r"(label), "+r"(info)
		: [flags] "r"(0xf0000000ull), [control] "r"(0x03c09f00ull),
		  [pointer] "r"(0xffff800000000000ull),
		  [thread] "r"(__builtin_thread_pointer())
		: "cc", "memory");
	return verb == ST_OK;
}

#define INSTRUCTIONS(X)               \
	X(0, "mrs x0, currentel")     \
	X(1, "mrs x0, sctlr_el1")     \
	X(2, "msr ttbr0_el1, x0")     \
	X(3, "mrs x0, ttbr1_el1")     \
	X(4, "msr vbar_el1, x0")      \
	X(5, "mrs x0, elr_el1")       \
	X(6, "msr spsr_el1, x0")      \
	X(7, "mrs x0, tpidr_el1")     \
	X(8, "mrs x0, mpidr_el1")     \
	X(9, "msr spsel, #1")         \
	X(10, "tlbi vmalle1")         \
	X(11, "ic ialluis")           \
	X(12, "dc isw, x0")           \
	X(13, "at s1e1r, x0")         \
	X(14, "hvc #0")               \
	X(15, "smc #0")               \
	X(16, "eret")                 \
	X(17, "mrs x0, pmccntr_el0")  \
	X(18, "msr cntv_ctl_el0, x0") \
	X(19, "msr oslar_el1, x0")
#define CLOBBERED "x0", "memory"
#endif
