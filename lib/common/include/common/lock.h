/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Names for clang's thread-safety analysis: who must hold which lock is part of
 * a function's type, and a call without it does not compile. */
#define CAPABILITY(name)  __attribute__((capability(name)))
#define REQUIRES(lock)    __attribute__((requires_capability(lock)))
#define ACQUIRE(lock)     __attribute__((acquire_capability(lock)))
#define RELEASE(lock)     __attribute__((release_capability(lock)))
#define TRY_ACQUIRE(lock) __attribute__((try_acquire_capability(true, lock)))

struct CAPABILITY("spinlock") spinlock {
	unsigned int held;
};
