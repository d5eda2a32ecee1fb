/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * nano's own memory behind its image. It is given out in whole pages at
 * start-up and never taken back; after start-up nobody takes any.
 */

#include "common/types.h"

/** The free part [start, end) of nano's range, which nano sees at `at`. */
void pool_init(uint64_t start, uint64_t end, void *at);

/** Takes that many pages, zeroed and contiguous. nano's start checked that
 * there are enough (pool_left()), so a failure is a broken invariant. */
paddr_t pool_take(uint64_t pages);

/** Pages that are left. */
uint64_t pool_left(void);

/** Where nano sees an address inside the pool. */
void *pool_pointer(paddr_t pa);
