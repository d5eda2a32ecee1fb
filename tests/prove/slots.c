/* SPDX-License-Identifier: Apache-2.0 */
/* A window onto a few slots at a physical address, and onto nothing else. */

#include "tests/prove/prove.h"

struct slot prove_slots[PROVE_SLOTS];

#define START ((uint64_t)PROVE_REF << ABI_SLOT_BITS)

void *arch_window(paddr_t pa)
{
	for (uint32_t i = 0; i < PROVE_SLOTS; i++) {
		if (pa.a == START + ((uint64_t)i << ABI_SLOT_BITS)) {
			return &prove_slots[i];
		}
	}
	PROVE(false, "a reference leads to a slot");
	ASSUME(false);
	return NULL;
}

paddr_t arch_window_address(const void *p)
{
	for (uint32_t i = 0; i < PROVE_SLOTS; i++) {
		if (p == &prove_slots[i]) {
			return (paddr_t){ START +
					  ((uint64_t)i << ABI_SLOT_BITS) };
		}
	}
	PROVE(false, "what is referred to is a slot");
	ASSUME(false);
	return (paddr_t){ 0 };
}
