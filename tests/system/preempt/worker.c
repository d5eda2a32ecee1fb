/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps more numbers alive than there are registers to spare, integers and
 * vectors of doubles, through long loops without a system call. Whenever it is
 * preempted, others with other numbers run; if one register were not kept, two
 * rounds would differ.
 */

#include <string.h>

#include <tess/start.h>
#include <tess/tap.h>

#define ROUNDS 12
#define TURNS  400000
#define LANES  12

typedef double pair __attribute__((vector_size(16)));

struct result {
	uint64_t sums[2 * LANES];
	uint64_t hash[LANES];
};

/* The constant trip counts let the compiler keep every lane in a register. */
static struct result work(uint64_t seed)
{
	pair v[LANES];
	uint64_t h[6];
	struct result result;

	memset(&result, 0, sizeof(result));
	for (int i = 0; i < LANES; i++) {
		v[i] = (pair){ (double)seed + i, (double)seed * 2 + i };
	}
	for (int i = 0; i < 6; i++) {
		h[i] = seed * 0x9e3779b97f4a7c15u + (uint64_t)i;
	}
	for (int turn = 0; turn < TURNS; turn++) {
		for (int i = 0; i < LANES; i++) {
			v[i] = v[i] * 1.0000001 + 0.25;
		}
		for (int i = 0; i < 6; i++) {
			h[i] = (h[i] << 7 | h[i] >> 57) * 0xbf58476d1ce4e5b9u;
		}
	}
	memcpy(result.sums, v, sizeof(v));
	memcpy(result.hash, h, sizeof(h));
	return result;
}

int main(void)
{
	uint64_t seed = (uint64_t)tess_start_info()->name[7];
	struct result first = work(seed);
	bool same = true;

	tap_plan(1);
	for (int round = 1; round < ROUNDS; round++) {
		struct result next = work(seed);
		same = same && memcmp(&first, &next, sizeof(first)) == 0;
	}
	tap_ok(same, "registers survive preemption # E59");
	return tap_end();
}
