/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller, a GICv3 (Arm IHI 0069). The kernel has the
 * distributor, the part of each redistributor for private interrupts, and the
 * CPU interface, which is system registers. Waking the redistributors, LPIs and
 * message interrupts are nano's. Every interrupt is in group 1, the only group
 * enabled, and all but the timer's are disabled until a driver asks.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/entry.h"

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
	*device(base, GICR_ISENABLER0) = 1u << GIC_TIMER;
}

void gic_init(const struct cpu *cpu, const struct boot_info *boot)
{
	if (cpu->index == 0) {
		distributor_init(boot->irq_base[0]);
	}
	private_init(boot->irq_base[1] + (uint64_t)cpu->index * GICR_STRIDE +
		     GICR_PRIVATE);

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

struct thread *interrupt_take(struct thread *thread)
{
	uint32_t id = (uint32_t)(icc_iar1_read() & ICC_ID_MASK);

	if (id == GIC_TIMER) {
		return timer_interrupt(arch_cpu(), thread);
	}
	if (id < ICC_SPECIAL) {
		gic_end(id);
	}
	return kernel_spurious(thread, id);
}
