/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is exchanged when another thread runs, beside its context. */

#include <arch/cpu.h>

#include "kernel/thread.h"

/*
 * User code may load null or user selectors into the data segment registers,
 * where the next thread could read them: a way to talk that no capability
 * opened. So they are null when another address space comes. GS base would not
 * survive a load on every CPU.
 */
static inline void selectors_clear(struct cpu *cpu)
{
	uint32_t ds, es, fs, gs;

	__asm__ volatile("movl %%ds, %0" : "=r"(ds));
	__asm__ volatile("movl %%es, %0" : "=r"(es));
	__asm__ volatile("movl %%fs, %0" : "=r"(fs));
	__asm__ volatile("movl %%gs, %0" : "=r"(gs));
	if (__builtin_expect((ds | es | fs | gs) == 0, 1)) {
		return;
	}
	__asm__ volatile("movl %0, %%ds\n\t"
			 "movl %0, %%es\n\t"
			 "movl %0, %%fs\n\t"
			 "movl %0, %%gs"
			 :
			 : "r"(0)
			 : "memory");
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

/* The idle thread has an area for vector registers like any other: to leave it
 * out costs every switch more than it saves. FNINIT first: where the restored
 * image has no x87 exception pending, FXRSTOR of AMD CPUs leaves the addresses
 * of the last x87 instruction and operand as they are, which are the other
 * thread's. */
static inline void vector_switch(struct thread *from, struct thread *to)
{
	__asm__ volatile("fxsave64 %0\n\t"
			 "fninit\n\t"
			 "fxrstor64 %1"
			 : "=m"(from->vector)
			 : "m"(to->vector));
}

/*
 * The idle thread has the tables of no address space, so that no CPU walks those
 * of one that may end meanwhile.
 * FS base: user code can make its own zero by loading a selector, so its value
 * is certain only between threads of one address space, where it is theirs.
 */
static inline void arch_switch(struct cpu *cpu, struct thread *from,
			       struct thread *to)
{
	struct vspace *vspace = to->vspace;
	uint64_t fs_base = to->context.fs_base;

	vector_switch(from, to);
	if (vspace != cpu->vspace) {
		cpu->vspace = vspace;
		cr3_write(__builtin_expect(vspace != NULL, 1)
				  ? vspace->root
				  : vspace_kernel_root.a);
		selectors_clear(cpu);
		fs_base_write(cpu, fs_base);
	} else if (fs_base != cpu->scratch[SCRATCH_FS_BASE]) {
		fs_base_write(cpu, fs_base);
	}
}
