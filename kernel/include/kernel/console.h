/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/** Prints `kernel: ` and a formatted line (common/fmt.h) of at most 200
 * characters through nano, as long as the system is not operational. */
void console_line(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
