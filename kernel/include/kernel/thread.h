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
#include "kernel/cap.h"
#include "kernel/entry.h"
#include "kernel/sched.h"

struct capsule;
struct cpu;
struct endpoint;
struct reply;
struct vspace;

/** What a thread is bound to, each through a capability of its own that was
 * derived from the one it was configured with: what that one's holder loses or
 * takes back, the thread loses too. */
enum thread_bound {
	BOUND_CAPNODE,
	BOUND_VSPACE,
	BOUND_BUFFER,
	BOUND_FAULT,
	BOUND_COUNT
};

struct thread {
	struct arch_context context; /* first: entry code saves here */

	/* In one word, so that one comparison tells of most threads that enter
	 * the kernel that they go on. */
	union {
		struct {
			uint32_t state;   /* enum abi_thread_state */
			uint32_t pending; /* of sched_choose(), if it runs */
		};
		uint64_t standing; /* THREAD_GOES_ON, or something else */
	};
	uint32_t flags; /* THREAD_* */
	uint32_t zero;
	struct capnode *capnode;
	struct vspace *vspace;
	struct message_buffer *buffer; /* in the window; NULL without one */

	/* Links of the one queue that the state says it is in: the scheduler's,
	 * or that of `endpoint`. */
	struct thread *next, *prev;
	struct cpu *cpu; /* its home (kernel/sched.h); never NULL */
	struct endpoint *endpoint;
	struct slot *via; /* the capability it waits through in the queue */
	struct thread *via_next, *via_prev; /* others that do */
	uint64_t badge;          /* of the capability it sends through */
	struct reply *receiving; /* RECEIVING: the Reply for whoever calls */
	struct reply *reply; /* CALLING, FAULTED: it stands for this thread */

	struct capsule *capsule; /* it belongs to; NULL: to none */
	struct fault fault;      /* the last one */

	uint64_t refusals, faults;
	uint64_t sweep; /* that it comes back to go on with, or 0 */

	struct slot bound[BOUND_COUNT] __attribute__((aligned(64)));

	struct arch_vector vector __attribute__((aligned(64)));
};

enum {
	THREAD_CALL = 1, /* it waits for an answer after the message is taken */
	THREAD_FAULT = 2, /* what it sends is its fault message */
	THREAD_IDLE = 4,
	THREAD_FROZEN = 8, /* its capsule does not run */
	THREAD_CAPS = 16,  /* what it waits to send has capabilities with it */
};

/** READY, and nothing pending. */
#define THREAD_GOES_ON ((uint64_t)ABI_THREAD_READY)

static_assert(__builtin_offsetof(struct thread, context) == 0, "entry code");
static_assert(sizeof(struct thread) <= 1 << ABI_THREAD_BITS, "object size");

/** Makes a thread in state NEW of zeroed memory. */
void thread_init(struct thread *thread);

/** Commit half of configure: binds a thread that is stopped to the object of a
 * capability that may be derived from, instead of what it was bound to. */
void thread_bind(struct thread *thread, enum thread_bound which,
		 struct slot *source);

/** A capability that lies in a thread goes: the thread does without. It is
 * suspended if it loses its CapNode or its address space; without a message
 * buffer the words of a message beyond the registers are lost. */
void thread_unbind(struct slot *slot);

/** Its memory goes: it is in no queue, on no CPU, and owed nothing. */
void thread_destroy(struct thread *thread);

/** Takes a thread off whatever it does or waits for, into SUSPENDED. A verb that
 * it waits in, or was about to begin on another CPU, ends with AGAIN; a fault
 * stays unanswered and happens again when the thread is resumed. */
void thread_stop(struct thread *thread);

/** Whether its registers and bindings may change. */
static inline bool thread_is_stopped(const struct thread *thread)
{
	return thread->state == ABI_THREAD_NEW ||
	       thread->state == ABI_THREAD_SUSPENDED;
}

/** Ends the wait of a thread whose other side is gone: its verb ends with GONE.
 * One whose fault nobody can answer any more is suspended. */
void thread_end_wait(struct thread *thread);

/** Puts the status of a verb where the thread will find it, and counts it if it
 * is a refusal. */
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
	thread->standing = THREAD_GOES_ON;
	return true;
}

/** The same where somebody else goes on running here. */
static inline void thread_ready(struct thread *thread)
{
	if (thread_wake(thread)) {
		sched_add(thread);
	}
}
