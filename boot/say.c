/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that boot prints, and the end of boot when something is wrong. */

#include "boot/fault.h"

#include <stdarg.h>

#include "boot/arch.h"
#include "common/assert.h"
#include "common/fmt.h"

#define LINE_SIZE 200

static void put(const char *text)
{
	for (; *text; text++) {
		arch_put(*text);
	}
}

static void say_list(const char *format, va_list args)
{
	char line[LINE_SIZE];

	fmt_list(line, sizeof(line), format, args);
	put("boot: ");
	put(line);
	put("\r\n");
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_list(format, args);
	va_end(args);
}

void say_and_stop(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_list(format, args);
	va_end(args);
	arch_halt();
}

void stop_on(enum boot_fault fault)
{
	static const char *const texts[] = {
#define X(name, text) [FAULT_##name] = (text),
		BOOT_FAULTS(X)
#undef X
	};

	if (fault != FAULT_NONE) {
		say_and_stop("%s", texts[fault]);
	}
}

void boot_exception(void)
{
	say_and_stop("an exception that boot did not expect");
}

/* Nothing is formatted here: the formatting could be what is broken. */
void panic(const char *what, const char *file, int line)
{
	(void)line;
	put("boot: broken invariant: ");
	put(what);
	put(" in ");
	put(file);
	put("\r\n");
	arch_halt();
}
