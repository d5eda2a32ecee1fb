/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of nano and bytes of the kernel, whole under one lock. nano's own lines
 * wait for a slow device as long as it takes within reason; the kernel's bytes
 * do not, because a nano call is short.
 */

#include "nano/console.h"

#include <stdarg.h>

#include "common/fmt.h"
#include "nano/arch.h"

#define PATIENCE 100000u  /* looks at the device for one byte of nano's own */
#define POLLS    1000u    /* for all bytes of one call */
#define SEIZE    1000000u /* tries to become the only writer */

static struct spinlock console_lock;

static bool is_over(void)
{
	return __atomic_load_n(&console_over, __ATOMIC_ACQUIRE);
}

/* A device that takes nothing loses bytes and stops nobody. */
void console_raw(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint32_t polls = PATIENCE;

		arch_console_put(bytes[i], &polls);
	}
}

static void put(const char *bytes, size_t size, bool last)
{
	arch_lock(&console_lock);
	for (size_t i = 0; i < size && !is_over(); i++) {
		console_raw(&bytes[i], 1);
	}
	if (last) {
		__atomic_store_n(&console_over, true, __ATOMIC_RELEASE);
	}
	arch_unlock(&console_lock);
}

size_t console_offer(const char *bytes, size_t size)
{
	uint32_t polls = POLLS;
	size_t done = 0;

	if (!arch_try_lock(&console_lock)) {
		return 0;
	}
	while (done < size &&
	       (is_over() || arch_console_put(bytes[done], &polls))) {
		done++;
	}
	arch_unlock(&console_lock);
	return done;
}

void console_last(const char *bytes, size_t size)
{
	put(bytes, size, true);
}

bool console_seize(void) __attribute__((no_thread_safety_analysis))
{
	if (__atomic_exchange_n(&console_over, true, __ATOMIC_ACQ_REL)) {
		return false;
	}
	for (uint32_t i = 0; i < SEIZE && !arch_try_lock(&console_lock); i++) {
		arch_relax();
	}
	return true;
}

void console_print_list(const char *format, va_list arguments)
{
	char line[CONSOLE_LINE_SIZE];
	size_t length = fmt_list(line, sizeof(line), format, arguments);

	put(line, length, false);
}

void console_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	console_print_list(format, arguments);
	va_end(arguments);
}
