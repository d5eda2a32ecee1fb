/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the options of a command. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tess/command.h"
#include "tess/file.h"
#include "tess/value.h"

int usage_error(const char *command, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "tess %s: ", command);
	print_safe(stderr, text);
	fprintf(stderr, "\n  `tess help %s` shows what is possible\n", command);
	return EXIT_USAGE;
}

static const struct option *find(const struct option *options,
				 uint32_t option_count, const char *name)
{
	for (uint32_t i = 0; i < option_count; i++) {
		if (strcmp(options[i].name, name) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

static void unknown(const char *command, const struct option *options,
		    uint32_t option_count, const char *name)
{
	for (uint32_t i = 0; i < option_count; i++) {
		if (value_is_near(name, options[i].name)) {
			usage_error(command,
				    "unknown option '%s'; did you mean '%s'?",
				    name, options[i].name);
			return;
		}
	}
	usage_error(command, "unknown option '%s'", name);
}

/* Stores one option's value; false if it was given too often. */
static bool store(const char *command, const struct option *option,
		  const char *value)
{
	if (option->values != NULL) {
		if (option->values->count == FOLDER_LIMIT) {
			usage_error(command, "'%s' more than %u times",
				    option->name, FOLDER_LIMIT);
			return false;
		}
		option->values->items[option->values->count++] = value;
		return true;
	}
	if (*option->value != NULL) {
		usage_error(command, "'%s' is there twice", option->name);
		return false;
	}
	*option->value = value;
	return true;
}

bool options_read(const char *command, int argc, char **argv,
		  const struct option *options, uint32_t option_count,
		  const char **operand)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		const struct option *option = NULL;

		if (arg[0] != '-') {
			if (*operand != NULL) {
				usage_error(command,
					    "'%s' is one file too many", arg);
				return false;
			}
			*operand = arg;
			continue;
		}
		option = find(options, option_count, arg);
		if (option == NULL) {
			unknown(command, options, option_count, arg);
			return false;
		}
		if (option->flag != NULL) {
			*option->flag = true;
			continue;
		}
		if (i + 1 == argc) {
			usage_error(command, "'%s' lacks its value", arg);
			return false;
		}
		if (!store(command, option, argv[++i])) {
			return false;
		}
	}
	return true;
}
