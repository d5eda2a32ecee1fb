/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The whole port contract of the kernel. Each folder below kernel/arch/
 * provides these functions and two headers:
 *
 *   arch/context.h  struct arch_context, beginning with `struct
 *                   message_registers message`; struct arch_vector, the area
 *                   for vector registers.
 *   arch/memory.h   arch_window(): where physical memory is seen; the
 *                   arch_pte_* functions on page table entries, inline.
 *
 * The kernel is event-driven: entry code saves the running thread into its
 * context, switches to the stack of the CPU and calls one of kernel_syscall,
 * kernel_fault and kernel_interrupt (kernel/entry.h). Each returns the thread
 * to run next, never NULL; entry code restores that one. Nothing lives on the
 * stack between two entries. Interrupts are masked whenever the kernel runs.
 */

#include <arch/context.h>
#include <arch/memory.h>

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

struct cpu;
struct thread;

/* --- start and end ------------------------------------------------------- */

/**
 * Makes this CPU ready to enter and leave user code: descriptor tables or
 * vectors, system call entry, and the protections it has (SMEP, SMAP, UMIP;
 * PAN, BTI, PAC). `cpu` becomes what arch_cpu() returns here. `boot` is valid
 * only during the call. Chooses here, once per CPU, whether the kernel is
 * present in user tables or only its trampoline is.
 */
void arch_cpu_init(struct cpu *cpu, const struct boot_info *boot);

/** A line of the protections in use, such as "SMEP SMAP UMIP", for people. */
const char *arch_features(void);

/** Enters the first thread after start-up; entry code does all later ones. */
_Noreturn void arch_start(struct thread *thread);

/** Masks everything and never runs an instruction of anyone again. */
_Noreturn void arch_halt(void);

/** The CPU that runs this. */
struct cpu *arch_cpu(void);

struct nano_result {
	uint64_t status; /* status_t */
	uint64_t value;
};

/** One nano call (abi/hypercalls.h), with all six arguments. */
struct nano_result arch_nano_call(enum abi_hypercall number,
				  const uint64_t arguments[6]);

/* --- threads ------------------------------------------------------------- */

/**
 * Makes a zeroed context one of user mode that starts with every register
 * zero; interrupts are enabled in it.
 */
void arch_context_init(struct arch_context *context);

/** Gives the zeroed area for vector registers their initial values. */
void arch_vector_init(struct arch_vector *vector);

/** The context of a CPU's idle thread: it runs in kernel mode, masked against
 * nothing, and waits for interrupts for ever. */
void arch_context_init_idle(struct arch_context *context, struct cpu *cpu);

/** Program counter, stack pointer, first argument and TLS pointer. pc and sp
 * must be user addresses or the call is refused with BAD_ARGUMENT, because
 * some CPUs fault in the kernel when they return to a non-canonical address. */
status_t arch_context_set(struct arch_context *context,
			  const uint64_t registers[4]);
void arch_context_get(const struct arch_context *context,
		      uint64_t registers[4]);

/**
 * Everything of the switch that is not in the context: vector registers (eager
 * or by owner), the address space, the thread pointer. `from` is NULL at
 * start-up. Called by the scheduler whenever another thread is to run next.
 */
void arch_switch(struct thread *from, struct thread *to);

/** Forgets a thread whose memory is going away: no CPU owes it registers. */
void arch_forget(struct thread *thread);

/* --- address spaces ------------------------------------------------------ */

/**
 * Fills a zeroed top table with what every address space shares: the kernel or
 * its trampoline.
 */
void arch_vspace_init(paddr_t top);

/**
 * After entries of an address space changed: makes the change visible to the
 * table walker, and if a present entry became less permissive, forgets what
 * TLBs of any CPU hold for [start, end) of it.
 */
void arch_tlb_flush(uint16_t asid, uint64_t start, uint64_t end);

/** The same after a table was filled where nothing was. */
void arch_table_filled(void);

/** How many address spaces the machine can tell apart; ids run from 1. */
uint32_t arch_asid_count(void);

/** Makes `size` bytes of code just written through the window executable. */
void arch_code_written(paddr_t start, uint64_t size);

/* --- time, interrupts, devices ------------------------------------------- */

/** Ticks of the free-running counter; arch_counter_hz() of them a second. */
uint64_t arch_counter(void);
uint64_t arch_counter_hz(void);

/** Arms this CPU's one-shot timer to fire `ticks` of the counter from now, and
 * ends the timer interrupt that is being handled, if one is. */
void arch_timer_arm(uint64_t ticks);

/** The I/O ports of the machine; NOT_SUPPORTED where there are none. `bytes`
 * is 1, 2 or 4, checked by the caller, as is the range. */
status_t arch_port_read(uint16_t port, uint32_t bytes, uint64_t *value);
status_t arch_port_write(uint16_t port, uint32_t bytes, uint64_t value);
