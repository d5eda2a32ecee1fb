/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* nano's image in memory (image.c). */

#include "abi/boot_info.h"
#include "common/types.h"
#include "nano/arch/x86_64/machine.h"

/** The stacks of the first CPU: a page that is not mapped below each. They
 * grow down to it. Those of the others are in the pool (smp.c). */
struct stacks {
	uint8_t gap[ABI_PAGE_SIZE];
	uint8_t main[STACK_SIZE];
	struct {
		uint8_t gap[ABI_PAGE_SIZE];
		uint8_t stack[IST_SIZE];
	} ist[IST_COUNT];
} __attribute__((aligned(ABI_PAGE_SIZE)));

extern struct stacks stacks;

/** Tells the first CPU its stacks. */
void image_stacks(struct machine_cpu *cpu);

/** Learns from a checked boot_info where the image lies. */
void image_note(const struct boot_info *boot);

/** The physical address of something in nano's image; after image_note(). */
paddr_t image_address(const void *p);
