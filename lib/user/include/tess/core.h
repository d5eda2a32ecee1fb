/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The service that core gives every capsule (abi/protocol/core.h). The C
 * library stands on it: printf, malloc and exit are the usual way in. */

#include <stddef.h>
#include <stdint.h>

#include "abi/protocol/core.h"
#include "abi/status.h"

/** Hands `size` bytes of output to core, in pieces if need be. */
status_t tess_log(const void *text, size_t size);

/**
 * More heap: `bytes`, a multiple of the page size, zeroed, at the end of what
 * there is; `address` receives its start. LIMIT above a quota, NO_MEMORY when
 * the machine has no more.
 */
status_t tess_grow(uint64_t bytes, uint64_t *address);

struct tess_usage {
	uint64_t memory_used, memory_quota;   /* bytes of physical memory */
	uint64_t virtual_used, virtual_quota; /* bytes of mapped addresses */
};

/** What this capsule has of its quotas. */
status_t tess_usage(struct tess_usage *usage);

/** Ends the capsule at once, without flushing streams. */
_Noreturn void tess_exit(uint32_t status);
