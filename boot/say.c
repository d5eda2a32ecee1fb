/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that boot prints, and the end of boot when something is wrong. */

#include "boot/say.h"

#include <stdarg.h>

#include "boot/arch.h"
#include "common/assert.h"
#include "common/fmt.h"

#define LINE_SIZE 200

static void put(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			arch_put('\r');
		}
		arch_put(*text);
	}
}

static void say_list(const char *format, va_list args)
{
	char line[LINE_SIZE];

	fmt_list(line, sizeof(line), format, args);
	put("boot: ");
	put(line);
	put("\n");
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

static const char *text_of(enum boot_fault fault)
{
	switch (fault) {
#define X(name, text)      \
	case FAULT_##name: \
		return (text);
		BOOT_FAULTS(X)
#undef X
	default:
		return "an unknown fault";
	}
}

void stop_on(enum boot_fault fault)
{
	if (fault != FAULT_NONE) {
		say_and_stop("%s", text_of(fault));
	}
}

void boot_exception(void)
{
	say_and_stop("an exception that boot did not expect");
}

void panic(const char *what, const char *file, int line)
{
	say_and_stop("broken invariant: %s (%s:%d)", what, file, line);
}
