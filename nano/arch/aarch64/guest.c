/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's world on one CPU: stage 2, the traps, the state EL1 starts with,
 * and the faults that nano gives it.
 */

#include "common/assert.h"
#include "cpu.h"
#include "exit.h"
#include "features.h"
#include "nano/arch.h"
#include "sysreg.h"
#include "traps.h"

#define VMID_KERNEL 1ull

/* VTCR_EL2 (Arm ARM D19.2): write-back walks, inner shareable, 4 KiB. */
#define VTCR_ONE     (1ull << 31)
#define VTCR_WALKS   (1ull << 8 | 1ull << 10 | 3ull << 12)
#define VTCR_PS(ps)  ((uint64_t)(ps) << 16)
#define VTCR_VMID16  (1ull << 19)
#define VTCR_SL0(n)  ((uint64_t)(n) << 6) /* levels, less two */
#define THREE_LEVELS 39                   /* bits of address */

/* EL1 starts with its MMU on, in the upper half only. */
#define TCR_T0SZ    16ull
#define TCR_EPD0    (1ull << 7) /* no lower half yet */
#define TCR_T1SZ    (16ull << 16)
#define TCR_WALKS0  (1ull << 8 | 1ull << 10 | 3ull << 12)
#define TCR_WALKS1  (1ull << 24 | 1ull << 26 | 3ull << 28)
#define TCR_TG1_4K  (2ull << 30)
#define TCR_IPS(ps) ((uint64_t)(ps) << 32)
#define TCR_AS      (1ull << 36) /* ids of 16 bits */
#define MAIR        0x04ffull
#define SCTLR_ONE   0x30d00800ull /* reserved in Armv8.0, one */
#define SCTLR_M     (1ull << 0)
#define SCTLR_C     (1ull << 2)
#define SCTLR_SA    (1ull << 3)
#define SCTLR_I     (1ull << 12)
#define SCTLR_WXN   (1ull << 19)
#define SCTLR_SPAN  (1ull << 23)
#define SCTLR_DSSBS (1ull << 44)

/* PSTATE as SPSR holds it. */
#define PSTATE_EL1H    0x5ull
#define PSTATE_EL1T    0x4ull
#define PSTATE_MODE    0xfull
#define PSTATE_AARCH32 (1ull << 4)
#define PSTATE_MASKED  (0xfull << 6) /* D, A, I, F */
#define PSTATE_SSBS    (1ull << 12)
#define PSTATE_PAN     (1ull << 22)
#define PSTATE_DIT     (1ull << 24)
#define PSTATE_TCO     (1ull << 25)
#define PSTATE_NZCV    (0xfull << 28)

/* Offsets of synchronous exceptions from VBAR_EL1. */
#define VECTOR_EL1T    0x000
#define VECTOR_EL1H    0x200
#define VECTOR_AARCH64 0x400
#define VECTOR_AARCH32 0x600

static void write_trap_register(enum trap_register reg, uint64_t value)
{
	switch (reg) {
	case TRAP_HCR:
		SYSREG_WRITE(HCR_EL2, value);
		break;
	case TRAP_HCRX:
		SYSREG_WRITE_BY(HCRX_EL2, value);
		break;
	case TRAP_MDCR:
		SYSREG_WRITE(MDCR_EL2, value);
		break;
	case TRAP_CPTR:
		SYSREG_WRITE(CPTR_EL2, value);
		break;
	case TRAP_CNTHCTL:
		SYSREG_WRITE(CNTHCTL_EL2, value);
		break;
	case TRAP_HSTR:
		SYSREG_WRITE(HSTR_EL2, value);
		break;
	case TRAP_MPAM2:
		SYSREG_WRITE_BY(MPAM2_EL2, value);
		break;
	case TRAP_HFGRTR:
		SYSREG_WRITE_BY(HFGRTR_EL2, value);
		break;
	case TRAP_HFGWTR:
		SYSREG_WRITE_BY(HFGWTR_EL2, value);
		break;
	case TRAP_HFGITR:
		SYSREG_WRITE_BY(HFGITR_EL2, value);
		break;
	case TRAP_HDFGRTR:
		SYSREG_WRITE_BY(HDFGRTR_EL2, value);
		break;
	case TRAP_HDFGWTR:
		SYSREG_WRITE_BY(HDFGWTR_EL2, value);
		break;
	case TRAP_HAFGRTR:
		SYSREG_WRITE_BY(HAFGRTR_EL2, value);
		break;
	case TRAP_ACTLR:
		SYSREG_WRITE(ACTLR_EL2, value);
		break;
	case TRAP_HACR:
		SYSREG_WRITE(HACR_EL2, value);
		break;
	case TRAP_ICC_SRE:
		SYSREG_WRITE_BY(ICC_SRE_EL2, value);
		isb(); /* the next register is there only after this one */
		break;
	case TRAP_ICH_HCR:
		SYSREG_WRITE_BY(ICH_HCR_EL2, value);
		break;
	default:
		CHECK(!"a trap register that can be written");
	}
}

/* How many event counters there are stays as the CPU was reset to; the traps
 * cover them all. */
static uint64_t mdcr_counters(void)
{
	return feature(ARM_PMU) ? SYSREG_READ(MDCR_EL2) & 0x1f : 0;
}

static void program_traps(void)
{
	uint64_t features = features_of_cpu();

	for (uint32_t i = 0; i < TRAP_REGISTER_COUNT; i++) {
		enum trap_register reg = (enum trap_register)i;
		uint64_t value = trap_value(reg, features);

		if (reg == TRAP_MDCR) {
			value |= mdcr_counters();
		}
		if (trap_present(reg, features)) {
			write_trap_register(reg, value);
		}
	}
}

static void program_stage2(paddr_t root)
{
	uint32_t levels = arch_pte_levels(TABLE_GUEST);
	uint32_t bits = features_physical_bits();

	if (levels == 3 && bits > THREE_LEVELS) {
		bits = THREE_LEVELS;
	}
	SYSREG_WRITE(VTCR_EL2, VTCR_ONE | VTCR_WALKS | VTCR_SL0(levels - 2) |
				       (64 - bits) |
				       VTCR_PS(features_physical_code()) |
				       (feature(ARM_VMID16) ? VTCR_VMID16 : 0));
	SYSREG_WRITE(VTTBR_EL2, VMID_KERNEL << 48 | root.a);
	isb();
	__asm__ volatile("tlbi alle1" ::: "memory");
	dsb_ish();
	isb();
}

static uint64_t kernel_tcr(void)
{
	uint64_t wide = features_id_register(ID_MMFR0) >> 4 & 15;

	return TCR_T0SZ | TCR_EPD0 | TCR_T1SZ | TCR_WALKS0 | TCR_WALKS1 |
	       TCR_TG1_4K | TCR_IPS(features_physical_code()) |
	       (wide >= 2 ? TCR_AS : 0);
}

/* Keys that are not nano's to know, nor the last owner's to keep. */
static void scrub_keys(void)
{
	if (!feature(ARM_PAUTH) && !feature(ARM_PAUTH_IMPDEF)) {
		return;
	}
	SYSREG_WRITE(S3_0_C2_C1_0, 0); /* APIAKeyLo, Hi */
	SYSREG_WRITE(S3_0_C2_C1_1, 0);
	SYSREG_WRITE(S3_0_C2_C1_2, 0); /* APIBKey */
	SYSREG_WRITE(S3_0_C2_C1_3, 0);
	SYSREG_WRITE(S3_0_C2_C2_0, 0); /* APDAKey */
	SYSREG_WRITE(S3_0_C2_C2_1, 0);
	SYSREG_WRITE(S3_0_C2_C2_2, 0); /* APDBKey */
	SYSREG_WRITE(S3_0_C2_C2_3, 0);
	SYSREG_WRITE(S3_0_C2_C3_0, 0); /* APGAKey */
	SYSREG_WRITE(S3_0_C2_C3_1, 0);
}

static void scrub_el1(void)
{
	SYSREG_WRITE(VBAR_EL1, 0);
	SYSREG_WRITE(ESR_EL1, 0);
	SYSREG_WRITE(FAR_EL1, 0);
	SYSREG_WRITE(ELR_EL1, 0);
	SYSREG_WRITE(SPSR_EL1, 0);
	SYSREG_WRITE(AFSR0_EL1, 0);
	SYSREG_WRITE(AFSR1_EL1, 0);
	SYSREG_WRITE(AMAIR_EL1, 0);
	SYSREG_WRITE(PAR_EL1, 0);
	SYSREG_WRITE(CONTEXTIDR_EL1, 0);
	SYSREG_WRITE(CPACR_EL1, 0);
	SYSREG_WRITE(CSSELR_EL1, 0);
	SYSREG_WRITE(MDSCR_EL1, 0);
	SYSREG_WRITE(CNTKCTL_EL1, 0);
	SYSREG_WRITE(TPIDR_EL0, 0);
	SYSREG_WRITE(TPIDRRO_EL0, 0);
	SYSREG_WRITE(TPIDR_EL1, 0);
	SYSREG_WRITE(SP_EL0, 0);
	SYSREG_WRITE(SP_EL1, 0);
	if (feature(ARM_PMU)) {
		SYSREG_WRITE(PMUSERENR_EL0, 0);
		SYSREG_WRITE(PMCR_EL0, 0);
	}
	SYSREG_WRITE(CNTV_CTL_EL0, 0);
	SYSREG_WRITE(CNTV_CVAL_EL0, 0);
	SYSREG_WRITE(CNTP_CTL_EL0, 0);
	SYSREG_WRITE(CNTP_CVAL_EL0, 0);
	SYSREG_WRITE(CNTHP_CTL_EL2, 0);
	SYSREG_WRITE(CNTVOFF_EL2, 0);
	SYSREG_WRITE(VPIDR_EL2, SYSREG_READ(MIDR_EL1));
	SYSREG_WRITE(VMPIDR_EL2, SYSREG_READ(MPIDR_EL1));
	scrub_keys();
}

void arch_guest_prepare(struct cpu *cpu, const struct guest_start *start)
{
	arm_cpu_of(cpu)->argument = start->argument;
	program_traps();
	program_stage2(start->guest_table);
	scrub_el1();
	SYSREG_WRITE(TTBR0_EL1, 0);
	SYSREG_WRITE(TTBR1_EL1, start->root);
	SYSREG_WRITE(MAIR_EL1, MAIR);
	SYSREG_WRITE(TCR_EL1, kernel_tcr());
	SYSREG_WRITE(SCTLR_EL1, SCTLR_ONE | SCTLR_M | SCTLR_C | SCTLR_SA |
					SCTLR_I | SCTLR_WXN);
	SYSREG_WRITE(ELR_EL2, start->entry);
	SYSREG_WRITE(SPSR_EL2, PSTATE_MASKED | PSTATE_EL1H);
	isb();
}

_Noreturn void arch_guest_enter(struct cpu *cpu)
{
	guest_enter(arm_cpu_of(cpu)->argument, arm_cpu_of(cpu)->stack);
}

static uint64_t vector_offset(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32) {
		return VECTOR_AARCH32;
	}
	switch (pstate & PSTATE_MODE) {
	case PSTATE_EL1H:
		return VECTOR_EL1H;
	case PSTATE_EL1T:
		return VECTOR_EL1T;
	default:
		return VECTOR_AARCH64;
	}
}

/* PSTATE on taking an exception to EL1 (Arm ARM D1.3.1). */
static uint64_t pstate_taken(uint64_t from)
{
	uint64_t sctlr = SYSREG_READ(SCTLR_EL1);
	uint64_t to = (from & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN)) |
		      PSTATE_MASKED | PSTATE_EL1H;

	if (feature(ARM_PAN) && !(sctlr & SCTLR_SPAN)) {
		to |= PSTATE_PAN;
	}
	if (feature(ARM_SSBS) && (sctlr & SCTLR_DSSBS)) {
		to |= PSTATE_SSBS;
	}
	if (feature(ARM_MTE)) {
		to |= PSTATE_TCO;
	}
	return to;
}

void arch_guest_inject(struct cpu *cpu, enum abi_nano_counter kind,
		       uint64_t address)
{
	struct arm_cpu *arm = arm_cpu_of(cpu);
	struct exit_frame *frame = arm->frame;
	uint64_t offset = vector_offset(frame->pstate);
	bool lower = offset >= VECTOR_AARCH64;

	(void)address; /* FAR_EL2 has the virtual one, which EL1 knows */
	if (kind == ABI_NANO_COUNTER_MEMORY) {
		SYSREG_WRITE(ESR_EL1,
			     exit_external_abort(SYSREG_READ(ESR_EL2), lower));
		SYSREG_WRITE(FAR_EL1, SYSREG_READ(FAR_EL2));
	} else {
		SYSREG_WRITE(ESR_EL1, ESR_LONG); /* class 0: undefined */
	}
	SYSREG_WRITE(ELR_EL1, frame->pc);
	SYSREG_WRITE(SPSR_EL1, frame->pstate);
	frame->pc = SYSREG_READ(VBAR_EL1) + offset;
	frame->pstate = pstate_taken(frame->pstate);
	arm->delivered = frame->pc;
}
