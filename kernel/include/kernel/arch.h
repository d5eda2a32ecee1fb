/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The whole port contract of the kernel. Each folder below kernel/arch/
 * provides these functions and four headers:
 *
 *   arch/context.h  struct arch_context, beginning with `struct
 *                   message_registers message`; struct arch_vector, the area
 *                   for vector registers.
 *   arch/memory.h   arch_window(): where physical memory is seen; the
 *                   arch_pte_* functions on page table entries, inline.
 *   arch/self.h     arch_cpu(): the CPU that runs this; arch_relax(): once
 *                   around a loop that waits for another CPU; arch_count_up():
 *                   adds one to a word that no other CPU writes, and who sees
 *                   the new value sees all that was written before.
 *   arch/switch.h   arch_switch(), see below; for kernel/run.h.
 *
 * The kernel is event-driven: entry code saves the running thread into its
 * context, switches to the stack of the CPU and calls one of the functions of
 * kernel/entry.h. Each returns the thread to run next, never NULL; entry code
 * restores that one. Nothing lives on the stack between two entries. Interrupts
 * are masked whenever the kernel runs.
 *
 * Functions on threads and address spaces are called under the kernel's lock.
 */

#include <arch/context.h>
#include <arch/memory.h>
#include <arch/self.h>

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

struct cpu;
struct thread;
struct vspace;

/* --- start and end ------------------------------------------------------- */

/**
 * Makes this CPU ready to enter and leave user code: descriptor tables or
 * vectors, system call entry, and the protections it has (SMEP, SMAP, UMIP;
 * PAN, BTI, PAC). `cpu` becomes what arch_cpu() returns here. `boot` is valid
 * only during the call. Chooses here, once per CPU, whether the kernel is
 * present in user tables or only its trampoline is. What all CPUs share is made
 * ready on the first one, index 0.
 */
void arch_cpu_init(struct cpu *cpu, const struct boot_info *boot);

/** What the entry code of another CPU needs before arch_cpu_init() there; the
 * address where nano is to let it in, which leads to kernel_secondary(). */
uint64_t arch_cpu_prepare(struct cpu *cpu);

/** A line of the protections in use, such as "SMEP SMAP UMIP", for people. */
const char *arch_features(void);

/** Enters the first thread of a CPU; entry code does all later ones. */
_Noreturn void arch_start(struct thread *thread);

/** Masks everything and never runs an instruction of anyone again. */
_Noreturn void arch_halt(void);

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

/** Puts the program counter of a thread that made a system call back onto the
 * instruction, so that it makes the same call again when it runs next. */
void arch_context_rewind(struct arch_context *context);

/**
 * void arch_switch(struct cpu *cpu, struct thread *from, struct thread *to):
 * everything of the switch that is not in the context: vector registers (eager
 * or by owner), the address space, the thread pointer. `cpu` is the calling one,
 * `from` another thread; the idle one at first. Called by the scheduler whenever
 * another thread is to run next.
 */

/** Forgets a thread whose memory is going away: no CPU owes it registers. */
void arch_forget(struct thread *thread);

/* --- address spaces ------------------------------------------------------ */

/**
 * Fills a zeroed top table with what every address space shares: the kernel or
 * its trampoline. Returns what arch_switch() loads for it.
 */
uint64_t arch_vspace_init(paddr_t top, uint16_t asid);

/**
 * After present entries of an address space became less permissive: makes the
 * change visible to the table walker, and forgets what TLBs of any CPU hold for
 * [start, end) of it, and for [USER_START, USER_END) the tables on the way, too.
 * Where the machine only reaches its own TLB, it asks the others with
 * cpu_flush_others().
 */
void arch_tlb_flush(const struct vspace *vspace, uint64_t start, uint64_t end);

/**
 * Before the tables of an address space go, which no thread of any CPU uses:
 * loads others where these are loaded still, and forgets all that any TLB holds
 * of it. The idle thread has no user tables, so only this CPU may have them.
 */
void arch_vspace_forget(const struct vspace *vspace);

/** Forgets all that this CPU's TLB holds of user addresses. */
void arch_tlb_forget(void);

/** The same after a table was filled where nothing was. */
void arch_table_filled(void);

/** How many address spaces the machine can tell apart; ids run from 1. */
uint32_t arch_asid_count(void);

/** The largest pages the machine has: ABI_HUGE_BITS or ABI_LARGE_BITS. */
uint32_t arch_page_bits_max(void);

/** Makes `size` bytes of code just written through the window executable. */
void arch_code_written(paddr_t start, uint64_t size);

/* --- time, interrupts, devices ------------------------------------------- */

/** Ticks of the free-running counter; arch_counter_hz() of them a second. */
uint64_t arch_counter(void);
uint64_t arch_counter_hz(void);

/** Interrupts other CPUs, a set with at least one: each enters kernel_ipi(), or
 * has not left the kernel yet. What was written before is seen there. */
void arch_ipi(uint64_t cpus);

/** Arms this CPU's one-shot timer to fire `ticks` of the counter from now, and
 * ends the timer interrupt that is being handled, if one is. */
void arch_timer_arm(uint64_t ticks);

/** The I/O ports of the machine; NOT_SUPPORTED where there are none. `bytes`
 * is 1, 2 or 4, checked by the caller, as is the range. */
status_t arch_port_read(uint16_t port, uint32_t bytes, uint64_t *value);
status_t arch_port_write(uint16_t port, uint32_t bytes, uint64_t value);
