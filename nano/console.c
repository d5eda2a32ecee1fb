/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of nano and bytes of the kernel, whole under one lock. */

#include "nano/console.h"

#include <stdarg.h>

#include "common/fmt.h"
#include "nano/arch.h"

static struct spinlock console_lock;

static void put(const char *bytes, size_t size, bool last)
{
	arch_lock(&console_lock);
	for (size_t i = 0; i < size && !console_over; i++) {
		arch_console_put(bytes[i]);
	}
	console_over |= last;
	arch_unlock(&console_lock);
}

void console_bytes(const char *bytes, size_t size)
{
	put(bytes, size, false);
}

void console_last(const char *bytes, size_t size)
{
	put(bytes, size, true);
}

void console_print_list(const char *format, va_list arguments)
{
	char line[CONSOLE_LINE_SIZE];
	size_t length = fmt_list(line, sizeof(line), format, arguments);

	console_bytes(line, length);
}

void console_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	console_print_list(format, arguments);
	va_end(arguments);
}
