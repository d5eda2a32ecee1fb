/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is exchanged when another thread runs, beside its context. */

#include <arch/cpu.h>
#include <arch/system.h>

#include "kernel/thread.h"
#include "kernel/vspace.h"

/** Kernel absent from EL0's tables: prepares the trampoline for entering `to`;
 * the idle thread does not use it. */
static inline void trampoline_switch(struct trampoline_data *data,
				     struct thread *to)
{
	const struct vspace *vspace = to->vspace;

	if (vspace) {
		data->context = &to->context;
		data->user.lower = vspace->top.a;
		data->user.upper = data->top | (uint64_t)vspace->asid
						       << TTBR_ASID_SHIFT;
	}
}

/*
 * Kernel present: the id in force lies in TTBR0_EL1. The idle thread has the
 * table that maps nothing, under id 0, so that no CPU walks the tables of an
 * address space that may end meanwhile. To write what is there already costs
 * less than to look. Whatever is written holds from the eret on.
 */
static inline void arch_switch(struct cpu *cpu, struct thread *from,
			       struct thread *to)
{
	uint64_t trampoline = cpu->scratch[SCRATCH_TRAMPOLINE];
	const struct vspace *vspace = to->vspace;

	from->context.tpidr = tpidr_el0_read();
	tpidr_el0_write(to->context.tpidr);
	if (__builtin_expect(trampoline != 0, 0)) {
		trampoline_switch((struct trampoline_data *)trampoline, to);
	} else if (__builtin_expect(vspace != NULL, 1)) {
		ttbr0_write(vspace->root);
	} else {
		ttbr0_write(vspace_empty.a);
	}
	if (__builtin_expect(
		    from == cpu->vector_owner || to == cpu->vector_owner, 0)) {
		vector_change(cpu, from, to);
	}
}
