/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller, a GICv3 (Arm IHI 0069). The kernel has the
 * distributor, the part of each redistributor for private interrupts, and the
 * CPU interface, which is system registers. Waking the redistributors, LPIs and
 * message interrupts are nano's. Every interrupt is in group 1, the only group
 * enabled, and all but the timer's and the one between CPUs are disabled until
 * a driver asks.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/entry.h"
#include "kernel/state.h"

enum { /* distributor */
       GICD_CTLR = 0x0000,
       GICD_TYPER = 0x0004,
       GICD_IGROUPR = 0x0080,
       GICD_ICENABLER = 0x0180,
};
#define GICD_CTLR_GROUP1  (1u << 1)
#define GICD_CTLR_ARE     (1u << 4)
#define GICD_CTLR_PENDING (1u << 31)
#define GICD_LINES_MASK   31u /* of GICD_TYPER: 32 interrupts each, less one */

enum { /* redistributor, frame for private interrupts */
       GICR_IGROUPR0 = 0x0080,
       GICR_ISENABLER0 = 0x0100,
       GICR_ICENABLER0 = 0x0180,
       GICR_ICPENDR0 = 0x0280,
       GICR_IPRIORITYR = 0x0400, /* a byte for each */
       GICR_IGRPMODR0 = 0x0d00,
};
#define GICR_STRIDE  0x20000u
#define GICR_PRIVATE 0x10000u /* the second frame */

#define ICC_SRE_ENABLE   7u /* system registers, no bypass */
#define ICC_PRIORITY_ANY 0xffu
#define ICC_SPECIAL      1020u /* and above: nothing to end */
#define ICC_ID_MASK      0xffffffu
#define PRIORITIES       0x80808080u
#define POLLS_MAX        1000000u

static volatile uint32_t *device(uint64_t base, uint64_t offset)
{
	return (volatile uint32_t *)arch_window((paddr_t){ base + offset });
}

/* Until an earlier write to the distributor has taken effect. */
static void wait(uint64_t base)
{
	for (uint32_t i = 0; *device(base, GICD_CTLR) & GICD_CTLR_PENDING;
	     i++) {
		CHECK(i < POLLS_MAX);
	}
}

static void distributor_init(uint64_t base)
{
	uint64_t lines = *device(base, GICD_TYPER) & GICD_LINES_MASK;

	*device(base, GICD_CTLR) = 0;
	wait(base);
	*device(base, GICD_CTLR) = GICD_CTLR_ARE;
	wait(base);
	for (uint64_t i = 1; i <= lines; i++) {
		*device(base, GICD_ICENABLER + 4 * i) = UINT32_MAX;
		*device(base, GICD_IGROUPR + 4 * i) = UINT32_MAX;
	}
	wait(base);
	*device(base, GICD_CTLR) = GICD_CTLR_ARE | GICD_CTLR_GROUP1;
	wait(base);
}

static void private_init(uint64_t base)
{
	*device(base, GICR_ICENABLER0) = UINT32_MAX;
	*device(base, GICR_ICPENDR0) = UINT32_MAX;
	*device(base, GICR_IGROUPR0) = UINT32_MAX;
	*device(base, GICR_IGRPMODR0) = 0;
	for (uint32_t i = 0; i < 32; i += 4) {
		*device(base, GICR_IPRIORITYR + i) = PRIORITIES;
	}
	*device(base, GICR_ISENABLER0) = 1u << GIC_TIMER | 1u << GIC_IPI;
}

/* Affinity fields of MPIDR_EL1. */
static uint64_t affinity(uint64_t mpidr, uint32_t level)
{
	return mpidr >> (level == 3 ? 32 : 8 * level) & 0xff;
}

/* The redistributors of the machine lie in the order of the CPUs' affinity. The
 * frame that says so is nano's, which has checked that there is one for each. */
static uint64_t private_base(const struct cpu *cpu,
			     const struct boot_info *boot)
{
	uint64_t before = 0;

	for (uint32_t i = 0; i < boot->cpu_count; i++) {
		before += boot->cpus[i] < cpu->hardware_id;
	}
	return boot->irq_base[1] + before * GICR_STRIDE + GICR_PRIVATE;
}

void gic_init(const struct cpu *cpu, const struct boot_info *boot)
{
	if (cpu->index == 0) {
		distributor_init(boot->irq_base[0]);
	}
	private_init(private_base(cpu, boot));

	icc_sre_write(ICC_SRE_ENABLE);
	isb();
	icc_pmr_write(ICC_PRIORITY_ANY);
	icc_bpr1_write(0);
	icc_ctlr_write(0); /* one write ends an interrupt altogether */
	icc_igrpen1_write(1);
	isb();
}

void gic_end(uint32_t id)
{
	icc_eoir1_write(id);
}

/* ICC_SGI1R_EL1 names CPUs by three affinity levels and, of sixteen that differ
 * in the lowest, a bit each (GICv3, 12.2.19). */
static uint64_t sgi_target(uint64_t mpidr)
{
	uint64_t low = affinity(mpidr, 0);

	return affinity(mpidr, 3) << 48 | low / 16 << 44 |
	       affinity(mpidr, 2) << 32 | affinity(mpidr, 1) << 16 |
	       1ull << low % 16;
}

void arch_ipi(uint64_t cpus)
{
	/* What the other CPU is to find is there before the interrupt is. */
	dsb_ishst();
	for (; cpus; cpus &= cpus - 1) {
		const struct cpu *cpu = &state.cpus[__builtin_ctzll(cpus)];
		icc_sgi1r_write(sgi_target(cpu->hardware_id) | (uint64_t)GIC_IPI
								       << 24);
	}
	isb();
}

struct thread *interrupt_take(struct thread *thread)
{
	uint32_t id = (uint32_t)(icc_iar1_read() & ICC_ID_MASK);

	if (id == GIC_TIMER) {
		return timer_interrupt(arch_cpu(), thread);
	}
	if (id < ICC_SPECIAL) {
		gic_end(id);
	}
	if (id == GIC_IPI) {
		return kernel_ipi(thread);
	}
	return kernel_spurious(thread, id);
}
