/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Capsules: programs as the kernel knows them. A capsule has a CapNode and an
 * address space of its own, threads that run in these, whom to tell when one of
 * them faults, and a life (enum abi_capsule_state) whose arrows stand in one
 * table. Its id is never used again; 0 is core, which has no Capsule object.
 *
 * Invariant: a thread that belongs to a capsule has the flag THREAD_FROZEN
 * exactly while the capsule is not Running, and then runs on no CPU and waits
 * in no run queue. It may wait in an endpoint or for an answer, and what it
 * waits for may come; it goes on when the capsule does.
 */

#include "abi/objects.h"
#include "common/assert.h"
#include "kernel/thread.h"

struct capsule {
	uint32_t state; /* enum abi_capsule_state */
	uint32_t thread_count;
	uint64_t id;
	uint64_t reason; /* FAILED: what `fail` was given, or the kernel's */
	uint64_t is_configured;

	struct thread *threads[ABI_CAPSULE_THREADS_MAX];

	/* Empty, or the endpoint that hears of faults of threads without. */
	struct slot fault __attribute__((aligned(64)));
};
static_assert(sizeof(struct capsule) <= 1 << ABI_CAPSULE_BITS, "object size");

/** Makes a capsule in state Created of zeroed memory, with an id of its own. */
void capsule_init(struct capsule *capsule);

/** The object goes: its threads never run again. */
void capsule_destroy(struct capsule *capsule);

/** A thread goes: its capsule, if it has one, forgets it. */
void capsule_forget(struct thread *thread);

/** A thread of the capsule faulted and there is nobody to tell: the capsule
 * becomes Failed. */
void capsule_fault(struct capsule *capsule, uint64_t kind);
