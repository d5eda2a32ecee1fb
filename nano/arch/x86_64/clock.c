/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the time stamp counter and the APIC timer run, measured against
 * channel 2 of the PIT, whose rate every PC shares.
 *
 * The measure starts and ends where the PIT's count is seen to change, so its
 * grain of 838 ns does not matter; a change that was seen late, because the
 * machine under us was busy elsewhere, is not used.
 */
#include "nano/arch.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/lapic.h"
#include "nano/power.h"

#define PIT_HZ        1193182u
#define PIT_CHANNEL_2 0x42
#define PIT_CONTROL   0x43
#define PIT_START_2   0xb0 /* both bytes, count down once */
#define PIT_LATCH_2   0x80

#define GATE         0x61
#define GATE_2       0x01
#define GATE_SPEAKER 0x02

#define MEASURE_PIT_TICKS (PIT_HZ / 2000) /* half a millisecond */
#define POLLS_MIN         16u
#define POLLS_MAX         1000000u
#define LATE              4u /* times the shortest poll */

struct sample {
	uint64_t tsc;
	uint32_t timer, pit;
};

/* All three in a few instructions; the PIT's count was latched with them. */
static struct sample take(void)
{
	struct sample s;

	out8(PIT_CONTROL, PIT_LATCH_2);
	s.tsc = tsc_read();
	s.timer = lapic_left();
	s.pit = in8(PIT_CHANNEL_2);
	s.pit |= (uint32_t)in8(PIT_CHANNEL_2) << 8;
	return s;
}

/* The first clean change of the count at or below `below`. */
static struct sample edge(uint32_t below)
{
	struct sample before = take();
	uint64_t shortest = UINT64_MAX;

	for (uint32_t i = 0; i < POLLS_MAX; i++) {
		struct sample now = take();
		uint64_t gap = now.tsc - before.tsc;

		shortest = gap < shortest ? gap : shortest;
		if (i >= POLLS_MIN && now.pit != before.pit &&
		    now.pit <= below && gap <= LATE * shortest) {
			return now;
		}
		before = now;
	}
	return before;
}

static void start_pit(void)
{
	out8(GATE, (uint8_t)((in8(GATE) & ~GATE_SPEAKER) | GATE_2));
	out8(PIT_CONTROL, PIT_START_2);
	out8(PIT_CHANNEL_2, 0xff);
	out8(PIT_CHANNEL_2, 0xff);
}

void arch_clock(struct boot_info *boot)
{
	if (boot->counter_hz != 0 && boot->timer_hz != 0) {
		return;
	}

	start_pit();
	lapic_arm(UINT32_MAX);
	struct sample first = edge(UINT16_MAX);
	struct sample last = edge(first.pit - MEASURE_PIT_TICKS);
	lapic_disarm();
	out8(GATE, (uint8_t)(in8(GATE) & ~(GATE_SPEAKER | GATE_2)));

	uint64_t ticks = first.pit - last.pit;
	if (ticks < MEASURE_PIT_TICKS || ticks > UINT16_MAX) {
		power_fail("the PIT does not count");
	}
	if (boot->counter_hz == 0) {
		boot->counter_hz = (last.tsc - first.tsc) * PIT_HZ / ticks;
	}
	if (boot->timer_hz == 0) {
		boot->timer_hz =
			(uint64_t)(first.timer - last.timer) * PIT_HZ / ticks;
	}
}
