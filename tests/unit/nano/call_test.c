/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nano calls: what is refused, how it is counted, and what each call does; and
 * that the list, the dispatcher and the authorities agree.
 * Shows A10 A12 A16 A18 A36.
 */

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

/* The list once more, in the order in which it stands. */
static const struct row {
	uint64_t number;
	uint32_t arguments;
	bool built;
	const char *name;
} rows[] = {
#define BUILT(number, name, count, text) { number, count, true, #name },
#define LATER(number, name, count, text) { number, count, false, #name },
	ABI_HYPERCALLS(BUILT, LATER)
#undef BUILT
#undef LATER
};

static bool exists(uint64_t number)
{
	return number < ABI_HYPERCALL_LIMIT &&
	       authority_has(authority_all(), number);
}

static struct authority_mask only(uint64_t number)
{
	struct authority_mask mask = { 0 };

	mask.bits[number / 64] = 1ull << number % 64;
	return mask;
}

static struct authority_mask without(uint64_t number)
{
	struct authority_mask mask = only(number);

	mask.bits[0] = ~mask.bits[0];
	mask.bits[1] = ~mask.bits[1];
	return mask;
}

static void expect_whole_authority(void)
{
	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT; n++) {
		assert_int_equal(authority_allows(world_kernel.id, n),
				 exists(n));
	}
}

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
	authority_restrict(world_kernel.id, (struct authority_mask){ 0 });
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
		if (!exists(n)) {
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
	uint64_t refused = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].number == ABI_HYPERCALL_null) {
			continue;
		}
		for (uint32_t j = rows[i].arguments; j < TRAP_ARGUMENTS; j++) {
			struct trap_call one = { .number = rows[i].number };

			one.arguments[j] = 1ull << 63;
			assert_int_equal(trap_call(cpu, &one), ST_BAD_ARGUMENT);
			assert_int_equal(one.result, 0);
			refused++;
		}
	}
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), refused);
	assert_false(world_kernel.operational);
	assert_int_equal(fake.console_length, 0);
	expect_whole_authority();
}

/* A call of a later version passes the checks and says what it is; whatever
 * its arguments are, it changes nothing. */
static void test_later(void **unused)
{
	(void)unused;
	uint64_t seed = 7, refused = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (uint32_t round = 0; round < 100; round++) {
			struct trap_call one = { .number = rows[i].number };

			if (rows[i].built) {
				break;
			}
			for (uint32_t j = 0; j < rows[i].arguments; j++) {
				one.arguments[j] = sample_random(&seed);
			}
			assert_int_equal(trap_call(cpu, &one), ST_NOT_BUILT);
			assert_int_equal(one.result, 0);
			refused++;
		}
	}
	assert_true(refused > 0);
	assert_int_equal(counted(ABI_NANO_COUNTER_CALL), refused);
	assert_int_equal(fake.console_length, 0);
	expect_whole_authority();
}

/* Each number once, below the limit, in its group's range, and the ranges do
 * not overlap. */
static void test_numbers(void **unused)
{
	(void)unused;
	uint64_t next = 0, members = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(i == 0 || rows[i].number > rows[i - 1].number);
		assert_true(rows[i].number < ABI_HYPERCALL_LIMIT);
		assert_true(rows[i].arguments <= TRAP_ARGUMENTS);
	}
#define MEMBER(number, name, count, text) \
	members++;                        \
	assert_in_range(number, start, end - 1);
#define X(name, first, behind, text)                              \
	{                                                         \
		const uint64_t start = (first), end = (behind);   \
		assert_true(start == next && start < end);        \
		ABI_HYPERCALLS_##name(MEMBER, MEMBER) next = end; \
	}
	ABI_HYPERCALL_GROUPS(X)
#undef X
#undef MEMBER
	assert_true(next <= ABI_HYPERCALL_LIMIT);
	assert_int_equal(members, ARRAY_SIZE(rows));
}

/* Numbers are for ever: what was once said is written down here by hand. A call
 * may be built, and one may be added; nothing here may change. */
static void test_for_ever(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t number;
		const char *name;
		uint32_t arguments;
	} said[] = {
		{ 0, "null", 0 },
		{ 1, "interface_query", 2 },
		{ 2, "interface_derive", 3 },
		{ 3, "interface_restrict", 2 },
		{ 4, "console_write", 6 },
		{ 5, "operational", 0 },
		{ 6, "irq_ack_and_arm", 2 },
		{ 7, "power_off", 1 },
		{ 8, "counter", 1 },
		{ 9, "cpu_start", 3 },
		{ 10, "ipi", 1 },
		{ 11, "critical_enter", 0 },
		{ 12, "critical_exit", 0 },
		{ 13, "cpu_stop", 0 },
		{ 16, "context_create", 3 },
		{ 17, "context_destroy", 1 },
		{ 18, "context_run", 2 },
		{ 19, "context_outcall", 4 },
		{ 20, "context_leave", 1 },
		{ 21, "exception_handler", 2 },
		{ 22, "last_exception", 2 },
		{ 23, "exception_subscribe", 2 },
		{ 24, "exception_return", 3 },
		{ 25, "exception_replay", 0 },
		{ 26, "exception_signal", 2 },
		{ 27, "exception_cause", 0 },
		{ 32, "reservation_first", 0 },
		{ 33, "reservation_take", 2 },
		{ 34, "reservation_info", 2 },
		{ 35, "reservation_split", 2 },
		{ 36, "reservation_merge", 2 },
		{ 37, "reservation_parent", 1 },
		{ 38, "reservation_split_sub", 2 },
		{ 39, "reservation_get_sub", 2 },
		{ 40, "revoke_start", 1 },
		{ 41, "revoke_finish", 1 },
		{ 42, "reservation_make", 2 },
		{ 48, "book_page", 1 },
		{ 49, "range_split", 2 },
		{ 50, "range_merge", 1 },
		{ 51, "range_zero", 1 },
		{ 52, "page_get", 3 },
		{ 53, "table_get", 3 },
		{ 54, "table_create", 3 },
		{ 55, "mapping_create", 4 },
		{ 56, "mapping_free", 2 },
		{ 57, "translate", 2 },
		{ 64, "foundation_create", 5 },
		{ 65, "foundation_enter", 5 },
		{ 66, "entry_new", 2 },
		{ 67, "entry_expose", 2 },
		{ 68, "entry_info", 2 },
		{ 69, "identity", 1 },
		{ 70, "key", 3 },
		{ 80, "seal_make", 5 },
		{ 81, "seal_check", 2 },
		{ 82, "seal_open", 2 },
		{ 88, "type_reserve", 1 },
		{ 89, "type_take", 1 },
		{ 90, "type_revoke", 2 },
		{ 91, "type_bitmap", 1 },
		{ 92, "value_seal", 2 },
		{ 93, "value_unseal", 2 },
		{ 96, "register_modify", 3 },
		{ 97, "irq_mask", 3 },
		{ 98, "irq_raise", 3 },
		{ 99, "irq_pending", 1 },
		{ 100, "irq_route", 4 },
		{ 104, "domain_create", 1 },
		{ 105, "domain_destroy", 1 },
		{ 106, "device_assign", 2 },
		{ 107, "iommu_map", 4 },
		{ 108, "iommu_unmap", 3 },
		{ 109, "iommu_fault", 2 },
		{ 112, "boot_log", 2 },
		{ 113, "quote", 4 },
		{ 114, "random", 0 },
	};
	uint32_t found = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(said); i++) {
		for (uint32_t j = 0; j < ARRAY_SIZE(rows); j++) {
			if (rows[j].number == said[i].number) {
				assert_string_equal(rows[j].name, said[i].name);
				assert_int_equal(rows[j].arguments,
						 said[i].arguments);
				found++;
			}
		}
	}
	assert_int_equal(found, ARRAY_SIZE(said));
}

/* Each call without its bit, all others allowed. */
static void test_denied(void **unused)
{
	(void)unused;
	for (uint64_t n = 1; n < ABI_HYPERCALL_LIMIT; n++) {
		if (!exists(n)) {
			continue;
		}
		setup(NULL);
		authority_restrict(world_kernel.id, without(n));
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
		assert_int_equal(
			call(ABI_HYPERCALL_interface_query, authority, n),
			ST_OK);
		assert_int_equal(last.result, exists(n) ? n : 0);
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
	assert_int_equal(call(ABI_HYPERCALL_interface_query, less,
			      ABI_HYPERCALL_counter + 64),
			 ST_OK);
	assert_int_equal(last.result, 0);
	assert_int_equal(call(ABI_HYPERCALL_interface_derive, less ^ 1, 0),
			 ST_NOT_FOUND);

	/* The second word of the mask is the third argument. */
	struct trap_call high = {
		.number = ABI_HYPERCALL_interface_derive,
		.arguments = { authority, 0,
			       1ull << (ABI_HYPERCALL_random - 64) },
	};
	assert_int_equal(trap_call(cpu, &high), ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_interface_query, high.result,
			      ABI_HYPERCALL_random),
			 ST_OK);
	assert_int_equal(last.result, ABI_HYPERCALL_random);
}

static void test_restrict(void **unused)
{
	(void)unused;
	uint64_t keep = 1ull << ABI_HYPERCALL_interface_restrict |
			1ull << ABI_HYPERCALL_counter;
	uint64_t key = 1ull << (ABI_HYPERCALL_key - 64);

	assert_int_equal(call(ABI_HYPERCALL_interface_restrict, keep, key),
			 ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_key, 0, 0), ST_NOT_BUILT);
	assert_int_equal(call(ABI_HYPERCALL_identity, 0, 0), ST_DENIED);
	assert_int_equal(call(ABI_HYPERCALL_context_run, 0, 0), ST_DENIED);
	assert_int_equal(call(ABI_HYPERCALL_operational, 0, 0), ST_DENIED);
	assert_int_equal(
		call(ABI_HYPERCALL_interface_restrict, UINT64_MAX, UINT64_MAX),
		ST_OK);
	assert_int_equal(call(ABI_HYPERCALL_identity, 0, 0), ST_DENIED);
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
			.number = sample_random(&seed) %
				  (ABI_HYPERCALL_LIMIT + 4),
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
	expect_whole_authority();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_null, setup),
		cmocka_unit_test_setup(test_unknown_numbers, setup),
		cmocka_unit_test_setup(test_unused_arguments, setup),
		cmocka_unit_test_setup(test_later, setup),
		cmocka_unit_test_setup(test_numbers, setup),
		cmocka_unit_test_setup(test_for_ever, setup),
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
