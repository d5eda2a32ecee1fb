/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The parts of this test; each prints its results. */

#define KINDS_RESULTS   4
#define SPACES_RESULTS  8
#define THREADS_RESULTS 4

/** Objects of every kind. */
void test_kinds(void);

/** Two address spaces, what they share, and the tables that make them. */
void test_spaces(void);

/** Threads of one capsule. */
void test_threads(void);
