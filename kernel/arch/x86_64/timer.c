/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the TSC counts, the LAPIC's one-shot timer fires. The kernel can only
 * read the LAPIC, so one nano call both ends an interrupt and arms the timer.
 */

#include <arch/cpu.h>

#include "abi/boot_info.h"
#include "common/assert.h"
#include "kernel/arch.h"

/* Timer ticks of one counter tick, times 2^32: no division on the way. */
#define SCALE_BITS 32

static uint64_t counter_hz, timer_scale;

void timer_machine_init(const struct boot_info *boot)
{
	CHECK(boot->counter_hz != 0);
	CHECK(boot->timer_hz != 0 && boot->timer_hz >> SCALE_BITS == 0);

	counter_hz = boot->counter_hz;
	timer_scale = (boot->timer_hz << SCALE_BITS) / counter_hz;
}

uint64_t arch_counter(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

uint64_t arch_counter_hz(void)
{
	return counter_hz;
}

static uint32_t timer_ticks(uint64_t ticks)
{
	unsigned __int128 product = (unsigned __int128)ticks * timer_scale;
	uint64_t scaled = (uint64_t)(product >> SCALE_BITS);

	if (product >> (SCALE_BITS + 32) != 0) {
		return UINT32_MAX;
	}
	return scaled == 0 ? 1 : (uint32_t)scaled;
}

static status_t ack_and_arm(uint64_t ticks)
{
	struct machine_cpu *machine = machine_self();
	uint64_t arguments[6] = { machine->interrupt, ticks };

	machine->interrupt = 0;
	return (status_t)arch_nano_call(ABI_HYPERCALL_irq_ack_and_arm,
					arguments)
		.status;
}

void arch_timer_arm(uint64_t ticks)
{
	status_t status = ack_and_arm(timer_ticks(ticks));

	CHECK(status == ST_OK);
}

/* nano refuses to end what is not in service, which a spurious interrupt never
 * was; only nano can tell. */
void interrupt_end(void)
{
	if (machine_self()->interrupt != 0) {
		ack_and_arm(0);
	}
}
