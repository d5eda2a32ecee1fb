/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of the hostile kernel, and the attacks that need nothing of a
 * machine but memory and nano calls.
 */

#include "attack.h"

#include <stdarg.h>

#include "common/assert.h"
#include "common/fmt.h"
#include "common/string.h"

#define LINE_SIZE  160
#define WRITE_SIZE 40
#define MARK       0x6b63617474617474 /* what the attacks try to write */

const struct boot_info *attack_boot;
struct attack_fault attack_fault;

static volatile uint64_t sink; /* what reads read */

struct attack_result attack_call(uint64_t number, uint64_t a, uint64_t b)
{
	const uint64_t arguments[6] = { a, b };

	return attack_call_all(number, arguments);
}

static void print(const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		size_t size = left < WRITE_SIZE ? left : WRITE_SIZE;
		uint64_t arguments[6] = { size };

		memcpy(&arguments[1], text, size);
		size = attack_call_all(ABI_HYPERCALL_console_write, arguments)
			       .value;
		text += size;
		left -= size;
	}
}

void attack_note(const char *format, ...)
{
	char line[LINE_SIZE] = "# ";
	va_list arguments;

	va_start(arguments, format);
	size_t length =
		2 + fmt_list(line + 2, sizeof(line) - 3, format, arguments);
	va_end(arguments);
	line[length] = '\n';
	line[length + 1] = 0;
	print(line);
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	attack_note("broken: %s (%s:%d)", what, file, line);
	attack_call(ABI_HYPERCALL_power_off, 1, 0);
	for (;;) {
	}
}

uint64_t attack_counter(enum abi_nano_counter which)
{
	struct attack_result got = attack_call(ABI_HYPERCALL_counter, which, 0);

	CHECK(got.status == ST_OK);
	return got.value;
}

bool attack_nano_answers(void)
{
	struct attack_result null = attack_call(ABI_HYPERCALL_null, 0, 0);
	struct attack_result query =
		attack_call(ABI_HYPERCALL_interface_query,
			    attack_boot->authority, ABI_HYPERCALL_counter);

	return null.status == ST_OK && query.status == ST_OK &&
	       query.value == ABI_HYPERCALL_counter;
}

bool attack_refused(enum abi_nano_counter counter,
		    void (*attempt)(uint64_t argument), uint64_t argument)
{
	uint64_t before = attack_counter(counter);
	bool faulted = attack_faults(attempt, argument);
	uint64_t after = attack_counter(counter);

	if (!faulted || after != before + 1) {
		attack_note("faulted %u, counter %u rose by %lu", faulted,
			    (unsigned int)counter, after - before);
	}
	return faulted && after == before + 1 && attack_nano_answers();
}

static void read_word(uint64_t address)
{
	sink = *(volatile uint64_t *)address;
}

static void write_word(uint64_t address)
{
	*(volatile uint64_t *)address = MARK;
}

bool attack_read_refused(uint64_t pa, bool device)
{
	uint64_t address = (uint64_t)attack_map(pa, device);

	sink = MARK;
	return attack_refused(ABI_NANO_COUNTER_MEMORY, read_word, address) &&
	       sink == MARK;
}

bool attack_write_refused(uint64_t pa, bool device)
{
	uint64_t address = (uint64_t)attack_map(pa, device);

	return attack_refused(ABI_NANO_COUNTER_MEMORY, write_word, address);
}

uint64_t attack_nano_page(void)
{
	const struct boot_info *boot = attack_boot;

	for (uint32_t i = 1; i < boot->range_count; i++) {
		uint64_t start = boot->ranges[i - 1].end;
		uint64_t end = boot->ranges[i].start;

		if (boot->ranges[i - 1].kind != BOOT_RANGE_DEVICE &&
		    boot->ranges[i].kind != BOOT_RANGE_DEVICE && start < end &&
		    is_aligned(start | end, ABI_LARGE_SIZE)) {
			return start;
		}
	}
	CHECK(!"nano leaves a hole in memory");
	return 0;
}

/* --- the generic attacks ---------------------------------------------------- */

/* The hole is where nothing of ours is: not the image, not the tables. */
static bool hand_over_hides_nano(void)
{
	const struct boot_info *boot = attack_boot;

	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].kind == BOOT_RANGE_NANO ||
		    boot->ranges[i].kind == BOOT_RANGE_BOOT ||
		    boot->ranges[i].kind == BOOT_RANGE_RESERVED) {
			return false;
		}
	}
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_NANO) {
			return false;
		}
	}
	return boot->nano_root == 0 && boot->nano_pool_start == 0 &&
	       boot->nano_pool_end == 0 && boot->power_kind == 0;
}

static bool read_first_page(void)
{
	return attack_read_refused(attack_nano_page(), false);
}

static bool write_first_page(void)
{
	return attack_write_refused(attack_nano_page(), false);
}

/* The last page of every 2 MiB, in case a block was mapped by mistake. */
static bool read_all_of_nano(void)
{
	uint64_t start = attack_nano_page(), end = start;

	for (uint32_t i = 0; i < attack_boot->range_count && end == start;
	     i++) {
		if (attack_boot->ranges[i].start > start) {
			end = attack_boot->ranges[i].start;
		}
	}
	for (uint64_t at = start; at < end; at += ABI_LARGE_SIZE) {
		uint64_t page = at + ABI_LARGE_SIZE - ABI_PAGE_SIZE;

		if (!attack_read_refused(page, false)) {
			return false;
		}
	}
	return end > start;
}

static bool beyond_memory(void)
{
	return attack_read_refused(1ull << 38, false);
}

bool attack_call_refused(uint64_t number, const uint64_t arguments[6],
			 status_t status)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);
	struct attack_result got = attack_call_all(number, arguments);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_CALL);

	if (got.status != status || got.value != 0 || after != before + 1) {
		attack_note("call 0x%lx: status %lu, value 0x%lx, counted %lu",
			    number, got.status, got.value, after - before);
		return false;
	}
	return true;
}

static bool unknown_numbers(void)
{
	static const uint64_t none[6];

	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT + 8; n++) {
		struct attack_result reach = { ST_OK, 0 };

		reach = attack_call(ABI_HYPERCALL_interface_query,
				    attack_boot->authority, n);
		if (n != ABI_HYPERCALL_null && reach.value == 0 &&
		    !attack_call_refused(n, none, ST_BAD_CALL)) {
			return false;
		}
	}
	return attack_call_refused(1ull << 32, none, ST_BAD_CALL) &&
	       attack_call_refused(1ull << 63 | ABI_HYPERCALL_counter, none,
				   ST_BAD_CALL) &&
	       attack_call_refused(UINT64_MAX, none, ST_BAD_CALL);
}

static const struct {
	uint64_t number;
	uint32_t arguments;
	bool built;
} calls[] = {
#define BUILT(number, name, count, text) { number, count, true },
#define LATER(number, name, count, text) { number, count, false },
	ABI_HYPERCALLS(BUILT, LATER)
#undef BUILT
#undef LATER
};

static bool unused_arguments(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].number == ABI_HYPERCALL_null) {
			continue;
		}
		for (uint32_t j = calls[i].arguments; j < 6; j++) {
			uint64_t arguments[6] = { 0 };

			arguments[j] = 1ull << 63;
			if (!attack_call_refused(calls[i].number, arguments,
						 ST_BAD_ARGUMENT)) {
				return false;
			}
		}
	}
	return true;
}

/* Calls of a later version say so and do nothing, whatever they are given. */
static bool later_calls(void)
{
	uint64_t tried = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
		uint64_t arguments[6] = { 0 };

		for (uint32_t j = 0; j < calls[i].arguments; j++) {
			arguments[j] = attack_nano_page();
		}
		if (!calls[i].built) {
			tried++;
			if (!attack_call_refused(calls[i].number, arguments,
						 ST_NOT_BUILT)) {
				return false;
			}
		}
	}
	return tried > 0;
}

static bool bad_arguments(void)
{
	static const uint64_t lengths[] = { 0, 41, 1ull << 32 };

	for (uint32_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint64_t arguments[6] = { lengths[i] };

		if (!attack_call_refused(ABI_HYPERCALL_console_write, arguments,
					 ST_BAD_ARGUMENT)) {
			return false;
		}
	}

	const uint64_t status[6] = { 256 };
	const uint64_t counter[6] = { ABI_NANO_COUNTER_COUNT };
	return attack_call_refused(ABI_HYPERCALL_power_off, status,
				   ST_BAD_ARGUMENT) &&
	       attack_call_refused(ABI_HYPERCALL_counter, counter,
				   ST_BAD_ARGUMENT);
}

static bool forged_authorities(void)
{
	uint64_t real = attack_boot->authority;
	uint64_t forged[] = { 0,
			      real ^ 1ull << 63,
			      real + (1ull << 8),
			      real - (1ull << 8),
			      real + 1,
			      real ^ 0xff,
			      UINT64_MAX };

	for (uint32_t i = 0; i < ARRAY_SIZE(forged); i++) {
		const uint64_t arguments[6] = { forged[i],
						ABI_HYPERCALL_counter };

		if (!attack_call_refused(ABI_HYPERCALL_interface_query,
					 arguments, ST_NOT_FOUND) ||
		    !attack_call_refused(ABI_HYPERCALL_interface_derive,
					 arguments, ST_NOT_FOUND)) {
			return false;
		}
	}
	return true;
}

static struct attack_result derive(uint64_t origin, uint64_t mask0,
				   uint64_t mask1)
{
	const uint64_t arguments[6] = { origin, mask0, mask1 };

	return attack_call_all(ABI_HYPERCALL_interface_derive, arguments);
}

/* Derive with fewer bits, then ask the result for more. */
static bool derived_never_more(void)
{
	const uint64_t high = ABI_HYPERCALL_key;
	struct attack_result less =
		derive(attack_boot->authority, 1ull << ABI_HYPERCALL_counter,
		       1ull << (high - 64));
	struct attack_result more = derive(less.value, UINT64_MAX, UINT64_MAX);

	if (less.status != ST_OK || more.status != ST_OK) {
		return false;
	}
	for (uint64_t n = 0; n < 2 * ABI_HYPERCALL_LIMIT; n++) {
		struct attack_result query = attack_call(
			ABI_HYPERCALL_interface_query, more.value, n);
		uint64_t want = n == ABI_HYPERCALL_counter || n == high ? n : 0;

		if (query.status != ST_OK || query.value != want) {
			return false;
		}
	}
	return true;
}

/* Uses up every authority; nano must say so and go on. */
static bool authorities_run_out(void)
{
	struct attack_result got = { ST_OK, 0 };
	uint32_t count = 0;

	while (got.status == ST_OK && count < 1000) {
		got = derive(attack_boot->authority, UINT64_MAX, UINT64_MAX);
		count++;
	}
	return got.status == ST_LIMIT && got.value == 0 &&
	       attack_nano_answers();
}

/* Last of all, because it cannot be undone. */
static bool restricted_for_ever(void)
{
	uint64_t keep = 1ull << ABI_HYPERCALL_counter |
			1ull << ABI_HYPERCALL_console_write |
			1ull << ABI_HYPERCALL_power_off |
			1ull << ABI_HYPERCALL_interface_query |
			1ull << ABI_HYPERCALL_interface_restrict;
	const uint64_t widen[6] = { attack_boot->authority, UINT64_MAX };
	static const uint64_t none[6];

	if (attack_call(ABI_HYPERCALL_interface_restrict, keep, 0).status !=
	    ST_OK) {
		return false;
	}
	attack_call(ABI_HYPERCALL_interface_restrict, UINT64_MAX, UINT64_MAX);
	return attack_call_refused(ABI_HYPERCALL_interface_derive, widen,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_operational, none,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_reservation_first, none,
				   ST_DENIED) &&
	       attack_call_refused(ABI_HYPERCALL_random, none, ST_DENIED) &&
	       attack_call(ABI_HYPERCALL_interface_query,
			   attack_boot->authority, ABI_HYPERCALL_operational)
			       .value == 0;
}

static const struct attack first[] = {
	{ "what nano hands over does not name nano", "A1",
	  hand_over_hides_nano },
	{ "read nano's first page", "A1", read_first_page },
	{ "write nano's first page", "A1", write_first_page },
	{ "read every block of nano's range", "A1", read_all_of_nano },
	{ "read beyond all memory", "A1", beyond_memory },
	{ "call numbers that do not exist", "A5", unknown_numbers },
	{ "arguments that a call does not have", "A5", unused_arguments },
	{ "calls of a later version", "A5", later_calls },
	{ "arguments out of range", "A5", bad_arguments },
	{ "forged authorities", "A14 A16", forged_authorities },
	{ "derive more than the origin has", "A14 A16", derived_never_more },
};

static const struct attack last[] = {
	{ "use up every authority", "A14 A16", authorities_run_out },
	{ "win a restricted authority back", "A14 A16", restricted_for_ever },
};

static uint32_t done; /* results that are printed */

/* Runs attacks, on this CPU or on the second one; returns how many failed. */
static uint32_t run_all(const struct attack *attacks, uint32_t count,
			bool second)
{
	uint32_t failed = 0;

	for (uint32_t i = 0; i < count; i++) {
		char line[LINE_SIZE];
		bool ok = second ? attack_on_second(attacks[i].repelled)
				 : attacks[i].repelled();

		failed += !ok;
		fmt(line, sizeof(line), "%sok %u %s%s # %s\n", ok ? "" : "not ",
		    ++done, second ? "second CPU: " : "", attacks[i].name,
		    attacks[i].ids);
		print(line);
	}
	return failed;
}

/* Everything again that a second CPU can try. */
static uint32_t run_second(void)
{
	uint32_t failed = run_all(attack_cpus, attack_cpus_count, false);

	return failed + run_all(attack_machine, attack_machine_count, true);
}

_Noreturn void attack_main(const struct boot_info *boot)
{
	char plan[LINE_SIZE];
	bool second = boot->cpu_count > 1;

	attack_boot = boot;
	attack_machine_init();
	fmt(plan, sizeof(plan), "1..%lu\n",
	    ARRAY_SIZE(first) + attack_machine_count + ARRAY_SIZE(last) +
		    (second ? attack_cpus_count + attack_machine_count : 0));
	print(plan);
	if (!second) {
		attack_note("attacks with a second CPU are left out: there is "
			    "one CPU");
	}

	uint32_t failed = run_all(first, ARRAY_SIZE(first), false);
	failed += run_all(attack_machine, attack_machine_count, false);
	failed += second ? run_second() : 0;
	failed += run_all(last, ARRAY_SIZE(last), false);
	if (second) {
		attack_flood(); /* nothing of it may follow the last line */
	}
	attack_call(ABI_HYPERCALL_power_off, failed != 0, 0);
	for (;;) {
	}
}
