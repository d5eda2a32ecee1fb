/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550 UART (National PC16550D data sheet), through a capability for its
 * ports. Boot has set its speed; what is set here is the transmit queue, so
 * that its state is read once for each 16 bytes.
 */

#include "core/machine.h"

#include <stdbool.h>

#include <tess/ipc.h>

#include "abi/boot_info.h"
#include "abi/objects.h"

enum {
	TRANSMIT = 0,       /* THR */
	QUEUE_CONTROL = 2,  /* FCR */
	LINE_STATUS = 5,    /* LSR */
	QUEUE_ENABLE = 1,   /* FCR bit 0 */
	QUEUE_EMPTY = 0x20, /* LSR bit 5 */
	QUEUE_SIZE = 16,
};

static uint32_t base;

static void write_register(uint32_t number, uint64_t value)
{
	struct tess_message message = {
		.label = ABI_IO_PORT_RANGE_write,
		.length = 3,
		.words = { base + number, 1, value },
	};

	tess_call(CORE_SLOT_IO_PORTS, &message);
}

static bool has_room(void)
{
	struct tess_message message = {
		.label = ABI_IO_PORT_RANGE_read,
		.length = 2,
		.words = { base + LINE_STATUS, 1 },
	};

	return tess_call(CORE_SLOT_IO_PORTS, &message) != ST_OK ||
	       message.words[0] & QUEUE_EMPTY;
}

void arch_console_init(const struct core_info *info)
{
	if (info->console_kind == BOOT_CONSOLE_16550) {
		base = info->console_port;
		write_register(QUEUE_CONTROL, QUEUE_ENABLE);
	}
}

void arch_console_write(const char *bytes, size_t size)
{
	for (size_t i = 0; base && i < size; i++) {
		if (i % QUEUE_SIZE == 0) {
			while (!has_room()) {
			}
		}
		write_register(TRANSMIT, (unsigned char)bytes[i]);
	}
}
