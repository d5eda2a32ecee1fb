/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A thread: a saved context, a place to look capabilities up, an address space
 * and a state. Made from Untyped; 2 KiB, the vector area last.
 */

#include <arch/context.h>

#include "abi/message.h"
#include "abi/objects.h"
#include "abi/status.h"
#include "common/assert.h"
#include "common/types.h"
#include "kernel/sched.h"

struct capnode;
struct capsule;
struct cpu;
struct endpoint;
struct fault;
struct reply;
struct slot;
struct vspace;

struct thread {
	struct arch_context context; /* first: entry code saves here */

	uint32_t state; /* enum abi_thread_state */
	uint32_t flags; /* THREAD_* */
	struct capnode *capnode;
	struct vspace *vspace;
	struct message_buffer *buffer; /* in the window; NULL without one */

	/* Links of the one queue that the state says it is in: the scheduler's,
	 * or that of `endpoint`. */
	struct thread *next, *prev;
	struct cpu *cpu; /* its home (kernel/sched.h); never NULL */
	struct endpoint *endpoint;
	uint64_t badge;          /* of the capability it sends through */
	struct reply *receiving; /* RECEIVING: the Reply for whoever calls */
	struct reply *reply; /* CALLING, FAULTED: it stands for this thread */

	struct capsule *capsule; /* it belongs to; NULL: to none */
	struct endpoint *fault_endpoint;
	uint64_t fault_badge;
	struct {
		uint64_t words[ABI_FAULT_WORDS];
	} fault;

	uint64_t refusals, faults;

	struct arch_vector vector __attribute__((aligned(64)));
};

enum {
	THREAD_CALL = 1, /* it waits for an answer after the message is taken */
	THREAD_FAULT = 2, /* what it sends is its fault message */
	THREAD_IDLE = 4,
	THREAD_FROZEN = 8, /* its capsule does not run */
	THREAD_CAPS = 16,  /* what it waits to send has capabilities with it */
};

static_assert(__builtin_offsetof(struct thread, context) == 0, "entry code");
static_assert(sizeof(struct thread) <= 1 << ABI_THREAD_BITS, "object size");

/** Makes a thread in state NEW of zeroed memory. */
void thread_init(struct thread *thread);

/** Ends the system call of a thread that waits with this status, and counts it
 * if it is a refusal. Its state is the caller's to change. */
void thread_answer(struct thread *thread, status_t status);

/**
 * What a thread waited for has come, or it is to begin: its state says so, which
 * while its capsule does not run only means that it will be READY. True if it
 * is: then the caller adds it to a queue or hands it the CPU.
 */
static inline bool thread_wake(struct thread *thread)
{
	if (__builtin_expect(thread->flags & THREAD_FROZEN, 0)) {
		thread->state = ABI_THREAD_FROZEN;
		return false;
	}
	thread->state = ABI_THREAD_READY;
	return true;
}

/** The same where somebody else goes on running here. */
static inline void thread_ready(struct thread *thread)
{
	if (thread_wake(thread)) {
		sched_add(thread);
	}
}

/** Records the fault of a thread and tells its fault endpoint, or else that of its
 * capsule. Without one, the capsule becomes Failed, or the thread suspended. */
void thread_fault(struct thread *thread, const struct fault *fault);
