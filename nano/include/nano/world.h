/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A world: whoever sees physical memory through tables of its own and calls
 * nano. The kernel's world, with all that runs above the kernel, is the first;
 * foundations will be others.
 */

#include "common/types.h"

struct world {
	uint16_t id;      /* BOOK_OWNER_*, and whose authorities it uses */
	bool operational; /* the console is not nano's any more */
};

/** The kernel's world. */
extern struct world world_kernel;
