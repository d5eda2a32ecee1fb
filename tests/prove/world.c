/* SPDX-License-Identifier: Apache-2.0 */
/* What never comes: the kernel finds one of its invariants broken. */

#include "tests/prove/prove.h"

void panic(const char *what, const char *file, int line)
{
	(void)what;
	(void)file;
	(void)line;
	PROVE(false, "no CHECK fails");
	ASSUME(false);
	while (true) {
	}
}
