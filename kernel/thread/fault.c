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

static void tell(struct thread *thread, const struct fault *fault)
{
	struct capsule *capsule = thread->capsule;

	if (thread->bound[BOUND_FAULT].type != ABI_TYPE_NULL) {
		endpoint_send_fault(&thread->bound[BOUND_FAULT], thread);
		return;
	}
	if (capsule && capsule->fault.type != ABI_TYPE_NULL) {
		endpoint_send_fault(&capsule->fault, thread);
		return;
	}
	console_line("a thread without a fault endpoint faulted: kind %u at "
		     "0x%lx, address 0x%lx",
		     fault->kind, (unsigned long)fault->pc,
		     (unsigned long)fault->address);
	if (capsule) {
		capsule_fault(capsule, fault->kind);
	} else {
		thread->state = ABI_THREAD_SUSPENDED;
	}
}

void thread_fault(struct thread *thread, const struct fault *fault)
{
	thread->faults++;
	state.faults++;
	thread->fault.words[ABI_FAULT_KIND] = fault->kind;
	thread->fault.words[ABI_FAULT_PC] = fault->pc;
	thread->fault.words[ABI_FAULT_ADDRESS] = fault->address;
	thread->fault.words[ABI_FAULT_ACCESS] = fault->access;
	thread->fault.words[ABI_FAULT_SYNDROME] = fault->syndrome;
	tell(thread, fault);
}

struct thread *kernel_fault(struct thread *thread, const struct fault *fault)
{
	struct cpu *cpu = arch_cpu();

	if (kernel_enter(CPU_ENTRY_FAULT)) {
		CHECK(thread->state == ABI_THREAD_READY);
		thread_fault(thread, fault);
	}
	return kernel_leave(cpu);
}
