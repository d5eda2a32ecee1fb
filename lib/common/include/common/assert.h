/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#define static_assert _Static_assert /* freestanding C17 has no assert.h */

/**
 * Says what broke and stops the program for good; each program provides its
 * own. It must not return and must not use what may be broken.
 */
_Noreturn void panic(const char *what, const char *file, int line);

/* CHECK stays in every build: an invariant of ours that fails stops us. */
#define CHECK(x) \
	(__builtin_expect(!!(x), 1) ? (void)0 : panic(#x, __FILE__, __LINE__))
