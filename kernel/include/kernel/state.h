/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Every global variable of the kernel. */

#include "kernel/cpu.h"
#include "kernel/thread.h"

#define KERNEL_CPUS_MAX  1
#define KERNEL_ASIDS_MAX 65536

struct state {
	struct cpu cpus[KERNEL_CPUS_MAX];
	struct thread idle[KERNEL_CPUS_MAX];

	/* Counters that SystemControl shows. */
	uint64_t refusals, faults, system_calls, ticks, spurious;

	/* Address space ids in use, one bit each; id 0 is never given out. */
	uint64_t asids[KERNEL_ASIDS_MAX / 64];
	uint32_t asid_next; /* where the search for a free one begins */

	bool is_operational;
};

extern struct state state;
