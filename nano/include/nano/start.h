/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/**
 * The C part of nano's start: called by entry code on nano's own stack, on
 * boot's page tables, interrupts masked, with the physical address that boot
 * passed. Ends in the kernel, or off with one line that says why.
 */
_Noreturn void nano_start(uint64_t boot_info);
