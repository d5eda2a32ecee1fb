/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory handed to nano. A Reserved is made of Untyped like everything else, so
 * nothing else of the kernel's or of anybody's lies in it; but the kernel keeps
 * nothing there, because from `take` on it cannot reach it. All there is to know
 * is in the one capability there is: the phase, and nano's name for it.
 *
 * Taking and giving back go in steps of nano's, which knows how far they got.
 * Before the capability goes, or the Untyped can be used anew, all of the memory
 * is back, zeroed by nano (kernel/sweep.h).
 */

#include "kernel/invoke.h"
#include "kernel/nano.h"
#include "kernel/sweep.h"

/* Nano has no reason to refuse: the memory is the kernel's, and whole. */
static bool is_done(struct nano_result result)
{
	CHECK(result.status == ST_OK || result.status == ST_AGAIN);
	return result.status == ST_OK;
}

static status_t hand_over(struct slot *slot)
{
	if (slot->phase > ABI_RESERVED_LEAVING) {
		return ST_BAD_STATE;
	}
	struct nano_result result =
		nano_reservation_make(slot->object, 1ull << slot->memory.bits);
	bool done = is_done(result);

	slot->reservation = result.value;
	slot->phase = done ? ABI_RESERVED_TAKEN : ABI_RESERVED_LEAVING;
	return done ? ST_OK : KERNEL_RESTART;
}

bool reserved_release(struct slot *slot)
{
	if (slot->phase == ABI_RESERVED_HERE) {
		return true;
	}
	if (slot->phase != ABI_RESERVED_RETURNING) {
		bool begun = is_done(nano_revoke_start(slot->reservation));
		CHECK(begun);
		slot->phase = ABI_RESERVED_RETURNING;
	}
	if (!is_done(nano_revoke_finish(slot->reservation))) {
		return false;
	}
	slot->phase = ABI_RESERVED_HERE;
	slot->reservation = 0;
	return true;
}

static status_t call_back(struct slot *slot)
{
	if (slot->phase == ABI_RESERVED_HERE) {
		return ST_BAD_STATE;
	}
	return reserved_release(slot) ? ST_OK : KERNEL_RESTART;
}

static status_t methods(struct invocation *call)
{
	switch (call->method) {
	case ABI_RESERVED_take:
		return hand_over(call->slot);
	case ABI_RESERVED_revoke:
		return call_back(call->slot);
	default:
		CHECK(call->method == ABI_RESERVED_info);
		call->words[0] = 1ull << call->slot->memory.bits;
		call->words[1] = call->slot->phase;
		call->result_count = 2;
		return ST_OK;
	}
}

status_t reserved_invoke(struct thread *caller, struct slot *slot,
			 uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
