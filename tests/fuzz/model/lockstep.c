/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of operations on the kernel and the model side by side. An input is a
 * row of them, 16 bytes each (tests/unit/model/ops.c); what the search finds
 * interesting is what reaches new places of the kernel.
 */

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/model/worlds.h"

#define OPS_MAX 256

static struct lockstep_state *world;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op op;

	if (size / OP_BYTES > OPS_MAX) {
		return -1;
	}
	if (!world) {
		worlds_big();
		world = lockstep_save();
		(void)snprintf(lockstep_repeat, sizeof(lockstep_repeat),
			       "out/host/fuzz/model/lockstep.run FILE, with "
			       "the input that is kept");
	}
	lockstep_restore(world);
	for (; size >= OP_BYTES; data += OP_BYTES, size -= OP_BYTES) {
		if (lockstep_thread() == MODEL_NONE) {
			break;
		}
		op_make(data, &op);
		(void)lockstep_do(&op);
	}
	return 0;
}

/* Rows as the unit test has them. */
void fuzz_seeds(void)
{
	uint8_t row[64 * OP_BYTES];
	uint32_t random = 1;

	for (unsigned int seed = 0; seed < 8; seed++) {
		for (size_t i = 0; i < sizeof(row); i++) {
			random = random * 1664525 + 1013904223;
			row[i] = (uint8_t)(random >> 24);
		}
		fuzz_seed(row, sizeof(row));
	}
}
