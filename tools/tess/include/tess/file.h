/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whole files in, whole files out; and text that is safe to print. */
#include <stdbool.h>
#include <stdio.h>

#include "tess/arena.h"

/**
 * Reads a regular file of at most `limit` bytes. A NUL follows the bytes and
 * is not counted. Returns null, or why it failed ("No such file ...").
 */
const char *file_read(struct arena *arena, const char *path, size_t limit,
		      struct bytes *out);

/**
 * Writes a file: first under another name beside it, then renamed, so that
 * nobody ever sees half of it. Returns null, or why it failed.
 */
const char *file_write(struct arena *arena, const char *path,
		       struct bytes bytes);

/** True if a regular file, or a folder, of that name exists. */
bool file_exists(const char *path);
bool folder_exists(const char *path);

/** The folder of a path: "a/b.c" gives "a", "b.c" gives ".". */
char *path_folder(struct arena *arena, const char *path);

/** "folder/name", without the folder where it is ".". */
char *path_join(struct arena *arena, const char *folder, const char *name);

/** Prints text with every control byte shown as \xNN. */
void print_safe(FILE *out, const char *text);

/** Prints text as a JSON string with its quotes; bytes that are not UTF-8
 * become U+FFFD. (RFC 8259, section 7) */
void print_json(FILE *out, const char *text);
