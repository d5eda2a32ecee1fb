/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a thread is bound to: where it looks capabilities up, its address space,
 * its message buffer, whom its faults are told. It holds a capability of its
 * own to each, so whatever takes one back reaches the thread, too.
 */

#include "kernel/arch.h"
#include "kernel/capsule.h"
#include "kernel/cpu.h"
#include "kernel/invoke.h"
#include "kernel/sched.h"
#include "kernel/sweep.h"

void thread_bind(struct thread *thread, enum thread_bound which,
		 struct slot *source)
{
	struct slot *slot = &thread->bound[which];

	cap_bind(slot, source, SLOT_IN_THREAD);
	switch (which) {
	case BOUND_CAPNODE:
		thread->capnode = slot_object(slot);
		break;
	case BOUND_VSPACE:
		thread->vspace = slot_object(slot);
		break;
	case BOUND_BUFFER:
		thread->buffer = arch_window((paddr_t){ slot->object });
		break;
	default:
		CHECK(which == BOUND_FAULT);
	}
}

void thread_unbind(struct slot *slot)
{
	struct thread *thread = (struct thread *)align_down(
		(uint64_t)slot, 1ull << ABI_THREAD_BITS);

	CHECK(slot->flags & SLOT_IN_THREAD);
	switch (slot - thread->bound) {
	case BOUND_CAPNODE:
		thread_stop(thread);
		thread->capnode = NULL;
		break;
	case BOUND_VSPACE:
		thread_stop(thread);
		thread->vspace = NULL;
		break;
	case BOUND_BUFFER:
		thread->buffer = NULL;
		break;
	default:
		CHECK(slot == &thread->bound[BOUND_FAULT] && !slot->waiting);
	}
}

void thread_destroy(struct thread *thread)
{
	thread_stop(thread);
	for (uint32_t i = 0; i < BOUND_COUNT; i++) {
		if (thread->bound[i].type != ABI_TYPE_NULL) {
			cap_clear(&thread->bound[i]);
		}
	}
	capsule_forget(thread);
	if (arch_cpu()->current == thread) {
		sched_park(arch_cpu());
	}
	arch_forget(thread);
}

/* Finds a capability that may be bound: of its type, with the rights that this
 * stands for, and one step of derivation left. */
static status_t find(const struct invocation *call, uint32_t which,
		     struct slot **found)
{
	static const struct {
		uint8_t type, rights;
		uint32_t ops;
	} wanted[BOUND_COUNT] = {
		[BOUND_CAPNODE] = { ABI_TYPE_CAPNODE, 0, 0 },
		[BOUND_VSPACE] = { ABI_TYPE_VSPACE, 0, 0 },
		[BOUND_BUFFER] = { ABI_TYPE_FRAME, ABI_RIGHT_WRITE,
				   1u << ABI_FRAME_map },
		[BOUND_FAULT] = { ABI_TYPE_ENDPOINT, ABI_RIGHT_SEND, 0 },
	};
	status_t status =
		cap_find_type(call->caller->capnode, call->words[which],
			      (enum abi_object_type)wanted[which].type,
			      wanted[which].ops, found);

	if (status != ST_OK) {
		return status;
	}
	if (wanted[which].rights & ~(*found)->rights ||
	    (which == BOUND_BUFFER && (*found)->memory.is_device)) {
		return ST_NO_RIGHT;
	}
	return cap_check_bind(*found);
}

status_t thread_configure(const struct invocation *call, struct thread *thread)
{
	struct slot *found[BOUND_COUNT] = { 0 };
	uint32_t count = call->words[BOUND_FAULT] ? BOUND_COUNT : BOUND_FAULT;

	if (!thread_is_stopped(thread) || thread->capsule) {
		return ST_BAD_STATE;
	}
	for (uint32_t i = 0; i < count; i++) {
		status_t status = find(call, i, &found[i]);
		if (status != ST_OK) {
			return status;
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		thread_bind(thread, (enum thread_bound)i, found[i]);
	}
	if (count == BOUND_FAULT && thread->bound[BOUND_FAULT].type) {
		cap_clear(&thread->bound[BOUND_FAULT]);
	}
	return ST_OK;
}
