/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the time stamp counter and the APIC timer run, measured against
 * channel 2 of the PIT, whose rate every PC shares.
 *
 * The measure starts and ends where the PIT's count is seen to change, so its
 * grain of 838 ns does not matter. A sample that the machine under us was busy
 * elsewhere before, in or after is not used, and a measure without good ones is
 * made again.
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
#define ATTEMPTS_MAX      100u

struct sample {
	uint64_t tsc;
	uint32_t timer, pit;
	uint64_t end; /* TSC when all was read */
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
	s.end = tsc_read();
	return s;
}

/* The first clean change of the count at or below `below`; false when none was
 * seen before the count began anew. */
static bool edge(uint32_t below, struct sample *found)
{
	struct sample before = take();
	uint64_t shortest = UINT64_MAX;

	for (uint32_t i = 0; i < POLLS_MAX; i++) {
		struct sample now = take();
		uint64_t gap = now.end - before.tsc;

		if (now.pit > before.pit) {
			return false;
		}
		shortest = gap < shortest ? gap : shortest;
		if (i >= POLLS_MIN && now.pit != before.pit &&
		    now.pit <= below && gap <= LATE * shortest) {
			*found = now;
			return true;
		}
		before = now;
	}
	return false;
}

static void start_pit(void)
{
	out8(GATE, (uint8_t)((in8(GATE) & ~GATE_SPEAKER) | GATE_2));
	out8(PIT_CONTROL, PIT_START_2);
	out8(PIT_CHANNEL_2, 0xff);
	out8(PIT_CHANNEL_2, 0xff);
}

/* Two samples, so far apart that the grain of all clocks is small. */
static bool measure(struct sample *first, struct sample *last)
{
	start_pit();
	lapic_arm(UINT32_MAX);
	return edge(UINT16_MAX, first) && first->pit > MEASURE_PIT_TICKS &&
	       edge(first->pit - MEASURE_PIT_TICKS, last);
}

void arch_clock(struct boot_info *boot)
{
	struct sample first, last;
	uint32_t attempts = 0;

	if (boot->counter_hz != 0 && boot->timer_hz != 0) {
		return;
	}
	while (!measure(&first, &last)) {
		if (++attempts == ATTEMPTS_MAX) {
			power_fail("the PIT does not count");
		}
	}
	lapic_disarm();
	out8(GATE, (uint8_t)(in8(GATE) & ~(GATE_SPEAKER | GATE_2)));

	uint64_t ticks = first.pit - last.pit;
	if (boot->counter_hz == 0) {
		boot->counter_hz = (last.tsc - first.tsc) * PIT_HZ / ticks;
	}
	if (boot->timer_hz == 0) {
		boot->timer_hz =
			(uint64_t)(first.timer - last.timer) * PIT_HZ / ticks;
	}
}
