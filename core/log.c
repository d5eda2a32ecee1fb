/* SPDX-License-Identifier: Apache-2.0 */
/* Putting lines together, capsule by capsule. */

#include "core/log.h"

#include <stdarg.h>
#include <string.h>

#include "common/assert.h"
#include "common/fmt.h"
#include "core/machine.h"

#define ESCAPED_SIZE 4 /* \xNN */
#define PRINTED_MAX  (CAPSULE_LINE_MAX + START_NAME_MAX + 8)

static void print(const char *line, size_t length)
{
	arch_console_write(line, length);
	arch_console_write("\r\n", 2);
}

void log_line(const char *format, ...)
{
	char line[CAPSULE_LINE_MAX];
	va_list args;

	va_start(args, format);
	size_t length = fmt_list(line, sizeof(line), format, args);
	va_end(args);
	print(line, length);
}

/* init speaks for the system, as core does. */
static void print_line(const struct capsule *capsule)
{
	bool is_init = capsule_number(capsule) == CAPSULE_INIT;
	char line[PRINTED_MAX];
	size_t length = fmt(line, sizeof(line), is_init ? "%s: " : "[%s] ",
			    capsule->name);

	CHECK(length + capsule->line_length < sizeof(line));
	memcpy(line + length, capsule->line, capsule->line_length);
	print(line, length + capsule->line_length);
}

void log_flush(struct capsule *capsule)
{
	if (capsule->line_length > 0) {
		print_line(capsule);
		capsule->line_length = 0;
	}
}

static void put(struct capsule *capsule, const char *text, uint32_t length)
{
	if (capsule->line_length + length > CAPSULE_LINE_MAX) {
		log_flush(capsule);
	}
	memcpy(capsule->line + capsule->line_length, text, length);
	capsule->line_length += length;
}

static void put_char(struct capsule *capsule, char c)
{
	char escaped[ESCAPED_SIZE + 1];

	if ((c >= ' ' && c <= '~') || c == '\t') {
		put(capsule, &c, 1);
		return;
	}
	fmt(escaped, sizeof(escaped), "\\x%02x", (unsigned char)c);
	put(capsule, escaped, ESCAPED_SIZE);
}

void log_put(struct capsule *capsule, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n') {
			print_line(capsule);
			capsule->line_length = 0;
		} else {
			put_char(capsule, text[i]);
		}
	}
}
