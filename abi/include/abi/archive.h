/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Boot archive TESSARC1: everything that a system boots from, in one file.
 *
 *   0     struct archive_header
 *   64    struct archive_entry [count]
 *         zero up to a multiple of 4096
 *         bytes of entry 0, zero up to a multiple of 4096
 *         bytes of entry 1, ...
 *
 * The form is canonical, one content has one encoding: entries ascend strictly
 * by name, follow each other without a gap, and every byte of padding is zero.
 * The table's hash stands in the header, each entry's hash in the table, and
 * every other header field is implied by the layout; so no byte can change
 * without lib/common's archive_check() or archive_verify_entry() noticing.
 */
#include <stdint.h>

#define ARCHIVE_MAGIC       0x3143524153534554u /* "TESSARC1", little endian */
#define ARCHIVE_VERSION     1u
#define ARCHIVE_PAGE_SIZE   4096u
#define ARCHIVE_NAME_SIZE   32u /* with the NUL that ends every name */
#define ARCHIVE_HASH_SIZE   32u /* SHA-256 */
#define ARCHIVE_ENTRY_LIMIT 256u
#define ARCHIVE_SIZE_LIMIT  (1u << 30)

/*
 * X(number, NAME, "name"): what an entry is. An entry of one of the first five
 * types carries the type's name, so there is at most one of each.
 */
#define ARCHIVE_TYPES(X)           \
	X(1, NANO, "nano")         \
	X(2, KERNEL, "kernel")     \
	X(3, CORE, "core")         \
	X(4, INIT, "init")         \
	X(5, MANIFEST, "manifest") \
	X(6, CAPSULE, "capsule")

enum archive_type {
#define X(number, name, text) ARCHIVE_TYPE_##name = (number),
	ARCHIVE_TYPES(X)
#undef X
};

/** The first bytes of an archive. */
struct archive_header {
	uint64_t magic;
	uint32_t version;
	uint32_t count;      /* entries, 1 to ARCHIVE_ENTRY_LIMIT */
	uint64_t total_size; /* of the archive in bytes, a page multiple */
	uint64_t zero;
	uint8_t table_sha256[ARCHIVE_HASH_SIZE]; /* of count entries */
};

/** One file in the archive. */
struct archive_entry {
	char name[ARCHIVE_NAME_SIZE]; /* 0x21 to 0x7e, NUL, NUL to the end */
	uint32_t type;                /* enum archive_type */
	uint32_t zero;
	uint64_t offset; /* from the archive's start, page-aligned */
	uint64_t size;   /* in bytes, not zero */
	uint8_t sha256[ARCHIVE_HASH_SIZE]; /* of size bytes at offset */
};

_Static_assert(sizeof(struct archive_header) == 64, "archive header layout");
_Static_assert(sizeof(struct archive_entry) == 88, "archive entry layout");
