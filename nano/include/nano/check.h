/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Checks every field of what boot handed over. boot is trusted, so this finds
 * mistakes rather than malice; but everything that nano decides later rests on
 * these fields, and one line here is better than a wild write there.
 */

#include "abi/boot_info.h"

/* X(NAME, text to follow "boot_info: ") */
#define CHECK_ERRORS(X)                                                      \
	X(OK, "is sound")                                                    \
	X(MAGIC, "has no magic number")                                      \
	X(VERSION, "has a version that nano does not know")                  \
	X(SIZE, "has another size than nano's")                              \
	X(RESERVED, "has a reserved field that is not zero")                 \
	X(RANGE_COUNT, "has no ranges or too many")                          \
	X(RANGE_KIND, "has a range of an unknown kind")                      \
	X(RANGE_PLACE, "has an empty, misaligned or far range")              \
	X(RANGE_ORDER, "has ranges that overlap or are out of order")        \
	X(RANGE_SINGLE, "has not exactly one range of nano, kernel or core") \
	X(RANGE_LARGE, "has nano or kernel not in whole 2 MiB")              \
	X(IMAGE_COUNT, "has not three images")                               \
	X(IMAGE_KIND, "has an image that is unknown or there twice")         \
	X(IMAGE_PLACE, "has an image outside its range")                     \
	X(IMAGE_SEGMENTS, "has an image with unsound segments")              \
	X(IMAGE_ENTRY, "has an entry outside its image's code")              \
	X(IMAGE_SELF, "has nano's image where nano is not")                  \
	X(IMAGE_KERNEL, "has the kernel's image at a wrong address")         \
	X(POOL, "has a pool that is not the free end of nano's range")       \
	X(ARCHIVE, "has an archive outside its range")                       \
	X(ROOTS, "has page tables outside their range")                      \
	X(DTB, "has a device tree outside its range")                        \
	X(TABLES, "has no free first page in a range of tables")             \
	X(CONSOLE, "has a console that is unknown or overlaps memory")       \
	X(POWER, "has a power switch that is unknown")                       \
	X(IRQ, "has interrupt controllers that overlap memory")              \
	X(START, "has a start page that is not firmware's below 1 MiB")      \
	X(CPUS, "has no CPUs, too many, or one twice")                       \
	X(ENTROPY, "has too much entropy")                                   \
	X(AUTHORITY, "has an authority, which is nano's to give")            \
	X(SELF, "does not lie in memory of boot")

enum check_error {
#define X(name, text) CHECK_##name,
	CHECK_ERRORS(X)
#undef X
		CHECK_ERROR_COUNT
};

/**
 * Checks `boot`, a copy in nano's memory.
 *
 * @param boot     the copy
 * @param at       where boot had it, physical
 * @param own_base virtual address of nano's own image, from its link script
 * @param own_size its size, whole pages
 * @return CHECK_OK or the first fault found
 */
enum check_error check_boot_info(const struct boot_info *boot, uint64_t at,
				 uint64_t own_base, uint64_t own_size);

/** One phrase about an error. */
const char *check_error_text(enum check_error error);
