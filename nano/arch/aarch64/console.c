/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PL011 as QEMU and firmware leave it: enabled, at its speed (Arm DDI 0183,
 * 3.3). nano only writes bytes.
 */

#include "abi/layout.h"
#include "machine.h"
#include "nano/arch.h"
#include "nano/own.h"

#define REGISTERS_SIZE 0x1000
#define DATA           0x00
#define FLAGS          0x18
#define TRANSMIT_FULL  (1u << 5)
#define WAIT_LIMIT     100000u

static volatile uint8_t *registers; /* NULL: no console */

bool arch_console_early(const struct boot_info *boot)
{
	machine_power = boot->power_kind;
	if (boot->console_kind == BOOT_CONSOLE_NONE) {
		return true;
	}
	if (boot->console_kind != BOOT_CONSOLE_PL011 ||
	    !is_aligned(boot->console_address, ABI_PAGE_SIZE) ||
	    boot->console_address >= NANO_WINDOW_END - NANO_WINDOW) {
		return false;
	}
	registers = (volatile uint8_t *)(NANO_WINDOW + boot->console_address);
	return true;
}

void arch_console_move(const struct boot_info *boot)
{
	if (registers) {
		registers =
			own_map_device(boot->console_address, REGISTERS_SIZE);
	}
}

void arch_console_put(char c)
{
	if (!registers) {
		return;
	}

	volatile uint32_t *data = (volatile uint32_t *)(registers + DATA);
	volatile uint32_t *flags = (volatile uint32_t *)(registers + FLAGS);
	for (uint32_t i = 0; i < WAIT_LIMIT && (*flags & TRANSMIT_FULL); i++) {
	}
	*data = (uint8_t)c;
}
