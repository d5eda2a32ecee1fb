/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A million random operations, done to the kernel and to the model: each is
 * answered the same, leads to the same state, keeps every invariant, and
 * changes nothing if it is refused. OPS=n and SEED=n in the environment choose
 * another number and another row; a failure says which row it was.
 * Shows C3 C4 C7 C8 C9 C10 C13 C14 C21 C28.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

#include "worlds.h"

#define OPS  1000000
#define SEED 1
#define ROW  400 /* operations from one beginning */

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* xorshift64*: the same numbers everywhere. */
static uint64_t next(uint64_t *random)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return *random * 0x2545f4914f6cdd1dull;
}

static void row(uint64_t seed)
{
	uint64_t random = seed * 0x9e3779b97f4a7c15ull | 1;
	struct op op;

	for (unsigned int i = 0; i < ROW; i++) {
		uint64_t words[2] = { next(&random), next(&random) };
		if (lockstep_thread() == MODEL_NONE) {
			break;
		}
		op_make((const uint8_t *)words, &op);
		(void)lockstep_do(&op);
	}
}

static void test_random(void **unused)
{
	uint64_t wanted = from_environment("OPS", OPS);
	uint64_t seed = from_environment("SEED", SEED), rows = 0;

	(void)unused;
	worlds_big();
	struct lockstep_state *world = lockstep_save();
	lockstep_operations = 0;
	while (lockstep_operations < wanted) {
		lockstep_restore(world);
		(void)snprintf(lockstep_repeat, sizeof(lockstep_repeat),
			       "OPS=1 SEED=%lu out/host/unit/model/lockstep",
			       seed);
		row(seed++);
		rows++;
	}
	free(world);
	print_message("# %lu operations in %lu rows\n", lockstep_operations,
		      rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("lockstep", tests, NULL, NULL);
}
