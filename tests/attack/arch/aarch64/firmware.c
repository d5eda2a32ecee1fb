/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware, which would start CPUs at EL2 or switch the machine off. */

#include "machine.h"

#define PSCI_VERSION       0x84000000ull
#define PSCI_FEATURES      0x8400000aull
#define PSCI_NOT_SUPPORTED UINT64_MAX

/* --- firmware ------------------------------------------------------------------ */

static uint64_t firmware(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	__asm__ volatile("smc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory",
			   "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17");
	return x0;
}

static bool all_refused(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	uint64_t got = firmware(function, a, b, c);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);

	return got == PSCI_NOT_SUPPORTED && after == before + 1;
}

static bool firmware_refused(uint64_t function, uint64_t a, uint64_t b)
{
	return all_refused(function, a, b, 0);
}

static volatile uint64_t stolen_level; /* CurrentEL of a CPU that we started */

/* One that is not there yet begins where we say, with what we say. */
static bool start_a_cpu(void)
{
	uint64_t cpu = attack_boot->cpus[attack_boot->cpu_count - 1];
	uint64_t entry = attack_physical(attack_stolen_cpu);
	uint64_t context = attack_physical(&stolen_level);

	if (all_refused(0xc4000003, cpu, entry, context)) {
		return all_refused(0x84000003, cpu, entry, context);
	}
	for (uint32_t i = 0; i < 1000000 && stolen_level == 0; i++) {
		attack_relax();
	}
	if (stolen_level != 0) {
		attack_effect_last("CPU 1 runs our code, CurrentEL = %lu",
				   stolen_level >> 2);
	}
	return false;
}

static bool switch_off(void)
{
	static const uint64_t functions[] = {
		0x84000008, 0x84000009, 0x84000012,     0xc4000012,
		0x84000002, 0x84000001, 0xc4000001,     0xc400000e,
		0x80000000, 0,          0xdeadbeefcafe,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!firmware_refused(functions[i], 0, 0)) {
			attack_note("function 0x%lx", functions[i]);
			return false;
		}
	}
	return true;
}

static bool firmware_version(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	uint64_t version = firmware(PSCI_VERSION, 0, 0, 0);
	uint64_t about = firmware(PSCI_FEATURES, 0xc4000003, 0, 0);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);

	return version == 0x10000 && about == PSCI_NOT_SUPPORTED &&
	       after == before;
}

/* Calls of other parts of firmware and of hypervisors, by SMC. */
static bool other_services(void)
{
	static const uint64_t functions[] = {
		0x80000000, 0x80000001, 0x80007fff, 0x80008000, 0x8000ff01,
		0x84000050, 0x84000060, 0x8400ff01, 0x86000001, 0xc2000000,
		0xc3000001, 0xc5000020, 0xc6000001, 0xbf00ff01, 0xffffffff,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!firmware_refused(functions[i], attack_nano_page(), 0)) {
			attack_note("function 0x%lx", functions[i]);
			return false;
		}
	}
	return true;
}

static bool random_firmware(void)
{
	for (uint32_t i = 0; i < 2000; i++) {
		uint64_t function = attack_random();

		if ((uint32_t)function != PSCI_VERSION &&
		    (uint32_t)function != PSCI_FEATURES &&
		    !firmware_refused(function, attack_random(),
				      attack_random())) {
			attack_note("function 0x%lx", function);
			return false;
		}
	}
	return true;
}

/* PSCI by HVC is a nano call like any other: x8 says which. */
static bool firmware_by_call(void)
{
	static const uint64_t functions[] = { 0x84000000, 0x84000003,
					      0xc4000003, 0x84000008,
					      0x84000009 };
	static const uint64_t none[6];

	for (uint32_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!attack_call_refused(functions[i], none, ST_BAD_CALL)) {
			return false;
		}
	}
	return true;
}

/* --- with a second CPU ---------------------------------------------------------- */

static bool stop_second(void)
{
	uint64_t cpu = attack_boot->cpus[1];
	bool refused = firmware_refused(0xc4000003, cpu, 0) &&
		       firmware_refused(0xc4000004, cpu, 0) &&
		       firmware_refused(0x84000005, cpu, 0) &&
		       firmware_refused(0x84000002, cpu, 0);

	return refused && attack_second_beats();
}

static bool second_off(void)
{
	return firmware_refused(0x84000002, 0, 0) &&
	       firmware_refused(0xc4000001, 0, 0) &&
	       firmware_refused(0xc400000e, 0, 0);
}

static bool second_leaves(void)
{
	return attack_on_second(second_off) && attack_second_beats();
}

static const struct attack attacks[] = {
	ATTACK("start a CPU by SMC", "A2 A28", start_a_cpu),
	ATTACK("switch off by SMC, and other functions", "A2", switch_off),
	ATTACK("PSCI version and features by SMC are answered", "A2",
	       firmware_version),
	ATTACK("other services of firmware", "A2", other_services),
	ATTACK("PSCI by HVC", "A2 A5", firmware_by_call),
	ATTACK("random functions of firmware", "A2", random_firmware),
};

const struct attack_group machine_firmware = ATTACK_GROUP(attacks);

static const struct attack with_second[] = {
	ATTACK("stop or start the second CPU by SMC", "A2 A28", stop_second),
	ATTACK("the second CPU switches itself off by SMC", "A2 A28",
	       second_leaves),
};

const struct attack_group attack_machine_cpus = ATTACK_GROUP(with_second);
