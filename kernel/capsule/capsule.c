/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a capsule. Every change of it is one row of a table, and one walk
 * over at most ABI_CAPSULE_THREADS_MAX threads. A thread that is frozen keeps
 * every register and its place in whatever it waits for; a system call that it
 * was about to make on another CPU is made when it runs again.
 */

#include "kernel/capsule.h"

#include "kernel/arch.h"
#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/sched.h"
#include "kernel/state.h"
#include "kernel/sweep.h"
#include "kernel/vspace.h"

#define IN(state) (1u << ABI_CAPSULE_##state)

/* The arrows: from any of a set of states to one. */
static const struct {
	uint8_t from, to;
} arrows[] = {
	[ABI_CAPSULE_start] = { IN(CREATED), ABI_CAPSULE_RUNNING },
	[ABI_CAPSULE_freeze] = { IN(RUNNING), ABI_CAPSULE_FROZEN },
	[ABI_CAPSULE_thaw] = { IN(FROZEN), ABI_CAPSULE_RUNNING },
	[ABI_CAPSULE_fail] = { IN(RUNNING) | IN(FROZEN), ABI_CAPSULE_FAILED },
	[ABI_CAPSULE_stop] = { IN(CREATED) | IN(RUNNING) | IN(FROZEN) |
				       IN(FAILED),
			       ABI_CAPSULE_STOPPED },
};

void capsule_init(struct capsule *capsule)
{
	capsule->id = ++state.capsules;
}

/* --- its threads ----------------------------------------------------------- */

static void freeze(struct thread *thread)
{
	thread->flags |= THREAD_FROZEN;
	if (thread->state == ABI_THREAD_READY) {
		if (sched_remove(thread)) {
			arch_context_rewind(&thread->context);
		}
		thread->state = ABI_THREAD_FROZEN;
	}
}

static void thaw(struct thread *thread)
{
	thread->flags &= ~(uint32_t)THREAD_FROZEN;
	if (thread->state == ABI_THREAD_FROZEN) {
		thread_ready(thread);
	}
}

/* For ever: it stays frozen, and waits for nothing any more. */
static void stop(struct thread *thread)
{
	freeze(thread);
	endpoint_cancel(thread);
	thread->flags &= ~(uint32_t)(THREAD_CALL | THREAD_FAULT);
	thread->state = ABI_THREAD_SUSPENDED;
}

/* Commit half of every arrow. */
static void change(struct capsule *capsule, enum abi_capsule_state to)
{
	bool is_start = capsule->state == ABI_CAPSULE_CREATED;

	capsule->state = to;
	for (uint32_t i = 0; i < capsule->thread_count; i++) {
		struct thread *thread = capsule->threads[i];
		if (to == ABI_CAPSULE_STOPPED) {
			stop(thread);
		} else if (to != ABI_CAPSULE_RUNNING) {
			freeze(thread);
		} else {
			if (is_start && thread->state == ABI_THREAD_NEW) {
				thread->state = ABI_THREAD_FROZEN;
			}
			thaw(thread);
		}
	}
}

void capsule_fault(struct capsule *capsule, uint64_t kind)
{
	CHECK(capsule->state == ABI_CAPSULE_RUNNING);
	capsule->reason = ABI_CAPSULE_REASON_FAULT | kind;
	change(capsule, ABI_CAPSULE_FAILED);
}

void capsule_forget(struct thread *thread)
{
	struct capsule *capsule = thread->capsule;

	if (!capsule) {
		return;
	}
	for (uint32_t i = 0; i < capsule->thread_count; i++) {
		if (capsule->threads[i] == thread) {
			capsule->threads[i] =
				capsule->threads[--capsule->thread_count];
			capsule->threads[capsule->thread_count] = NULL;
		}
	}
	thread->capsule = NULL;
}

void capsule_destroy(struct capsule *capsule)
{
	change(capsule, ABI_CAPSULE_STOPPED);
	while (capsule->thread_count > 0) {
		capsule_forget(capsule->threads[0]);
	}
	if (capsule->fault.type != ABI_TYPE_NULL) {
		cap_clear(&capsule->fault);
	}
}

/* --- methods --------------------------------------------------------------- */

static status_t info(struct invocation *call, const struct capsule *capsule)
{
	call->words[0] = capsule->state;
	call->words[1] = capsule->reason;
	call->words[2] = capsule->id;
	call->words[3] = capsule->thread_count;
	call->result_count = 4;
	return ST_OK;
}

/* Whose a CapNode and an address space are is settled once. */
static status_t configure(const struct invocation *call,
			  struct capsule *capsule)
{
	struct capnode *root = call->caller->capnode;
	struct slot *vspace, *capnode, *fault = NULL;

	if (capsule->state != ABI_CAPSULE_CREATED || capsule->is_configured) {
		return ST_BAD_STATE;
	}
	status_t status = cap_find_live(root, call->words[0], ABI_TYPE_VSPACE,
					0, &vspace);
	if (status == ST_OK) {
		status = cap_find_live(root, call->words[1], ABI_TYPE_CAPNODE,
				       1u << ABI_CAPNODE_copy, &capnode);
	}
	if (status == ST_OK && call->words[2]) {
		status = cap_find_live(root, call->words[2], ABI_TYPE_ENDPOINT,
				       0, &fault);
		if (status == ST_OK && !(fault->rights & ABI_RIGHT_SEND)) {
			status = ST_NO_RIGHT;
		}
	}
	if (status == ST_OK && fault) {
		status = cap_check_bind(fault);
	}
	if (status != ST_OK) {
		return status;
	}
	struct vspace *space = slot_object(vspace);
	struct capnode *node = slot_object(capnode);
	if (space->capsule || node->capsule) {
		return ST_BUSY;
	}
	space->capsule = capsule->id;
	node->capsule = capsule->id;
	if (fault) {
		cap_bind(&capsule->fault, fault, SLOT_IN_CAPSULE);
	}
	capsule->is_configured = true;
	return ST_OK;
}

/* A thread that never ran, and can run nowhere but in this capsule. */
static status_t bind(const struct invocation *call, struct capsule *capsule)
{
	struct slot *slot;
	status_t status = cap_find_live(call->caller->capnode, call->words[0],
					ABI_TYPE_THREAD,
					1u << ABI_THREAD_configure, &slot);

	if (status != ST_OK) {
		return status;
	}
	struct thread *thread = slot_object(slot);
	if (thread->capsule) {
		return ST_BUSY;
	}
	if (!capsule->is_configured || capsule->state > ABI_CAPSULE_FROZEN ||
	    thread->state != ABI_THREAD_NEW || !thread->vspace ||
	    !thread->capnode || thread->vspace->capsule != capsule->id ||
	    thread->capnode->capsule != capsule->id) {
		return ST_BAD_STATE;
	}
	if (capsule->thread_count == ABI_CAPSULE_THREADS_MAX) {
		return ST_LIMIT;
	}
	thread->capsule = capsule;
	capsule->threads[capsule->thread_count++] = thread;
	if (capsule->state != ABI_CAPSULE_RUNNING) {
		freeze(thread);
	}
	return ST_OK;
}

/* The methods that are arrows. */
static status_t go(const struct invocation *call, struct capsule *capsule)
{
	if (!(arrows[call->method].from >> capsule->state & 1) ||
	    (call->method == ABI_CAPSULE_start && !capsule->thread_count)) {
		return ST_BAD_STATE;
	}
	if (call->method == ABI_CAPSULE_fail) {
		if (call->words[0] >= ABI_CAPSULE_REASON_FAULT) {
			return ST_BAD_ARGUMENT;
		}
		capsule->reason = call->words[0];
	}
	change(capsule, (enum abi_capsule_state)arrows[call->method].to);
	return ST_OK;
}

static status_t dispatch(struct invocation *call)
{
	struct capsule *capsule = slot_object(call->slot);

	switch (call->method) {
	case ABI_CAPSULE_info:
		return info(call, capsule);
	case ABI_CAPSULE_configure:
		return configure(call, capsule);
	case ABI_CAPSULE_bind:
		return bind(call, capsule);
	default:
		CHECK(call->method < ARRAY_SIZE(arrows));
		return go(call, capsule);
	}
}

status_t capsule_invoke(struct thread *caller, struct slot *slot,
			uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, dispatch(&call));
}
