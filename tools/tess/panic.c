/* SPDX-License-Identifier: Apache-2.0 */
/* What a failed CHECK() means in the host tool: a fault of ours, not of the
 * input. It is never an exit status that a script could take for a refusal. */

#include <stdio.h>
#include <stdlib.h>

#include "common/assert.h"

_Noreturn void panic(const char *what, const char *file, int line)
{
	fprintf(stderr, "tess: internal error: %s:%d: %s\n", file, line, what);
	abort();
}
