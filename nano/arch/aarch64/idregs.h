/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The ID registers as the kernel's world reads them: an allow-list of fields.
 * What nano traps or hides, the kernel is told the CPU does not have; what the
 * list does not name reads as zero.
 */

#include "common/types.h"

/* X(NAME, CRm, op2): the registers with fields in the list. All are op0 3,
 * op1 0, CRn 0; every other one of CRm 1 to 7 reads as zero. */
#define ID_REGISTERS(X) \
	X(PFR0, 4, 0)   \
	X(PFR1, 4, 1)   \
	X(DFR0, 5, 0)   \
	X(ISAR0, 6, 0)  \
	X(ISAR1, 6, 1)  \
	X(ISAR2, 6, 2)  \
	X(MMFR0, 7, 0)  \
	X(MMFR1, 7, 1)  \
	X(MMFR2, 7, 2)

enum id_register {
#define X(name, crm, op2) ID_##name,
	ID_REGISTERS(X)
#undef X
		ID_REGISTER_COUNT
};

/** The register of that CRm and op2, or ID_REGISTER_COUNT. */
enum id_register id_register_of(uint32_t crm, uint32_t op2);

/** What the kernel's world reads for a register that really holds `value`. */
uint64_t id_register_told(enum id_register reg, uint64_t value);
