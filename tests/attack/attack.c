/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of the hostile kernel, and what the attacks share. The image is
 * the same whether nano defends itself or not; it runs every attack and judges
 * each by what it saw.
 */

#include "attack.h"

#include <stdarg.h>

#include "common/assert.h"
#include "common/fmt.h"
#include "common/string.h"

#define LINE_SIZE  160
#define WRITE_SIZE 40
const struct boot_info *attack_boot;
struct attack_fault attack_fault;
volatile uint64_t attack_sink;

static const struct attack *current;
static bool on_second;   /* where it runs */
static bool effect_seen; /* of the current one */
static uint32_t effects; /* since the start */
static uint32_t done;    /* results that are printed */

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

static void print_result(bool ok)
{
	char line[LINE_SIZE];

	fmt(line, sizeof(line), "%sok %u %s%s # %s\n", ok ? "" : "not ", ++done,
	    on_second ? "second CPU: " : "", current->name, current->ids);
	print(line);
}

static void note_effect(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

static void note_effect(const char *format, va_list arguments)
{
	char line[LINE_SIZE];

	fmt_list(line, sizeof(line), format, arguments);
	attack_note("effect: %s", line);
	effect_seen = true;
	effects++;
}

void attack_effect(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note_effect(format, arguments);
	va_end(arguments);
}

_Noreturn void attack_effect_last(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note_effect(format, arguments);
	va_end(arguments);
	print_result(false);
	attack_call(ABI_HYPERCALL_power_off, 1, 0);
	for (;;) {
	}
}

bool attack_bitten(void)
{
	return effects > 0;
}

/* xorshift64* (Marsaglia 2003, Vigna 2016): short, and the same everywhere. */
uint64_t attack_random(void)
{
	static uint64_t state = 0x7e55e7a;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull;
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

void attack_read_word(uint64_t address)
{
	attack_sink = *(volatile uint64_t *)address;
}

static void write_word(uint64_t address)
{
	*(volatile uint64_t *)address = ATTACK_MARK;
}

bool attack_read_refused(uint64_t pa, bool device)
{
	uint64_t address = (uint64_t)attack_map(pa, device);

	attack_sink = ATTACK_MARK;
	bool refused = attack_refused(ABI_NANO_COUNTER_MEMORY, attack_read_word,
				      address);
	if (attack_sink != ATTACK_MARK && attack_sink != UINT64_MAX) {
		attack_effect("read 0x%lx at 0x%lx", attack_sink, pa);
	}
	return refused && attack_sink == ATTACK_MARK;
}

/* Whether the word there now differs from `old`; if so, it is put back. */
static void look_for_change(uint64_t address, uint64_t pa, uint64_t old)
{
	attack_sink = old;
	if (attack_faults(attack_read_word, address) || attack_sink == old) {
		return;
	}
	*(volatile uint64_t *)address = old;
	attack_effect("0x%lx was 0x%lx and is 0x%lx", pa, old, attack_sink);
}

bool attack_write_refused(uint64_t pa, bool device)
{
	uint64_t address = (uint64_t)attack_map(pa, device);
	bool readable = !attack_faults(attack_read_word, address);
	uint64_t old = attack_sink;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_MEMORY, write_word, address);

	if (readable) {
		look_for_change(address, pa, old);
	}
	return refused;
}

/* The hole is what lies between two ranges of memory and starts and ends at 2
 * MiB. */
static struct boot_range nano_hole(void)
{
	const struct boot_info *boot = attack_boot;

	for (uint32_t i = 1; i < boot->range_count; i++) {
		if (boot->ranges[i].kind == BOOT_RANGE_NANO) {
			return boot->ranges[i]; /* told, which is an effect */
		}

		uint64_t start = boot->ranges[i - 1].end;
		uint64_t end = boot->ranges[i].start;

		if (boot->ranges[i - 1].kind != BOOT_RANGE_DEVICE &&
		    boot->ranges[i].kind != BOOT_RANGE_DEVICE && start < end &&
		    is_aligned(start | end, ABI_LARGE_SIZE)) {
			return (struct boot_range){ .start = start,
						    .end = end };
		}
	}
	CHECK(!"nano leaves a hole in memory");
	return (struct boot_range){ 0 };
}

uint64_t attack_nano_page(void)
{
	return nano_hole().start;
}

uint64_t attack_nano_end(void)
{
	return nano_hole().end;
}

bool attack_call_refused(uint64_t number, const uint64_t arguments[6],
			 status_t status)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);
	struct attack_result got = attack_call_all(number, arguments);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_CALL);

	if (got.value != 0) {
		attack_effect("call 0x%lx told 0x%lx", number, got.value);
	}
	if (got.status != status || got.value != 0 || after != before + 1) {
		attack_note("call 0x%lx: status %lu, value 0x%lx, counted %lu",
			    number, got.status, got.value, after - before);
		return false;
	}
	return true;
}

/* --- the run ------------------------------------------------------------------ */

/* Whether an attack is run now: a sweep takes long, so it is tried on one CPU,
 * and not once an effect was seen. */
static bool wanted(const struct attack *attack, bool second)
{
	return !attack->sweep || (!second && !attack_bitten());
}

static uint32_t machine_total(bool second)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < attack_machine_count; i++) {
		for (uint32_t j = 0; j < attack_machine[i]->count; j++) {
			total += wanted(&attack_machine[i]->attacks[j], second);
		}
	}
	return total;
}

/* The order: what is the same everywhere, the machine's, with two CPUs, the
 * machine's once more on the second, and what cannot be undone. */
static uint32_t planned(bool second)
{
	uint32_t alone = attack_generic.count + attack_reserve.count +
			 attack_fuzz.count + machine_total(false) +
			 attack_last.count;

	return alone +
	       (second ? attack_cpus.count + attack_races.count +
				 attack_reserve_cpus.count +
				 attack_machine_cpus.count + machine_total(true)
		       : 0);
}

/* Runs attacks, on this CPU or on the second one; returns how many failed. */
static uint32_t run_all(const struct attack_group *group, bool second)
{
	uint32_t failed = 0;

	on_second = second;
	for (uint32_t i = 0; i < group->count; i++) {
		current = &group->attacks[i];
		if (!wanted(current, second)) {
			continue;
		}
		effect_seen = false;

		bool ok = second ? attack_on_second(current->repelled)
				 : current->repelled();
		ok = ok && !effect_seen;
		failed += !ok;
		print_result(ok);
	}
	return failed;
}

static uint32_t run_machine(bool second)
{
	uint32_t failed = 0;

	for (uint32_t i = 0; i < attack_machine_count; i++) {
		failed += run_all(attack_machine[i], second);
	}
	return failed;
}

static uint32_t run_second(void)
{
	uint32_t failed = run_all(&attack_cpus, false);

	failed += run_all(&attack_races, false);
	failed += run_all(&attack_reserve_cpus, false);
	failed += run_all(&attack_machine_cpus, false);
	return failed + (attack_bitten() ? 0 : run_machine(true));
}

/* What there is to do where instructions are counted, which is slow: nothing
 * but that. */
static _Noreturn void count_costs(void)
{
	char plan[LINE_SIZE];
	uint32_t cpus = attack_boot->cpu_count;

	fmt(plan, sizeof(plan), "1..%u\n",
	    attack_costs.count + (cpus > 1 ? attack_cpus.count : 0) +
		    (cpus > 2 ? attack_costs_cpus.count : 0));
	print(plan);

	uint32_t failed = cpus > 1 ? run_all(&attack_cpus, false) : 0;
	failed += cpus > 2 ? run_all(&attack_costs_cpus, false) : 0;
	failed += run_all(&attack_costs, false);
	attack_call(ABI_HYPERCALL_power_off, failed != 0, 0);
	for (;;) {
	}
}

_Noreturn void attack_main(const struct boot_info *boot)
{
	char plan[LINE_SIZE];
	bool second = boot->cpu_count > 1;

	attack_boot = boot;
	attack_machine_init();
	if (attack_counts()) {
		count_costs();
	}
	fmt(plan, sizeof(plan), "1..%u\n", planned(second));
	print(plan);
	if (!second) {
		attack_note("attacks with a second CPU are left out: there is "
			    "one CPU");
	}

	uint32_t failed = run_all(&attack_generic, false);
	failed += run_all(&attack_reserve, false);
	failed += run_machine(false);
	failed += run_all(&attack_fuzz, false);
	failed += second ? run_second() : 0;
	failed += run_all(&attack_last, false);
	if (second) {
		attack_flood(); /* nothing of it may follow the last line */
	}
	attack_call(ABI_HYPERCALL_power_off, failed != 0, 0);
	for (;;) {
	}
}
