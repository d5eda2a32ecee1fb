/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks by trying much: nano calls of random numbers and arguments, all of
 * physical memory that nobody handed over, all that was handed over. The random
 * numbers are the same in every run.
 */

#include "attack.h"

#include "common/assert.h"

#define CALLS      10000u
#define STEP       ABI_LARGE_SIZE
#define SPACE      (1ull << 33) /* how far memory is tried in steps */
#define SPACE_BITS 38           /* and beyond it at the powers of two */

/* --- calls ------------------------------------------------------------------ */

/* Words that are near to something. */
static uint64_t random_word(void)
{
	uint64_t word = attack_random();

	switch (word >> 60) {
	case 0:
		return 0;
	case 1:
		return 1ull << (word & 63);
	case 2:
		return ~0ull << (word & 63);
	case 3:
		return word & 0xff;
	case 4:
		return attack_nano_page() + (word & 0xffff);
	case 5:
		return attack_boot->authority ^ 1ull << (word & 63);
	case 6:
		return KERNEL_WINDOW + attack_nano_page();
	default:
		return word;
	}
}

static bool handed_over(uint64_t pa)
{
	const struct boot_info *boot = attack_boot;

	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].kind != BOOT_RANGE_NANO &&
		    pa >= boot->ranges[i].start && pa < boot->ranges[i].end) {
			return true;
		}
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(boot->irq_base); i++) {
		if (pa >= boot->irq_base[i] &&
		    pa - boot->irq_base[i] < boot->irq_size[i]) {
			return true; /* tried apart, page by page */
		}
	}
	return false;
}

/* What would end the run, print, or change what later attacks begin with. */
static bool left_out(uint64_t number, const uint64_t arguments[6])
{
	switch (number) {
	case ABI_HYPERCALL_null:
	case ABI_HYPERCALL_power_off:
	case ABI_HYPERCALL_console_write:
	case ABI_HYPERCALL_operational:
	case ABI_HYPERCALL_interface_restrict:
		return true;
	case ABI_HYPERCALL_interface_derive:
		return arguments[0] == attack_boot->authority;
	case ABI_HYPERCALL_irq_ack_and_arm:
		return arguments[0] <= UINT8_MAX;
	case ABI_HYPERCALL_cpu_start:
		return arguments[0] < attack_boot->cpu_count;
	case ABI_HYPERCALL_reservation_make: /* what we run in */
		return handed_over(arguments[0]);
	case ABI_HYPERCALL_ipi:
		return (arguments[0] & 3) != 0 || arguments[0] == 0;
	default:
		return false;
	}
}

static bool is_refusal(uint64_t status)
{
	return status > ST_OK && status < ST_COUNT;
}

/* Every refusal is counted once, tells nothing, and names its reason; nothing
 * that nano holds for us is different afterwards. */
static bool random_calls(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);
	uint64_t refusals = 0;

	attack_note("%u calls, seed as in attack_random()", CALLS);
	for (uint32_t i = 0; i < CALLS; i++) {
		uint64_t arguments[6];
		uint64_t number = attack_random();

		number = number >> 63 ? random_word()
				      : number % (ABI_HYPERCALL_LIMIT + 16);
		for (uint32_t j = 0; j < 6; j++) {
			arguments[j] = attack_random() & 1 ? random_word() : 0;
		}
		if (left_out(number, arguments)) {
			continue;
		}

		struct attack_result got = attack_call_all(number, arguments);
		bool refused = is_refusal(got.status);
		refusals += refused;
		if (refused ? got.value != 0 : got.status != ST_OK) {
			attack_note("call 0x%lx: status %lu, value 0x%lx",
				    number, got.status, got.value);
			return false;
		}
	}

	uint64_t counted = attack_counter(ABI_NANO_COUNTER_CALL) - before;
	if (counted != refusals) {
		attack_note("%lu refusals, counted %lu", refusals, counted);
	}
	return counted == refusals && refusals > CALLS / 2 &&
	       attack_nano_answers();
}

/* --- memory ------------------------------------------------------------------- */

/* At every 2 MiB, at the last page before it, and far away. */
static bool everything_else(void)
{
	uint64_t tried = 0;

	for (uint64_t pa = 0; pa < SPACE; pa += STEP) {
		uint64_t last = pa + STEP - ABI_PAGE_SIZE;

		if ((!handed_over(pa) && !attack_read_refused(pa, true)) ||
		    (!handed_over(last) && !attack_read_refused(last, true))) {
			attack_note("at 0x%lx", pa);
			return false;
		}
		tried++;
	}
	for (uint32_t bit = 33; bit < SPACE_BITS; bit++) {
		if (!attack_read_refused(1ull << bit, true)) {
			return false;
		}
	}
	return tried > 0;
}

/* A structure that boot made for nano: with the roots and the seed in it. */
static bool is_left_over(const struct boot_info *found)
{
	return found->magic == BOOT_INFO_MAGIC &&
	       found->size == sizeof(*found) && found->nano_root != 0 &&
	       found->nano_pool_start < found->nano_pool_end &&
	       found->range_count <= BOOT_RANGES_MAX;
}

static const struct boot_info *left_over; /* the first that was found */

static void search(uint64_t range)
{
	uint64_t start = attack_boot->ranges[range].start;
	uint64_t end = attack_boot->ranges[range].end;

	for (uint64_t at = start; at + sizeof(struct boot_info) <= end;
	     at += sizeof(uint64_t)) {
		const struct boot_info *here =
			(const struct boot_info *)(KERNEL_WINDOW + at);

		if (here->magic == BOOT_INFO_MAGIC && is_left_over(here)) {
			left_over = here;
			return;
		}
	}
}

/* What boot leaves in memory it gives back: nano's seed above all. */
static bool nothing_left(void)
{
	left_over = NULL;
	for (uint32_t i = 0; i < attack_boot->range_count && !left_over; i++) {
		if (attack_boot->ranges[i].kind == BOOT_RANGE_RAM) {
			attack_faults(search, i);
		}
	}
	if (left_over) {
		attack_effect("nano's page tables are at 0x%lx, its seed "
			      "begins with 0x%02x%02x",
			      left_over->nano_root, left_over->entropy[0],
			      left_over->entropy[1]);
	}
	return !left_over;
}

static const struct attack fuzz[] = {
	ATTACK("search memory for what boot left", "A1", nothing_left),
	SWEEP("random nano calls", "A5", random_calls),
	SWEEP("read all memory that nobody handed over", "A1", everything_else),
};

const struct attack_group attack_fuzz = ATTACK_GROUP(fuzz);
