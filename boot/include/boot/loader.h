/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "abi/boot_info.h"
#include "boot/fault.h"

/* What the loader leaves in eax; entry.S puts the first there for PVH. */
#define LOADER_PVH        0x336ec578u
#define LOADER_MULTIBOOT2 0x36d76289u

/**
 * Reads what a PVH or multiboot2 loader tells: RAM and RESERVED ranges, the
 * archive (as the one module; claimed in the map), the RSDP's address.
 * Sources: Xen, public/arch-x86/hvm/start_info.h; Multiboot2 2.0, 3.6.
 *
 * @param magic    one of the above
 * @param address  physical, of start_info or the boot information
 * @return FAULT_PROTOCOL, FAULT_LOADER_DATA, FAULT_NO_MEMORY_MAP,
 *         FAULT_NO_ARCHIVE, FAULT_MODULES, FAULT_NOT_ALIGNED and those of
 *         ranges_add and ranges_claim
 */
enum boot_fault loader_read(struct boot_info *info, uint64_t magic,
			    uint64_t address);
