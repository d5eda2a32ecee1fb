/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call interface: eight verbs. A verb finds the capability it names,
 * and the kind of object decides what happens to the message.
 */

#include "kernel/arch.h"
#include "kernel/cap.h"
#include "kernel/endpoint.h"
#include "kernel/entry.h"
#include "kernel/invoke.h"
#include "kernel/lock.h"
#include "kernel/run.h"

/* The statuses that are refusals, a bit for each. */
#define REFUSALS                                 (0 ABI_STATUSES(REFUSAL_BIT))
#define REFUSAL_BIT(number, name, refusal, text) | (refusal##u << (number))

static status_t do_yield(struct thread *thread)
{
	struct message_registers *message = &thread->context.message;

	if (message->capability || message->label || message->info) {
		return ST_BAD_ARGUMENT;
	}
	sched_give_way(arch_cpu());
	return ST_OK;
}

/* CALL: to an endpoint, or a method of a kernel object. */
static inline status_t call(struct thread *thread)
{
	struct slot *slot = cap_find_slot(thread->capnode,
					  thread->context.message.capability);

	if (__builtin_expect(!slot, 0)) {
		return invoke_nothing(thread);
	}
	return slot->type == ABI_TYPE_ENDPOINT ? endpoint_call(thread, slot)
					       : invoke(thread, slot);
}

static status_t send(struct thread *thread, enum abi_verb verb)
{
	struct slot *slot;
	status_t status = cap_find_type(thread->capnode,
					thread->context.message.capability,
					ABI_TYPE_ENDPOINT, 0, &slot);

	return status == ST_OK ? endpoint_send(thread, slot, verb) : status;
}

static status_t receive(struct thread *thread, bool waits)
{
	struct slot *slot;
	status_t status = cap_find_type(thread->capnode,
					thread->context.message.capability,
					ABI_TYPE_ENDPOINT, 0, &slot);

	return status == ST_OK ? endpoint_receive(thread, slot, waits) : status;
}

static __attribute__((noinline)) status_t dispatch_other(struct thread *thread)
{
	switch (thread->context.message.verb) {
	case ABI_VERB_YIELD:
		return do_yield(thread);
	case ABI_VERB_SEND:
		return send(thread, ABI_VERB_SEND);
	case ABI_VERB_TRY_SEND:
		return send(thread, ABI_VERB_TRY_SEND);
	case ABI_VERB_RECV:
		return receive(thread, true);
	case ABI_VERB_TRY_RECV:
		return receive(thread, false);
	case ABI_VERB_REPLY:
		return reply_send(thread);
	default:
		return ST_BAD_CALL;
	}
}

/* The two that matter for speed come first: the compiler may not use a table
 * of addresses, so a switch is a row of comparisons. */
static inline status_t dispatch(struct thread *thread)
{
	uint64_t verb = thread->context.message.verb;

	if (__builtin_expect(verb == ABI_VERB_CALL, 1)) {
		return call(thread);
	}
	return verb == ABI_VERB_REPLY_RECV ? reply_receive(thread)
					   : dispatch_other(thread);
}

/* Puts the status where the thread will find it, unless the verb is to be run
 * again, and counts it if it is a refusal. */
static inline void finish(struct thread *thread, status_t status)
{
	if (__builtin_expect(status == ST_OK, 1)) {
		thread->context.message.verb = ST_OK;
		return;
	}
	if (REFUSALS >> status & 1) {
		thread->refusals++;
		state.refusals++;
	} else if (status == KERNEL_RESTART) {
		arch_context_rewind(&thread->context);
		return;
	}
	thread->context.message.verb = status;
}

void thread_answer(struct thread *thread, status_t status)
{
	CHECK(status != KERNEL_RESTART);
	finish(thread, status);
}

struct thread *kernel_syscall(struct thread *thread)
{
	if (!kernel_enter(CPU_ENTRY_CALL)) {
		return kernel_leave(arch_cpu());
	}
	state.system_calls++;
	finish(thread, dispatch(thread));
	return kernel_return(thread);
}
