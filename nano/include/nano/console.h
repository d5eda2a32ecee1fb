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

/** Writes as many of the bytes as the device takes within a bounded time, from
 * the first on; returns how many. None while another CPU writes. */
size_t console_offer(const char *bytes, size_t size);

/** Writes the last bytes of a run; whatever comes after them is dropped. */
void console_last(const char *bytes, size_t size);

/** Writes bytes without the lock, for a nano that is broken. */
void console_raw(const char *bytes, size_t size);

/** From here on nobody's bytes but those of console_raw() reach the device; a
 * CPU that is writing ends that first, if it ever does. Returns false when the
 * last bytes are written already. */
bool console_seize(void);

/** What is written now is dropped: the last bytes are written, or nano is
 * broken. */
extern bool console_over;

#define CONSOLE_LINE_SIZE 160
