/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trap table of aarch64. The kernel's world keeps what it needs to run
 * threads: its translation, exception and thread registers, the virtual timer,
 * the GIC's CPU interface, floating point. All else traps, is counted, and is
 * undefined for it. SVCs, faults, interrupts and timers of the kernel never
 * enter nano.
 */

#include "traps.h"

#include "trap_list.h"

#define SET   1ull
#define CLEAR 0ull

/* The bits of a row, and those of them that are one. */
#define MASK(first, last) ((~0ull >> (63 - (last))) & (~0ull << (first)))

const struct trap_row trap_rows[] = {
#define X(where, first, last, value, has, called, why) \
	{ .reg = TRAP_##where,                         \
	  .mask = MASK(first, last),                   \
	  .bits = (uint64_t)(value) << (first),        \
	  .feature = ARM_##has,                        \
	  .name = (called),                            \
	  .reason = (why) },
	TRAPS(X)
#undef X
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
