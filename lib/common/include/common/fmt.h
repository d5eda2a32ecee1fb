/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/**
 * Formats into `buffer` of `size` bytes (at least 1), always terminated; what
 * does not fit is cut off. Knows %s %c %d %u %x with an optional l, a field
 * width and a leading 0, and %%; any other conversion comes out as a question
 * mark, because what formats the last words of a panic must not panic itself.
 * Returns the length of what stands in the buffer, without the zero.
 */
size_t fmt(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The same with the arguments as a list. */
size_t fmt_list(char *buffer, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
