/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the attacks of a PC share: single instructions, and attempts that must
 * be refused. */

#include "machine.h"

struct machine_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct machine_cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct machine_cpuid out;

	__asm__ volatile("cpuid"
			 : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx),
			   "=d"(out.edx)
			 : "a"(leaf), "c"(subleaf));
	return out;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)));
}

/** Lets what is pending come in, `turns` times. */
static inline void machine_let_in(uint32_t turns)
{
	for (uint32_t i = 0; i < turns; i++) {
		__asm__ volatile("sti\n\tnop\n\tpause\n\tcli");
	}
}

/** attack_refused(), and the fault had that vector. */
bool machine_refused(enum abi_nano_counter counter, uint32_t vector,
		     void (*attempt)(uint64_t argument), uint64_t argument);

/** A range of arguments, without those that are allowed. */
struct machine_sweep {
	enum abi_nano_counter counter;
	void (*attempt)(
		uint64_t argument); /* leaves in attack_sink what it read */
	uint64_t start, end;
	bool (*allowed)(uint64_t argument);
	uint64_t nothing; /* what is read where there is nothing */
};

/** Each attempt must fault, and the counter rise by their number; one that did
 * not fault and read something is an effect. */
bool machine_all_refused(const struct machine_sweep *sweep);

/** The groups of attacks, one for each file. */
extern const struct attack_group machine_memory, machine_interrupts,
	machine_ports, machine_registers, machine_instructions;
