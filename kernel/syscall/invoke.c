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

const struct invoke_type invoke_types[ABI_TYPE_COUNT] = {
	[ABI_TYPE_UNTYPED].function = untyped_invoke,
	[ABI_TYPE_CAPNODE].function = capnode_invoke,
	[ABI_TYPE_CAPSULE].function = capsule_invoke,
	[ABI_TYPE_THREAD].function = thread_invoke,
	[ABI_TYPE_NOTIFICATION].function = later_invoke,
	[ABI_TYPE_REPLY].function = reply_invoke,
	[ABI_TYPE_VSPACE].function = vspace_invoke,
	[ABI_TYPE_PAGE_TABLE].function = table_invoke,
	[ABI_TYPE_FRAME].function = frame_invoke,
	[ABI_TYPE_IRQ_CONTROL].function = later_invoke,
	[ABI_TYPE_IRQ_HANDLER].function = later_invoke,
	[ABI_TYPE_IO_PORT_RANGE].function = port_invoke,
	[ABI_TYPE_IO_SPACE].function = later_invoke,
	[ABI_TYPE_SCHED_CONTEXT].function = later_invoke,
	[ABI_TYPE_TIMER].function = later_invoke,
	[ABI_TYPE_LIMITS].function = later_invoke,
	[ABI_TYPE_AUDIT_LOG].function = later_invoke,
	[ABI_TYPE_RESERVED].function = reserved_invoke,
	[ABI_TYPE_NANO_INTERFACE].function = later_invoke,
	[ABI_TYPE_SYSTEM_CONTROL].function = control_invoke,
	[ABI_TYPE_EXPORT_TABLE].function = token_invoke,
#define X(type, number, name, arguments, results, in, out, errors) \
	[ABI_TYPE_##type].expected[number] = (arguments) + 1,
	ABI_METHODS(X)
#undef X
};

status_t invoke_refuse(const struct thread *caller, const struct slot *slot)
{
	uint32_t method = caller->context.message.label & ABI_METHOD_MASK;

	if (!invoke_types[slot->type].expected[method]) {
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
