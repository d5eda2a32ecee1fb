/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The nano calls that the kernel makes, each with its arguments in C. */

#include <stdint.h>

#include "abi/status.h"
#include "kernel/arch.h"

/** Writes bytes to nano's console; nothing once the system is operational. */
void nano_console_write(const char *text, uint64_t size);

/** The console is no longer nano's, but for its last line. */
status_t nano_operational(void);

/** Prints nano's last line with this status and ends the machine. */
_Noreturn void nano_power_off(uint8_t status);

/** Has the CPU of that number enter the kernel at `entry` with `argument` in its
 * first register. AGAIN: not up yet, to be called again with the same
 * arguments; GONE: it never will be; BUSY: it runs. */
status_t nano_cpu_start(uint32_t index, uint64_t entry, uint64_t argument);

/**
 * Reservations (abi/hypercalls.h), which go in steps: AGAIN when there are more.
 * Making one takes memory from the kernel's world for good; the value is nano's
 * name for it. Revoking gives it back zeroed: begun once, then finished.
 */
struct nano_result nano_reservation_make(uint64_t start, uint64_t size);
struct nano_result nano_revoke_start(uint64_t reservation);
struct nano_result nano_revoke_finish(uint64_t reservation);

/** One of nano's counters; BAD_ARGUMENT for a number that is none. */
status_t nano_counter(uint64_t counter, uint64_t *value);
