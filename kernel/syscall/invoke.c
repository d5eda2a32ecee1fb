/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every method of every kernel object has in common, from the tables of
 * abi/objects.h: which methods there are, and how many arguments each takes.
 */

#include "kernel/invoke.h"
#include "kernel/sweep.h"

const uint8_t invoke_arguments[ABI_TYPE_COUNT][ABI_METHOD_MASK + 1] = {
#define X(type, number, name, arguments, results, in, out, errors) \
	[ABI_TYPE_##type][number] = (arguments) + 1,
	ABI_METHODS(X)
#undef X
};

/* Objects that a later version gives behaviour to. */
static status_t later_invoke(struct thread *caller, struct slot *slot,
			     uint32_t method)
{
	(void)slot;
	caller->context.message.info = 0;
	return method == 0 ? ST_OK : ST_NOT_BUILT;
}

const invoke_t invoke_types[ABI_TYPE_COUNT] = {
	[ABI_TYPE_UNTYPED] = untyped_invoke,
	[ABI_TYPE_CAPNODE] = capnode_invoke,
	[ABI_TYPE_CAPSULE] = capsule_invoke,
	[ABI_TYPE_THREAD] = thread_invoke,
	[ABI_TYPE_NOTIFICATION] = later_invoke,
	[ABI_TYPE_REPLY] = reply_invoke,
	[ABI_TYPE_VSPACE] = vspace_invoke,
	[ABI_TYPE_PAGE_TABLE] = table_invoke,
	[ABI_TYPE_FRAME] = frame_invoke,
	[ABI_TYPE_IRQ_CONTROL] = later_invoke,
	[ABI_TYPE_IRQ_HANDLER] = later_invoke,
	[ABI_TYPE_IO_PORT_RANGE] = port_invoke,
	[ABI_TYPE_IO_SPACE] = later_invoke,
	[ABI_TYPE_SCHED_CONTEXT] = later_invoke,
	[ABI_TYPE_TIMER] = later_invoke,
	[ABI_TYPE_LIMITS] = later_invoke,
	[ABI_TYPE_AUDIT_LOG] = later_invoke,
	[ABI_TYPE_RESERVED] = later_invoke,
	[ABI_TYPE_NANO_INTERFACE] = later_invoke,
	[ABI_TYPE_SYSTEM_CONTROL] = control_invoke,
};

status_t invoke_refuse(const struct thread *caller, const struct slot *slot)
{
	uint32_t method = caller->context.message.label & ABI_METHOD_MASK;

	if (!invoke_arguments[slot->type][method]) {
		return ST_NO_METHOD;
	}
	return slot->ops >> method & 1 ? ST_BAD_ARGUMENT : ST_NO_RIGHT;
}

status_t invoke_in_sweep(struct thread *caller, struct slot *slot,
			 uint32_t method)
{
	return sweep_takes(slot)
		       ? ST_NO_CAPABILITY
		       : invoke_types[slot->type](caller, slot, method);
}
