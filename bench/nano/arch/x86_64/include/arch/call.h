/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Crossing to nano on x86_64, between markers. */

#include <stdint.h>

#include "abi/status.h"
#include "bench/mark.h"

/* What irq_ack_and_arm answers here. */
#define ARM_STATUS ST_OK

/** A nano call with two arguments; its status. */
static inline uint64_t measured_call(uint64_t number, uint64_t first,
				     uint64_t second)
{
	register uint64_t r10 __asm__("r10") = 0;
	register uint64_t r8 __asm__("r8") = 0;
	register uint64_t r9 __asm__("r9") = 0;
	uint64_t rax = number, rdx = 0;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "vmmcall\n\t" MARK_TEXT(MARK_END)
			 : "+a"(rax), "+d"(rdx)
			 : "D"(first), "S"(second), "r"(r10), "r"(r8), "r"(r9)
			 : "memory", "cc");
	return rax;
}

/** An instruction that nano answers for: CPUID. */
static inline void measured_register(void)
{
	uint32_t eax = 7, ecx = 0;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "cpuid\n\t" MARK_TEXT(MARK_END)
			 : "+a"(eax), "+c"(ecx)
			 :
			 : "rbx", "rdx");
}
