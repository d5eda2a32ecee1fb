/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks that need two CPUs at the same time: one changes what the other is
 * just using, or both use the same thing of nano's.
 */

#include "attack.h"

#include "common/assert.h"

#define ROUNDS 2000u

static uint32_t stop; /* tells the second CPU to end its part */

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_ACQUIRE);
}

static void set_stop(bool value)
{
	__atomic_store_n(&stop, value, __ATOMIC_RELEASE);
}

/* --- a mapping that changes --------------------------------------------------- */

#define OURS 0x7372756f73727561ull

static uint64_t page[ABI_PAGE_SIZE / sizeof(uint64_t)]
	__attribute__((aligned(ABI_PAGE_SIZE)));

static uint32_t flips;

/* The first CPU's scratch page shows nano's page and ours in turn. */
static bool flip(void)
{
	uint64_t ours = attack_physical(page), nano = attack_nano_page();

	while (!stopped()) {
		attack_map(nano, false);
		attack_map(ours, false);
		__atomic_add_fetch(&flips, 1, __ATOMIC_RELEASE);
	}
	return true;
}

static void read_flushed(uint64_t address)
{
	attack_flush();
	attack_read_word(address);
}

static bool flipped_mapping(void)
{
	uint64_t address = (uint64_t)attack_map(attack_physical(page), false);
	bool good = true, ended;

	page[0] = OURS;
	set_stop(false);
	flips = 0;
	attack_second_begin(flip);
	while (__atomic_load_n(&flips, __ATOMIC_ACQUIRE) < ROUNDS) {
		attack_sink = OURS;
		attack_faults(read_flushed, address);
		if (attack_sink != OURS) {
			attack_effect("read 0x%lx behind a flipped mapping",
				      attack_sink);
			good = false;
			break;
		}
	}
	set_stop(true);
	return attack_second_end(&ended) && good && attack_nano_answers();
}

/* --- calls at the same time ------------------------------------------------------ */

/* Both ask for every CPU there is and is not, at every kind of entry. */
static void ask_for_cpus(void)
{
	const uint64_t entries[] = { 0, (uint64_t)attack_cpu_entry,
				     attack_nano_page(), KERNEL_WINDOW,
				     NANO_BASE_X86_64 };

	for (uint32_t i = 0; i < ROUNDS; i++) {
		const uint64_t arguments[6] = {
			i % 67, entries[i % ARRAY_SIZE(entries)], i
		};

		attack_call_all(ABI_HYPERCALL_cpu_start, arguments);
	}
}

static bool second_asks(void)
{
	ask_for_cpus();
	return true;
}

static bool start_together(void)
{
	bool ended;

	attack_second_begin(second_asks);
	ask_for_cpus();
	return attack_second_end(&ended) && ended && attack_second_beats() &&
	       attack_nano_answers();
}

static const struct attack races[] = {
	ATTACK("read while the second CPU flips the mapping to nano's page",
	       "A1", flipped_mapping),
	ATTACK("start CPUs from both at once", "A28", start_together),
};

const struct attack_group attack_races = ATTACK_GROUP(races);
