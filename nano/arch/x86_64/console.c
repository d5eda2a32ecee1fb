/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550 at COM1, by polling. After `operational` the kernel's world has
 * these ports, too, and may leave the device in any state; so each byte finds
 * the line settings as nano wants them or sets them first.
 */
#include "nano/arch.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/ioport.h"
#include "nano/arch/x86_64/machine.h"

/* Registers, from the base port on (PC16550D data sheet, table II). */
enum {
	UART_DATA = 0,
	UART_INTERRUPTS = 1,
	UART_FIFO = 2,
	UART_LINE = 3,
	UART_MODEM = 4,
	UART_STATUS = 5,
};

#define LINE_8N1       0x03 /* and the divisor latch closed */
#define LINE_DIVISOR   0x80
#define MODEM_READY    0x03 /* and neither interrupts nor loopback */
#define FIFO_ON        0x07
#define STATUS_EMPTY   0x20
#define DIVISOR_115200 1

static uint16_t console_base;

static uint16_t uart(uint32_t offset)
{
	return (uint16_t)(console_base + offset);
}

static void uart_init(void)
{
	out8(uart(UART_LINE), LINE_DIVISOR);
	out8(uart(UART_DATA), DIVISOR_115200);
	out8(uart(UART_INTERRUPTS), 0);
	out8(uart(UART_LINE), LINE_8N1);
	out8(uart(UART_INTERRUPTS), 0);
	out8(uart(UART_FIFO), FIFO_ON);
	out8(uart(UART_MODEM), MODEM_READY);
}

bool arch_console_early(const struct boot_info *boot)
{
	power_note(boot);
	if (boot->console_kind != BOOT_CONSOLE_16550 ||
	    boot->console_address != IOPORT_COM1) {
		return boot->console_kind == BOOT_CONSOLE_NONE;
	}
	console_base = IOPORT_COM1;
	uart_init();
	return true;
}

void arch_console_move(const struct boot_info *boot)
{
	(void)boot; /* ports are where they were */
}

bool arch_console_put(char c, uint32_t *polls)
{
	if (!console_base) {
		return true;
	}
	if (in8(uart(UART_LINE)) != LINE_8N1 ||
	    in8(uart(UART_MODEM)) != MODEM_READY) {
		uart_init();
	}
	for (; *polls > 0; --*polls) {
		if (in8(uart(UART_STATUS)) & STATUS_EMPTY) {
			out8(uart(UART_DATA), (uint8_t)c);
			return true;
		}
	}
	return false;
}
