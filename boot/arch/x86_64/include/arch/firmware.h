/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "abi/boot_info.h"
#include "boot/fault.h"

/* Firmware's tables need not be aligned. */
#define PACKED __attribute__((packed))

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
 * @return FAULT_PROTOCOL to FAULT_NOT_ALIGNED
 */
enum boot_fault loader_read(struct boot_info *info, uint64_t magic,
			    uint64_t address);

/**
 * Reads what boot needs of the ACPI tables at info->rsdp: the CPUs and the
 * interrupt controllers from the MADT, the way to switch the machine off from
 * the FADT and the DSDT (power_kind stays NONE where they do not tell). The
 * length and the checksum of each table that is looked at are checked. ACPI 6.5,
 * 5.2.5 to 5.2.12, and 7.4.2 for \_S5.
 *
 * @param self  the APIC id of the CPU that runs: it becomes the first
 * @return FAULT_ACPI_*, FAULT_CPUS, FAULT_NO_CPU
 */
enum boot_fault acpi_read(struct boot_info *info, uint64_t self);
