/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What nano keeps for each CPU, and how one comes to run the kernel's world.
 * The machine's own structure begins with this one (arch_cpu_at() in
 * nano/arch.h). Counters and what a CPU notes about its own faults are written
 * by that CPU alone, so they need no lock; counters of other CPUs are read as
 * they are.
 */

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

/* X(NAME, text). IDLE, STARTING, then RUNNING or LOST, and never back: a CPU
 * that was given up must not come up later. */
#define CPU_STATES(X)                                                \
	X(IDLE, "nobody has asked for it")                           \
	X(STARTING, "was told to start and has not said that it is") \
	X(RUNNING, "runs the kernel's world")                        \
	X(LOST, "did not come up, or is not like the others")

struct guest_start;
struct world;

enum cpu_state {
#define X(name, text) CPU_##name,
	CPU_STATES(X)
#undef X
		CPU_STATE_COUNT
};

struct cpu {
	uint32_t index;       /* into boot_info's cpus */
	uint64_t hardware_id; /* APIC id, MPIDR affinity */
	struct world *world;  /* whose calls these are */
	uint64_t counters[ABI_NANO_COUNTER_COUNT];

	uint32_t storm;   /* faults in a row that hit their own delivery */
	uint32_t retries; /* of the access to retry_address */
	uint64_t retry_address; /* last access found to be allowed after all */

	/* Under the lock of nano/cpu.c. */
	enum cpu_state state;
	bool told;         /* a caller of cpu_start() knows that it runs */
	uint32_t attempts; /* calls that waited for it */
	uint64_t entry, argument; /* where it begins in the kernel's world */
};

/** CPUs of this machine, from boot_info; their structures are in use. */
extern uint32_t cpu_count;

/** A CPU but the first was told to start at some time. */
extern bool cpu_others;

/** Pages of the pool that cpu_init_all() takes. */
uint64_t cpu_pages(const struct boot_info *boot);

/** Gives every CPU of a checked boot_info its structure and its memory; nano's
 * own tables are in use. The first is the one that runs this. */
void cpu_init_all(const struct boot_info *boot);

/** How every CPU starts but for entry and argument; from here on the others may
 * be started. */
void cpu_allow(const struct guest_start *start);

/**
 * The call cpu_start. `index` as in boot_info; `entry` inside the kernel's
 * addresses. Waits a bounded time.
 *
 * OK once for each CPU: it runs. AGAIN: it was told to start and is not up yet;
 * the same call again waits on. BUSY: it runs, or starts with something else.
 * BAD_ARGUMENT: no such CPU or entry. GONE: it did not come up after
 * CPU_ATTEMPTS calls, or lacks what the first has; it never will run.
 * NOT_SUPPORTED: nano cannot start CPUs here.
 */
status_t cpu_start(uint64_t index, uint64_t entry, uint64_t argument);

/**
 * A CPU other than the first has come up: called by entry code on its own
 * stack, with nano's own tables in use and arch_cpu_init() done. `wrong` is why
 * it cannot be used, or NULL. Ends in the kernel's world, or stops the CPU.
 */
_Noreturn void cpu_enter(struct cpu *cpu, const char *wrong);

/** The first half of cpu_enter(): whether it may run, in which case the kernel's
 * world is prepared. */
bool cpu_come_up(struct cpu *cpu, const char *wrong);

/** The call ipi. BAD_ARGUMENT when the mask has a CPU that does not run;
 * NOT_SUPPORTED where the kernel interrupts CPUs itself. */
status_t cpu_interrupt(uint64_t mask);

/** From here on no CPU comes to run the kernel's world. Returns whether more
 * than one does. */
bool cpu_close(void);

#define CPU_POLLS    1000u  /* of one cpu_start(), a few instructions each */
#define CPU_ATTEMPTS 20000u /* calls */
