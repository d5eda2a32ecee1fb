/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nano calls: decode and authorise here, then one function for each call. The
 * order is the same for all: the number must exist, arguments that the call
 * does not have must be zero, the caller's own authority must reach it. A call
 * that is refused changes nothing but the counter. A call of a later version
 * passes the same checks and is then refused.
 */

#include "common/assert.h"
#include "nano/arch.h"
#include "nano/authority.h"
#include "nano/console.h"
#include "nano/power.h"
#include "nano/reservation.h"
#include "nano/trap.h"
#include "nano/world.h"

#define CONSOLE_WORDS (TRAP_ARGUMENTS - 1)

typedef status_t (*handler_t)(struct cpu *cpu, struct trap_call *call);

static status_t do_null(struct cpu *cpu, struct trap_call *call)
{
	(void)cpu;
	(void)call;
	return ST_OK;
}

static status_t do_interface_query(struct cpu *cpu, struct trap_call *call)
{
	uint64_t number = call->arguments[1];
	struct authority_mask mask;
	status_t st =
		authority_reach(cpu->world->id, call->arguments[0], &mask);

	if (st == ST_OK && number < ABI_HYPERCALL_LIMIT &&
	    authority_has(mask, number)) {
		call->result = number;
	}
	return st;
}

static status_t do_interface_derive(struct cpu *cpu, struct trap_call *call)
{
	const struct authority_mask mask = { { call->arguments[1],
					       call->arguments[2] } };

	return authority_derive(cpu->world->id, call->arguments[0], mask,
				&call->result);
}

static status_t do_interface_restrict(struct cpu *cpu, struct trap_call *call)
{
	const struct authority_mask mask = { { call->arguments[0],
					       call->arguments[1] } };

	authority_restrict(cpu->world->id, mask);
	return ST_OK;
}

static status_t do_console_write(struct cpu *cpu, struct trap_call *call)
{
	char bytes[CONSOLE_WORDS * sizeof(uint64_t)];
	uint64_t count = call->arguments[0];

	if (count == 0 || count > sizeof(bytes)) {
		return ST_BAD_ARGUMENT;
	}
	if (cpu->world->operational) {
		return ST_BAD_STATE;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint64_t word = call->arguments[1 + i / sizeof(uint64_t)];

		bytes[i] = (char)(word >> 8 * (i % sizeof(uint64_t)));
	}
	call->result = console_offer(bytes, count);
	return call->result ? ST_OK : ST_AGAIN;
}

static status_t do_operational(struct cpu *cpu, struct trap_call *call)
{
	(void)call;
	bool before = __atomic_exchange_n(&cpu->world->operational, true,
					  __ATOMIC_RELAXED);

	return before ? ST_BAD_STATE : ST_OK;
}

static status_t do_irq_ack_and_arm(struct cpu *cpu, struct trap_call *call)
{
	return arch_irq_ack_and_arm(cpu, call->arguments[0],
				    call->arguments[1]);
}

static status_t do_cpu_start(struct cpu *cpu, struct trap_call *call)
{
	(void)cpu;
	return cpu_start(call->arguments[0], call->arguments[1],
			 call->arguments[2]);
}

static status_t do_ipi(struct cpu *cpu, struct trap_call *call)
{
	(void)cpu;
	return cpu_interrupt(call->arguments[0]);
}

static status_t do_power_off(struct cpu *cpu, struct trap_call *call)
{
	(void)cpu;
	if (call->arguments[0] > UINT8_MAX) {
		return ST_BAD_ARGUMENT;
	}
	power_off((uint32_t)call->arguments[0]);
}

static status_t do_counter(struct cpu *cpu, struct trap_call *call)
{
	uint64_t which = call->arguments[0];

	(void)cpu;
	if (which >= ABI_NANO_COUNTER_COUNT) {
		return ST_BAD_ARGUMENT;
	}
	for (uint32_t i = 0; i < cpu_count; i++) {
		call->result += arch_cpu_at(i)->counters[which];
	}
	return ST_OK;
}

static status_t do_reservation_make(struct cpu *cpu, struct trap_call *call)
{
	return reservation_make(cpu->world->id, call->arguments[0],
				call->arguments[1], &call->result);
}

static status_t do_reservation_info(struct cpu *cpu, struct trap_call *call)
{
	return reservation_info(cpu->world->id, call->arguments[0],
				call->arguments[1], &call->result);
}

static status_t do_revoke_start(struct cpu *cpu, struct trap_call *call)
{
	return reservation_revoke(cpu->world->id, call->arguments[0]);
}

static status_t do_revoke_finish(struct cpu *cpu, struct trap_call *call)
{
	return reservation_finish(cpu->world->id, call->arguments[0],
				  &call->result);
}

/* Declared for a later version. */
static status_t do_not_built(struct cpu *cpu, struct trap_call *call)
{
	(void)cpu;
	(void)call;
	return ST_NOT_BUILT;
}

static const struct {
	handler_t handler;
	uint32_t arguments;
} calls[ABI_HYPERCALL_LIMIT] = {
#define BUILT(number, name, count, text) [number] = { do_##name, count },
#define LATER(number, name, count, text) [number] = { do_not_built, count },
	ABI_HYPERCALLS(BUILT, LATER)
#undef BUILT
#undef LATER
};

static status_t check(const struct cpu *cpu, const struct trap_call *call)
{
	if (call->number >= ABI_HYPERCALL_LIMIT ||
	    !calls[call->number].handler) {
		return ST_BAD_CALL;
	}
	if (call->number == ABI_HYPERCALL_null) {
		return ST_OK;
	}
	for (uint32_t i = calls[call->number].arguments; i < TRAP_ARGUMENTS;
	     i++) {
		if (call->arguments[i] != 0) {
			return ST_BAD_ARGUMENT;
		}
	}

	return authority_allows(cpu->world->id, call->number) ? ST_OK
							      : ST_DENIED;
}

status_t trap_call(struct cpu *cpu, struct trap_call *call)
{
	bool null = call->number == ABI_HYPERCALL_null;

	cpu->storm = 0;
	cpu->counters[ABI_NANO_COUNTER_EXITS] += !null;
	call->result = 0;

	status_t st = check(cpu, call);
	if (st == ST_OK) {
		st = calls[call->number].handler(cpu, call);
	}
	if (st != ST_OK && st != ST_AGAIN) {
		call->result = 0;
		cpu->counters[ABI_NANO_COUNTER_CALL]++;
	}
	return st;
}
