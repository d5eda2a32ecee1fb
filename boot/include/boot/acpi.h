/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "abi/boot_info.h"
#include "boot/fault.h"

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
