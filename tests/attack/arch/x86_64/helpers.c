/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that must be refused, one and many. */

#include "helpers.h"

#include "common/assert.h"

bool machine_refused(enum abi_nano_counter counter, uint32_t vector,
		     void (*attempt)(uint64_t argument), uint64_t argument)
{
	bool good = attack_refused(counter, attempt, argument);

	if (good && fault_vector() != vector) {
		attack_note("vector %u", fault_vector());
	}
	return good && fault_vector() == vector;
}

bool machine_all_refused(const struct machine_sweep *sweep)
{
	uint64_t before = attack_counter(sweep->counter);
	uint64_t tried = 0, faulted = 0;

	for (uint64_t i = sweep->start; i < sweep->end; i++) {
		if (sweep->allowed(i)) {
			continue;
		}
		attack_sink = sweep->nothing;
		bool did = attack_faults(sweep->attempt, i);
		if (!did && attack_sink != sweep->nothing) {
			attack_effect("0x%lx tells 0x%lx", i, attack_sink);
			return false;
		}
		tried++;
		faulted += did;
	}

	uint64_t counted = attack_counter(sweep->counter) - before;
	if (faulted != tried || counted != tried) {
		attack_note("tried %lu, faulted %lu, counted %lu", tried,
			    faulted, counted);
	}
	return faulted == tried && counted == tried;
}

const struct attack_group *const attack_machine[] = {
	&machine_memory,    &machine_interrupts,   &machine_ports,
	&machine_registers, &machine_instructions,
};

const uint32_t attack_machine_count = ARRAY_SIZE(attack_machine);
