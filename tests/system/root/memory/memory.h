/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The parts of this test; each prints its results. */

#define RESERVED_RESULTS 8

/** Memory that nano has, and what comes back. */
void test_reserved(void);
