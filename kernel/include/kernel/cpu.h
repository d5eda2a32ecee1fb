/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * CPUs: what each one keeps to itself, and what one may ask of another.
 *
 * A CPU asks only while it holds the kernel's lock, so one asks at a time, and
 * it waits until all have answered. Whoever is asked answers in the loop in
 * which it waits for the lock (kernel/lock.h): it is there already, or the
 * interrupt that it is sent brings it there, since user code and the idle
 * thread run with interrupts enabled. So nothing has to be looked at on the way
 * into the kernel or out of it, and no two CPUs wait for each other.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/sched.h"

struct boot_info;
struct vspace;

#define KERNEL_CPUS_MAX   64
#define KERNEL_STACK_SIZE 8192
#define KERNEL_STACK_HOLE 4096 /* above each stack: nothing is mapped */

/** How a CPU came into the kernel. */
enum cpu_entry {
	CPU_ENTRY_CALL, /* a system call that nothing was done about yet */
	CPU_ENTRY_FAULT,
	CPU_ENTRY_INTERRUPT,
};

/** What a CPU is asked to do. */
enum cpu_request {
	CPU_REQUEST_NONE,
	CPU_REQUEST_STOP,  /* to save its thread and run the idle one */
	CPU_REQUEST_FLUSH, /* to forget translations of user addresses */
};

/**
 * What one CPU keeps to itself. Entry code finds it through a register that
 * user code cannot write; offsets.c of each machine names the fields it uses.
 * Others read and write the rest under the lock, and `request` as cpu_ask()
 * says.
 */
struct cpu {
	struct thread *current; /* runs here now; never NULL after start-up */
	struct thread *next; /* was handed the CPU: runs when this entry ends */
	struct thread *idle;
	uint64_t stack_top;  /* of this CPU's kernel stack, 16-byte aligned */
	uint64_t scratch[4]; /* the entry code's */
	uint32_t index;      /* into boot_info's cpus, and nano's number */
	uint32_t request;    /* enum cpu_request, back to NONE when done */
	struct sched_cpu sched;

	/* x86_64: whose tables are loaded; NULL: nobody's. Translations of
	 * other address spaces it has none. */
	struct vspace *vspace;
	/* aarch64: whose vector registers it has, and whether the running
	 * thread may use them */
	struct thread *vector_owner;
	uint64_t vector_is_open;

	uint64_t hardware_id; /* APIC id, MPIDR affinity */
	uint32_t stopped_in;  /* enum cpu_entry: the answer to STOP */
	bool is_armed;        /* the timer will fire */
} __attribute__((aligned(64)));

_Static_assert(__builtin_offsetof(struct cpu, current) == 0, "entry code");

/** This CPU's bit in a set of CPUs. */
static inline uint64_t cpu_bit(const struct cpu *cpu)
{
	return 1ull << cpu->index;
}

/** Makes the calling CPU ready to run threads; the idle thread is current. */
void cpu_init(struct cpu *cpu, const struct boot_info *boot);

/** Has nano start the other CPUs, which run their idle threads then. Says so if
 * one does not start, which the kernel then goes without. */
void cpu_start_others(const struct boot_info *boot);

/** Takes the thread that runs on another CPU off it. When this returns its
 * registers are all saved. Returns how the CPU came into the kernel. */
enum cpu_entry cpu_stop(struct cpu *cpu);

/** Where an address space has become less permissive: every other CPU has
 * forgotten its translations when this returns, or will have before it runs
 * user code again. For machines that cannot tell other CPUs' TLBs themselves. */
void cpu_flush_others(const struct vspace *vspace);

/** Does what this CPU is asked to, if anything. For the waiting loop only. */
void cpu_serve(struct cpu *cpu, enum cpu_entry entry);
