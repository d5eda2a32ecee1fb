/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What differs between machines in the things that are measured. */

#include <stdint.h>

#include "bench/mark.h"

/** Begins a span with reading the counter, which stands at the number of
 * executed instructions when QEMU counts those instead of time, and when it
 * runs at 1 GHz. */
static inline uint64_t machine_clock_begin(void)
{
	uint64_t value;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "mrs %0, cntvct_el0"
			 : "=r"(value)
			 :
			 : "memory");
	return value;
}

/** Ends it with reading it again. */
static inline uint64_t machine_clock_end(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntvct_el0\n\t" MARK_TEXT(MARK_END)
			 : "=r"(value)
			 :
			 : "memory");
	return value;
}

/** A span of nothing. */
static inline void machine_span_empty(void)
{
	__asm__ volatile(MARK_TEXT(MARK_BEGIN) MARK_TEXT(MARK_END));
}

/** A span of exactly 2 * rounds + 1 instructions. */
static inline void machine_span_loop(uint64_t rounds)
{
	uint64_t left;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "mov %0, %1\n"
					       "1:\n\t"
					       "subs %0, %0, #1\n\t"
					       "b.ne 1b\n\t" MARK_TEXT(MARK_END)
			 : "=&r"(left)
			 : "r"(rounds)
			 : "cc", "memory");
}

/** Uses the vector registers, so that they are this thread's. */
static inline void machine_use_vectors(void)
{
	__asm__ volatile(".arch_extension simd\n\tmovi v0.2d, #0");
}

/** How far below a multiple of 16 the stack pointer of a function that nobody
 * called is expected. */
#define MACHINE_STACK_BIAS 0
