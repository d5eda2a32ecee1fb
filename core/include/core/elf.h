/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a program file says, checked. elf_plan() is a pure function from bytes
 * to a plan: it allocates nothing, calls nobody and decides everything, so that
 * a refused image costs nothing and the rest of core never reads a header.
 *
 * Accepted: ELF64 little-endian static executables (ET_EXEC) of this machine
 * (System V ABI, "Program Loading"; the processor supplements for e_machine).
 */

#include <stdint.h>

/* X(NAME, "one line for people, after the image's name") */
#define ELF_ERRORS(X)                                                     \
	X(OK, "is sound")                                                 \
	X(TRUNCATED, "is shorter than its headers say")                   \
	X(NOT_ELF, "is not an ELF64 little-endian file")                  \
	X(TYPE_WRONG, "is not a static executable")                       \
	X(MACHINE_WRONG, "is for another machine")                        \
	X(HEADER_WRONG, "has a malformed ELF header")                     \
	X(SEGMENT_COUNT, "has no program headers or too many")            \
	X(DYNAMIC, "needs a dynamic linker")                              \
	X(EXECUTABLE_STACK, "asks for an executable stack")               \
	X(WRAPS, "has a segment that wraps around the address space")     \
	X(RANGE, "has a segment outside the addresses of programs")       \
	X(FILE_SIZE, "has a segment with more bytes in the file than in " \
		     "memory")                                            \
	X(ALIGNMENT, "has a segment whose alignment is malformed")        \
	X(ACCESS, "has a segment that nobody may read")                   \
	X(WRITE_EXECUTE, "has a segment that is writable and executable") \
	X(OVERLAP, "has segments that overlap or are out of order")       \
	X(TOO_LARGE, "needs more addresses than its quota of them")       \
	X(EMPTY, "has no segment to load")                                \
	X(ENTRY, "has an entry point outside its code")                   \
	X(TLS, "has a malformed template for thread-local storage")

enum elf_error {
#define X(name, text) ELF_##name,
	ELF_ERRORS(X)
#undef X
};

#define ELF_HEADERS_MAX  16
#define ELF_SEGMENTS_MAX 8
#define ELF_TLS_MAX      0x4000 /* bytes of one thread's block */
#define ELF_TLS_ALIGN    4096

/** Pages to be mapped alike. The bytes [vaddr, vaddr + file_size) come from the
 * file, everything else in [start, end) is zero. */
struct elf_segment {
	uint64_t start, end; /* whole pages */
	uint64_t vaddr;
	uint64_t offset, file_size;
	uint32_t access; /* ABI_ACCESS_*; never write and execute */
};

struct elf_plan {
	uint64_t entry;
	uint64_t start, end; /* of all segments */
	uint64_t page_count; /* of all segments */
	uint32_t segment_count;
	struct elf_segment segments[ELF_SEGMENTS_MAX]; /* ascending */

	/* The template of thread-local storage; memory_size 0 without one. */
	uint64_t tls_vaddr, tls_offset, tls_file_size, tls_memory_size;
	uint64_t tls_align; /* a power of two, at least 1 */
};

/** What a program has to fit. */
struct elf_limits {
	uint16_t machine;       /* e_machine */
	uint64_t start, end;    /* where segments may lie */
	uint64_t virtual_bytes; /* the most addresses */
};

/**
 * Checks a whole program file of `size` bytes and says how to load it. `plan`
 * is valid on ELF_OK only. Nothing of the file is trusted; at most
 * ELF_HEADERS_MAX headers are looked at.
 */
enum elf_error elf_plan(const void *file, uint64_t size,
			const struct elf_limits *limits, struct elf_plan *plan);

/** One English line about an error. */
const char *elf_error_text(enum elf_error error);
