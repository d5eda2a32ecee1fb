/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The system registers that the kernel uses, each declared once, and the few
 * instructions that C has no words for. Private to kernel/arch/aarch64. A name
 * with an encoding behind it belongs to an extension that the base version of
 * the architecture lacks; its users test the feature first. Source: Arm ARM
 * (DDI 0487), D17 to D24, and for ICC_* the GICv3 specification, 12.2.
 */

#include <stdint.h>

#define SYSTEM_REGISTER(name, encoding)                              \
	static inline uint64_t name##_read(void)                     \
	{                                                            \
		uint64_t value;                                      \
		__asm__ volatile("mrs %0, " encoding : "=r"(value)); \
		return value;                                        \
	}                                                            \
	static inline void name##_write(uint64_t value)              \
	{                                                            \
		__asm__ volatile("msr " encoding ", %0"              \
				 :                                   \
				 : "r"(value)                        \
				 : "memory");                        \
	}

#define SYSTEM_REGISTER_CONSTANT(name, encoding)            \
	static inline uint64_t name##_read(void)            \
	{                                                   \
		uint64_t value;                             \
		__asm__("mrs %0, " encoding : "=r"(value)); \
		return value;                               \
	}

/* What the CPU can do. */
SYSTEM_REGISTER_CONSTANT(pfr0, "id_aa64pfr0_el1")
SYSTEM_REGISTER_CONSTANT(pfr1, "id_aa64pfr1_el1")
SYSTEM_REGISTER_CONSTANT(isar1, "id_aa64isar1_el1")
SYSTEM_REGISTER_CONSTANT(isar2, "S3_0_C0_C6_2") /* id_aa64isar2_el1 */
SYSTEM_REGISTER_CONSTANT(mmfr0, "id_aa64mmfr0_el1")
SYSTEM_REGISTER_CONSTANT(mmfr1, "id_aa64mmfr1_el1")
SYSTEM_REGISTER_CONSTANT(mmfr2, "S3_0_C0_C7_2") /* id_aa64mmfr2_el1 */
SYSTEM_REGISTER_CONSTANT(ctr, "ctr_el0")
SYSTEM_REGISTER_CONSTANT(cntfrq, "cntfrq_el0")

/* Control of this exception level. */
SYSTEM_REGISTER(sctlr, "sctlr_el1")
SYSTEM_REGISTER(tcr, "tcr_el1")
SYSTEM_REGISTER(ttbr0, "ttbr0_el1")
SYSTEM_REGISTER(ttbr1, "ttbr1_el1")
SYSTEM_REGISTER(vbar, "vbar_el1")
SYSTEM_REGISTER(cpacr, "cpacr_el1")
SYSTEM_REGISTER(cntkctl, "cntkctl_el1")
SYSTEM_REGISTER(contextidr, "contextidr_el1")
SYSTEM_REGISTER(tpidr_el1, "tpidr_el1")
SYSTEM_REGISTER(tpidr_el0, "tpidr_el0")
SYSTEM_REGISTER(tpidrro, "tpidrro_el0")
SYSTEM_REGISTER(apia_low, "S3_0_C2_C1_0")  /* apiakeylo_el1, FEAT_PAuth */
SYSTEM_REGISTER(apia_high, "S3_0_C2_C1_1") /* apiakeyhi_el1 */

/* What an exception was about. */
SYSTEM_REGISTER(esr, "esr_el1")
SYSTEM_REGISTER(far, "far_el1")
SYSTEM_REGISTER(elr, "elr_el1")

/* The virtual timer and the counter it compares with. */
SYSTEM_REGISTER(cntvct, "cntvct_el0")
SYSTEM_REGISTER(cntv_cval, "cntv_cval_el0")
SYSTEM_REGISTER(cntv_ctl, "cntv_ctl_el0")

/* The CPU interface of the interrupt controller. */
SYSTEM_REGISTER(icc_sre, "S3_0_C12_C12_5")
SYSTEM_REGISTER(icc_pmr, "S3_0_C4_C6_0")
SYSTEM_REGISTER(icc_bpr1, "S3_0_C12_C12_3")
SYSTEM_REGISTER(icc_ctlr, "S3_0_C12_C12_4")
SYSTEM_REGISTER(icc_igrpen1, "S3_0_C12_C12_7")
SYSTEM_REGISTER(icc_iar1, "S3_0_C12_C12_0")
SYSTEM_REGISTER(icc_eoir1, "S3_0_C12_C12_1")
SYSTEM_REGISTER(icc_sgi1r, "S3_0_C12_C11_5")

/* Where fields of the identification registers begin. */
enum {
	PFR0_CSV3 = 60,
	PFR1_BT = 0,
	ISAR1_APA = 4,
	ISAR1_API = 8,
	ISAR2_APA3 = 12,
	MMFR0_PARANGE = 0,
	MMFR0_ASIDBITS = 4,
	MMFR1_PAN = 20,
	MMFR2_E0PD = 60,
};

/** Four bits of an identification register. */
static inline uint32_t id_field(uint64_t value, uint32_t shift)
{
	return (uint32_t)(value >> shift) & 15;
}

/** What was written to system registers before holds from here on. */
static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/** Stores before are seen by every CPU's table walker behind this. */
static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" : : : "memory");
}

/** Accesses, and cache and TLB maintenance, are complete behind this. */
static inline void dsb_ish(void)
{
	__asm__ volatile("dsb ish" : : : "memory");
}
