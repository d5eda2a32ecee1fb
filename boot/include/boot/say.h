/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "boot/fault.h"

/** Prints "boot: ", the formatted text (common/fmt.h) and a line end. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same, and then stops the machine for good. */
_Noreturn void say_and_stop(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** Stops with the fault's line, unless it is FAULT_NONE. */
void stop_on(enum boot_fault fault);

/** An exception that boot did not expect: one line, then the end. */
_Noreturn void boot_exception(void);
