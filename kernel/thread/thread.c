/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads as objects: what a supervisor may do with one. The registers and the
 * bindings of a thread change only while it is NEW or SUSPENDED, so a running
 * thread never sees half a change.
 */

#include "kernel/arch.h"
#include "kernel/cpu.h"
#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/sched.h"
#include "kernel/state.h"

void thread_init(struct thread *thread)
{
	arch_context_init(&thread->context);
	arch_vector_init(&thread->vector);
	thread->cpu = sched_home();
	thread->state = ABI_THREAD_NEW;
}

static bool is_stopped(const struct thread *thread)
{
	return thread->state == ABI_THREAD_NEW ||
	       thread->state == ABI_THREAD_SUSPENDED;
}

/* The four capabilities of configure, found and checked. */
struct bindings {
	struct slot *capnode, *vspace, *buffer, *fault;
};

static status_t find_bindings(const struct invocation *call,
			      struct bindings *found)
{
	struct capnode *root = call->caller->capnode;
	status_t status = cap_find_type(root, call->words[0], ABI_TYPE_CAPNODE,
					0, &found->capnode);

	if (status == ST_OK) {
		status = cap_find_type(root, call->words[1], ABI_TYPE_VSPACE, 0,
				       &found->vspace);
	}
	if (status == ST_OK) {
		status = cap_find_type(root, call->words[2], ABI_TYPE_FRAME,
				       1u << ABI_FRAME_map, &found->buffer);
	}
	if (status == ST_OK && (found->buffer->memory.is_device ||
				!(found->buffer->rights & ABI_RIGHT_WRITE))) {
		status = ST_NO_RIGHT;
	}
	found->fault = NULL;
	if (status == ST_OK && call->words[3]) {
		status = cap_find_type(root, call->words[3], ABI_TYPE_ENDPOINT,
				       0, &found->fault);
		if (status == ST_OK &&
		    !(found->fault->rights & ABI_RIGHT_SEND)) {
			status = ST_NO_RIGHT;
		}
	}
	return status;
}

static status_t configure(const struct invocation *call, struct thread *thread)
{
	struct bindings found;

	if (!is_stopped(thread) || thread->capsule) {
		return ST_BAD_STATE;
	}
	status_t status = find_bindings(call, &found);
	if (status != ST_OK) {
		return status;
	}
	thread->capnode = slot_object(found.capnode);
	thread->vspace = slot_object(found.vspace);
	thread->buffer = arch_window((paddr_t){ found.buffer->object });
	thread->fault_endpoint = found.fault ? slot_object(found.fault) : NULL;
	thread->fault_badge = found.fault ? found.fault->badge : 0;
	return ST_OK;
}

static status_t resume(struct thread *thread)
{
	if (!is_stopped(thread) || !thread->vspace) {
		return ST_BAD_STATE;
	}
	thread_ready(thread);
	return ST_OK;
}

/* Whether a thread that waits does so because of a fault. THREAD_FAULT alone
 * does not say so: it is about what the thread sent last. */
static bool waits_with_fault(const struct thread *thread)
{
	return thread->state == ABI_THREAD_FAULTED ||
	       (thread->state == ABI_THREAD_SENDING &&
		thread->flags & THREAD_FAULT);
}

/* A verb that the thread waits in, or was about to begin on another CPU, ends
 * with AGAIN; a fault stays unanswered and happens again when the thread is
 * resumed. */
static status_t suspend(struct thread *thread)
{
	if (is_stopped(thread)) {
		return ST_BAD_STATE;
	}
	bool verb_ends = false;
	if (thread->state == ABI_THREAD_READY) {
		verb_ends = sched_remove(thread);
	} else if (thread->state == ABI_THREAD_FROZEN) {
		/* It waits for nothing, and its registers are complete. */
	} else {
		verb_ends = !waits_with_fault(thread);
		endpoint_cancel(thread);
	}
	if (verb_ends) {
		thread->context.message.verb = ST_AGAIN;
	}
	thread->flags &= ~(uint32_t)(THREAD_CALL | THREAD_FAULT);
	thread->state = ABI_THREAD_SUSPENDED;
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	struct thread *thread = slot_object(call->slot);

	switch (call->method) {
	case ABI_THREAD_configure:
		return configure(call, thread);
	case ABI_THREAD_set_registers:
		return is_stopped(thread)
			       ? arch_context_set(&thread->context, call->words)
			       : ST_BAD_STATE;
	case ABI_THREAD_get_registers:
		if (!is_stopped(thread) && thread->state != ABI_THREAD_FROZEN) {
			return ST_BAD_STATE;
		}
		arch_context_get(&thread->context, call->words);
		call->result_count = 4;
		return ST_OK;
	case ABI_THREAD_resume:
		return resume(thread);
	default:
		CHECK(call->method == ABI_THREAD_suspend);
		return suspend(thread);
	}
}

static status_t info(const struct thread *thread,
		     struct message_registers *message)
{
	message->words[0] = thread->state;
	message->words[1] = thread->refusals;
	message->words[2] = thread->faults;
	message->info = 3;
	return ST_OK;
}

/* Not inline: so info, the cheapest call there is, saves no registers. */
static __attribute__((noinline)) status_t change(struct thread *caller,
						 struct slot *slot,
						 uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}

status_t thread_invoke(struct thread *caller, struct slot *slot,
		       uint32_t method)
{
	if (method == ABI_THREAD_info) {
		return info(slot_object(slot), &caller->context.message);
	}
	return change(caller, slot, method);
}
