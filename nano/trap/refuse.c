/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel's world tried and may not do. It is counted, the guest gets a
 * fault, the machine lives on. The exception is a guest that cannot even take
 * the fault: its handler lies in memory that it does not have, so each fault
 * ends in the next. STORM_LIMIT of those in a row, and the run is over, because
 * nano would do nothing else on this CPU for ever.
 */

#include "nano/arch.h"
#include "nano/power.h"
#include "nano/stage2.h"
#include "nano/trap.h"

#define STORM_LIMIT 16
#define RETRY_LIMIT 16

void trap_count(struct cpu *cpu)
{
	cpu->storm = 0;
	cpu->counters[ABI_NANO_COUNTER_EXITS]++;
}

static void refuse(struct cpu *cpu, enum abi_nano_counter kind,
		   uint64_t address, bool delivering)
{
	cpu->counters[ABI_NANO_COUNTER_EXITS]++;
	cpu->counters[kind]++;
	cpu->storm = delivering ? cpu->storm + 1 : 0;
	if (cpu->storm >= STORM_LIMIT) {
		trap_hopeless("the kernel cannot take its faults, address",
			      address);
	}
	arch_guest_inject(cpu, kind, address);
}

void trap_refuse(struct cpu *cpu, enum abi_nano_counter kind, bool delivering)
{
	refuse(cpu, kind, 0, delivering);
}

/* Whether the tables allow the access by now. A guest that faults on the same
 * allowed address again and again does not get there by trying. */
static bool worth_a_retry(struct cpu *cpu, uint64_t address, uint32_t access)
{
	if ((stage2_lookup(address) & access) != access) {
		return false;
	}
	cpu->retries = address == cpu->retry_address ? cpu->retries + 1 : 0;
	cpu->retry_address = address;
	return cpu->retries < RETRY_LIMIT;
}

void trap_memory(struct cpu *cpu, uint64_t address, uint32_t access,
		 bool delivering)
{
	if (power_ending) {
		arch_cpu_park(); /* stage2_close() has taken everything */
	}
	if (worth_a_retry(cpu, address, access)) {
		cpu->counters[ABI_NANO_COUNTER_EXITS]++;
		return;
	}
	cpu->retries = 0;
	refuse(cpu, ABI_NANO_COUNTER_MEMORY, address, delivering);
}

_Noreturn void trap_hopeless(const char *what, uint64_t value)
{
	power_fail("%s 0x%lx", what, value);
}
