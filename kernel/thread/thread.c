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
#include "kernel/sweep.h"

void thread_init(struct thread *thread)
{
	arch_context_init(&thread->context);
	arch_vector_init(&thread->vector);
	thread->cpu = sched_home();
	thread->state = ABI_THREAD_NEW;
}

/* Whether a thread that waits does so because of a fault. THREAD_FAULT alone
 * does not say so: it is about what the thread sent last. */
static bool waits_with_fault(const struct thread *thread)
{
	return thread->state == ABI_THREAD_FAULTED ||
	       (thread->state == ABI_THREAD_SENDING &&
		thread->flags & THREAD_FAULT);
}

void thread_stop(struct thread *thread)
{
	bool verb_ends = false;

	if (thread_is_stopped(thread)) {
		return;
	}
	if (thread->state == ABI_THREAD_READY) {
		verb_ends = sched_remove(thread);
	} else if (thread->state != ABI_THREAD_FROZEN) {
		verb_ends = !waits_with_fault(thread);
		endpoint_cancel(thread);
	}
	if (verb_ends) {
		thread->context.message.verb = ST_AGAIN;
	}
	thread->flags &= ~(uint32_t)(THREAD_CALL | THREAD_FAULT);
	thread->sweep = 0;
	thread->state = ABI_THREAD_SUSPENDED;
}

void thread_end_wait(struct thread *thread)
{
	if (waits_with_fault(thread)) {
		thread->state = ABI_THREAD_SUSPENDED;
	} else {
		thread->context.message.verb = ST_GONE;
		thread_ready(thread);
	}
	thread->flags &= ~(uint32_t)(THREAD_CALL | THREAD_FAULT);
}

static status_t resume(struct thread *thread)
{
	if (!thread_is_stopped(thread) || !thread->vspace || !thread->capnode) {
		return ST_BAD_STATE;
	}
	thread_ready(thread);
	return ST_OK;
}

static status_t suspend(struct thread *thread)
{
	if (thread_is_stopped(thread)) {
		return ST_BAD_STATE;
	}
	thread_stop(thread);
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	struct thread *thread = slot_object(call->slot);

	switch (call->method) {
	case ABI_THREAD_configure:
		return thread_configure(call, thread);
	case ABI_THREAD_set_registers:
		return thread_is_stopped(thread)
			       ? arch_context_set(&thread->context, call->words)
			       : ST_BAD_STATE;
	case ABI_THREAD_get_registers:
		if (!thread_is_stopped(thread) &&
		    thread->state != ABI_THREAD_FROZEN) {
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
