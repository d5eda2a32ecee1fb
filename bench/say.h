/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Text from what is measured into the log of the counting plugin, by markers
 * alone: it needs no console and no system call. Not inside spans. */

#include <stdint.h>

/** A line: `word`, and if they are not NULL `name` and a number. */
void say(const char *word, const char *name, const uint64_t *number);

/** Begins a row: its name, and the names of its halves or NULL. What is
 * measured from now on belongs to it. */
void say_row(const char *name, const char *first, const char *second);

/** The last span of the row is not valid. */
void say_dropped(void);

/** Says that an operation did not do what it should have: the run is void. */
void say_failed(const char *name, uint64_t status);
