/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The kernel's copy of boot_info: what boot told nano, less what is nano's.
 */

#include "abi/boot_info.h"

/**
 * Fills in `kernel` from nano's checked and completed copy.
 *
 * - ranges of kind NANO and RESERVED are left out; BOOT is RAM by now and joins
 *   RAM beside it
 * - nano's image, root and pool are left out
 * - the device tree and the RSDP are left out unless the kernel can read them
 * - the entropy is derived from boot's and does not tell nano's
 * - the power switch is left out: it is nano's
 */
void handoff_make(struct boot_info *kernel, const struct boot_info *own,
		  uint64_t authority);

/** Where the copy belongs: the first page of the first range of tables. */
uint64_t handoff_address(const struct boot_info *own);
