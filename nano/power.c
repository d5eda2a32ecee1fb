/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a run. The runner on the host takes the exit status from the last
 * line, so nothing is printed after it. */

#include "nano/power.h"

#include <stdarg.h>

#include "common/fmt.h"
#include "common/string.h"
#include "nano/arch.h"
#include "nano/console.h"
#include "nano/cpu.h"
#include "nano/stage2.h"

#define LAST_LINE "tessera: off status=%u\n"

/* Nobody but this CPU does anything from here on: others would write behind the
 * last line. */
static void stop_others(void)
{
	if (__atomic_exchange_n(&power_ending, true, __ATOMIC_SEQ_CST)) {
		arch_cpu_park();
	}
	if (cpu_close() && !stage2_close()) {
		power_broken("a CPU does not answer");
	}
}

static _Noreturn void finish(uint32_t status)
{
	char line[CONSOLE_LINE_SIZE];
	size_t length = fmt(line, sizeof(line), LAST_LINE, status);

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

/* Nothing goes on with a broken nano below it. No lock is taken: this CPU may
 * have it. What fails here comes back to power_broken() once, and ends. */
static void take_over(void)
{
	if (!cpu_others) {
		return;
	}

	struct cpu *self = arch_cpu(), *other = NULL;
	if (__atomic_compare_exchange_n(&power_breaker, &other, self, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(&power_ending, true, __ATOMIC_SEQ_CST);
		stage2_close();
	} else if (other != self) {
		arch_cpu_park();
	}
}

_Noreturn void power_broken(const char *format, ...)
{
	char line[CONSOLE_LINE_SIZE] = "nano: ";
	size_t start = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	size_t length = start + fmt_list(line + start, sizeof(line) - start - 1,
					 format, arguments);
	va_end(arguments);
	line[length++] = '\n';
	if (!__atomic_load_n(&console_over, __ATOMIC_ACQUIRE)) {
		console_raw(line, length);
	}
	take_over();
	if (console_seize()) {
		console_raw(line, fmt(line, sizeof(line), LAST_LINE,
				      POWER_STATUS_NANO));
	}
	arch_power_off();
}
