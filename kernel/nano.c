/* SPDX-License-Identifier: Apache-2.0 */
/* Stubs of the nano calls. */

#include "kernel/nano.h"

#include "common/string.h"
#include "kernel/arch.h"

#define CALL(number, ...) \
	arch_nano_call(number, (const uint64_t[6]){ __VA_ARGS__ })
#define WRITE_MAX  40    /* bytes in five words */
#define WRITE_WAIT 10000 /* calls that a device may take nothing of */

void nano_console_write(const char *text, uint64_t size)
{
	uint32_t waits = 0;

	for (uint64_t done = 0; done < size && waits < WRITE_WAIT;) {
		uint64_t now =
			size - done < WRITE_MAX ? size - done : WRITE_MAX;
		uint64_t words[6] = { now };
		memcpy(&words[1], text + done, now);

		struct nano_result result =
			arch_nano_call(ABI_HYPERCALL_console_write, words);
		if (result.status != ST_OK && result.status != ST_AGAIN) {
			return;
		}
		done += result.value;
		waits = result.status == ST_AGAIN ? waits + 1 : 0;
	}
}

status_t nano_operational(void)
{
	return (status_t)CALL(ABI_HYPERCALL_operational, 0).status;
}

_Noreturn void nano_power_off(uint8_t status)
{
	CALL(ABI_HYPERCALL_power_off, status);
	arch_halt();
}

status_t nano_cpu_start(uint32_t index, uint64_t entry, uint64_t argument)
{
	return (status_t)CALL(ABI_HYPERCALL_cpu_start, index, entry, argument)
		.status;
}

struct nano_result nano_reservation_make(uint64_t start, uint64_t size)
{
	return CALL(ABI_HYPERCALL_reservation_make, start, size);
}

struct nano_result nano_revoke_start(uint64_t reservation)
{
	return CALL(ABI_HYPERCALL_revoke_start, reservation);
}

struct nano_result nano_revoke_finish(uint64_t reservation)
{
	return CALL(ABI_HYPERCALL_revoke_finish, reservation);
}

status_t nano_counter(uint64_t counter, uint64_t *value)
{
	struct nano_result result = CALL(ABI_HYPERCALL_counter, counter);

	*value = result.value;
	return (status_t)result.status;
}
