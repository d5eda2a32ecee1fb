/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in the place of the kernel and measures what crossing to nano and back
 * costs. The instruction that crosses is the only one of this program in a
 * span; the rest of the span is nano's.
 */

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "bench/say.h"

#include <arch/call.h>

#define ROUNDS   16
#define FAR_AWAY 1000000000 /* timer ticks */

/* The calls that are measured, and what they answer. */
struct row {
	const char *name;
	uint64_t number, first, second;
	status_t expected;
};

_Noreturn void nano_bench(const struct boot_info *boot);

static void measure(const struct row *row)
{
	say_row(row->name, "-", "-");
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint64_t status =
			measured_call(row->number, row->first, row->second);

		if (status != row->expected) {
			say_failed(row->name, status);
		}
	}
}

_Noreturn void nano_bench(const struct boot_info *boot)
{
	const struct row rows[] = {
		{ "nano.null", ABI_HYPERCALL_null, 0, 0, ST_OK },
		{ "nano.refused", ABI_HYPERCALL_LIMIT, 0, 0, ST_BAD_CALL },
		{ "nano.query", ABI_HYPERCALL_interface_query, boot->authority,
		  ABI_HYPERCALL_null, ST_OK },
		{ "nano.counter", ABI_HYPERCALL_counter, 0, 0, ST_OK },
		{ "nano.arm", ABI_HYPERCALL_irq_ack_and_arm, 0, FAR_AWAY,
		  ARM_STATUS },
	};

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		measure(&rows[i]);
	}
	say_row("nano.register", "-", "-");
	for (uint32_t i = 0; i < ROUNDS; i++) {
		measured_register();
	}
	say("done", 0, 0);
	for (;;) {
		measured_call(ABI_HYPERCALL_power_off, 0, 0);
	}
}
