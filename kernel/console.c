/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's few lines: at boot, and when it dies. */

#include "kernel/console.h"

#include "common/assert.h"
#include "common/fmt.h"
#include "kernel/entry.h"
#include "kernel/nano.h"

#define LINE_MAX    208
#define STATUS_DIED 126

void console_line(const char *format, ...)
{
	char line[LINE_MAX];
	va_list args;

	size_t length = fmt(line, sizeof(line), "kernel: ");
	va_start(args, format);
	length += fmt_list(line + length, sizeof(line) - length - 1, format,
			   args);
	va_end(args);
	line[length++] = '\n';
	nano_console_write(line, length);
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	console_line("broken invariant: %s, %s:%d", what, file, line);
	nano_power_off(STATUS_DIED);
}

_Noreturn void kernel_died(const struct fault *fault)
{
	console_line("fault in the kernel: kind %u at 0x%lx, address 0x%lx, "
		     "syndrome 0x%lx",
		     (uint32_t)fault->kind, (unsigned long)fault->pc,
		     (unsigned long)fault->address,
		     (unsigned long)fault->syndrome);
	nano_power_off(STATUS_DIED);
}
