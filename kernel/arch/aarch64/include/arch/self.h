/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a CPU says about itself in one instruction. TPIDR_EL1 is its struct cpu
 * from arch_cpu_init() on; EL0 cannot reach it.
 */

#include <stdint.h>

struct cpu;

/** The CPU that runs this. */
static inline struct cpu *arch_cpu(void)
{
	uint64_t self;

	__asm__("mrs %0, tpidr_el1" : "=r"(self));
	return (struct cpu *)self;
}

/** For a word that no other CPU writes. */
static inline void arch_count_up(uint32_t *word)
{
	__atomic_store_n(word, *word + 1, __ATOMIC_RELEASE);
}

/** Once around a loop that waits for another CPU. */
static inline void arch_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}
