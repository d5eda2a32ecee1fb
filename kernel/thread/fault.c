/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of user code become messages: the thread waits, and whoever receives
 * on its fault endpoint reads what happened and decides what becomes of it.
 */

#include "kernel/capsule.h"
#include "kernel/console.h"
#include "kernel/endpoint.h"
#include "kernel/entry.h"
#include "kernel/lock.h"

/* Nobody is to be told by a message. */
static __attribute__((noinline)) void tell_nobody(struct thread *thread)
{
	const struct fault *fault = &thread->fault;

	console_line("a thread without a fault endpoint faulted: kind %u at "
		     "0x%lx, address 0x%lx",
		     (uint32_t)fault->kind, (unsigned long)fault->pc,
		     (unsigned long)fault->address);
	if (thread->capsule) {
		capsule_fault(thread->capsule, (uint32_t)fault->kind);
	} else {
		thread->state = ABI_THREAD_SUSPENDED;
	}
}

/* Tells the fault endpoint of the thread, or else that of its capsule. Without
 * one, the capsule becomes Failed, or the thread suspended. */
static void tell(struct thread *thread)
{
	struct capsule *capsule = thread->capsule;

	if (thread->bound[BOUND_FAULT].type != ABI_TYPE_NULL) {
		endpoint_send_fault(&thread->bound[BOUND_FAULT], thread);
	} else if (capsule && capsule->fault.type != ABI_TYPE_NULL) {
		endpoint_send_fault(&capsule->fault, thread);
	} else {
		tell_nobody(thread);
	}
}

struct thread *kernel_fault(struct thread *thread)
{
	if (!kernel_enter(CPU_ENTRY_FAULT)) {
		return lock_leave();
	}
	CHECK(thread->state == ABI_THREAD_READY);
	thread->faults++;
	state.faults++;
	tell(thread);
	return kernel_leave(thread->cpu);
}
