/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the ID registers (Arm ARM D19.2). */

#include "features.h"

#include "common/assert.h"
#include "sysreg.h"

#define CODE_48_BITS 5

uint64_t features_id_register(enum id_register reg)
{
	switch (reg) {
	case ID_PFR0:
		return SYSREG_READ(ID_AA64PFR0_EL1);
	case ID_PFR1:
		return SYSREG_READ(ID_AA64PFR1_EL1);
	case ID_DFR0:
		return SYSREG_READ(ID_AA64DFR0_EL1);
	case ID_ISAR0:
		return SYSREG_READ(ID_AA64ISAR0_EL1);
	case ID_ISAR1:
		return SYSREG_READ(ID_AA64ISAR1_EL1);
	case ID_ISAR2:
		return SYSREG_READ_BY(ID_ISAR2_EL1);
	case ID_MMFR0:
		return SYSREG_READ(ID_AA64MMFR0_EL1);
	case ID_MMFR1:
		return SYSREG_READ(ID_AA64MMFR1_EL1);
	case ID_MMFR2:
		return SYSREG_READ_BY(ID_MMFR2_EL1);
	default:
		return 0;
	}
}

uint64_t features_of_cpu(void)
{
	uint64_t features = 1ull << ARM_ALWAYS;

#define X(name, reg, bit, least)                                         \
	if ((features_id_register(ID_##reg) >> (bit) & 15) >= (least)) { \
		features |= 1ull << ARM_##name;                          \
	}
	ARM_FEATURES(X)
#undef X
	/* 15 in PMUVer is a design that is not Arm's, and has no such traps. */
	if ((features_id_register(ID_DFR0) >> 8 & 15) == 15) {
		features &= ~(1ull << ARM_PMU | 1ull << ARM_PMU_P1 |
			      1ull << ARM_PMU_P5);
	}
	return features;
}

uint32_t features_physical_code(void)
{
	uint32_t code = features_id_register(ID_MMFR0) & 15;

	return code < CODE_48_BITS ? code : CODE_48_BITS;
}

uint32_t features_physical_bits(void)
{
	static const uint8_t bits[CODE_48_BITS + 1] = {
		32, 36, 40, 42, 44, 48
	};

	return bits[features_physical_code()];
}

void features_told(uint64_t told[FEATURES_TOLD])
{
	for (uint32_t i = 0; i < ID_REGISTER_COUNT; i++) {
		enum id_register reg = (enum id_register)i;

		told[i] = id_register_told(reg, features_id_register(reg));
	}
	told[ID_REGISTER_COUNT] = SYSREG_READ(CTR_EL0);
	told[ID_REGISTER_COUNT + 1] = SYSREG_READ(DCZID_EL0);
	told[ID_REGISTER_COUNT + 2] = SYSREG_READ(CNTFRQ_EL0);
}
