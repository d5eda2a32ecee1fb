/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields that are told (Arm ARM D19.2, ID_AA64*_EL1). A field is four bits;
 * it is told up to a limit, so a CPU that is newer than this list looks like
 * one that is not.
 */

#include "idregs.h"

#include "common/assert.h"

struct id_field {
	enum id_register reg;
	uint32_t bit;
	uint32_t limit; /* the most that is told */
};

#define ALL 15 /* told as it is, also the fields in which 15 means "none" */

static const struct id_field fields[] = {
	{ ID_PFR0, 0, 1 },    /* EL0: AArch64 */
	{ ID_PFR0, 4, 1 },    /* EL1: AArch64; no EL2, no EL3 */
	{ ID_PFR0, 16, ALL }, /* FP */
	{ ID_PFR0, 20, ALL }, /* AdvSIMD */
	{ ID_PFR0, 24, 3 },   /* GIC: system registers */
	{ ID_PFR0, 48, 1 },   /* DIT */
	{ ID_PFR0, 56, 1 },   /* CSV2, without SCXTNUM */
	{ ID_PFR0, 60, 1 },   /* CSV3 */

	{ ID_PFR1, 0, 1 }, /* BT */
	{ ID_PFR1, 4, 2 }, /* SSBS */

	{ ID_DFR0, 0, 6 }, /* DebugVer: Armv8, the least there is */

	{ ID_ISAR0, 4, 2 },  /* AES */
	{ ID_ISAR0, 8, 1 },  /* SHA1 */
	{ ID_ISAR0, 12, 2 }, /* SHA2 */
	{ ID_ISAR0, 16, 1 }, /* CRC32 */
	{ ID_ISAR0, 20, 2 }, /* Atomic */
	{ ID_ISAR0, 28, 1 }, /* RDM */
	{ ID_ISAR0, 32, 1 }, /* SHA3 */
	{ ID_ISAR0, 36, 1 }, /* SM3 */
	{ ID_ISAR0, 40, 1 }, /* SM4 */
	{ ID_ISAR0, 44, 1 }, /* DP */
	{ ID_ISAR0, 48, 1 }, /* FHM */
	{ ID_ISAR0, 52, 2 }, /* TS */
	{ ID_ISAR0, 56, 2 }, /* TLB */
	{ ID_ISAR0, 60, 1 }, /* RNDR */

	{ ID_ISAR1, 0, 2 },  /* DPB */
	{ ID_ISAR1, 4, 5 },  /* APA */
	{ ID_ISAR1, 8, 5 },  /* API */
	{ ID_ISAR1, 12, 1 }, /* JSCVT */
	{ ID_ISAR1, 16, 1 }, /* FCMA */
	{ ID_ISAR1, 20, 2 }, /* LRCPC */
	{ ID_ISAR1, 24, 1 }, /* GPA */
	{ ID_ISAR1, 28, 1 }, /* GPI */
	{ ID_ISAR1, 32, 1 }, /* FRINTTS */
	{ ID_ISAR1, 36, 1 }, /* SB */
	{ ID_ISAR1, 40, 1 }, /* SPECRES */
	{ ID_ISAR1, 44, 2 }, /* BF16 */
	{ ID_ISAR1, 48, 1 }, /* DGH */
	{ ID_ISAR1, 52, 1 }, /* I8MM */

	{ ID_ISAR2, 24, 1 }, /* PAC_frac */

	{ ID_MMFR0, 0, ALL },  /* PARange */
	{ ID_MMFR0, 4, 2 },    /* ASIDBits */
	{ ID_MMFR0, 8, 1 },    /* BigEnd */
	{ ID_MMFR0, 16, 1 },   /* BigEndEL0 */
	{ ID_MMFR0, 20, ALL }, /* TGran16 */
	{ ID_MMFR0, 24, ALL }, /* TGran64 */
	{ ID_MMFR0, 28, ALL }, /* TGran4 */

	{ ID_MMFR1, 0, 2 },  /* HAFDBS */
	{ ID_MMFR1, 12, 2 }, /* HPDS */
	{ ID_MMFR1, 20, 3 }, /* PAN */
	{ ID_MMFR1, 36, 1 }, /* ETS */

	{ ID_MMFR2, 0, 1 },  /* CnP */
	{ ID_MMFR2, 4, 1 },  /* UAO */
	{ ID_MMFR2, 16, 1 }, /* VARange */
	{ ID_MMFR2, 20, 1 }, /* CCIDX */
	{ ID_MMFR2, 28, 1 }, /* ST */
	{ ID_MMFR2, 32, 1 }, /* AT */
	{ ID_MMFR2, 36, 1 }, /* IDS */
	{ ID_MMFR2, 48, 1 }, /* TTL */
	{ ID_MMFR2, 52, 2 }, /* BBM */
	{ ID_MMFR2, 60, 1 }, /* E0PD */
};

enum id_register id_register_of(uint32_t crm, uint32_t op2)
{
	static const struct {
		uint32_t crm, op2;
	} places[ID_REGISTER_COUNT] = {
#define X(name, m, o) [ID_##name] = { m, o },
		ID_REGISTERS(X)
#undef X
	};

	for (uint32_t i = 0; i < ID_REGISTER_COUNT; i++) {
		if (places[i].crm == crm && places[i].op2 == op2) {
			return (enum id_register)i;
		}
	}
	return ID_REGISTER_COUNT;
}

uint64_t id_register_told(enum id_register reg, uint64_t value)
{
	uint64_t told = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct id_field *field = &fields[i];
		uint64_t real = value >> field->bit & 15;

		if (field->reg == reg) {
			uint64_t most =
				real < field->limit ? real : field->limit;
			told |= most << field->bit;
		}
	}
	return told;
}
