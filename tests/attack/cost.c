/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call of nano ends within LIMIT instructions, whatever it is given: what a
 * hostile kernel could otherwise use to keep a CPU from everybody else. Counted
 * where the machine's clock counts instructions (tests/runner/qemu.sh, ICOUNT),
 * which is found out by trying; elsewhere nothing is claimed. The dearest case
 * of each call that is built is here, but for power_off, which does not come
 * back, and operational, which can be called once and would end the log.
 */

#include "attack.h"

#include "abi/layout.h"
#include "common/assert.h"

#define LIMIT 20000ull
#define TURNS 10000ull /* of a loop of two instructions */
#define SLACK 100u
#define ARMED 1000000000u /* ticks, after all that is counted here */

uint64_t attack_start_cost;

bool attack_counts(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		uint64_t before = attack_clock();
		attack_spin(TURNS);
		uint64_t cost = attack_clock() - before;

		if (cost < 2 * TURNS || cost > 2 * TURNS + SLACK) {
			return false;
		}
	}
	return true;
}

uint64_t attack_cost(uint64_t number, const uint64_t arguments[6],
		     struct attack_result *result)
{
	uint64_t before = attack_clock();
	*result = attack_call_all(number, arguments);

	return attack_clock() - before;
}

static struct attack_result answer; /* of the last one */

/* One call, counted; its cost goes to the log. */
static bool is_short(const char *name, uint64_t number,
		     const uint64_t arguments[6])
{
	uint64_t cost = attack_cost(number, arguments, &answer);

	attack_note("%s: %lu instructions, status %lu", name, cost,
		    answer.status);
	return cost <= LIMIT;
}

/* Looking for an authority that is free goes to the end of the table. */
static void use_up_authorities(void)
{
	const uint64_t arguments[6] = { attack_boot->authority, UINT64_MAX,
					UINT64_MAX };
	struct attack_result got = { ST_OK, 0 };

	for (uint32_t i = 0; i < 1000 && got.status == ST_OK; i++) {
		got = attack_call_all(ABI_HYPERCALL_interface_derive,
				      arguments);
	}
}

static bool calls_are_short(void)
{
	const uint64_t authority = attack_boot->authority;
	const uint64_t one_cpu = attack_boot->cpu_count == 1;
	const uint64_t last = UINT64_MAX;
	const struct {
		const char *name;
		uint64_t number;
		uint64_t arguments[6];
	} rows[] = {
		{ "null", ABI_HYPERCALL_null, { 0 } },
		{ "null, with an argument", ABI_HYPERCALL_null, { 1 } },
		{ "interface_query",
		  ABI_HYPERCALL_interface_query,
		  { authority, ABI_HYPERCALL_ipi } },
		{ "interface_query, forged",
		  ABI_HYPERCALL_interface_query,
		  { last, last } },
		{ "interface_derive, none left",
		  ABI_HYPERCALL_interface_derive,
		  { authority, last, last } },
		{ "interface_restrict",
		  ABI_HYPERCALL_interface_restrict,
		  { last, last } },
		{ "console_write",
		  ABI_HYPERCALL_console_write,
		  { 40, 0x2323232323232323, 0x2323232323232323,
		    0x2323232323232323, 0x2323232323232323,
		    0x0a23232323232323 } },
		{ "irq_ack_and_arm",
		  ABI_HYPERCALL_irq_ack_and_arm,
		  { 0, ARMED } },
		{ "irq_ack_and_arm, refused",
		  ABI_HYPERCALL_irq_ack_and_arm,
		  { UINT8_MAX, 0 } },
		{ "counter", ABI_HYPERCALL_counter, { 0 } },
		{ "cpu_start, refused",
		  ABI_HYPERCALL_cpu_start,
		  { 0, KERNEL_BASE, 0 } },
		{ "ipi", ABI_HYPERCALL_ipi, { one_cpu ? 1ull << 63 : 2 } },
		{ "ipi, refused", ABI_HYPERCALL_ipi, { last } },
		{ "one that is not built", ABI_HYPERCALL_key, { 0 } },
		{ "one that does not exist", last, { last } },
	};
	bool good = true;

	use_up_authorities();
	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		good = is_short(rows[i].name, rows[i].number,
				rows[i].arguments) &&
		       good;
	}
	return good;
}

static bool make_is_short(const char *name, uint64_t start, uint64_t size)
{
	const uint64_t arguments[6] = { start, size };

	return is_short(name, ABI_HYPERCALL_reservation_make, arguments);
}

/* Each shape of memory that there is to take, and what gives it back. */
static bool reservations_are_short(void)
{
	uint64_t split = attack_area(), block = split + ABI_LARGE_SIZE;
	const uint64_t page = ABI_PAGE_SIZE;
	bool good = make_is_short("reservation_make, a page of a block",
				  split + page, page);

	good = make_is_short("reservation_make, pages of a split block",
			     split + 2 * page, 100 * page) &&
	       good;
	good = make_is_short("reservation_make, most of a block",
			     block + ABI_LARGE_SIZE, ABI_LARGE_SIZE - page) &&
	       good;
	good = make_is_short("reservation_make, refused",
			     block - ABI_LARGE_SIZE, ABI_LARGE_SIZE) &&
	       good;
	good = make_is_short("reservation_make, a block", block,
			     ABI_LARGE_SIZE) &&
	       good;
	const uint64_t handle[6] = { answer.value };
	good = is_short("reservation_info", ABI_HYPERCALL_reservation_info,
			handle) &&
	       good;
	good = is_short("revoke_start", ABI_HYPERCALL_revoke_start, handle) &&
	       good;
	uint64_t most = 0;
	do {
		uint64_t cost = attack_cost(ABI_HYPERCALL_revoke_finish, handle,
					    &answer);
		most = cost > most ? cost : most;
	} while (answer.status == ST_AGAIN);
	attack_note("revoke_finish: %lu instructions", most);
	good = good && most <= LIMIT;
	return is_short("revoke_finish, refused", ABI_HYPERCALL_revoke_finish,
			handle) &&
	       good && answer.status == ST_NOT_FOUND;
}

/* The clock counts both CPUs: the one that calls and waits, and the one that
 * starts and is in nano as well. */
static bool starting_is_short(void)
{
	attack_note("cpu_start, with what the other CPU did: %lu instructions",
		    attack_start_cost);
	return attack_start_cost > 0 && attack_start_cost <= 2 * LIMIT;
}

static const struct attack costs[] = {
	ATTACK("no call takes more than 20000 instructions", "A5",
	       calls_are_short),
	ATTACK("no more with reservations of any shape", "A5",
	       reservations_are_short),
};

const struct attack_group attack_costs = ATTACK_GROUP(costs);

/* With three CPUs: the second one does much at its start that is not nano's. */
static const struct attack costs_cpus[] = {
	ATTACK("starting a CPU takes no more on each of the two", "A5 A28",
	       starting_is_short),
};

const struct attack_group attack_costs_cpus = ATTACK_GROUP(costs_cpus);
