/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allow-list of I/O ports. Before `operational` the console is nano's and
 * the kernel calls console_write; the ports are open all the same, because a
 * kernel that scribbles on its console harms only itself.
 */
#include "nano/arch/x86_64/ioport.h"

#include "common/string.h"

void ioport_map_build(uint8_t map[IOPORT_MAP_SIZE])
{
	memset(map, 0xff, IOPORT_MAP_SIZE);
	for (uint32_t i = 0; i < IOPORT_COM1_COUNT; i++) {
		uint32_t port = IOPORT_COM1 + i;

		map[port / 8] = (uint8_t)(map[port / 8] & ~(1u << (port % 8)));
	}
}

bool ioport_map_exits(const uint8_t map[IOPORT_MAP_SIZE], uint32_t port,
		      uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		if (map[(port + i) / 8] >> ((port + i) % 8) & 1) {
			return true;
		}
	}
	return false;
}
