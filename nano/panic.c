/* SPDX-License-Identifier: Apache-2.0 */
/* A broken invariant of nano: common/assert.h. */

#include "common/assert.h"
#include "nano/power.h"

_Noreturn void panic(const char *what, const char *file, int line)
{
	power_broken("broken: %s (%s:%d)", what, file, line);
}
