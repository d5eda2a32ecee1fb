/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allow-list of MSRs and what is built from it.
 *
 * Only registers that VMRUN, VMLOAD or this list's reasons make the kernel's
 * own may be written: QEMU accepts writes to MSRs it does not know, so what is
 * not in the list must exit.
 */
#include "nano/arch/x86_64/msr.h"

#include "common/string.h"
#include "nano/arch/x86_64/msr_list.h"
#include "nano/arch/x86_64/vmcb.h"

const struct msr_rule msr_rules[] = {
#define X(name, number, reads, writes, why) \
	{ .msr = (number),                  \
	  .read = (reads),                  \
	  .write = (writes),                \
	  .reason = (why) },
	MSR_RULES(X)
#undef X
};

const size_t msr_rule_count = sizeof(msr_rules) / sizeof(msr_rules[0]);

/* Each of three ranges of MSR numbers has 2 KiB of the map. */
#define RANGE_SIZE  0x2000u
#define RANGE_BYTES 2048u

static const uint32_t range_start[] = { 0x00000000, 0xc0000000, 0xc0010000 };

#define NO_PLACE UINT32_MAX

/** The number of an MSR's read bit in the map, or NO_PLACE. */
static uint32_t place(uint32_t msr)
{
	for (uint32_t i = 0; i < 3; i++) {
		if (msr >= range_start[i] &&
		    msr - range_start[i] < RANGE_SIZE) {
			return i * RANGE_BYTES * 8 + (msr - range_start[i]) * 2;
		}
	}
	return NO_PLACE;
}

void msr_map_build(uint8_t map[MSR_MAP_SIZE])
{
	memset(map, 0xff, MSR_MAP_SIZE);
	for (size_t i = 0; i < msr_rule_count; i++) {
		uint32_t bit = place(msr_rules[i].msr);
		uint32_t open = (msr_rules[i].read ? 1u : 0u) |
				(msr_rules[i].write ? 2u : 0u);

		map[bit / 8] = (uint8_t)(map[bit / 8] & ~(open << (bit % 8)));
	}
}

bool msr_map_exits(const uint8_t map[MSR_MAP_SIZE], uint32_t msr, bool write)
{
	uint32_t bit = place(msr);

	return bit == NO_PLACE ||
	       (map[bit / 8] >> (bit % 8) & (write ? 2 : 1)) != 0;
}

uint64_t msr_efer_seen(uint64_t efer)
{
	return efer & ~EFER_SVME;
}

bool msr_efer_write(uint64_t *efer, uint64_t value)
{
	uint64_t fixed = EFER_LME | EFER_LMA;
	uint64_t free = EFER_SCE | EFER_NXE;

	/* LMA is read-only: CPUs ignore what is written to it. */
	value |= EFER_LMA;
	if ((value & ~free) != fixed) {
		return false;
	}
	*efer = value | EFER_SVME;
	return true;
}
