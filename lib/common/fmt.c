/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The little formatting that boot, nano, kernel and core need for their lines:
 * strings and unsigned numbers, into a bounded buffer, without allocation.
 */

#include "common/fmt.h"

#include <stdbool.h>
#include <stdint.h>

struct out {
	char *buffer;
	size_t size, length;
};

struct spec {
	unsigned int width;
	char pad;
	bool is_long;
};

static void put(struct out *out, char c)
{
	if (out->length + 1 < out->size) {
		out->buffer[out->length++] = c;
	}
}

static void put_string(struct out *out, const char *s, const struct spec *spec)
{
	unsigned int length = 0;
	for (; *s; s++, length++) {
		put(out, *s);
	}
	for (; length < spec->width; length++) {
		put(out, ' ');
	}
}

static void put_number(struct out *out, uint64_t value, unsigned int base,
		       const struct spec *spec)
{
	char digits[20];
	unsigned int count = 0;
	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	for (unsigned int i = count; i < spec->width; i++) {
		put(out, spec->pad);
	}
	while (count) {
		put(out, digits[--count]);
	}
}

static const char *parse_spec(const char *format, struct spec *spec)
{
	*spec = (struct spec){ .pad = ' ' };
	if (*format == '0') {
		spec->pad = '0';
		format++;
	}
	for (; *format >= '0' && *format <= '9'; format++) {
		spec->width = spec->width * 10 + (unsigned int)(*format - '0');
	}
	for (; *format == 'l'; format++) {
		spec->is_long = true;
	}
	return format;
}

size_t fmt_list(char *buffer, size_t size, const char *format, va_list args)
{
	struct out out = { buffer, size, 0 };

	for (; *format; format++) {
		if (*format != '%') {
			put(&out, *format);
			continue;
		}
		struct spec spec;
		format = parse_spec(format + 1, &spec);
		switch (*format) {
		case 's':
			put_string(&out, va_arg(args, const char *), &spec);
			break;
		case 'c':
			put(&out, (char)va_arg(args, int));
			break;
		case 'd': {
			int64_t value = spec.is_long ? va_arg(args, long)
						     : va_arg(args, int);
			if (value < 0) {
				put(&out, '-');
			}
			put_number(&out,
				   value < 0 ? 0 - (uint64_t)value
					     : (uint64_t)value,
				   10, &spec);
			break;
		}
		case 'u':
		case 'x': {
			uint64_t value = spec.is_long
						 ? va_arg(args, unsigned long)
						 : va_arg(args, unsigned int);
			put_number(&out, value, *format == 'x' ? 16 : 10,
				   &spec);
			break;
		}
		default: /* "%%", or a conversion it does not know */
			put(&out, *format == '%' ? '%' : '?');
		}
	}
	buffer[out.length] = 0;
	return out.length;
}

size_t fmt(char *buffer, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	size_t length = fmt_list(buffer, size, format, args);
	va_end(args);
	return length;
}
