/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap table of aarch64 (Arm ARM D19.2: HCR_EL2 and its kin). The kernel's
 * world keeps what it needs to run threads: its translation, exception and
 * thread registers, the virtual timer, the GIC's CPU interface, floating point.
 * All else traps, is counted, and is undefined for it. SVCs, faults, interrupts
 * and timers of the kernel never enter nano.
 */

#include "traps.h"

#define BIT(n) (1ull << (n))

const struct trap_row trap_rows[] = {
	{ TRAP_HCR, BIT(0), ARM_ALWAYS, "VM: stage 2 is on" },
	{ TRAP_HCR, BIT(1), ARM_ALWAYS,
	  "SWIO: invalidation by set and way also cleans, so it loses nothing" },
	{ TRAP_HCR, BIT(2), ARM_ALWAYS,
	  "PTW: page tables in device memory fault" },
	{ TRAP_HCR, BIT(9) | BIT(10), ARM_ALWAYS,
	  "FB, BSU: maintenance and barriers reach every CPU" },
	{ TRAP_HCR, BIT(16), ARM_ALWAYS,
	  "TID1: REVIDR, AIDR, SMIDR; they read as zero" },
	{ TRAP_HCR, BIT(18), ARM_ALWAYS,
	  "TID3: ID registers; idregs.c says which fields are told" },
	{ TRAP_HCR, BIT(19), ARM_ALWAYS,
	  "TSC: SMC; firmware would start CPUs at EL2 or switch off" },
	{ TRAP_HCR, BIT(20), ARM_ALWAYS,
	  "TIDCP: implementation defined registers" },
	{ TRAP_HCR, BIT(21), ARM_ALWAYS, "TACR: ACTLR" },
	{ TRAP_HCR, BIT(22), ARM_ALWAYS,
	  "TSW: maintenance by set and way is machine-wide" },
	{ TRAP_HCR, BIT(31), ARM_ALWAYS, "RW: EL1 is AArch64" },
	{ TRAP_HCR, BIT(35), ARM_LOR, "TLOR: limited ordering regions" },
	{ TRAP_HCR, BIT(36), ARM_RAS, "TERR: error records" },
	{ TRAP_HCR, BIT(40) | BIT(41), ARM_PAUTH,
	  "APK, API not trapped: the kernel signs its own pointers" },
	{ TRAP_HCR, BIT(40) | BIT(41), ARM_PAUTH_IMPDEF,
	  "APK, API likewise, of the maker's algorithm" },
	{ TRAP_HCR, BIT(58), ARM_MTE, "TID5: GMID; memory tags are off" },

	/* HCRX: zero keeps every extension that it would enable trapped. */

	{ TRAP_MDCR, BIT(5) | BIT(6), ARM_PMU,
	  "TPMCR, TPM: performance monitors tell of other worlds" },
	{ TRAP_MDCR, BIT(9) | BIT(10) | BIT(11), ARM_ALWAYS,
	  "TDA, TDOSA, TDRA: breakpoints and watchpoints; BRK itself is the "
	  "kernel's" },
	{ TRAP_MDCR, BIT(14), ARM_SPE, "TPMS: statistical profiling" },
	{ TRAP_MDCR, BIT(17), ARM_PMU_P1, "HPMD: events at EL2 do not count" },
	{ TRAP_MDCR, BIT(19), ARM_TRF, "TTRF: trace filters" },
	{ TRAP_MDCR, BIT(23), ARM_PMU_P5, "HCCD: cycles at EL2 do not count" },

	{ TRAP_CPTR, 0xff | BIT(9) | BIT(13), ARM_ALWAYS, "reserved, one" },
	{ TRAP_CPTR, BIT(8), ARM_ALWAYS,
	  "TZ: SVE, whose registers nano does not scrub" },
	{ TRAP_CPTR, BIT(12), ARM_ALWAYS, "TSM: SME, likewise" },
	{ TRAP_CPTR, BIT(20), ARM_TRACE, "TTA: trace registers" },
	{ TRAP_CPTR, BIT(30), ARM_AMU, "TAM: activity monitors" },

	/* CNTHCTL: zero traps the physical counter and timer; the kernel has
	 * the virtual ones, which CNTVOFF = 0 makes equal. */

	/* HSTR: zero; AArch32 has no EL1 here. */

	{ TRAP_MPAM2, BIT(48) | BIT(49), ARM_MPAM,
	  "TRAPMPAM: cache and bandwidth partitions" },

	/* Fine-grained traps: zero adds none to those above and keeps those on
	 * whose zero means trapped. */

	/* ACTLR, HACR: zero; nothing of the maker's is handed down. */

	{ TRAP_ICC_SRE, 0xf, ARM_ALWAYS,
	  "SRE, DFB, DIB, Enable: EL1 has the CPU interface itself" },

	/* ICH_HCR: zero; no virtual interrupts, interrupts are the kernel's. */
};

const uint32_t trap_row_count = ARRAY_SIZE(trap_rows);

uint64_t trap_value(enum trap_register reg, uint64_t features)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < trap_row_count; i++) {
		const struct trap_row *row = &trap_rows[i];

		if (row->reg == reg && (features >> row->feature & 1)) {
			value |= row->bits;
		}
	}
	return value;
}

bool trap_present(enum trap_register reg, uint64_t features)
{
	switch (reg) {
	case TRAP_HCRX:
		return features >> ARM_HCX & 1;
	case TRAP_MPAM2:
		return features >> ARM_MPAM & 1;
	case TRAP_HFGRTR:
	case TRAP_HFGWTR:
	case TRAP_HFGITR:
	case TRAP_HDFGRTR:
	case TRAP_HDFGWTR:
		return features >> ARM_FGT & 1;
	case TRAP_HAFGRTR:
		return (features >> ARM_FGT & 1) && (features >> ARM_AMU & 1);
	default:
		return reg < TRAP_REGISTER_COUNT;
	}
}
