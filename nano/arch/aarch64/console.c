/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PL011 (Arm DDI 0183, 3.3). Firmware has set its speed. The kernel's world
 * may use it too, and may have left it switched off when nano has something to
 * say, the last line above all; so nano looks before each byte.
 */

#include "abi/layout.h"
#include "machine.h"
#include "nano/arch.h"
#include "nano/own.h"

#define REGISTERS_SIZE 0x1000
#define DATA           0x00
#define FLAGS          0x18
#define TRANSMIT_FULL  (1u << 5)
#define LINE           0x2c
#define LINE_8N1       0x70u /* with FIFO */
#define CONTROL        0x30
#define CONTROL_ON     0x301u /* enabled, sends, receives */
#define CONTROL_SENDS  0x101u

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

static volatile uint32_t *reg(uint32_t offset)
{
	return (volatile uint32_t *)(registers + offset);
}

bool arch_console_put(char c, uint32_t *polls)
{
	if (!registers) {
		return true;
	}
	if ((*reg(CONTROL) & CONTROL_SENDS) != CONTROL_SENDS) {
		*reg(LINE) = LINE_8N1;
		*reg(CONTROL) = CONTROL_ON;
	}
	for (; *polls > 0; --*polls) {
		if (!(*reg(FLAGS) & TRANSMIT_FULL)) {
			*reg(DATA) = (uint8_t)c;
			return true;
		}
	}
	return false;
}
