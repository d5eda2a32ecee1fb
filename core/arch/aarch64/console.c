/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PL011 UART (Arm DDI 0183), whose registers are a Frame made from the
 * device memory that the kernel gave. Boot has set its speed.
 */

#include "core/machine.h"

#include "abi/boot_info.h"
#include "abi/message.h"
#include "common/assert.h"
#include "core/object.h"
#include "core/space.h"

enum {
	DATA = 0x00,         /* DR */
	FLAGS = 0x18,        /* FR */
	QUEUE_FULL = 1 << 5, /* FR.TXFF */
};

static volatile uint8_t *registers;

static volatile uint32_t *at(uint32_t offset)
{
	return (volatile uint32_t *)(registers + offset);
}

void arch_console_init(const struct core_info *info)
{
	if (info->console_kind != BOOT_CONSOLE_PL011) {
		return;
	}
	if (!slot_ensure(1)) {
		return;
	}
	struct slot_run run = slot_take(1);
	status_t status = object_retype(CORE_SLOT_CONSOLE, ABI_TYPE_FRAME, 0, 1,
					run.node, run.first);
	CHECK(status == ST_OK);
	status = object_map(slot_address(&run, 0), CORE_SLOT_VSPACE,
			    CORE_CONSOLE, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	CHECK(status == ST_OK);
	registers = (volatile uint8_t *)CORE_CONSOLE;
}

void arch_console_write(const char *bytes, size_t size)
{
	for (size_t i = 0; registers && i < size; i++) {
		while (*at(FLAGS) & QUEUE_FULL) {
		}
		*at(DATA) = (unsigned char)bytes[i];
	}
}
