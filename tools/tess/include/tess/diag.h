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
 * X(code, NAME, "meaning", "fix"): the fix is printed where nothing more exact
 * is known. A code is for ever: never reused, never given another meaning.
 * docs/manifest.md lists them from here.
 */
#define DIAG_CODES(X)                                                                   \
	X(100, SYNTAX, "the file is not well-formed YAML",                              \
	  "compare the indentation and punctuation with the lines before")              \
	X(101, UNREADABLE, "the manifest cannot be read",                               \
	  "name a file that can be read")                                               \
	X(102, EMPTY, "the manifest says nothing", "begin with: system: NAME")          \
	X(103, ANCHOR, "an anchor or alias, which manifests do not have",               \
	  "write the value out where it is used; quote a word that begins with & or *") \
	X(104, TAG, "a tag, which manifests do not have",                               \
	  "remove it: the schema says what type a value has")                           \
	X(105, DOCUMENTS, "more than one document in a file",                           \
	  "remove the '---', or make two files")                                        \
	X(106, DEPTH, "nested deeper than any manifest needs",                          \
	  "remove brackets or indentation")                                             \
	X(107, DUPLICATE, "the same key or name twice",                                 \
	  "remove or rename one of them")                                               \
	X(108, DIRECTIVE, "a YAML directive, which manifests do not have",              \
	  "remove the line")                                                            \
	X(110, UNKNOWN_KEY, "a key that the schema does not have",                      \
	  "remove it")                                                                  \
	X(111, NOT_ENFORCED, "a key that this build does not enforce yet",              \
	  "remove it for now")                                                          \
	X(112, MISSING_KEY, "a mandatory key is missing", "add it")                     \
	X(113, WRONG_TYPE, "a value of the wrong type",                                 \
	  "write it as the example shows")                                              \
	X(114, BAD_NAME, "a name that breaks the rules for names",                      \
	  "use lower-case letters and digits, and - within the name")                   \
	X(115, BAD_UNIT, "a size, time or rate without a unit that is known",           \
	  "write a whole number and a unit")                                            \
	X(116, OUT_OF_RANGE, "a number beyond its range",                               \
	  "choose a value within the range")                                            \
	X(117, BAD_NUMBER, "not a number", "begin with decimal digits")                 \
	X(118, BAD_CHOICE, "not one of the words that are possible",                    \
	  "choose one of these words")                                                  \
	X(119, BAD_TEXT, "text that is empty, too long or not printable",               \
	  "say it in one line of plain ASCII")                                          \
	X(120, LISTED_TWICE, "the same entry twice in a list",                          \
	  "remove one of them")                                                         \
	X(121, TOO_MANY, "more entries than are possible",                              \
	  "remove some, or divide them")                                                \
	X(122, NOT_PAGES, "a size that is not a multiple of 4 KiB",                     \
	  "write the next multiple of 4KiB")                                            \
	X(123, NOT_POWER, "a count of slots that is not a power of two",                \
	  "write the next power of two")                                                \
	X(124, TOO_FEW, "a list or map that must have entries has none",                \
	  "add an entry, or remove the key where it is optional")                       \
	X(130, MEMORY_SUM, "the memory quotas together exceed the memory",              \
	  "lower the quotas, or give the machine more memory (--memory)")               \
	X(131, SLOTS, "too few capability slots for the routes",                        \
	  "write the next power of two")                                                \
	X(132, IMAGE_MISSING, "an image that is nowhere to be found",                   \
	  "build it, or say with --capsules where it is")                               \
	X(133, IMAGE_FORMAT, "an image that is not an ELF64 program for us",            \
	  "build it with the flags of this project")                                    \
	X(134, IMAGE_MACHINE, "an image for another machine",                           \
	  "build it for that machine")                                                  \
	X(140, UNKNOWN_CAPSULE, "a capsule that the manifest does not have",            \
	  "name one of these capsules, or add this one")                                \
	X(141, UNKNOWN_SERVICE, "a service that the capsule does not offer",            \
	  "name one of its services, or add this one to its offers")                    \
	X(142, NOT_OFFERED_TO,                                                          \
	  "a service that is not offered to this capsule",                              \
	  "add the capsule to the offer's list, or remove the use")                     \
	X(143, UNKNOWN_RIGHT, "a right that the service does not have",                 \
	  "name one of these rights, or add this one to the offer")                     \
	X(144, SERVICE_TWICE, "two routes of one capsule with the same name",           \
	  "merge the two uses, or rename one service")                                  \
	X(145, CYCLE, "capsules that wait for each other to start",                     \
	  "remove one of these uses")                                                   \
	X(146, REACHES, "a boundary (never-reaches) that does not hold",                \
	  "remove a use of this chain, or give up the boundary")                        \
	X(147, BAD_PATTERN, "a never-reaches pattern that cannot be meant",             \
	  "write service, capsule.service or capsule.*")                                \
	X(148, NOTHING_TO_HAND,                                                         \
	  "a route with grant that nothing can go along",                               \
	  "add delegation to the offer that is to be handed over, or remove grant")     \
	X(149, NOBODY_TO_HAND,                                                          \
	  "an offer with delegation and nobody to hand it to",                          \
	  "add grant to a route of its server, or remove delegation")                   \
	X(201, FILE, "a file cannot be read or written",                                \
	  "check its path and permissions")                                             \
	X(202, ELF, "not an ELF64 file that can be packed",                             \
	  "build it with the flags and link scripts of this project")                   \
	X(203, MACHINE, "files for different machines in one archive",                  \
	  "build all of them for one machine")                                          \
	X(204, MANIFEST, "a compiled manifest that does not pass its check",            \
	  "compile it anew with this version of tess manifest")                         \
	X(205, CAPSULE, "a capsule's image that is nowhere to be found",                \
	  "build it, or say with --capsules where it is")                               \
	X(206, ARCHIVE_SIZE, "more than an archive can hold",                           \
	  "pack fewer or smaller files")                                                \
	X(207, ARCHIVE, "an archive that does not pass its check",                      \
	  "pack it anew")                                                               \
	X(208, CONTENT, "an archive entry that does not pass its check",                \
	  "pack the archive anew")

enum diag_code {
#define X(code, name, meaning, fix) DIAG_##name = (code),
	DIAG_CODES(X)
#undef X
};

/** A place in a file, counted from 1; line 0 means the file as a whole. */
struct place {
	uint32_t line, column;
};

/** One error. Of the last three, null ones are not printed; a null fix is that of
 * the code. */
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
