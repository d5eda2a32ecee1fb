/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as a whole: counters, the hand-over of the console, power. */

#include "kernel/arch.h"
#include "kernel/invoke.h"
#include "kernel/nano.h"
#include "kernel/state.h"

static uint64_t switches(void)
{
	uint64_t sum = 0;

	for (uint64_t left = state.online; left; left &= left - 1) {
		sum += state.cpus[__builtin_ctzll(left)].sched.switches;
	}
	return sum;
}

static status_t info(struct invocation *call)
{
	call->words[0] = state.refusals;
	call->words[1] = state.faults;
	call->words[2] = state.system_calls;
	call->words[3] = switches();
	call->words[4] = state.ticks;
	call->result_count = 5;
	return ST_OK;
}

static status_t operational(void)
{
	if (state.is_operational) {
		return ST_BAD_STATE;
	}
	status_t status = nano_operational();
	state.is_operational = status == ST_OK;
	return status;
}

static status_t methods(struct invocation *call)
{
	switch (call->method) {
	case ABI_SYSTEM_CONTROL_info:
		return info(call);
	case ABI_SYSTEM_CONTROL_operational:
		return operational();
	case ABI_SYSTEM_CONTROL_power_off:
		if (call->words[0] > UINT8_MAX) {
			return ST_BAD_ARGUMENT;
		}
		nano_power_off((uint8_t)call->words[0]);
	default:
		CHECK(call->method == ABI_SYSTEM_CONTROL_nano_counter);
		call->result_count = 1;
		return nano_counter(call->words[0], &call->words[0]);
	}
}

status_t control_invoke(struct thread *caller, struct slot *slot,
			uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
