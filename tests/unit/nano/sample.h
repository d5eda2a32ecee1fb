/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A sound hand-over for the fake machine, and helpers of several tests. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"

#define SAMPLE_BOOT_1     FAKE_RAM_START
#define SAMPLE_RAM_1      (FAKE_RAM_START + 0x200000)
#define SAMPLE_NANO       (FAKE_RAM_START + 0x400000)
#define SAMPLE_NANO_END   (FAKE_RAM_START + 0x1000000)
#define SAMPLE_KERNEL     (FAKE_RAM_START + 0x1000000)
#define SAMPLE_TABLES     (FAKE_RAM_START + 0x1200000)
#define SAMPLE_CORE       (FAKE_RAM_START + 0x1210000)
#define SAMPLE_ARCHIVE    (FAKE_RAM_START + 0x1220000)
#define SAMPLE_RESERVED   (FAKE_RAM_START + 0x1300000)
#define SAMPLE_RAM_2      (FAKE_RAM_START + 0x1301000)
#define SAMPLE_BOOT_2     (FAKE_RAM_START + 0x3f00000)
#define SAMPLE_INFO       (SAMPLE_BOOT_2 + 0x1000)
#define SAMPLE_IMAGE_SIZE 0xe000
#define SAMPLE_DTB        (SAMPLE_ARCHIVE + 0x80000)

/** Resets the fake machine and fills in a hand-over that nano accepts. */
void sample_make(struct boot_info *boot);

/** Puts the pool to work for tests that do not run nano_start(). */
void sample_pool(void);

/** Puts a boot_info at SAMPLE_INFO and runs nano_start() on it. */
enum fake_end sample_start(const struct boot_info *boot);

/** Repeatable numbers (xorshift). */
uint64_t sample_random(uint64_t *state);
