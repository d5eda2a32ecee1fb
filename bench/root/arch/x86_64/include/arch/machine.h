/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What differs between machines in the things that are measured. */

#include <stdint.h>

#include "bench/mark.h"

/** Begins a span with reading the counter, which stands at the number of
 * executed instructions when QEMU counts those instead of time. */
static inline uint64_t machine_clock_begin(void)
{
	uint32_t low, high;

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "rdtsc"
			 : "=a"(low), "=d"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
}

/** Ends it with reading it again. */
static inline uint64_t machine_clock_end(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc\n\t" MARK_TEXT(MARK_END)
			 : "=a"(low), "=d"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
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

	__asm__ volatile(MARK_TEXT(MARK_BEGIN) "movq %1, %0\n"
					       "1:\n\t"
					       "decq %0\n\t"
					       "jnz 1b\n\t" MARK_TEXT(MARK_END)
			 : "=&r"(left)
			 : "r"(rounds)
			 : "cc", "memory");
}

/** Uses the vector registers, so that they are this thread's. */
static inline void machine_use_vectors(void)
{
	__asm__ volatile("pxor %%xmm0, %%xmm0" : : : "xmm0");
}

/** How far below a multiple of 16 the stack pointer of a function that nobody
 * called is expected: the size of a return address. */
#define MACHINE_STACK_BIAS 8
