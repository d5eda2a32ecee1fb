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
	struct slot *slot =
		cap_find(thread->capnode, thread->context.message.capability);

	if (!slot) {
		return ST_NO_CAPABILITY;
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

/* The two that matter for speed come first: the compiler may not use a table
 * of addresses, so a switch is a row of comparisons. */
static status_t dispatch(struct thread *thread)
{
	uint64_t verb = thread->context.message.verb;

	if (__builtin_expect(verb == ABI_VERB_CALL, 1)) {
		return call(thread);
	}
	if (verb == ABI_VERB_REPLY_RECV) {
		return reply_receive(thread);
	}
	switch (verb) {
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

static void finish(struct thread *thread, status_t status)
{
	if (__builtin_expect(status == KERNEL_RESTART, 0)) {
		arch_context_rewind(&thread->context);
	} else {
		thread_answer(thread, status);
	}
}

struct thread *kernel_syscall(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	if (kernel_enter(cpu, CPU_ENTRY_CALL)) {
		CHECK(thread->state == ABI_THREAD_READY);
		state.system_calls++;
		finish(thread, dispatch(thread));
	}
	return kernel_leave(cpu);
}
