/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sbrk() for the C library's malloc. Core gives whole pages; what malloc has
 * not asked for yet of the last ones is kept. Memory is never given back.
 */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include <tess/core.h>
#include <tess/start.h>

#include "common/types.h"

/* What malloc calls; the C library declares it for newer dialects only. */
void *sbrk(ptrdiff_t increment);

/* The break, and the end of what core has given. */
static uint64_t current, end;

void *sbrk(ptrdiff_t increment)
{
	uint64_t start = tess_start_info()->heap_start;

	if (!current) {
		current = end = start;
	}
	uint64_t old = current;
	if (increment < 0) {
		uint64_t less = 0 - (uint64_t)increment;
		if (less > current - start) {
			errno = EINVAL;
			return (void *)-1;
		}
		current -= less;
		return (void *)old;
	}
	uint64_t more = (uint64_t)increment;
	if (more > USER_END - current) {
		errno = ENOMEM;
		return (void *)-1;
	}
	if (current + more > end) {
		uint64_t bytes = align_up(current + more - end, ABI_PAGE_SIZE);
		uint64_t address;
		if (tess_grow(bytes, &address) != ST_OK) {
			errno = ENOMEM;
			return (void *)-1;
		}
		end += bytes;
	}
	current += more;
	return (void *)old;
}
