/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executes an instruction that would tell which CPU this is; the last digit of
 * its name says which one. The last of them may be allowed, and then says the
 * same on every CPU.
 */

#include <stdio.h>
#include <string.h>

#include <tess/ipc.h>
#include <tess/start.h>

#include "machine.h"

#define ROUNDS 400
#define SPIN   500

int main(void)
{
	const char *name = tess_start_info()->name;
	int which = name[strlen(name) - 1] - '0';
	uint64_t all = 0;

	if (which < PRY_COUNT) {
		pry(which);
		printf("%s was told\n", name);
		return 0;
	}
	for (int i = 0; i < ROUNDS; i++) {
		all |= number_of_cpu();
		for (volatile int n = 0; n < SPIN; n++) {
		}
		tess_yield();
	}
	printf("%s was told %s\n", name, all ? "a number" : "nothing");
	return 0;
}
