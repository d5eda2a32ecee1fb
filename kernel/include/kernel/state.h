/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Every global variable of the kernel. */

#include "common/lock.h"
#include "kernel/cpu.h"
#include "kernel/thread.h"

/* As many address spaces there can be at once; fewer if the machine cannot tell
 * so many apart. */
#define KERNEL_ASIDS_MAX 4096

/* Sweeps of more than one step that can be under way at once. */
#define KERNEL_SWEEPS_MAX 8

/** See kernel/lock.h. It is free when both are equal; both wrap around. */
struct CAPABILITY("lock") ticket_lock {
	uint32_t next;    /* the ticket that whoever comes now draws */
	uint32_t serving; /* the one that holds the lock */
} __attribute__((aligned(64)));

struct state {
	struct ticket_lock lock; /* of everything below and all objects */

	/* Counters that SystemControl shows. */
	uint64_t refusals, faults, system_calls, ticks, spurious;

	/* Sets of CPUs, a bit for each. An idle one whose bit is not set has
	 * been sent an interrupt and will look for work. */
	uint64_t online; /* have entered the kernel */
	uint64_t idle;   /* run their idle threads */
	uint64_t queued; /* have threads in their queues */
	uint64_t home;   /* the first that is considered for a new thread */

	bool is_operational;
	uint64_t capsules; /* ids given to them so far */

	/* kernel/sweep.h: marks, and the CapNodes that are gone, first to last,
	 * in whose slots still lie capabilities. */
	uint64_t sweeps;
	struct capnode *gone, *gone_last;
	uint64_t sweep_names; /* the newest name */
	struct sweep {
		struct slot *root; /* NULL: none */
		uint64_t name;
	} under_way[KERNEL_SWEEPS_MAX];

	/* Address space ids in use, one bit each; id 0 is never given out. */
	uint32_t asid_next; /* where the search for a free one begins */
	uint64_t asids[KERNEL_ASIDS_MAX / 64];
	uint64_t vspace_generation; /* of the newest one */

	/* kernel/token.h: what the next token comes from, if there is any. */
	uint8_t token_key[32];
	bool has_tokens;

	const struct boot_info *boot; /* nano's hand-over */
	struct capnode *root; /* core's: a debugger finds all else from it */
	struct cpu cpus[KERNEL_CPUS_MAX];
	struct thread idle_threads[KERNEL_CPUS_MAX];
	struct vspace *vspaces[KERNEL_ASIDS_MAX]; /* that live, by asid */
};

extern struct state state;
