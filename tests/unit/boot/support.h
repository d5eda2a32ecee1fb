/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the tests of boot share: cmocka, a seeded generator, writers of fields,
 * and the invariant of the memory map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arch/fake.h>
#include <cmocka.h>

#include "abi/boot_info.h"
#include "abi/layout.h"
#include "boot/fault.h"

#define MUTATIONS 20000

/** The next number of a fixed sequence, below `limit`. */
uint32_t random_below(uint32_t limit);

/** Starts the sequence anew. */
void random_seed(uint64_t seed);

void put8(uint8_t *base, size_t offset, uint8_t value);
void put16(uint8_t *base, size_t offset, uint16_t value);
void put32(uint8_t *base, size_t offset, uint32_t value);
void put64(uint8_t *base, size_t offset, uint64_t value);

/** Changes one to four bytes, bits or 32-bit fields at random. */
void mutate(uint8_t *bytes, uint32_t size);

/** Sorted, disjoint, whole pages, equal neighbours merged, known kinds. */
void check_map(const struct boot_info *info);

/** The first range of that kind; the test fails if there is none. */
const struct boot_range *range_of(const struct boot_info *info, uint32_t kind);

/** The kind of the range that holds `address`, or 0. */
uint32_t kind_at(const struct boot_info *info, uint64_t address);
