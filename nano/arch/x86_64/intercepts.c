/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs the table of intercepts and finds the row of an exit.
 *
 * Invariant: no two rows have the same exit code, so each bit has one reason.
 */
#include "nano/arch/x86_64/intercepts.h"

#include "nano/arch/x86_64/intercept_list.h"
#include "nano/arch/x86_64/vmcb.h"

const struct intercept intercepts[] = {
#define X(code, many, does, text, why) \
	{ .exit = (code),              \
	  .count = (many),             \
	  .action = INTERCEPT_##does,  \
	  .name = (text),              \
	  .reason = (why) },
	INTERCEPTS(X)
#undef X
};

const size_t intercept_count = sizeof(intercepts) / sizeof(intercepts[0]);

static void set(struct vmcb *vmcb, uint32_t exit)
{
	uint32_t bit = exit & 15;

	if (exit < 0x10) {
		vmcb->intercept_cr_read |= (uint16_t)(1u << bit);
	} else if (exit < 0x20) {
		vmcb->intercept_cr_write |= (uint16_t)(1u << bit);
	} else if (exit < 0x30) {
		vmcb->intercept_dr_read |= (uint16_t)(1u << bit);
	} else if (exit < 0x40) {
		vmcb->intercept_dr_write |= (uint16_t)(1u << bit);
	} else if (exit < 0x60) {
		vmcb->intercept_exceptions |= 1u << (exit - 0x40);
	} else if (exit < INTERCEPT_BITS) {
		vmcb->intercept_events[(exit - 0x60) / 32] |= 1u << (exit % 32);
	}
}

void intercepts_program(struct vmcb *vmcb)
{
	for (size_t i = 0; i < intercept_count; i++) {
		for (uint32_t n = 0; n < intercepts[i].count; n++) {
			set(vmcb, intercepts[i].exit + n);
		}
	}
}

const struct intercept *intercept_find(uint32_t exit)
{
	for (size_t i = 0; i < intercept_count; i++) {
		if (exit - intercepts[i].exit < intercepts[i].count) {
			return &intercepts[i];
		}
	}
	return NULL;
}
