/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the tool says when it cannot go on.
 *
 * Every error has a code that never changes its meaning, the exact place, what
 * was found, what was expected and what to change. Errors are collected and
 * printed in the order of the file, at most DIAG_SHOWN of them.
 */
#include <stdbool.h>
#include <stdio.h>

#include "tess/arena.h"

#define DIAG_SHOWN 20u
#define DIAG_KEPT  4096u

/*
 * X(code, NAME, "meaning"). A code is for ever: never reused, never given
 * another meaning. docs/manifest.md lists them from here.
 */
#define DIAG_CODES(X)                                                         \
	X(100, SYNTAX, "the file is not well-formed YAML")                    \
	X(101, UNREADABLE, "the manifest cannot be read")                     \
	X(102, EMPTY, "the manifest says nothing")                            \
	X(103, ANCHOR, "an anchor or alias, which manifests do not have")     \
	X(104, TAG, "a tag, which manifests do not have")                     \
	X(105, DOCUMENTS, "more than one document in a file")                 \
	X(106, DEPTH, "nested deeper than any manifest needs")                \
	X(107, DUPLICATE, "the same key or name twice")                       \
	X(108, DIRECTIVE, "a YAML directive, which manifests do not have")    \
	X(110, UNKNOWN_KEY, "a key that the schema does not have")            \
	X(111, NOT_ENFORCED, "a key that this build does not enforce yet")    \
	X(112, MISSING_KEY, "a mandatory key is missing")                     \
	X(113, WRONG_TYPE, "a value of the wrong type")                       \
	X(114, BAD_NAME, "a name that breaks the rules for names")            \
	X(115, BAD_UNIT, "a size, time or rate without a unit that is known") \
	X(116, OUT_OF_RANGE, "a number beyond its range")                     \
	X(117, BAD_NUMBER, "not a number")                                    \
	X(118, BAD_CHOICE, "not one of the words that are possible")          \
	X(119, BAD_TEXT, "text that is empty, too long or not printable")     \
	X(120, LISTED_TWICE, "the same entry twice in a list")                \
	X(121, TOO_MANY, "more entries than are possible")                    \
	X(122, NOT_PAGES, "a size that is not a multiple of 4 KiB")           \
	X(123, NOT_POWER, "a count of slots that is not a power of two")      \
	X(124, TOO_FEW, "a list or map that must have entries has none")      \
	X(130, MEMORY_SUM, "the memory quotas together exceed the memory")    \
	X(131, SLOTS, "too few capability slots for the routes")              \
	X(132, IMAGE_MISSING, "an image that is nowhere to be found")         \
	X(133, IMAGE_FORMAT, "an image that is not an ELF64 program for us")  \
	X(134, IMAGE_MACHINE, "an image for another machine")                 \
	X(140, UNKNOWN_CAPSULE, "a capsule that the manifest does not have")  \
	X(141, UNKNOWN_SERVICE, "a service that the capsule does not offer")  \
	X(142, NOT_OFFERED_TO,                                                \
	  "a service that is not offered to this capsule")                    \
	X(143, UNKNOWN_RIGHT, "a right that the service does not have")       \
	X(144, SERVICE_TWICE, "two routes of one capsule with the same name") \
	X(145, CYCLE, "capsules that wait for each other to start")           \
	X(146, REACHES, "a boundary (never-reaches) that does not hold")      \
	X(147, BAD_PATTERN, "a never-reaches pattern that cannot be meant")   \
	X(201, FILE, "a file cannot be read or written")                      \
	X(202, ELF, "not an ELF64 file that can be packed")                   \
	X(203, MACHINE, "files for different machines in one archive")        \
	X(204, MANIFEST, "a compiled manifest that does not pass its check")  \
	X(205, CAPSULE, "a capsule's image that is nowhere to be found")      \
	X(206, ARCHIVE_SIZE, "more than an archive can hold")                 \
	X(207, ARCHIVE, "an archive that does not pass its check")            \
	X(208, CONTENT, "an archive entry that does not pass its check")

enum diag_code {
#define X(code, name, meaning) DIAG_##name = (code),
	DIAG_CODES(X)
#undef X
};

/** A place in a file, counted from 1; line 0 means the file as a whole. */
struct place {
	uint32_t line, column;
};

/** One error. The last three lines may be null. */
struct diag {
	enum diag_code code;
	struct place at;
	const char *file;
	const char *message;
	const char *found;
	const char *expected;
	const char *fix;
};

/** The errors of one run. */
struct diags {
	struct arena *arena;
	const char *file; /* that new errors are about */
	struct diag *items;
	uint32_t count; /* all errors, also those above DIAG_KEPT */
	struct diag overflow;
};

/** Adds an error and returns it, for the caller to fill in the details. */
struct diag *diag_add(struct diags *diags, enum diag_code code, struct place at,
		      const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** Prints the errors as text, or as one JSON object per line. */
void diags_print(struct diags *diags, bool json, FILE *out);
