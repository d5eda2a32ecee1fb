/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a CPU says about itself in one instruction. GS base is the CPU's struct
 * cpu while the kernel runs, so its own address lies at a fixed offset of it.
 */

#include <stdint.h>

#include "kernel/cpu.h"

/** What each member of cpu->scratch is for. */
enum {
	SCRATCH_SELF,     /* the struct cpu itself */
	SCRATCH_MACHINE,  /* its struct machine_cpu */
	SCRATCH_USER_RSP, /* during the first instructions of a system call */
	SCRATCH_FS_BASE,  /* last written, unless user code made it 0 */
};

/** The CPU that runs this. */
static inline struct cpu *arch_cpu(void)
{
	struct cpu *cpu;

	__asm__("movq %%gs:%c1, %0"
		: "=r"(cpu)
		: "i"(__builtin_offsetof(struct cpu, scratch[SCRATCH_SELF])));
	return cpu;
}

/** For a word that no other CPU writes. Stores are seen in order here. */
static inline void arch_count_up(uint32_t *word)
{
	__asm__ volatile("incl %0" : "+m"(*word) : : "memory");
}

/** Once around a loop that waits for another CPU. */
static inline void arch_relax(void)
{
	__asm__ volatile("pause" : : : "memory");
}
