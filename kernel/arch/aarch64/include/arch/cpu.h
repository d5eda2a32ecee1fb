/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of kernel/arch/aarch64 share. */

#include "abi/boot_info.h"
#include "common/types.h"
#include "kernel/cpu.h"
#include "kernel/thread.h"

/** What each member of cpu->scratch is for. */
enum {
	SCRATCH_TRAMPOLINE, /* its struct trampoline_data; 0: kernel present */
	SCRATCH_TIMER,      /* 1 while its interrupt is handled and not ended */
};

/** What TTBR0_EL1 and TTBR1_EL1 hold at a time. */
struct tables {
	uint64_t lower, upper;
};

/**
 * The one page of data that entry code reaches while EL0's tables are in
 * force. EL0 may learn it speculatively, so nothing in it is a secret: x0 and
 * x1 are those of the thread that runs, the rest are addresses.
 */
struct trampoline_data {
	uint64_t x0, x1;
	struct tables kernel, user;
	struct arch_context *context; /* of the thread that runs */
	uint64_t top; /* of the trampoline: user.upper without an ASID */
};

#define TTBR_ASID_SHIFT 48

/* FPEN of CPACR_EL1: neither EL0 nor EL1 traps when both bits are set. */
#define CPACR_VECTOR (3ull << 20)

/* entry.S. The vector tables for the two ways to lay out user's tables; how a
 * thread is entered in each; where the idle thread waits. */
extern const char vectors_present[], vectors_absent[], trampoline_end[];
_Noreturn void exit_present(struct thread *thread);
_Noreturn void exit_absent(struct thread *thread);
void idle_loop(void);
void vector_save(struct arch_vector *vector);
void vector_load(const struct arch_vector *vector);
void _start_secondary(void);
extern char cpu_stacks[KERNEL_CPUS_MAX][KERNEL_STACK_SIZE + KERNEL_STACK_HOLE];

/* What entry.S calls. */
void pauth_enable(const struct boot_info *boot);
struct thread *exception_take(struct thread *thread);
struct thread *interrupt_take(struct thread *thread);
_Noreturn void exception_died(void);

/** Gives the vector registers to a thread that just trapped on their use. */
void vector_take(struct cpu *cpu, struct thread *thread);

/** The switch of them where one of the two owns them: saves those of `from` if
 * they are in the CPU, and lets `to` use them if its are. It keeps its caller's
 * registers, so that the switch of threads that use none needs no stack frame. */
void vector_change(struct cpu *cpu, struct thread *from, struct thread *to);

/** Remembers where tables lie. */
void vspace_machine_init(const struct boot_info *boot);

/** Unmaps a page of the kernel's image for ever, on all CPUs. */
void vspace_unmap_kernel(const void *page);

/** The physical address of something in the kernel's image. */
paddr_t image_address(const struct boot_info *boot, const void *p);

/** The table that maps nothing, for TTBR0_EL1 when there is no user's. */
extern paddr_t vspace_empty;

/** Makes this CPU's trampoline; the kernel is absent from EL0's tables. */
void trampoline_init(struct cpu *cpu, const struct boot_info *boot);

/** Readies the interrupt controller, of which only the timer and the interrupt
 * from other CPUs are enabled. */
void gic_init(const struct cpu *cpu, const struct boot_info *boot);

/** Ends interrupt `id`, which interrupt_take() acknowledged. */
void gic_end(uint32_t id);

#define GIC_TIMER 27 /* the virtual timer: a private interrupt of each CPU */
#define GIC_IPI   0  /* a software generated one: from another CPU */

/** Stops the timer until arch_timer_arm(). */
void timer_stop(void);

/** Interrupt GIC_TIMER, acknowledged; ends it. */
struct thread *timer_interrupt(struct cpu *cpu, struct thread *thread);
