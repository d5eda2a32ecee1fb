/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "boot/arch.h"

#define FAKE_SWITCH_PAGE 0x300000

/**
 * Physical memory is now [start, start + size) at `memory`, nothing else. If
 * `strict`, each piece that boot asks for is a copy of its own, so that the
 * address sanitizer finds one byte read too much; what boot writes is then
 * lost. The copies live until the next call.
 */
void fake_set_memory(uint8_t *memory, uint64_t start, uint64_t size,
		     bool strict);
