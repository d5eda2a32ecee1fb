/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices and memory, while no IOMMU is programmed: no function may be bus
 * master, so none reads or writes memory or sends interrupts by message. The
 * kernel's world reaches neither configuration mechanism, so it stays so.
 */
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/machine.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ON      (1u << 31)

#define BUSES     256
#define DEVICES   32
#define FUNCTIONS 8

/* Configuration space, type 0 and 1 alike (PCI 3.0, 6.1). */
#define CONFIG_ID          0x00
#define CONFIG_COMMAND     0x04
#define CONFIG_HEADER      0x0c
#define ID_NONE            0xffff
#define COMMAND_BUS_MASTER (1u << 2)
#define HEADER_MULTIPLE    (1u << 23)

static void select(uint32_t function, uint32_t offset)
{
	out32(CONFIG_ADDRESS, CONFIG_ON | function << 8 | offset);
}

/* `function` is bus, device and function as a 16-bit number. Returns whether
 * there is one. The upper half of the command word is write-one-to-clear, so
 * only the lower is written. */
static bool confine(uint32_t function)
{
	select(function, CONFIG_ID);
	if ((in32(CONFIG_DATA) & 0xffff) == ID_NONE) {
		return false;
	}
	select(function, CONFIG_COMMAND);

	uint32_t command = in32(CONFIG_DATA) & 0xffff;
	if (command & COMMAND_BUS_MASTER) {
		out16(CONFIG_DATA, (uint16_t)(command & ~COMMAND_BUS_MASTER));
	}
	return true;
}

static bool has_many(uint32_t function)
{
	select(function, CONFIG_HEADER);
	return in32(CONFIG_DATA) & HEADER_MULTIPLE;
}

void pci_confine(void)
{
	for (uint32_t slot = 0; slot < BUSES * DEVICES; slot++) {
		uint32_t first = slot * FUNCTIONS;

		if (!confine(first) || !has_many(first)) {
			continue;
		}
		for (uint32_t i = 1; i < FUNCTIONS; i++) {
			confine(first + i);
		}
	}
	out32(CONFIG_ADDRESS, 0);
}
