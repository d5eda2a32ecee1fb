/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Flat image: the form in which nano, kernel and core travel in the archive.
 *
 * The host tool turns an ELF64 file into this form, so that neither boot nor
 * nano needs an ELF parser. The first 4 KiB hold struct image_header and
 * nothing else; the segments follow, page-aligned, in the order of the table.
 *
 * The form is canonical, one image has one encoding:
 *  - segments ascend by address, are page-aligned and do not touch a page twice
 *  - segment 0 starts at file offset 4096, each further one at the next page
 *    boundary after the bytes of the one before
 *  - every byte that no segment owns is zero
 *  - no segment is writable and executable, none is without a right
 * lib/common's image_check() refuses everything else.
 */
#include <stdint.h>

#define IMAGE_MAGIC         0x31474D4953534554u /* "TESSIMG1", little endian */
#define IMAGE_VERSION       1u
#define IMAGE_PAGE_SIZE     4096u
#define IMAGE_SEGMENT_LIMIT 8u

/* Upper bound of memory_size; keeps every later sum far from wrapping. */
#define IMAGE_MEMORY_LIMIT (64u << 20)

/* X(number, NAME, "name"): which floor an image is for. */
#define IMAGE_KINDS(X)         \
	X(1, NANO, "nano")     \
	X(2, KERNEL, "kernel") \
	X(3, CORE, "core")

enum image_kind {
#define X(number, name, text) IMAGE_KIND_##name = (number),
	IMAGE_KINDS(X)
#undef X
};

/* The ELF machine numbers, so that nobody keeps a second list. */
#define IMAGE_MACHINE_X86_64  62u
#define IMAGE_MACHINE_AARCH64 183u

#define IMAGE_READ      1u
#define IMAGE_WRITE     2u
#define IMAGE_EXECUTE   4u
#define IMAGE_FLAGS_ALL 7u

/** One range of memory with one set of rights. */
struct image_segment {
	uint64_t vaddr;       /* page-aligned */
	uint64_t file_offset; /* from the image's start, page-aligned */
	uint64_t file_size;   /* bytes to copy, at most memory_size */
	uint64_t memory_size; /* page multiple; the rest is zero-filled */
	uint32_t flags;       /* IMAGE_READ, IMAGE_WRITE, IMAGE_EXECUTE */
	uint32_t zero;
};

/** The first bytes of an image; the rest of its page is zero. */
struct image_header {
	uint64_t magic;
	uint32_t version;
	uint32_t kind;        /* enum image_kind */
	uint64_t base;        /* lowest vaddr, page-aligned */
	uint64_t memory_size; /* from base to the last segment's end */
	uint64_t entry;       /* inside an executable segment */
	uint32_t segment_count;
	uint32_t machine; /* IMAGE_MACHINE_* */
	struct image_segment segments[IMAGE_SEGMENT_LIMIT];
};

_Static_assert(sizeof(struct image_segment) == 40, "image segment layout");
_Static_assert(sizeof(struct image_header) == 48 + 8 * 40, "image layout");
_Static_assert(sizeof(struct image_header) <= IMAGE_PAGE_SIZE, "one page");
