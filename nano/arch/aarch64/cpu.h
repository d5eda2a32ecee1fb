/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What nano keeps for each CPU on aarch64, and the registers of an exit. */

#include "nano/cpu.h"

/** Registers of the guest as the exit code (entry.S) saves and restores them;
 * it lies on nano's stack. */
struct exit_frame {
	uint64_t x[31];
	uint64_t pc;     /* ELR_EL2 */
	uint64_t pstate; /* SPSR_EL2 */
	uint64_t zero;   /* keeps the stack aligned to 16 bytes */
};

struct arm_cpu {
	struct cpu cpu;           /* first: arch_cpu_at() */
	struct exit_frame *frame; /* of the exit that is being handled */
	uint64_t delivered;       /* pc that the last injected fault went to */
	uint64_t argument;        /* x0 of the kernel's start */
	uint64_t stack;           /* nano's: its end */
	volatile uint8_t *redist; /* its RD frame, or NULL */
};

/** What a CPU reads with its MMU off when firmware starts it (entry.S): how it
 * gets to nano's own translation. */
struct arm_start {
	uint64_t mair, tcr, ttbr, sctlr; /* of EL2 */
	uint64_t stack;
	struct arm_cpu *cpu;
	uint64_t entry; /* secondary_continue, virtual */
} __attribute__((aligned(64)));

/** Fills in how a CPU gets to nano's own translation, from this CPU's. */
void cpu_translation(struct arm_start *start);

/** The machine's structure around a generic one. */
static inline struct arm_cpu *arm_cpu_of(struct cpu *cpu)
{
	return (struct arm_cpu *)cpu;
}
