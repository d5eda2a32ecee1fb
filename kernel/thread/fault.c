/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of user code become messages: the thread waits, and whoever receives
 * on its fault endpoint reads what happened and decides what becomes of it.
 */

#include "kernel/capsule.h"
#include "kernel/console.h"
#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/rendezvous.h"

/* Nobody is to be told by a message: the capsule becomes Failed, or the thread
 * suspended. */
static void tell_nobody(struct thread *thread)
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

static inline __attribute__((always_inline)) void tell(struct slot *via,
						       struct thread *thread)
{
	(void)send_or_wait(via, thread, THREAD_CALL | THREAD_FAULT);
}

/* The fault endpoint of the capsule hears of it if the thread has none. */
static __attribute__((noinline)) struct thread *
fault_in_capsule(struct thread *thread) RELEASE(state.lock)
{
	struct capsule *capsule = thread->capsule;

	if (capsule && capsule->fault.type != ABI_TYPE_NULL) {
		tell(&capsule->fault, thread);
	} else {
		tell_nobody(thread);
	}
	return kernel_return(thread);
}

struct thread *kernel_fault(struct thread *thread)
{
	if (!kernel_enter(CPU_ENTRY_FAULT)) {
		return kernel_leave(arch_cpu());
	}
	CHECK(thread->state == ABI_THREAD_READY);
	thread->faults++;
	state.faults++;
	if (thread->bound[BOUND_FAULT].type == ABI_TYPE_NULL) {
		return fault_in_capsule(thread);
	}
	tell(&thread->bound[BOUND_FAULT], thread);
	return kernel_return(thread);
}
