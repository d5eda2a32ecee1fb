/* SPDX-License-Identifier: Apache-2.0 */
/* A window onto a few slots at a physical address, and onto nothing else. */

#include "tests/prove/prove.h"

struct slot prove_slots[PROVE_SLOTS];

#define START ((uint64_t)PROVE_REF << ABI_SLOT_BITS)

void *arch_window(paddr_t pa)
{
	return (char *)prove_slots + (pa.a - START);
}

paddr_t arch_window_address(const void *p)
{
	return (paddr_t){ START + (uint64_t)((const char *)p -
					     (const char *)prove_slots) };
}
