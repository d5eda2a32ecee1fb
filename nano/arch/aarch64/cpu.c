/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One CPU at EL2: nano's own translation, vectors and protections. nano signs
 * no return addresses: the keys of pointer authentication are not banked, EL1
 * chooses them, and changing them at every entry would cost more than the
 * protection of a small stack of leaf calls is worth. Branch targets are
 * checked where the CPU can (BTI).
 */

#include "cpu.h"

#include "common/assert.h"
#include "features.h"
#include "nano/arch.h"
#include "nano/own.h"
#include "nano/ticket.h"
#include "sysreg.h"

/* The link script's. */
extern char nano_text_start[], nano_text_end[], nano_rodata_start[],
	nano_rodata_end[], nano_data_start[], nano_data_end[],
	nano_stack_start[], nano_stack_end[], nano_vectors[];

#define MAIR 0x04ffull /* 0: write-back, 1: nGnRE */

/* TCR_EL2: 48-bit addresses, 4 KiB, write-back walks, inner shareable. */
#define TCR_ONE    (1ull << 31 | 1ull << 23)
#define TCR_T0SZ   16ull
#define TCR_WALKS  (1ull << 8 | 1ull << 10 | 3ull << 12)
#define TCR_PS(ps) ((uint64_t)(ps) << 16)

#define SCTLR_ONE 0x30c50830ull /* reserved, one */
#define SCTLR_M   (1ull << 0)
#define SCTLR_A   (1ull << 1) /* misaligned accesses fault */
#define SCTLR_C   (1ull << 2)
#define SCTLR_SA  (1ull << 3)
#define SCTLR_I   (1ull << 12)
#define SCTLR_WXN (1ull << 19) /* what is writable is not executable */
#define SCTLR_BT  (1ull << 36)

#define STACK_PAGES 4 /* of each CPU; the first has as much in link.ld */

#define HCR_E2H (1ull << 34)

#define MMFR0_TGRAN4(value) ((value) >> 28 & 15)
#define PFR0_GIC(value)     ((value) >> 24 & 15)

static struct arm_cpu cpus[BOOT_CPUS_MAX];

void arch_lock(struct spinlock *lock) __attribute__((no_thread_safety_analysis))
{
	ticket_take(&lock->held);
}

bool arch_try_lock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	return ticket_try(&lock->held);
}

void arch_unlock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	ticket_give(&lock->held);
}

void arch_relax(void)
{
	__asm__ volatile("yield");
}

void *arch_window(paddr_t pa, uint64_t size)
{
	CHECK(pa.a < NANO_WINDOW_END - NANO_WINDOW &&
	      size <= NANO_WINDOW_END - NANO_WINDOW - pa.a);
	return (void *)(NANO_WINDOW + pa.a);
}

/* The guest may read memory past the caches: the zeroes go all the way. */
void arch_wipe(paddr_t pa, uint64_t size)
{
	uint64_t start = (uint64_t)arch_window(pa, size), end = start + size;
	uint64_t line = 4ull << (SYSREG_READ(CTR_EL0) >> 16 & 15);

	for (uint64_t at = start; at < end; at += 64) {
		__asm__ volatile("stp xzr, xzr, [%0]\n\t"
				 "stp xzr, xzr, [%0, #16]\n\t"
				 "stp xzr, xzr, [%0, #32]\n\t"
				 "stp xzr, xzr, [%0, #48]" ::"r"(at)
				 : "memory");
	}
	for (uint64_t at = start; at < end; at += line) {
		__asm__ volatile("dc civac, %0" ::"r"(at) : "memory");
	}
	dsb_ish();
}

const char *arch_cpu_missing(void)
{
	if (MMFR0_TGRAN4(features_id_register(ID_MMFR0)) == 15) {
		return "4 KiB pages";
	}
	if (PFR0_GIC(features_id_register(ID_PFR0)) == 0) {
		return "GICv3 system registers";
	}
	if (SYSREG_READ(HCR_EL2) & HCR_E2H) {
		return "EL2 without host extensions (E2H = 0)";
	}
	return SYSREG_READ(CNTFRQ_EL0) ? NULL : "counter frequency (CNTFRQ)";
}

bool arch_own_section(uint32_t index, struct own_section *section)
{
	const struct own_section sections[] = {
		{ (uint64_t)nano_text_start, (uint64_t)nano_text_end,
		  TABLE_READ | TABLE_EXECUTE },
		{ (uint64_t)nano_rodata_start, (uint64_t)nano_rodata_end,
		  TABLE_READ },
		{ (uint64_t)nano_data_start, (uint64_t)nano_data_end,
		  TABLE_READ | TABLE_WRITE },
		{ (uint64_t)nano_stack_start, (uint64_t)nano_stack_end,
		  TABLE_READ | TABLE_WRITE },
	};

	if (index >= ARRAY_SIZE(sections)) {
		return false;
	}
	*section = sections[index];
	return true;
}

void arch_own_activate(paddr_t root)
{
	SYSREG_WRITE(MAIR_EL2, MAIR);
	SYSREG_WRITE(TCR_EL2, TCR_ONE | TCR_T0SZ | TCR_WALKS |
				      TCR_PS(features_physical_code()));
	dsb_ish();
	SYSREG_WRITE(TTBR0_EL2, root.a);
	isb();
	__asm__ volatile("tlbi alle2" ::: "memory");
	dsb_ish();
	isb();
}

struct cpu *arch_cpu_at(uint32_t index)
{
	CHECK(index < BOOT_CPUS_MAX);
	return &cpus[index].cpu;
}

struct cpu *arch_cpu(void)
{
	return (struct cpu *)SYSREG_READ(TPIDR_EL2);
}

static uint64_t own_sctlr(void)
{
	return SCTLR_ONE | SCTLR_M | SCTLR_A | SCTLR_C | SCTLR_SA | SCTLR_I |
	       SCTLR_WXN | (feature(ARM_BTI) ? SCTLR_BT : 0);
}

void arch_cpu_init(struct cpu *cpu)
{
	if (cpu->index == 0) {
		arm_cpu_of(cpu)->stack = (uint64_t)nano_stack_end;
	}
	SYSREG_WRITE(TPIDR_EL2, (uint64_t)cpu);
	SYSREG_WRITE(VBAR_EL2, (uint64_t)nano_vectors);
	SYSREG_WRITE(SCTLR_EL2, own_sctlr());
	isb();
}

uint64_t arch_cpu_pages(void)
{
	return STACK_PAGES;
}

void arch_cpu_memory(struct cpu *cpu, paddr_t memory)
{
	arm_cpu_of(cpu)->stack =
		own_map_stack(memory, STACK_PAGES * (uint64_t)ABI_PAGE_SIZE);
}

void cpu_translation(struct arm_start *start)
{
	start->mair = SYSREG_READ(MAIR_EL2);
	start->tcr = SYSREG_READ(TCR_EL2);
	start->ttbr = SYSREG_READ(TTBR0_EL2);
	start->sctlr = own_sctlr();
}
