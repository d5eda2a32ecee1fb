/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Test results in the Test Anything Protocol, for test capsules. A name ends in
 * "# ID ID" where it shows requirements.
 */

#include <stdbool.h>
#include <stdio.h>

static int tap_number, tap_failures;

/** How many results will come. */
static inline void tap_plan(int count)
{
	printf("1..%d\n", count);
}

/** One result; returns whether it is good. */
static inline bool tap_ok(bool good, const char *name)
{
	printf("%sok %d %s\n", good ? "" : "not ", ++tap_number, name);
	if (!good) {
		tap_failures++;
	}
	return good;
}

/** One result: are two numbers equal? Both are printed if not. */
static inline bool tap_is(unsigned long long got, unsigned long long want,
			  const char *name)
{
	if (got != want) {
		printf("# got %#llx, expected %#llx\n", got, want);
	}
	return tap_ok(got == want, name);
}

/** The exit status of a test program. */
static inline int tap_end(void)
{
	return tap_failures ? 1 : 0;
}
