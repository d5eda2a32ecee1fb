/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Crossing to nano on aarch64, between markers. */

#include <stdint.h>

#include "abi/status.h"
#include "bench/mark.h"

/* What irq_ack_and_arm answers here: the kernel has the timer itself. */
#define ARM_STATUS ST_NOT_SUPPORTED

/** A nano call with two arguments; its status. */
static inline uint64_t measured_call(uint64_t number, uint64_t first,
				     uint64_t second)
{
	register uint64_t x0 __asm__("x0") = first;
	register uint64_t x1 __asm__("x1") = second;
	register uint64_t x2 __asm__("x2") = 0;
	register uint64_t x3 __asm__("x3") = 0;
	register uint64_t x4 __asm__("x4") = 0;
	register uint64_t x5 __asm__("x5") = 0;
	register uint64_t x8 __asm__("x8") = number;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "hvc #0\n\t" MARK_TEXT(MARK_END)
			 : "+r"(x0), "+r"(x1)
			 : "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
			 : "memory");
	return x0;
}

/** An instruction that nano answers for: reading an ID register. */
static inline void measured_register(void)
{
	uint64_t value;

	__asm__ volatile(
		MARK_TEXT(MARK_BEGIN) "mrs %0, id_aa64mmfr1_el1\n\t" MARK_TEXT(
			MARK_END)
		: "=r"(value));
}
