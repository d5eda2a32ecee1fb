/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "kernel/sched.h"

#define KERNEL_STACK_SIZE 8192

/**
 * What one CPU keeps to itself. Entry code finds it through a register that
 * user code cannot write; offsets.c of each machine names the fields it uses.
 */
struct cpu {
	struct thread *current; /* runs here now; never NULL after start-up */
	struct thread *idle;
	uint64_t stack_top;  /* of this CPU's kernel stack, 16-byte aligned */
	uint64_t scratch[4]; /* the entry code's */
	uint32_t index;
	uint32_t zero;
	struct sched_cpu sched;
	struct thread
		*vector_owner; /* aarch64: whose vector registers it has */
};

_Static_assert(__builtin_offsetof(struct cpu, current) == 0, "entry code");
