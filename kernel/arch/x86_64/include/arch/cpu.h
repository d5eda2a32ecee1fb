/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a CPU keeps of the machine beside the generic struct cpu, and the few
 * instructions that C has no words for. Private to kernel/arch/x86_64.
 *
 * GS base is the CPU's struct cpu while the kernel runs, and zero while user
 * code does: SWAPGS exchanges them, and user code, which has no WRGSBASE, can
 * make its own no more than zero.
 */

#include <arch/self.h>
#include <arch/x86.h>

#include "kernel/cpu.h"
#include "kernel/vspace.h"

struct boot_info;
struct thread;

/** One gate of the interrupt table (AMD64 manual volume 2, 4.8.4). */
struct gate {
	uint16_t offset_low, selector;
	uint8_t stack; /* 0, or which one of the TSS */
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high, zero;
};
_Static_assert(sizeof(struct gate) == 16, "gate layout");

/** The stacks that the TSS names for what may strike at any instruction. */
enum { STACK_NONE, STACK_DOUBLE_FAULT, STACK_NMI, STACK_MACHINE_CHECK };

struct machine_cpu {
	uint64_t interrupt; /* vector handled and not yet ended, or 0 */
};

static inline struct machine_cpu *machine_self(void)
{
	struct machine_cpu *machine;

	__asm__("movq %%gs:%c1, %0"
		: "=r"(machine)
		: "i"(__builtin_offsetof(struct cpu,
					 scratch[SCRATCH_MACHINE])));
	return machine;
}

static inline uint64_t msr_read(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(msr), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline void cr3_write(uint64_t root)
{
	__asm__ volatile("movq %0, %%cr3" : : "r"(root) : "memory");
}

static inline void fs_base_write(struct cpu *cpu, uint64_t base)
{
	cpu->scratch[SCRATCH_FS_BASE] = base;
	msr_write(MSR_FS_BASE, base);
}

/** Fills the whole interrupt table, which all CPUs share. */
void interrupt_table_init(struct gate table[VECTOR_COUNT]);

/** Remembers boot's tables, of which every address space takes the upper half,
 * and how the timer counts. `boot` is valid during the call only. */
void vspace_machine_init(const struct boot_info *boot);

/** Tables that have nothing of a user's. */
extern paddr_t vspace_kernel_root;

/** Unmaps a page of the kernel's image for ever, on this CPU and on those that
 * start later. */
void vspace_unmap_kernel(const void *page);
void timer_machine_init(const struct boot_info *boot);

/** Ends the interrupt that is being handled, if nothing has ended it yet. */
void interrupt_end(void);

/** What an exception leaves on the stack, below what the machine pushed the
 * vector, and an error code where the machine pushes none. */
struct exception_frame {
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/** From entry code: an exception or interrupt came while `thread` ran, all of
 * whose registers are saved. Returns the thread to run next. */
struct thread *interrupt_dispatch(struct thread *thread, uint64_t vector,
				  uint64_t error);

/** From entry code: an exception that nothing can go on after. */
_Noreturn void interrupt_died(const struct exception_frame *frame);
