/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Lines on the console. A capsule's output is printed by whole lines with its
 * name in brackets before each, and whatever could act on a terminal is spelled
 * out; so nobody can write in another's name, or in core's.
 */

#include <stddef.h>

#include "core/capsule.h"

/** One line of core itself, or of the system as a whole. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A piece of a capsule's output; what is no whole line yet is kept. */
void log_put(struct capsule *capsule, const char *text, size_t size);

/** Prints what is kept as a line, if anything is. */
void log_flush(struct capsule *capsule);
