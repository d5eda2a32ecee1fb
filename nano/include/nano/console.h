/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * nano's lines on the console. It has the console to itself until the kernel
 * says `operational`; after that only the lines of the end of a run are
 * printed, and the kernel's console_write is refused.
 */

#include <stdarg.h>

#include "common/types.h"

/** Writes a formatted text (fmt.h), cut off at CONSOLE_LINE_SIZE. */
void console_print(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** The same with the arguments as a list. */
void console_print_list(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

/** Writes bytes as they are. */
void console_bytes(const char *bytes, size_t size);

/** Writes the last bytes of a run; whatever comes after them is dropped. */
void console_last(const char *bytes, size_t size);

/** The last bytes are written. */
extern bool console_over;

#define CONSOLE_LINE_SIZE 160
