/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What every target of tests/fuzz/ defines, and how it hands out its seeds. A
 * target includes the unit test of what it fuzzes: the makers of sound input
 * and the statements about what passed are the same, so they stand there once.
 * The test's main() is renamed and never runs.
 */

#include <stddef.h>
#include <stdint.h>

/** One input. Ends the program if what was promised of it does not hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Calls fuzz_seed() for each input to start from; each must be accepted. */
void fuzz_seeds(void);

/** Writes one seed, after it went through the target once. */
void fuzz_seed(const void *data, size_t size);

/** The same with one byte in front, by which a target chooses what to repair. */
void fuzz_seed_as(uint8_t choice, const void *data, size_t size);

/** Ends the program unless `holds`: a seed that is refused teaches nothing. */
void fuzz_expect(int holds, const char *what);

/** Called by libFuzzer before anything else. With FUZZ_SEEDS=folder in the
 * environment the program writes its seeds there and ends. */
int LLVMFuzzerInitialize(const int *argc, char ***argv);

/** The test's main(), so renamed. */
int unit_main(void);
