/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/** Where the entry code goes on, with what the loader left in its registers. */
_Noreturn void boot_main(uint64_t first, uint64_t second);
