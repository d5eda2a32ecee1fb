/* SPDX-License-Identifier: Apache-2.0 */
/* Executes the instruction that its name numbers. Whoever comes back from that
 * says so and fails. */

#include <stdio.h>
#include <stdlib.h>

#include "instructions.h"

int main(int argc, char **argv)
{
	int number = atoi(argv[argc - 1] + 1);

	switch (number) {
#define X(number, text)                               \
	case number:                                  \
		__asm__ volatile(text ::: CLOBBERED); \
		break;
		INSTRUCTIONS(X)
#undef X
	default:
		break;
	}
	printf("instruction %d was executed\n", number);
	return 1;
}
