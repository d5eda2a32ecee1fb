/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broken invariant of nano. It may have happened anywhere, with any lock
 * held, so the bytes go straight to the device.
 */

#include "common/assert.h"
#include "common/fmt.h"
#include "nano/arch.h"
#include "nano/console.h"
#include "nano/power.h"

_Noreturn void panic(const char *what, const char *file, int line)
{
	char text[CONSOLE_LINE_SIZE + sizeof("tessera: off status=126\n")];

	fmt(text, CONSOLE_LINE_SIZE, "nano: broken: %s (%s:%d)", what, file,
	    line);
	for (const char *c = text; *c; c++) {
		arch_console_put(*c);
	}
	fmt(text, sizeof(text), "\ntessera: off status=%d\n",
	    POWER_STATUS_NANO);
	for (const char *c = text; *c; c++) {
		arch_console_put(*c);
	}
	arch_power_off();
}
