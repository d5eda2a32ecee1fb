/* SPDX-License-Identifier: Apache-2.0 */
/* The whole start on the fake machine: what the kernel gets, what it can see,
 * what it faults on; and each way in which the start ends with one line.
 * Shows A1 B9. */

#include "sample.h"

#include <string.h>

#include "nano/authority.h"
#include "nano/check.h"
#include "nano/handoff.h"
#include "nano/own.h"
#include "nano/stage2.h"
#include "nano/start.h"
#include "nano/trap.h"
#include "nano/world.h"

#define RW  (TABLE_READ | TABLE_WRITE)
#define RWX (RW | TABLE_EXECUTE)
#define DEV (RW | TABLE_DEVICE)

static struct boot_info boot;

static int setup(void **unused)
{
	(void)unused;
	sample_make(&boot);
	return 0;
}

static int started(void **unused)
{
	setup(unused);
	return sample_start(&boot) == FAKE_ENTERED ? 0 : -1;
}

static const struct boot_info *kernels(void)
{
	return fake_memory(SAMPLE_TABLES);
}

static void test_enters_the_kernel(void **unused)
{
	(void)unused;
	assert_int_equal(fake.start.entry, KERNEL_BASE + 16);
	assert_int_equal(fake.start.root, SAMPLE_TABLES + 0x2000);
	assert_int_equal(fake.start.argument, KERNEL_WINDOW + SAMPLE_TABLES);
	assert_int_equal(fake.start.guest_table.a, stage2_root().a);
	assert_int_equal(fake.cpu_inits, 1);
	assert_int_equal(fake_stale(), 0);
}

static void test_lines(void **unused)
{
	(void)unused;
	assert_string_equal(fake.console,
			    "nano: fake, 12 MiB kept, book of 16416 frames, "
			    "DMA not confined\n"
			    "nano: starting the kernel a2a2a2a2\n");
}

/* The allow-list, frame by frame, written a second time. */
static uint32_t allowed(uint64_t at)
{
	static const struct {
		uint64_t start, end;
		uint32_t access;
	} list[] = {
		{ FAKE_IRQ_0, FAKE_IRQ_0 + 0x10000, DEV },
		{ FAKE_IRQ_1 + 0x10000, FAKE_IRQ_1_END, DEV },
		{ FAKE_CONSOLE, FAKE_CONSOLE + 0x1000, DEV },
		{ SAMPLE_BOOT_1, SAMPLE_NANO, RWX },
		{ SAMPLE_KERNEL, SAMPLE_RESERVED, RWX },
		{ SAMPLE_RAM_2, FAKE_RAM_END, RWX },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(list); i++) {
		if (at >= list[i].start && at < list[i].end) {
			return list[i].access;
		}
	}
	return 0;
}

static void test_what_the_kernel_sees(void **unused)
{
	(void)unused;
	for (uint64_t at = 0; at < FAKE_RAM_END + 0x10000000;
	     at += ABI_PAGE_SIZE) {
		if (stage2_lookup(at + 8) != allowed(at)) {
			fail_msg("0x%lx: %u, not %u", at, stage2_lookup(at + 8),
				 allowed(at));
		}
	}
	assert_int_equal(stage2_lookup(1ull << 40), 0);
	assert_int_equal(stage2_lookup(UINT64_MAX), 0);
}

static void test_what_nano_sees(void **unused)
{
	(void)unused;
	struct table own = { TABLE_OWN, own_root(), 0, 0 };
	uint64_t base = (uint64_t)fake_memory(SAMPLE_NANO);
	static const struct {
		uint64_t page;
		uint32_t access;
	} image[] = {
		{ 0, TABLE_READ | TABLE_EXECUTE },
		{ 3, TABLE_READ | TABLE_EXECUTE },
		{ 4, TABLE_READ },
		{ 6, RW },
		{ 8, RW },
		{ 9, 0 }, /* the guard page */
		{ 10, RW },
		{ 13, RW },
		{ 14, RW }, /* the pool */
	};
	paddr_t pa;

	assert_int_equal(fake.own_root.a, own_root().a);
	for (uint32_t i = 0; i < ARRAY_SIZE(image); i++) {
		assert_int_equal(
			table_lookup(&own, base + image[i].page * ABI_PAGE_SIZE,
				     &pa),
			image[i].access);
	}
	for (uint64_t at = FAKE_RAM_START - 0x10000;
	     at < FAKE_RAM_END + 0x10000; at += ABI_PAGE_SIZE) {
		uint32_t want = allowed(at) == RWX ? RW : 0;

		assert_int_equal(table_lookup(&own, NANO_WINDOW + at, &pa),
				 want);
		assert_true(want == 0 || pa.a == at);
	}
	/* The last pages of the range held boot's tables for nano. */
	assert_int_equal(table_lookup(&own,
				      base + (SAMPLE_NANO_END - SAMPLE_NANO) -
					      ABI_PAGE_SIZE,
				      &pa),
			 0);
	assert_int_equal(table_lookup(&own,
				      base + NANO_SPAN -
					      OWN_DEVICE_PAGES * ABI_PAGE_SIZE,
				      &pa),
			 DEV);
	assert_int_equal(pa.a, FAKE_CONSOLE);
}

static void test_boot_is_wiped(void **unused)
{
	(void)unused;
	static const uint8_t zero[ABI_PAGE_SIZE];

	sample_make(&boot);
	memset(fake_memory(SAMPLE_BOOT_1), 0x77, SAMPLE_RAM_1 - SAMPLE_BOOT_1);
	memset(fake_memory(SAMPLE_BOOT_2), 0x77, FAKE_RAM_END - SAMPLE_BOOT_2);
	memset(fake_memory(SAMPLE_RAM_1), 0x33, ABI_PAGE_SIZE);
	memset(fake_memory(SAMPLE_ARCHIVE), 0x44, ABI_PAGE_SIZE);
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	for (uint64_t at = SAMPLE_BOOT_1; at < SAMPLE_RAM_1;
	     at += ABI_PAGE_SIZE) {
		assert_memory_equal(fake_memory(at), zero, ABI_PAGE_SIZE);
	}
	for (uint64_t at = SAMPLE_BOOT_2; at < FAKE_RAM_END;
	     at += ABI_PAGE_SIZE) {
		assert_memory_equal(fake_memory(at), zero, ABI_PAGE_SIZE);
	}
	assert_int_equal(*(uint8_t *)fake_memory(SAMPLE_RAM_1), 0x33);
	assert_int_equal(*(uint8_t *)fake_memory(SAMPLE_ARCHIVE), 0x44);
}

static void test_kernels_copy(void **unused)
{
	(void)unused;
	const struct boot_info *copy = kernels();
	static const struct boot_range want[] = {
		{ FAKE_IRQ_0, FAKE_IRQ_0 + 0x10000, BOOT_RANGE_DEVICE, 0 },
		{ FAKE_IRQ_1 + 0x10000, FAKE_IRQ_1_END, BOOT_RANGE_DEVICE, 0 },
		{ FAKE_CONSOLE, FAKE_CONSOLE + 0x1000, BOOT_RANGE_DEVICE, 0 },
		{ SAMPLE_BOOT_1, SAMPLE_NANO, BOOT_RANGE_RAM, 0 },
		{ SAMPLE_KERNEL, SAMPLE_TABLES, BOOT_RANGE_KERNEL, 0 },
		{ SAMPLE_TABLES, SAMPLE_CORE, BOOT_RANGE_TABLES, 0 },
		{ SAMPLE_CORE, SAMPLE_ARCHIVE, BOOT_RANGE_CORE, 0 },
		{ SAMPLE_ARCHIVE, SAMPLE_RESERVED, BOOT_RANGE_ARCHIVE, 0 },
		{ SAMPLE_RAM_2, FAKE_RAM_END, BOOT_RANGE_RAM, 0 },
	};

	assert_int_equal(copy->magic, BOOT_INFO_MAGIC);
	assert_int_equal(copy->version, BOOT_INFO_VERSION);
	assert_int_equal(copy->size, sizeof(*copy));
	assert_int_equal(copy->range_count, ARRAY_SIZE(want));
	assert_memory_equal(copy->ranges, want, sizeof(want));
	assert_int_equal(copy->image_count, 2);
	assert_memory_equal(copy->images, &boot.images[1],
			    2 * sizeof(boot.images[0]));
	assert_int_equal(copy->archive, boot.archive);
	assert_int_equal(copy->archive_size, boot.archive_size);
	assert_int_equal(copy->kernel_root, boot.kernel_root);
	assert_int_equal(copy->dtb, boot.dtb);
	assert_int_equal(copy->dtb_size, boot.dtb_size);
	assert_int_equal(copy->counter_hz, 1000000000);
	assert_int_equal(copy->timer_hz, 62500000);
	assert_int_equal(copy->cpu_count, 2);
	assert_int_equal(copy->console_address, FAKE_CONSOLE);
}

static void test_copy_tells_nothing_of_nano(void **unused)
{
	(void)unused;
	const struct boot_info *copy = kernels();

	assert_int_equal(copy->nano_root, 0);
	assert_int_equal(copy->nano_pool_start, 0);
	assert_int_equal(copy->nano_pool_end, 0);
	assert_int_equal(copy->power_kind, 0);
	assert_int_equal(copy->power_address, 0);
	/* No word of it is an address of nano's. */
	for (size_t i = 0; i < sizeof(*copy) / 8; i++) {
		uint64_t word = ((const uint64_t *)copy)[i];

		assert_false(word > SAMPLE_NANO && word < SAMPLE_NANO_END);
	}
	/* The page ends in zeros. */
	const uint8_t *page = (const uint8_t *)copy;
	for (size_t i = sizeof(*copy); i < ABI_PAGE_SIZE; i++) {
		assert_int_equal(page[i], 0);
	}
}

static void test_entropy(void **unused)
{
	(void)unused;
	struct boot_info first = *kernels();

	assert_int_equal(first.entropy_size, 32);
	assert_memory_not_equal(first.entropy, boot.entropy, 32);

	sample_make(&boot);
	boot.entropy[31] ^= 1;
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_memory_not_equal(first.entropy, kernels()->entropy, 32);

	sample_make(&boot);
	boot.entropy_size = 16;
	memset(boot.entropy + 16, 0, 16);
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(kernels()->entropy_size, 16);

	sample_make(&boot);
	boot.entropy_size = 0;
	memset(boot.entropy, 0, sizeof(boot.entropy));
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(kernels()->entropy_size, 0);
	for (uint32_t i = 0; i < BOOT_ENTROPY_MAX; i++) {
		assert_int_equal(kernels()->entropy[i], 0);
	}
}

/* What the kernel cannot read it is not told of. */
static void test_rsdp(void **unused)
{
	(void)unused;
	sample_make(&boot);
	boot.rsdp = SAMPLE_RESERVED + 0x10;
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(kernels()->rsdp, 0);

	sample_make(&boot);
	boot.rsdp = SAMPLE_RAM_2 + 0x10;
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(kernels()->rsdp, SAMPLE_RAM_2 + 0x10);
}

static void test_authority(void **unused)
{
	(void)unused;
	struct authority_mask mask, all = authority_all();

	assert_int_equal(
		authority_reach(world_kernel.id, kernels()->authority, &mask),
		ST_OK);
	assert_memory_equal(&mask, &all, sizeof(mask));
}

static void test_given_rates_stay(void **unused)
{
	(void)unused;
	sample_make(&boot);
	boot.counter_hz = 5;
	boot.timer_hz = 6;
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(kernels()->counter_hz, 5);
	assert_int_equal(kernels()->timer_hz, 6);
}

/* Registers that only the machine knows of. */
static void test_extra_device(void **unused)
{
	(void)unused;
	sample_make(&boot);
	fake.extra_count = 2;
	assert_int_equal(sample_start(&boot), FAKE_ENTERED);
	assert_int_equal(stage2_lookup(0xfee00000), TABLE_READ | TABLE_DEVICE);
	assert_int_equal(stage2_lookup(0xfee01000), TABLE_READ | TABLE_DEVICE);
	assert_int_equal(stage2_lookup(0xfee02000), 0);
}

/* --- starts that fail ---------------------------------------------------------- */

static void expect_line(const char *line)
{
	assert_int_equal(sample_start(&boot), FAKE_OFF);
	if (strcmp(fake.console, line) != 0) {
		fail_msg("%s", fake.console);
	}
	assert_int_equal(fake.start.entry, 0);
}

static void test_unsound_hand_over(void **unused)
{
	(void)unused;
	boot.ranges[4].kind = 99;
	expect_line("nano: boot_info: has a range of an unknown kind\n"
		    "tessera: off status=126\n");
}

static void test_missing_feature(void **unused)
{
	(void)unused;
	fake.missing = "nested paging";
	expect_line("nano: this CPU has no nested paging\n"
		    "tessera: off status=126\n");
}

static void test_small_pool(void **unused)
{
	(void)unused;
	boot.nano_pool_end = boot.nano_pool_start + 0x10000;
	assert_int_equal(sample_start(&boot), FAKE_OFF);
	assert_true(fake_said("nano: the pool has 16 pages, this machine "
			      "needs "));
	assert_false(fake.activated);
}

static void test_device_not_on_the_list(void **unused)
{
	(void)unused;
	boot.ranges[2].end += ABI_PAGE_SIZE; /* beside the console */
	expect_line("nano: a device range is not on nano's list\n"
		    "tessera: off status=126\n");
}

static void test_memory_too_far(void **unused)
{
	(void)unused;
	fake.guest_levels = 3;
	boot.ranges[boot.range_count++] = (struct boot_range){
		.start = 1ull << 39,
		.end = (1ull << 39) + ABI_PAGE_SIZE,
		.kind = BOOT_RANGE_RAM,
	};
	expect_line("nano: a range lies beyond what this CPU translates\n"
		    "tessera: off status=126\n");
}

static void test_machine_refuses(void **unused)
{
	(void)unused;
	fake.close_wrong = "no redistributor is this CPU's";
	expect_line("nano: no redistributor is this CPU's\n"
		    "tessera: off status=126\n");
}

/* Without a console there is nothing to say and nobody to hear it. */
static void test_silent_ends(void **unused)
{
	(void)unused;
	fake.no_console = true;
	expect_line("");

	sample_make(&boot);
	boot.magic = 0;
	expect_line("");
}

static void start_at(void *at)
{
	uint64_t address = *(uint64_t *)at;

	nano_start(address);
}

static void test_address_of_hand_over(void **unused)
{
	(void)unused;
	static const uint64_t bad[] = { UINT64_MAX, 1ull << 46, 4,
					SAMPLE_INFO + 1 };

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		uint64_t at = bad[i];

		sample_make(&boot);
		assert_int_equal(fake_run(start_at, &at), FAKE_OFF);
		assert_int_equal(fake.console_length, 0);
	}
}

/* --- what the running kernel tries ------------------------------------------------ */

static struct cpu *cpu(void)
{
	return arch_cpu_at(0);
}

static void test_faults_are_counted_and_injected(void **unused)
{
	(void)unused;
	static const enum abi_nano_counter kinds[] = {
		ABI_NANO_COUNTER_PORT,
		ABI_NANO_COUNTER_REGISTER,
		ABI_NANO_COUNTER_INSTRUCTION,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		trap_refuse(cpu(), kinds[i], false);
		assert_int_equal(fake.injections, i + 1);
		assert_int_equal(fake.injected, kinds[i]);
		assert_int_equal(cpu()->counters[kinds[i]], 1);
		assert_int_equal(cpu()->counters[ABI_NANO_COUNTER_EXITS],
				 i + 1);
	}
}

static void test_memory_faults(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t address;
		uint32_t access;
	} bad[] = {
		{ SAMPLE_NANO, TABLE_READ },
		{ SAMPLE_NANO + 0x123456, TABLE_WRITE },
		{ SAMPLE_NANO_END - 1, TABLE_EXECUTE },
		{ SAMPLE_RESERVED, TABLE_READ },
		{ FAKE_IRQ_1, TABLE_READ },
		{ FAKE_CONSOLE, TABLE_EXECUTE },
		{ FAKE_RAM_END, TABLE_READ },
		{ UINT64_MAX, TABLE_READ },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		trap_memory(cpu(), bad[i].address, bad[i].access, false);
		assert_int_equal(fake.injections, i + 1);
		assert_int_equal(fake.injected, ABI_NANO_COUNTER_MEMORY);
		assert_int_equal(fake.injected_address, bad[i].address);
		assert_int_equal(cpu()->counters[ABI_NANO_COUNTER_MEMORY],
				 i + 1);
	}
}

/* An access that is allowed by now is tried again, but not for ever. */
static void test_retry(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < 16; i++) {
		trap_memory(cpu(), SAMPLE_RAM_1, TABLE_WRITE, false);
		assert_int_equal(fake.injections, 0);
	}
	trap_memory(cpu(), SAMPLE_RAM_1, TABLE_WRITE, false);
	assert_int_equal(fake.injections, 1);

	/* Another address in between, and the count starts anew. */
	for (uint32_t i = 0; i < 100; i++) {
		trap_memory(cpu(), SAMPLE_RAM_1 + (i % 2) * ABI_PAGE_SIZE,
			    TABLE_WRITE, false);
	}
	assert_int_equal(fake.injections, 1);
	assert_int_equal(cpu()->counters[ABI_NANO_COUNTER_EXITS], 117);
}

static void storm(void *unused)
{
	(void)unused;
	trap_memory(cpu(), SAMPLE_NANO, TABLE_READ, false);
	for (uint32_t i = 0; i < 1000; i++) {
		trap_memory(cpu(), SAMPLE_NANO, TABLE_EXECUTE, true);
	}
}

static void test_storm_ends_the_run(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(storm, NULL), FAKE_OFF);
	assert_int_equal(fake.injections, 16);
	assert_true(fake_said("nano: the kernel cannot take its faults, "
			      "address 0x40400000\n"
			      "tessera: off status=126\n"));
}

/* Faults of which each reached its handler are no storm, however many. */
static void test_many_faults_are_no_storm(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < 1000; i++) {
		trap_refuse(cpu(), ABI_NANO_COUNTER_REGISTER, i % 15 != 0);
	}
	assert_int_equal(fake.injections, 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		struct trap_call null = { .number = ABI_HYPERCALL_null };

		trap_refuse(cpu(), ABI_NANO_COUNTER_REGISTER, true);
		trap_call(cpu(), &null);
	}
	assert_int_equal(fake.injections, 2000);
}

static void map_everything(void *unused)
{
	(void)unused;
	own_map_device(FAKE_IRQ_0, ABI_PAGE_SIZE * OWN_DEVICE_PAGES);
}

static void test_device_window(void **unused)
{
	(void)unused;
	struct table own = { TABLE_OWN, own_root(), 0, 0 };
	volatile void *at = own_map_device(FAKE_IRQ_1 + 0x14, 4);
	volatile void *next = own_map_device(FAKE_IRQ_1 + 0xffc, 8);
	paddr_t pa;

	assert_int_equal(table_lookup(&own, (uint64_t)at, &pa), DEV);
	assert_int_equal(pa.a, FAKE_IRQ_1 + 0x14);
	assert_int_equal(table_lookup(&own, (uint64_t)next + 7, &pa), DEV);
	assert_int_equal(pa.a, FAKE_IRQ_1 + 0x1003);
	assert_int_equal(fake_run(map_everything, NULL), FAKE_OFF);
	assert_true(fake_said("nano: broken: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_enters_the_kernel, started),
		cmocka_unit_test_setup(test_lines, started),
		cmocka_unit_test_setup(test_what_the_kernel_sees, started),
		cmocka_unit_test_setup(test_what_nano_sees, started),
		cmocka_unit_test(test_boot_is_wiped),
		cmocka_unit_test_setup(test_kernels_copy, started),
		cmocka_unit_test_setup(test_copy_tells_nothing_of_nano,
				       started),
		cmocka_unit_test_setup(test_entropy, started),
		cmocka_unit_test(test_rsdp),
		cmocka_unit_test_setup(test_authority, started),
		cmocka_unit_test(test_given_rates_stay),
		cmocka_unit_test(test_extra_device),
		cmocka_unit_test_setup(test_unsound_hand_over, setup),
		cmocka_unit_test_setup(test_missing_feature, setup),
		cmocka_unit_test_setup(test_small_pool, setup),
		cmocka_unit_test_setup(test_device_not_on_the_list, setup),
		cmocka_unit_test_setup(test_memory_too_far, setup),
		cmocka_unit_test_setup(test_machine_refuses, setup),
		cmocka_unit_test_setup(test_silent_ends, setup),
		cmocka_unit_test(test_address_of_hand_over),
		cmocka_unit_test_setup(test_faults_are_counted_and_injected,
				       started),
		cmocka_unit_test_setup(test_memory_faults, started),
		cmocka_unit_test_setup(test_retry, started),
		cmocka_unit_test_setup(test_storm_ends_the_run, started),
		cmocka_unit_test_setup(test_many_faults_are_no_storm, started),
		cmocka_unit_test_setup(test_device_window, started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
