/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every bit by which EL2 decides what EL1 and EL0 may do, with its reason
 * (trap_list.h). The table is the only place that knows them: it programs the
 * registers, the unit test compares the two, and docs/intercepts.md is made from
 * it.
 */

#include "common/types.h"

/* X(NAME, text): a register is written only on CPUs that have it. */
#define TRAP_REGISTERS(X)                                 \
	X(HCR, "hypervisor configuration")                \
	X(HCRX, "the same, extended")                     \
	X(MDCR, "debug, performance monitors, profiling") \
	X(CPTR, "vector, trace and activity registers")   \
	X(CNTHCTL, "physical counter and timer")          \
	X(HSTR, "AArch32 system registers")               \
	X(MPAM2, "memory partitioning")                   \
	X(HFGRTR, "fine-grained reads")                   \
	X(HFGWTR, "fine-grained writes")                  \
	X(HFGITR, "fine-grained instructions")            \
	X(HDFGRTR, "fine-grained debug reads")            \
	X(HDFGWTR, "fine-grained debug writes")           \
	X(HAFGRTR, "fine-grained activity monitors")      \
	X(ACTLR, "the maker's control registers")         \
	X(HACR, "the maker's traps")                      \
	X(ICC_SRE, "interrupt controller interface")      \
	X(ICH_HCR, "virtual interrupts")

enum trap_register {
#define X(name, text) TRAP_##name,
	TRAP_REGISTERS(X)
#undef X
		TRAP_REGISTER_COUNT
};

/*
 * What a CPU may have that nano must know of. X(NAME, ID register, bit of the
 * four-bit field, least value). A row of the trap table names one of them.
 */
#define ARM_FEATURES(X)        \
	X(LOR, MMFR1, 16, 1)   \
	X(HCX, MMFR1, 40, 1)   \
	X(PAN, MMFR1, 20, 1)   \
	X(VMID16, MMFR1, 4, 2) \
	X(FGT, MMFR0, 56, 1)   \
	X(RAS, PFR0, 28, 1)    \
	X(SVE, PFR0, 32, 1)    \
	X(MPAM, PFR0, 40, 1)   \
	X(AMU, PFR0, 44, 1)    \
	X(BTI, PFR1, 0, 1)     \
	X(SSBS, PFR1, 4, 1)    \
	X(MTE, PFR1, 8, 1)     \
	X(SME, PFR1, 24, 1)    \
	X(TRACE, DFR0, 4, 1)   \
	X(PMU, DFR0, 8, 1)     \
	X(PMU_P1, DFR0, 8, 4)  \
	X(PMU_P5, DFR0, 8, 6)  \
	X(SPE, DFR0, 32, 1)    \
	X(TRF, DFR0, 40, 1)    \
	X(TRBE, DFR0, 44, 1)   \
	X(PAUTH, ISAR1, 4, 1)  \
	X(PAUTH_IMPDEF, ISAR1, 8, 1)

enum arm_feature {
	ARM_ALWAYS,
#define X(name, reg, bit, least) ARM_##name,
	ARM_FEATURES(X)
#undef X
		ARM_FEATURE_COUNT
};

struct trap_row {
	enum trap_register reg;
	uint64_t mask;            /* what the row is about */
	uint64_t bits;            /* what of it is one */
	enum arm_feature feature; /* the row counts only where this is */
	const char *name, *reason;
};

extern const struct trap_row trap_rows[];
extern const uint32_t trap_row_count;

/** What to write to a register. `features` has a bit for each arm_feature that
 * the CPU has, ARM_ALWAYS among them. */
uint64_t trap_value(enum trap_register reg, uint64_t features);

/** Whether such a CPU has the register. */
bool trap_present(enum trap_register reg, uint64_t features);
