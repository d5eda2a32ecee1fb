/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Entries into nano from below: what a machine's exit code calls once it knows
 * why the guest left. Each function counts the entry itself.
 */

#include "abi/hypercalls.h"
#include "abi/status.h"
#include "nano/cpu.h"

#define TRAP_ARGUMENTS 6

/** A nano call as registers brought it. */
struct trap_call {
	uint64_t number;
	uint64_t arguments[TRAP_ARGUMENTS];
	uint64_t result; /* out: for the result register, zero on a refusal */
};

/**
 * Decodes, authorises and performs one call. The status goes into the status
 * register. The null call may be answered by entry code instead; it looks at
 * no argument, needs no authority and is not counted.
 */
status_t trap_call(struct cpu *cpu, struct trap_call *call);

/**
 * The guest tried what it may not: counts it under `kind` (not EXITS, not
 * CALL, not MEMORY) and injects the fault. `delivering` says that the attempt
 * was the delivery of the fault that nano injected last; after a few of those
 * in a row nano switches the machine off with status 126.
 */
void trap_refuse(struct cpu *cpu, enum abi_nano_counter kind, bool delivering);

/**
 * The guest's access (one of TABLE_READ, TABLE_WRITE, TABLE_EXECUTE) to
 * guest-physical `address` failed in the guest tables. If they allow it by now
 * (another CPU was replacing a block) the guest just tries again; else as
 * trap_refuse(), under MEMORY.
 */
void trap_memory(struct cpu *cpu, uint64_t address, uint32_t access,
		 bool delivering);

/** Counts an entry that nano answers by itself, such as a CPUID or a permitted
 * PSCI call. */
void trap_count(struct cpu *cpu);

/** The guest is in a state that nano cannot go on with (a triple fault, an
 * invalid control block): one line with `what`, then off with status 126. */
_Noreturn void trap_hopeless(const char *what, uint64_t value);
