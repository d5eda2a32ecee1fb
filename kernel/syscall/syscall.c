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

/* SEND, TRY_SEND and CALL: to an endpoint, or with CALL to a kernel object. */
static status_t send(struct thread *thread, enum abi_verb verb)
{
	struct slot *slot =
		cap_find(thread->capnode, thread->context.message.capability);

	if (!slot) {
		return ST_NO_CAPABILITY;
	}
	if (slot->type == ABI_TYPE_ENDPOINT) {
		return endpoint_send(thread, slot, verb);
	}
	return verb == ABI_VERB_CALL ? invoke(thread, slot) : ST_WRONG_TYPE;
}

static status_t receive(struct thread *thread, enum abi_verb verb)
{
	struct slot *slot;
	status_t status = cap_find_type(thread->capnode,
					thread->context.message.capability,
					ABI_TYPE_ENDPOINT, 0, &slot);

	return status == ST_OK ? endpoint_receive(thread, slot, verb) : status;
}

static status_t reply(struct thread *thread)
{
	status_t status = message_check(&thread->context.message, false);

	return status == ST_OK
		       ? reply_send(thread, thread->context.message.capability)
		       : status;
}

/* The reply half may find that there is nobody to answer, as before the first
 * message or after a SEND: then this only receives. A reply that is refused for
 * another reason is not followed by the wait. */
static status_t reply_receive(struct thread *thread)
{
	struct message_registers *message = &thread->context.message;
	status_t status = message_check(message, true);

	if (status != ST_OK) {
		return status;
	}
	status = reply_send(thread, message->info >> ABI_MESSAGE_REPLY_SHIFT);
	if (status != ST_OK && status != ST_BAD_STATE) {
		return status;
	}
	return receive(thread, ABI_VERB_REPLY_RECV);
}

/* The two that matter for speed come first: the compiler may not use a table
 * of addresses, so a switch is a row of comparisons. */
static status_t dispatch(struct thread *thread)
{
	uint64_t verb = thread->context.message.verb;

	if (__builtin_expect(verb == ABI_VERB_CALL, 1)) {
		return send(thread, ABI_VERB_CALL);
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
		return receive(thread, ABI_VERB_RECV);
	case ABI_VERB_TRY_RECV:
		return receive(thread, ABI_VERB_TRY_RECV);
	case ABI_VERB_REPLY:
		return reply(thread);
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
