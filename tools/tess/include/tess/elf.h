/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ELF64 files: the one parser of the tool, for every image it packs.
 *
 * The file is hostile until shown otherwise: every offset and size is compared
 * with the file before it is used, and a refusal says which rule was broken.
 * (System V ABI, chapters 4 and 5)
 */
#include <stdbool.h>
#include <stdint.h>

#include "tess/arena.h"

#define ELF_FILE_LIMIT    (256u << 20)
#define ELF_SEGMENT_LIMIT 32u

/* X(NAME, "what is wrong with the file") */
#define ELF_ERRORS(X)                                                          \
	X(OK, "it is sound")                                                   \
	X(NOT_ELF, "it is not an ELF file")                                    \
	X(NOT_ELF64, "it is not a 64-bit little-endian ELF file")              \
	X(MACHINE, "it is for neither x86_64 nor aarch64")                     \
	X(NOT_PROGRAM, "it is not an executable at fixed addresses (ET_EXEC)") \
	X(HEADERS, "its program headers lie outside the file or are too many") \
	X(DYNAMIC, "it is dynamically linked")                                 \
	X(NO_SEGMENTS, "it has no segments to load")                           \
	X(FILE_RANGE, "a segment's bytes lie outside the file")                \
	X(FILE_SIZE, "a segment has more bytes in the file than in memory")    \
	X(WRAP, "a segment is huge or wraps around")                           \
	X(ADDRESS, "a segment lies outside the addresses for its kind")        \
	X(FLAGS, "a segment is neither readable, writable nor executable")     \
	X(WRITE_EXECUTE, "a segment is writable and executable")               \
	X(OVERLAP, "segments overlap, share a page or are out of order")       \
	X(UNALIGNED, "a segment does not start at a page boundary")            \
	X(TOO_MANY, "it has more segments than an image can have")             \
	X(ENTRY, "its entry point is not in executable bytes of the file")

enum elf_error {
#define X(name, text) ELF_##name,
	ELF_ERRORS(X)
#undef X
};

/** A segment to load (PT_LOAD) whose bytes lie within the file. */
struct elf_segment {
	uint64_t offset, file_size, vaddr, memory_size;
	uint32_t flags; /* PF_R, PF_W, PF_X */
};

/** A parsed file; it points into the file's bytes. */
struct elf {
	struct bytes file;
	uint32_t machine; /* IMAGE_MACHINE_* of abi/image.h */
	uint64_t entry;
	uint64_t table_offset;
	uint32_t table_count;
	struct elf_segment segments[ELF_SEGMENT_LIMIT];
	uint32_t segment_count;
};

/** Half-open range of addresses that an image may occupy. */
struct elf_range {
	uint64_t start, end;
};

/** Looks at the first 64 bytes only: an executable ELF64, and for what. */
enum elf_error elf_identify(struct bytes file, uint32_t *machine);

/** Finds the segments; their bytes lie within the file, nothing more. */
enum elf_error elf_parse(struct bytes file, struct elf *elf);

/**
 * Checks the segments as core's loader and boot do: ascending, on pages of
 * their own, within `range`, never writable and executable, entry in code.
 */
enum elf_error elf_check(const struct elf *elf, struct elf_range range);

/**
 * The file less everything that is not needed to load it: bytes that no loaded
 * segment has are zero or cut off, the section table is gone, and a program
 * header that meant such bytes becomes PT_NULL. Symbols and debug data do not
 * change an image's identity, and offsets stay what they were.
 */
struct bytes elf_strip(struct arena *arena, const struct elf *elf);

/**
 * The flat image (abi/image.h) of a file that elf_check() accepts.
 *
 * @param kind enum image_kind
 */
enum elf_error elf_flatten(struct arena *arena, const struct elf *elf,
			   uint32_t kind, struct bytes *image);

const char *elf_error_text(enum elf_error error);

/** "x86_64", "aarch64" or "?". */
const char *elf_machine_name(uint32_t machine);

/** The addresses for an image of a kind (enum image_kind; 0: a capsule). */
struct elf_range elf_range_of(uint32_t kind, uint32_t machine);
