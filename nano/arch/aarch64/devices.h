/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The registers that the kernel's world may reach on aarch64: the console, the
 * GIC's distributor, and the SGI frames of the redistributors.
 *
 * The RD frames stay nano's: they hold the tables of LPIs, which the GIC reads
 * and writes by physical address. The ITS stays nano's for the same reason; so
 * does everything else, because nobody has shown it to be harmless.
 */

#include "abi/boot_info.h"

/* An RD frame, then an SGI frame, for each CPU (Arm IHI 0069, 12.10). */
#define DEVICES_REDIST_FRAME  0x10000u
#define DEVICES_REDIST_STRIDE 0x20000u

/** TABLE_* bits for [start, end), whole pages, or 0. Pure. */
uint32_t devices_access(const struct boot_info *boot, uint64_t start,
			uint64_t end);
