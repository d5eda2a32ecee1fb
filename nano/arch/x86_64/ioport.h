/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which I/O ports the kernel's world reaches directly: the console's. Ports
 * lead around nested paging (fw_cfg DMA, A20, PCI configuration, CMOS and
 * reset), so all others exit and are refused.
 */
#include <stdbool.h>
#include <stdint.h>

#define IOPORT_COM1       0x3f8u
#define IOPORT_COM1_COUNT 8u

/* One bit a port, set means exit; beyond port 0xffff lie the bits that an
 * access of 2 or 4 bytes there looks at (15.10.1). */
#define IOPORT_MAP_SIZE 12288

/** Fills the whole map. */
void ioport_map_build(uint8_t map[IOPORT_MAP_SIZE]);

/** Whether an access of `size` (1, 2, 4) bytes exits, as the CPU reads it. */
bool ioport_map_exits(const uint8_t map[IOPORT_MAP_SIZE], uint32_t port,
		      uint32_t size);
