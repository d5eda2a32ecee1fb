/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Checks a flat image (abi/image.h) completely before anything is loaded.
 * Freestanding, no allocation; the loops are bounded by the segment limit and
 * by the size of the image.
 */
#include <stdint.h>

#include "abi/image.h"

/* X(NAME, "one line for people") */
#define IMAGE_ERRORS(X)                                                  \
	X(OK, "is sound")                                                \
	X(TRUNCATED, "is shorter than it says")                          \
	X(MISPLACED, "does not lie at an 8-byte boundary")               \
	X(MAGIC_WRONG, "is not a flat image (TESSIMG1)")                 \
	X(VERSION_WRONG, "has a version that is not known here")         \
	X(KIND_WRONG, "is of another kind")                              \
	X(MACHINE_WRONG, "is for another machine")                       \
	X(SEGMENT_COUNT, "has no segments or too many")                  \
	X(ALIGNMENT, "has a segment that is not page-aligned")           \
	X(FLAGS, "has a segment with unknown rights or none")            \
	X(WRITE_EXECUTE, "has a writable and executable segment")        \
	X(SEGMENT_SIZE, "has an empty, huge or wrapping segment")        \
	X(OVERLAP, "has segments that overlap or are out of order")      \
	X(LAYOUT, "has segment bytes at the wrong place")                \
	X(SPAN, "has a base or size that its segments do not match")     \
	X(ENTRY_WRONG, "has an entry point outside its executable code") \
	X(PADDING, "has padding that is not zero")

enum image_error {
#define X(name, text) IMAGE_##name,
	IMAGE_ERRORS(X)
#undef X
};

/**
 * Checks every field and every byte of padding of an image.
 *
 * @param base    the image, 8-byte aligned
 * @param size    its exact size in bytes
 * @param kind    what it must be, an enum image_kind
 * @param machine what it must run on, IMAGE_MACHINE_*; 0 accepts each of them
 * @return IMAGE_OK: the header at `base` can be trusted; else the first fault
 */
enum image_error image_check(const void *base, uint64_t size, uint32_t kind,
			     uint32_t machine);

/** One English line about an error, to follow the name of the image. */
const char *image_error_text(enum image_error error);
