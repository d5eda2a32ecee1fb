/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run. The runner on the host takes the exit status from the last
 * line, so nothing is printed after it. */

#include "nano/power.h"

#include <stdarg.h>

#include "common/fmt.h"
#include "nano/arch.h"
#include "nano/console.h"
#include "nano/cpu.h"
#include "nano/stage2.h"

/* Nobody but this CPU does anything from here on: others would write behind the
 * last line. */
static void stop_others(void)
{
	if (__atomic_exchange_n(&power_ending, true, __ATOMIC_SEQ_CST)) {
		arch_cpu_park();
	}
	if (cpu_close()) {
		stage2_close();
	}
}

static _Noreturn void finish(uint32_t status)
{
	char line[CONSOLE_LINE_SIZE];
	size_t length =
		fmt(line, sizeof(line), "tessera: off status=%u\n", status);

	console_last(line, length);
	arch_power_off();
}

_Noreturn void power_off(uint32_t status)
{
	stop_others();
	finish(status);
}

_Noreturn void power_fail(const char *format, ...)
{
	va_list arguments;

	stop_others();
	console_print("nano: ");
	va_start(arguments, format);
	console_print_list(format, arguments);
	va_end(arguments);
	console_print("\n");
	finish(POWER_STATUS_NANO);
}

static void put(const char *text)
{
	for (; *text; text++) {
		arch_console_put(*text);
	}
}

_Noreturn void power_broken(const char *format, ...)
{
	char line[CONSOLE_LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	fmt_list(line, sizeof(line), format, arguments);
	va_end(arguments);
	put("nano: ");
	put(line);
	fmt(line, sizeof(line), "\ntessera: off status=%d\n",
	    POWER_STATUS_NANO);
	put(line);
	arch_power_off();
}
