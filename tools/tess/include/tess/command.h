/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The commands of the tool and how their options are read.
 *
 * Exit status of every command: 0 done, 1 the input is at fault and errors
 * were printed, 2 the command line is at fault.
 */
#include <stdbool.h>
#include <stdint.h>

#define TESS_VERSION "0.1"

#define EXIT_DONE    0
#define EXIT_REFUSED 1
#define EXIT_USAGE   2

/* Machine memory without --memory, and what of it capsules cannot have. */
#define DEFAULT_MEMORY (256ull << 20)
#define SYSTEM_MEMORY  (64ull << 20)

#define FOLDER_LIMIT 32u

/** Values of an option that can be given several times, in their order. */
struct strings {
	const char *items[FOLDER_LIMIT];
	uint32_t count;
};

/** One option; exactly one of the three targets is set. */
struct option {
	const char *name; /* with its dashes */
	bool *flag;
	const char **value;
	struct strings *values;
};

/**
 * Reads options and at most one operand, which may be anywhere between them.
 * Returns false after printing what is wrong with the command line.
 */
bool options_read(const char *command, int argc, char **argv,
		  const struct option *options, uint32_t option_count,
		  const char **operand);

/** Prints a fault of the command line; returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** argv[0] is the command's name. */
int command_manifest(int argc, char **argv);
int command_image(int argc, char **argv);

/** Prints docs/manifest.md, all of it, from the schema and the error codes. */
void manifest_docs(void);
