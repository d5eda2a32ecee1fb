/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end: ACPI's port, which boot found in the tables. The kernel's world
 * cannot reach it.
 */
#include "nano/arch.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/machine.h"

static uint16_t power_port, power_value;

void power_note(const struct boot_info *boot)
{
	if (boot->power_kind == BOOT_POWER_ACPI_PORT &&
	    boot->power_address <= UINT16_MAX &&
	    boot->power_value <= UINT16_MAX) {
		power_port = (uint16_t)boot->power_address;
		power_value = (uint16_t)boot->power_value;
	}
}

_Noreturn void arch_power_off(void)
{
	if (power_port) {
		out16(power_port, power_value);
	}
	arch_cpu_park();
}
