/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The ways into the kernel, called by the entry code of the machine with the
 * running thread saved in its context and interrupts masked. Each takes the
 * kernel's lock, gives it back, and returns the thread to run next, never NULL.
 */

#include <stdint.h>

#include "abi/boot_info.h"

struct cpu;
struct thread;

/** What an exception was about, read off the machine: the words of a fault
 * message, in their order (abi/message.h). */
struct fault {
	uint64_t kind; /* enum abi_fault_kind */
	uint64_t pc;
	uint64_t address;
	uint64_t access; /* ABI_ACCESS_* bits, zero if it was no access */
	uint64_t syndrome;
};

/** Where nano enters the kernel: once, with nano's hand-over, a copy of the
 * kernel's own that it uses up. */
_Noreturn void kernel_main(struct boot_info *boot);

/** Where nano enters the kernel on every further CPU: once, on its own stack. */
_Noreturn void kernel_secondary(struct cpu *cpu);

/** A system call; its registers are in the thread's context, and the context's
 * program counter is already behind the instruction. */
struct thread *kernel_syscall(struct thread *thread);

/** An exception that user code raised; what it was is in the thread's `fault`,
 * which nobody else looks at while it runs. */
struct thread *kernel_fault(struct thread *thread);

/** The timer of this CPU fired. `thread` may be the idle thread. */
struct thread *kernel_timer(struct thread *thread);

/** Another CPU has work for this one, or wants something of it (kernel/cpu.h).
 * `thread` may be the idle thread. */
struct thread *kernel_ipi(struct thread *thread);

/** An interrupt nobody asked for; counted. */
struct thread *kernel_spurious(struct thread *thread, uint32_t irq);

/** An exception inside the kernel: a broken invariant. Says so and stops. */
_Noreturn void kernel_died(const struct fault *fault);
