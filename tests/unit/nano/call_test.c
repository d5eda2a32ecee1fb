/* SPDX-License-Identifier: Apache-2.0 */
/* Nano calls: what is refused, how it is counted, and what each call does. */

#include "sample.h"

#include <string.h>

#include "nano/authority.h"
#include "nano/trap.h"
#include "nano/world.h"

static struct boot_info boot;
static struct cpu *cpu;
static uint64_t authority;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	cpu = arch_cpu_at(0);
	cpu->world = &world_kernel;
	cpu_count = 2;
	authority_init();
	return (int)authority_create(world_kernel.id, authority_all(),
				     &authority);
}

static struct trap_call last;

static status_t call(uint64_t number, uint64_t a, uint64_t b)
{
	last = (struct trap_call){
		.number = number,
		.arguments = { a, b },
		.result = 0xdead, /* must not survive */
	};
	return trap_call(cpu, &last);
}

static uint64_t counted(enum abi_nano_counter which)
{
	return cpu->counters[which];
}

static void test_null(void **unused)
{
	(void)unused;
	assert_int_equal(call(ABI_HYPERCALL_null, 0, 0), ST_OK);
	assert_int_equal(last.result, 0);
	/* It looks at no argument, needs no authority, is not counted. */
	authority_restrict(world_kernel.id, 0);
	assert_int_equal(call(ABI_HYPERCALL_null, 7, 8), ST_OK);
	assert_int_equal(counted(ABI_NANO_COUNTER_EXITS), 0);
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), 0);
}

static void test_unknown_numbers(void **unused)
{
	(void)unused;
	static const uint64_t odd[] = {
		ABI_HYPERCALL_LIMIT, ABI_HYPERCALL_LIMIT + 1,
		1ull << 32,          1ull << 32 | ABI_HYPERCALL_counter,
		1ull << 63,          UINT64_MAX,
	};
	uint64_t refused = 0;

	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT; n++) {
		if (!(authority_all() >> n & 1)) {
			assert_int_equal(call(n, 0, 0), ST_BAD_CALL);
			assert_int_equal(last.result, 0);
			refused++;
		}
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(odd); i++) {
		assert_int_equal(call(odd[i], 0, 0), ST_BAD_CALL);
		refused++;
	}
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), refused);
	assert_int_equal(counted(ABI_NANO_COUNTER_EXITS), refused);
}

/* Each call with each argument that it does not have. */
static void test_unused_arguments(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t number;
		uint32_t arguments;
	} calls[] = {
#define X(number, name, count, text) { number, count },
		ABI_HYPERCALLS(X)
#undef X
	};
	uint64_t refused = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].number == ABI_HYPERCALL_null) {
			continue;
		}
		for (uint32_t j = calls[i].arguments; j < TRAP_ARGUMENTS; j++) {
			struct trap_call one = { .number = calls[i].number };

			one.arguments[j] = 1ull << 63;
			assert_int_equal(trap_call(cpu, &one), ST_BAD_ARGUMENT);
			assert_int_equal(one.result, 0);
			refused++;
		}
	}
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), refused);
	assert_false(world_kernel.operational);
	assert_int_equal(fake.console_length, 0);
	assert_int_equal(authority_of(world_kernel.id), authority_all());
}

/* Each call without its bit, all others allowed. */
static void test_denied(void **unused)
{
	(void)unused;
	for (uint64_t n = 1; n < ABI_HYPERCALL_LIMIT; n++) {
		if (!(authority_all() >> n & 1)) {
			continue;
		}
		setup(NULL);
		authority_restrict(world_kernel.id, ~(1ull << n));
		assert_int_equal(call(n, 0, 0), ST_DENIED);
		assert_int_equal(last.result, 0);
		assert_int_equal(counted(ABI_NANO_COUNTER_CALL), 1);
		assert_false(world_kernel.operational);
	}
}

static void test_query(void **unused)
{
	(void)unused;
	for (uint64_t n = 0; n < 3 * ABI_HYPERCALL_LIMIT; n++) {
		bool there =
			n < ABI_HYPERCALL_LIMIT && (authority_all() >> n & 1);

		assert_int_equal(
			call(ABI_HYPERCALL_interface_query, authority, n),
			ST_OK);
		assert_int_equal(last.result, there ? n : 0);
	}
	assert_int_equal(call(ABI_HYPERCALL_interface_query, authority + 1, 3),
			 ST_NOT_FOUND);
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), 1);
}

static void test_derive(void **unused)
{
	(void)unused;
	assert_int_equal(call(ABI_HYPERCALL_interface_derive, authority,
			      1ull << ABI_HYPERCALL_counter),
			 ST_OK);

	uint64_t less = last.result;
	assert_int_not_equal(less, authority);
	assert_int_equal(call(ABI_HYPERCALL_interface_query, less,
			      ABI_HYPERCALL_counter),
			 ST_OK);
	assert_int_equal(last.result, ABI_HYPERCALL_counter);
	assert_int_equal(call(ABI_HYPERCALL_interface_query, less,
			      ABI_HYPERCALL_power_off),
			 ST_OK);
	assert_int_equal(last.result, 0);
	assert_int_equal(call(ABI_HYPERCALL_interface_derive, less ^ 1, 0),
			 ST_NOT_FOUND);
}

static void test_restrict(void **unused)
{
	(void)unused;
	uint64_t keep = 1ull << ABI_HYPERCALL_interface_restrict |
			1ull << ABI_HYPERCALL_counter;

	assert_int_equal(call(ABI_HYPERCALL_interface_restrict, keep, 0),
			 ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_operational, 0, 0), ST_DENIED);
	assert_int_equal(call(ABI_HYPERCALL_interface_restrict, UINT64_MAX, 0),
			 ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_operational, 0, 0), ST_DENIED);
	assert_int_equal(call(ABI_HYPERCALL_counter, 0, 0), ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_interface_restrict, 0, 0), ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_interface_restrict, 0, 0),
			 ST_DENIED);
}

static status_t write(uint64_t size)
{
	static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
	struct trap_call one = {
		.number = ABI_HYPERCALL_console_write,
		.arguments = { size },
	};

	memcpy(&one.arguments[1], text, 40);
	return trap_call(cpu, &one);
}

static void test_console(void **unused)
{
	(void)unused;
	static const uint64_t bad[] = { 0, 41, 1ull << 32, UINT64_MAX };

	for (uint64_t size = 1; size <= 40; size++) {
		fake.console_length = 0;
		memset(fake.console, 0, sizeof(fake.console));
		assert_int_equal(write(size), ST_OK);
		assert_int_equal(fake.console_length, size);
		assert_memory_equal(fake.console,
				    "0123456789abcdefghijklmnopqrstuvwxyzABCD",
				    size);
	}
	fake.console_length = 0;
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(write(bad[i]), ST_BAD_ARGUMENT);
	}
	assert_int_equal(fake.console_length, 0);
}

static void test_operational(void **unused)
{
	(void)unused;
	assert_int_equal(write(3), ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_operational, 0, 0), ST_OK);
	fake.console_length = 0;
	assert_int_equal(write(3), ST_BAD_STATE);
	assert_int_equal(write(0), ST_BAD_ARGUMENT);
	assert_int_equal(fake.console_length, 0);
	assert_int_equal(call(ABI_HYPERCALL_operational, 0, 0), ST_BAD_STATE);
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), 3);
}

static void test_counter(void **unused)
{
	(void)unused;
	for (uint64_t which = 0; which < ABI_NANO_COUNTER_COUNT; which++) {
		cpu->counters[which] = 100 * which;
		arch_cpu_at(1)->counters[which] = 7;
		arch_cpu_at(2)->counters[which] = 1000; /* not a CPU of ours */
	}
	for (uint64_t which = 1; which < ABI_NANO_COUNTER_COUNT; which++) {
		assert_int_equal(call(ABI_HYPERCALL_counter, which, 0), ST_OK);
		assert_int_equal(last.result, 100 * which + 7);
	}
	assert_int_equal(call(ABI_HYPERCALL_counter, ABI_NANO_COUNTER_COUNT, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(call(ABI_HYPERCALL_counter, UINT64_MAX, 0),
			 ST_BAD_ARGUMENT);
}

static void test_exits_are_counted(void **unused)
{
	(void)unused;
	assert_int_equal(call(ABI_HYPERCALL_counter, ABI_NANO_COUNTER_EXITS, 0),
			 ST_OK);
	assert_int_equal(last.result, 1); /* the call itself */
	trap_count(cpu);
	assert_int_equal(call(ABI_HYPERCALL_counter, ABI_NANO_COUNTER_EXITS, 0),
			 ST_OK);
	assert_int_equal(last.result, 3);
}

static void test_irq(void **unused)
{
	(void)unused;
	assert_int_equal(call(ABI_HYPERCALL_irq_ack_and_arm, 32, 999), ST_OK);
	assert_int_equal(fake.acked, 32);
	assert_int_equal(fake.armed, 999);
}

static void call_off(void *status)
{
	call(ABI_HYPERCALL_power_off, *(uint64_t *)status, 0);
}

static void test_power_off(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t status;
		const char *line;
	} offs[] = {
		{ 0, "tessera: off status=0\n" },
		{ 1, "tessera: off status=1\n" },
		{ 255, "tessera: off status=255\n" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(offs); i++) {
		uint64_t status = offs[i].status;

		setup(NULL);
		assert_int_equal(fake_run(call_off, &status), FAKE_OFF);
		assert_string_equal(fake.console, offs[i].line);
	}
	setup(NULL);
	assert_int_equal(call(ABI_HYPERCALL_power_off, 256, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(call(ABI_HYPERCALL_power_off, 1ull << 32, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(fake.console_length, 0);
}

/* Random calls: the status is a known one, a refusal gives nothing, and the
 * counter of refusals agrees. */
static void test_random(void **unused)
{
	(void)unused;
	uint64_t seed = 99, refused = 0;

	for (uint32_t i = 0; i < 200000; i++) {
		struct trap_call one = {
			.number = sample_random(&seed) % 12,
		};
		for (uint32_t j = 0; j < TRAP_ARGUMENTS; j++) {
			uint64_t value = sample_random(&seed);

			one.arguments[j] =
				value % 5 ? value % 64 & -(value & 1) : value;
		}
		if (one.number == ABI_HYPERCALL_power_off ||
		    one.number == ABI_HYPERCALL_interface_restrict) {
			continue;
		}

		uint64_t words[TRAP_ARGUMENTS];
		memcpy(words, one.arguments, sizeof(words));
		status_t st = trap_call(cpu, &one);
		refused += st != ST_OK;
		assert_true(st < ST_COUNT);
		assert_true(st == ST_OK || one.result == 0);
		assert_memory_equal(words, one.arguments, sizeof(words));
		assert_int_equal(counted(ABI_NANO_COUNTER_CALL), refused);
	}
	assert_int_equal(authority_of(world_kernel.id), authority_all());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_null, setup),
		cmocka_unit_test_setup(test_unknown_numbers, setup),
		cmocka_unit_test_setup(test_unused_arguments, setup),
		cmocka_unit_test_setup(test_denied, setup),
		cmocka_unit_test_setup(test_query, setup),
		cmocka_unit_test_setup(test_derive, setup),
		cmocka_unit_test_setup(test_restrict, setup),
		cmocka_unit_test_setup(test_console, setup),
		cmocka_unit_test_setup(test_operational, setup),
		cmocka_unit_test_setup(test_counter, setup),
		cmocka_unit_test_setup(test_exits_are_counted, setup),
		cmocka_unit_test_setup(test_irq, setup),
		cmocka_unit_test_setup(test_power_off, setup),
		cmocka_unit_test_setup(test_random, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
