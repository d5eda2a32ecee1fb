/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Checks and reads a boot archive (abi/archive.h) in place.
 *
 * archive_check() proves everything but the contents of the entries, and
 * archive_verify_entry() those; after both, no byte of the archive can differ
 * from what the host tool wrote. Freestanding, no allocation; every loop is
 * bounded by the entry limit or by the size of the archive.
 */
#include <stdint.h>

#include "abi/archive.h"

/* X(NAME, "one line for people", is it about one entry?) */
#define ARCHIVE_ERRORS(X)                                                  \
	X(OK, "is sound", 0)                                               \
	X(MISPLACED, "does not lie at an 8-byte boundary", 0)              \
	X(TRUNCATED, "is shorter than it says", 0)                         \
	X(MAGIC_WRONG, "is not a boot archive (TESSARC1)", 0)              \
	X(VERSION_WRONG, "has a version that is not known here", 0)        \
	X(COUNT_WRONG, "has no entries or too many", 0)                    \
	X(SIZE_WRONG, "has a size that its entries do not match", 0)       \
	X(TABLE_HASH, "has a table that does not match its SHA-256", 0)    \
	X(NAME_WRONG, "has a name that is not printable and NUL-ended", 1) \
	X(TYPE_WRONG, "has a type that is unknown or not its name's", 1)   \
	X(ORDER, "is out of order or there twice", 1)                      \
	X(ALIGNMENT, "is not page-aligned", 1)                             \
	X(PLACE, "overlaps another entry or leaves a gap", 1)              \
	X(ENTRY_SIZE, "is empty or reaches beyond the archive", 1)         \
	X(PADDING, "has padding that is not zero", 0)                      \
	X(ENTRY_HASH, "does not match its SHA-256", 1)

enum archive_error {
#define X(name, text, entry) ARCHIVE_##name,
	ARCHIVE_ERRORS(X)
#undef X
};

#define ARCHIVE_NO_ENTRY UINT32_MAX

/** A checked archive. It points into the archive, which must stay in place. */
struct archive_view {
	const uint8_t *base;
	uint64_t size; /* total_size; what lies behind it was not looked at */
	const struct archive_entry *entries;
	uint32_t count;
	uint32_t fault; /* entry a check stopped at, or ARCHIVE_NO_ENTRY */
};

/**
 * Checks the header, the table, its hash, and all padding.
 *
 * @param base      the archive, 8-byte aligned
 * @param available readable bytes at `base`, at least the archive's size
 * @param view      filled in on ARCHIVE_OK; on an error only `fault` is valid
 * @return ARCHIVE_OK or the first fault found
 */
enum archive_error archive_check(const void *base, uint64_t available,
				 struct archive_view *view);

/**
 * Hashes one entry and compares with the table.
 *
 * @param view  a view that archive_check() accepted
 * @param index below view->count; else ARCHIVE_COUNT_WRONG
 * @return ARCHIVE_OK or ARCHIVE_ENTRY_HASH
 */
enum archive_error archive_verify_entry(const struct archive_view *view,
					uint32_t index);

/** Finds an entry by its exact name; null when there is none. */
const struct archive_entry *archive_find(const struct archive_view *view,
					 const char *name);

/** The bytes of an entry of this view; page-aligned if the archive is. */
const void *archive_bytes(const struct archive_view *view,
			  const struct archive_entry *entry);

/** "nano", "capsule", ...; "?" for a number that is no type. */
const char *archive_type_name(uint32_t type);

/**
 * One English line about an error, to follow "archive " or, where
 * archive_error_names_entry() says so, "archive: entry 'x' ".
 */
const char *archive_error_text(enum archive_error error);

/** Not zero when the error is about one entry of the table. */
int archive_error_names_entry(enum archive_error error);
