/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local APIC in its memory-mapped form (AMD64 manual volume 2, 16.3).
 *
 * Invariant: the timer is the only source that is not masked, and what nano
 * sends from CPU to CPU has a vector of the same class, so at most one interrupt
 * is in service.
 */
#include "nano/arch/x86_64/lapic.h"

#include "abi/hypercalls.h"
#include "common/assert.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/own.h"

/* Offsets of registers; the local vector table lies together. */
enum {
	REG_VERSION = 0x030,
	REG_PRIORITY = 0x080,
	REG_END = 0x0b0,
	REG_SPURIOUS = 0x0f0,
	REG_IN_SERVICE = 0x100,
	REG_ICR = 0x300,
	REG_ICR_TO = 0x310,
	REG_LVT_TIMER = 0x320,
	REG_LVT_LAST =
		0x370, /* timer, thermal, counters, LINT0, LINT1, error */
	REG_TIMER_START = 0x380,
	REG_TIMER_LEFT = 0x390,
	REG_TIMER_DIVIDE = 0x3e0,
};
#define REG_STEP 0x10

#define LVT_MASKED    (1u << 16)
#define SPURIOUS_ON   (1u << 8)
#define DIVIDE_BY_1   0xbu
#define VECTOR_LIMIT  256u
#define VECTOR_LOWEST 32u

#define ICR_TO_BIT  24
#define ICR_SENDING (1u << 12)

static_assert(ABI_TIMER_VECTOR_X86_64 / 16 == ABI_IPI_VECTOR_X86_64 / 16,
	      "neither interrupts the other's handler");

static volatile uint32_t *registers;
static uint64_t physical;

static uint32_t reg_read(uint32_t offset)
{
	return registers[offset / sizeof(*registers)];
}

static void reg_write(uint32_t offset, uint32_t value)
{
	registers[offset / sizeof(*registers)] = value;
}

static uint32_t in_service(uint32_t vector)
{
	return reg_read(REG_IN_SERVICE + vector / 32 * REG_STEP);
}

/* Ends what firmware was serving; each end clears one of the bits. */
static void end_leftovers(void)
{
	for (uint32_t i = 0; i < VECTOR_LIMIT; i++) {
		uint32_t any = 0;

		for (uint32_t v = 0; v < VECTOR_LIMIT; v += 32) {
			any |= in_service(v);
		}
		if (any == 0) {
			return;
		}
		lapic_end();
	}
}

void lapic_map(uint64_t base, uint64_t size)
{
	registers = own_map_device(base, size);
	physical = base;
}

const char *lapic_init(void)
{
	uint64_t setting = msr_read(MSR_APIC_BASE);

	if (!(setting & APIC_BASE_ENABLE) || (setting & APIC_BASE_X2APIC) ||
	    (setting & APIC_BASE_ADDRESS) != physical) {
		return "the local APIC is off, elsewhere, or in x2APIC mode";
	}

	for (uint32_t r = REG_LVT_TIMER; r <= REG_LVT_LAST; r += REG_STEP) {
		reg_write(r, LVT_MASKED);
	}
	reg_write(REG_TIMER_START, 0);
	reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_1);
	reg_write(REG_SPURIOUS, SPURIOUS_ON | ABI_SPURIOUS_VECTOR_X86_64);
	reg_write(REG_PRIORITY, 0);
	end_leftovers();
	reg_write(REG_LVT_TIMER, ABI_TIMER_VECTOR_X86_64);
	return NULL;
}

bool lapic_serves(uint32_t vector)
{
	CHECK(vector < VECTOR_LIMIT);
	return vector >= VECTOR_LOWEST &&
	       (in_service(vector) >> vector % 32 & 1);
}

void lapic_end(void)
{
	reg_write(REG_END, 0);
}

bool lapic_send(uint32_t id, uint32_t what, uint32_t *polls)
{
	for (; *polls > 0; --*polls) {
		if (!(reg_read(REG_ICR) & ICR_SENDING)) {
			reg_write(REG_ICR_TO, id << ICR_TO_BIT);
			reg_write(REG_ICR, what);
			return true;
		}
		pause();
	}
	return false;
}

void lapic_arm(uint32_t ticks)
{
	reg_write(REG_TIMER_START, ticks);
}

void lapic_disarm(void)
{
	reg_write(REG_TIMER_START, 0);
}

uint32_t lapic_left(void)
{
	return reg_read(REG_TIMER_LEFT);
}
