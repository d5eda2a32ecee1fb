/* SPDX-License-Identifier: Apache-2.0 */
/* Variables that more than one file of nano uses. */

#include "nano/book.h"
#include "nano/console.h"
#include "nano/cpu.h"
#include "nano/power.h"
#include "nano/world.h"

struct world world_kernel = { .id = BOOK_OWNER_KERNEL };
uint32_t cpu_count;
bool cpu_others;
bool power_ending, console_over;
struct cpu *power_breaker;
