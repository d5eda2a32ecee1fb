/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What this CPU has. All CPUs of the machine must have the same. */

#include "common/types.h"
#include "idregs.h"
#include "traps.h"

/** A bit for each arm_feature of this CPU, ARM_ALWAYS among them. */
uint64_t features_of_cpu(void);

/** Whether this CPU has one of them. */
static inline bool feature(enum arm_feature which)
{
	return features_of_cpu() >> which & 1;
}

/** What the ID register really holds. */
uint64_t features_id_register(enum id_register reg);

/** Bits of a physical address that nano uses, at most 48. */
uint32_t features_physical_bits(void);

/** The same as the translation registers (xPS) say it. */
uint32_t features_physical_code(void);

/* What user mode or the kernel's world may read of a CPU. */
#define FEATURES_TOLD (ID_REGISTER_COUNT + 3)

/** Fills in what this CPU tells. */
void features_told(uint64_t told[FEATURES_TOLD]);
