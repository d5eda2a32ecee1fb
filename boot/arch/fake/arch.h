/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "boot/arch.h"

#define FAKE_SWITCH_PAGE 0x300000

/** Physical memory is now [start, start + size) at `memory`, nothing else. */
void fake_set_memory(uint8_t *memory, uint64_t start, uint64_t size);
