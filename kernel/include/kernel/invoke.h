/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Invoking kernel objects. syscall/invoke.c checks what all methods have in
 * common (the method exists, the capability permits it, the message has the
 * right length) and calls the one function of the object's type; each of them
 * decodes its arguments, which may fail and changes nothing, then commits,
 * which cannot fail.
 */

#include "kernel/cap.h"
#include "kernel/sweep.h"
#include "kernel/thread.h"

/**
 * A method's answer when it did one step of more than one may take: the thread
 * is sent back to its system call instruction, registers untouched, where
 * interrupts get in before the same call comes again and goes on. So whatever
 * remembers how far it got lies in the objects.
 */
#define KERNEL_RESTART ST_COUNT

struct invocation {
	struct thread *caller;
	struct slot *slot; /* of the capability that was invoked */
	uint32_t method;
	uint32_t result_count; /* words that are results; 0 unless set */
	uint64_t *words;       /* arguments in, results out */
};

static inline struct invocation
invocation_begin(struct thread *caller, struct slot *slot, uint32_t method)
{
	return (struct invocation){
		.caller = caller,
		.slot = slot,
		.method = method,
		.words = caller->context.message.words,
	};
}

/** Tells the caller how many results there are, unless the call is to be run
 * again, for which its registers stay as they are; returns the status. */
static inline status_t invocation_end(const struct invocation *call,
				      status_t status)
{
	if (status != KERNEL_RESTART) {
		call->caller->context.message.info = call->result_count;
	}
	return status;
}

/** Thread.configure, decode and commit (kernel/thread/bind.c). */
status_t thread_configure(const struct invocation *call, struct thread *thread);

/** CapNode.delete (`itself`) and CapNode.revoke of the slot that the first
 * argument names, in the CapNode that the object is or begins with:
 * BAD_ARGUMENT, NO_CAPABILITY, DENIED, KERNEL_RESTART. */
status_t capnode_take_back(const struct invocation *call, bool itself);

/*
 * One function for each type. What it is given lies in registers; those with
 * methods that take much decoding put it into a struct invocation.
 */
status_t untyped_invoke(struct thread *caller, struct slot *slot,
			uint32_t method);
status_t capnode_invoke(struct thread *caller, struct slot *slot,
			uint32_t method);
status_t capsule_invoke(struct thread *caller, struct slot *slot,
			uint32_t method);
status_t thread_invoke(struct thread *caller, struct slot *slot,
		       uint32_t method);
status_t reply_invoke(struct thread *caller, struct slot *slot,
		      uint32_t method);
status_t vspace_invoke(struct thread *caller, struct slot *slot,
		       uint32_t method);
status_t table_invoke(struct thread *caller, struct slot *slot,
		      uint32_t method);
status_t frame_invoke(struct thread *caller, struct slot *slot,
		      uint32_t method);
status_t port_invoke(struct thread *caller, struct slot *slot, uint32_t method);
status_t control_invoke(struct thread *caller, struct slot *slot,
			uint32_t method);
status_t reserved_invoke(struct thread *caller, struct slot *slot,
			 uint32_t method);
status_t token_invoke(struct thread *caller, struct slot *slot,
		      uint32_t method);

/** What is done with the methods of a type. */
struct invoke_type {
	status_t (*function)(struct thread *caller, struct slot *slot,
			     uint32_t method);
	uint64_t count; /* of methods: the first that there is not */
	uint8_t arguments[ABI_METHOD_MASK + 1]; /* how many, of each method */
} __attribute__((aligned(64)));

extern const struct invoke_type invoke_types[ABI_TYPE_COUNT];

/** What is wrong with an invocation that invoke() does not pass on. */
status_t invoke_refuse(const struct thread *caller, const struct slot *slot);

/** CALL on what is not there: NO_CAPABILITY, unless the caller comes back for a
 * sweep that took it (sweep_go_on()). */
status_t invoke_nothing(struct thread *caller);

/** What invoke() does while there are marks (kernel/sweep.h): NO_CAPABILITY for
 * what is taken back. */
status_t invoke_in_sweep(struct thread *caller, struct slot *slot,
			 uint32_t method);

/** CALL on a slot, filled or empty, that is not an endpoint's. */
static inline status_t invoke(struct thread *caller, struct slot *slot)
{
	const struct message_registers *message = &caller->context.message;
	uint64_t method = message->label;

	if (__builtin_expect(!(slot->ops >> (method & ABI_METHOD_MASK) & 1),
			     0)) {
		return slot->type ? invoke_refuse(caller, slot)
				  : ST_NO_CAPABILITY;
	}
	const struct invoke_type *type = &invoke_types[slot->type];
	if (__builtin_expect(method >= type->count, 0) ||
	    __builtin_expect(message->info != type->arguments[method], 0)) {
		return invoke_refuse(caller, slot);
	}
	if (__builtin_expect(state.sweeps != 0, 0)) {
		return invoke_in_sweep(caller, slot, (uint32_t)method);
	}
	return type->function(caller, slot, (uint32_t)method);
}
