/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every method of every kernel object has in common, from the tables of
 * abi/objects.h: which methods there are, and how many arguments each takes.
 */

#include "kernel/invoke.h"
#include "kernel/sweep.h"

/* Objects that a later version gives behaviour to. */
static status_t later_invoke(struct thread *caller, struct slot *slot,
			     uint32_t method)
{
	(void)slot;
	caller->context.message.info = 0;
	return method == 0 ? ST_OK : ST_NOT_BUILT;
}

/* The function of each type that has methods, and its last method. */
#define TYPES(X)                                        \
	X(UNTYPED, untyped_invoke, retype)              \
	X(CAPNODE, capnode_invoke, inspect)             \
	X(CAPSULE, capsule_invoke, stop)                \
	X(THREAD, thread_invoke, suspend)               \
	X(NOTIFICATION, later_invoke, poll)             \
	X(REPLY, reply_invoke, info)                    \
	X(VSPACE, vspace_invoke, info)                  \
	X(PAGE_TABLE, table_invoke, unmap)              \
	X(FRAME, frame_invoke, unmap)                   \
	X(IRQ_CONTROL, later_invoke, get)               \
	X(IRQ_HANDLER, later_invoke, ack)               \
	X(IO_PORT_RANGE, port_invoke, write)            \
	X(IO_SPACE, later_invoke, unmap)                \
	X(SCHED_CONTEXT, later_invoke, unbind)          \
	X(TIMER, later_invoke, cancel)                  \
	X(LIMITS, later_invoke, attach)                 \
	X(AUDIT_LOG, later_invoke, configure)           \
	X(RESERVED, reserved_invoke, revoke)            \
	X(NANO_INTERFACE, later_invoke, call)           \
	X(SYSTEM_CONTROL, control_invoke, nano_counter) \
	X(EXPORT_TABLE, token_invoke, withdraw)

enum {
#define X(type, function, last) COUNT_##type = ABI_##type##_##last + 1,
	TYPES(X)
#undef X
};

/* Methods are numbered from 0 without a hole, so a count tells which exist. */
#define X(type, number, name, arguments, results, in, out, errors) \
	static_assert((number) < COUNT_##type, "the last method");
ABI_METHODS(X)
#undef X
#define ROW(type, number, name, arguments, results, in, out, errors) +1
#define COUNT(type, function, last)                                  +COUNT_##type
static_assert(0 ABI_METHODS(ROW) == 0 TYPES(COUNT), "no hole");

const struct invoke_type invoke_types[ABI_TYPE_COUNT] = {
#define X(type, invoke, last)                  \
	[ABI_TYPE_##type].function = (invoke), \
	[ABI_TYPE_##type].count = COUNT_##type,
	TYPES(X)
#undef X
#define X(type, number, name, argument_count, results, in, out, errors) \
	[ABI_TYPE_##type].arguments[number] = (argument_count),
		ABI_METHODS(X)
#undef X
};

status_t invoke_refuse(const struct thread *caller, const struct slot *slot)
{
	uint32_t method = caller->context.message.label & ABI_METHOD_MASK;

	if (method >= invoke_types[slot->type].count) {
		return ST_NO_METHOD;
	}
	return slot->ops >> method & 1 ? ST_BAD_ARGUMENT : ST_NO_RIGHT;
}

status_t invoke_nothing(struct thread *caller)
{
	status_t status = sweep_go_on(&caller->sweep);

	if (status == ST_OK) {
		caller->context.message.info = 0;
	}
	return status;
}

status_t invoke_in_sweep(struct thread *caller, struct slot *slot,
			 uint32_t method)
{
	return sweep_takes(slot) ? invoke_nothing(caller)
				 : invoke_types[slot->type].function(
					   caller, slot, method);
}
