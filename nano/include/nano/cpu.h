/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What nano keeps for each CPU. The machine's own structure begins with this
 * one (arch_cpu_at() in nano/arch.h). Only the CPU itself writes to it, so no
 * lock is needed; counters of other CPUs are read as they are.
 */

#include "abi/hypercalls.h"
#include "common/types.h"

struct world;

struct cpu {
	uint32_t index;       /* into boot_info's cpus */
	uint64_t hardware_id; /* APIC id, MPIDR affinity */
	struct world *world;  /* whose calls these are */
	uint64_t counters[ABI_NANO_COUNTER_COUNT];

	uint32_t storm;   /* faults in a row that hit their own delivery */
	uint32_t retries; /* of the access to retry_address */
	uint64_t retry_address; /* last access found to be allowed after all */
};

/** CPUs of this machine, from boot_info; their structures are in use. */
extern uint32_t cpu_count;
