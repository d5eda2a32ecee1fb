/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each field of boot_info broken once, each in every way that has a name. The
 * table says what is broken and what nano must say; and no field is left out:
 * the last test changes every single byte of the structure.
 */

#include "sample.h"

#include <string.h>

#include "nano/check.h"

struct breakage {
	const char *what;
	void (*how)(struct boot_info *boot);
	enum check_error want;
};

#define BREAK(name, statement)                           \
	static void break_##name(struct boot_info *boot) \
	{                                                \
		statement;                               \
	}

BREAK(magic, boot->magic++)
BREAK(version, boot->version++)
BREAK(size, boot->size--)
BREAK(no_ranges, boot->range_count = 0)
BREAK(many_ranges, boot->range_count = BOOT_RANGES_MAX + 1)
BREAK(two_images, boot->image_count = 2)
BREAK(four_images, boot->image_count = 4)
BREAK(no_cpus, boot->cpu_count = 0)
BREAK(many_cpus, boot->cpu_count = BOOT_CPUS_MAX + 1)
BREAK(cpu_twice, boot->cpus[1] = boot->cpus[0])
BREAK(entropy, boot->entropy_size = BOOT_ENTROPY_MAX + 1)
BREAK(reserved, boot->zero = 1)
BREAK(start_nowhere, boot->start_page = 0x8000)
BREAK(start_ragged, boot->start_page = 0x8001)
BREAK(start_high, boot->start_page = SAMPLE_RESERVED)
BREAK(range_reserved, boot->ranges[4].zero = 1)
BREAK(image_reserved, boot->images[1].zero = 1)
BREAK(image_reserved_2, boot->images[1].zero2 = 1)
BREAK(range_behind, boot->ranges[boot->range_count].start = 1)
BREAK(image_behind, boot->images[3].entry = 1)
BREAK(cpu_behind, boot->cpus[2] = 9)
BREAK(entropy_behind, boot->entropy[40] = 1)
BREAK(authority, boot->authority = 7)
BREAK(range_kind, boot->ranges[4].kind = 10)
BREAK(range_kind_0, boot->ranges[4].kind = 0)
BREAK(range_ragged, boot->ranges[4].start += 8)
BREAK(range_empty, boot->ranges[4].end = boot->ranges[4].start)
BREAK(range_backwards, boot->ranges[4].end = boot->ranges[4].start - 0x1000)
BREAK(range_far, boot->ranges[12].end = 1ull << 60)
BREAK(range_overlap, boot->ranges[4].end += 0x1000)
BREAK(no_nano, boot->ranges[5].kind = BOOT_RANGE_RAM)
BREAK(two_nanos, boot->ranges[4].kind = BOOT_RANGE_NANO)
BREAK(no_kernel, boot->ranges[6].kind = BOOT_RANGE_RAM)
BREAK(no_core, boot->ranges[8].kind = BOOT_RANGE_RAM)
BREAK(nano_small, boot->ranges[5].start += 0x1000)
BREAK(kernel_small, boot->ranges[6].end -= 0x1000)
BREAK(image_kind, boot->images[2].kind = BOOT_IMAGE_KERNEL)
BREAK(image_outside, boot->images[2].address = SAMPLE_RAM_2)
BREAK(image_long, boot->images[2].size = 0x10000 + 0x1000)
BREAK(image_empty, boot->images[2].size = 0)
BREAK(image_ragged, boot->images[2].address += 4)
BREAK(no_segments, boot->images[2].segment_count = 0)
BREAK(many_segments, boot->images[2].segment_count = BOOT_SEGMENTS_MAX + 1)
BREAK(segment_wx, boot->images[2].segments[0].access = 6)
BREAK(segment_access, boot->images[2].segments[0].access = 8)
BREAK(segment_no_access, boot->images[2].segments[0].access = 0)
BREAK(segment_order, boot->images[2].segments[1].start = 0x3000)
BREAK(segment_long, boot->images[2].segments[1].end += 0x1000)
BREAK(segment_reserved, boot->images[2].segments[0].zero = 1)
BREAK(segment_behind, boot->images[2].segments[2].end = 0x1000)
BREAK(entry_before, boot->images[1].entry = KERNEL_BASE - 4)
BREAK(entry_behind, boot->images[1].entry += SAMPLE_IMAGE_SIZE)
BREAK(entry_in_data, boot->images[1].entry = KERNEL_BASE + 0x5000)
BREAK(nano_virtual, boot->images[0].virtual_address += 0x1000;
      boot->images[0].entry += 0x1000)
BREAK(nano_place, boot->images[0].address += 0x1000)
BREAK(nano_short, boot->images[0].size -= 0x1000;
      boot->images[0].segments[1].end -= 0x1000)
BREAK(kernel_virtual, boot->images[1].virtual_address += 0x1000;
      boot->images[1].entry += 0x1000)
BREAK(kernel_place, boot->images[1].address += 0x1000)
BREAK(pool_in_image, boot->nano_pool_start -= 0x1000)
BREAK(pool_backwards, boot->nano_pool_end = boot->nano_pool_start - 0x1000)
BREAK(pool_beyond, boot->nano_pool_end = SAMPLE_NANO_END + 0x1000)
BREAK(pool_ragged, boot->nano_pool_start += 8)
BREAK(archive, boot->archive = SAMPLE_RAM_2)
BREAK(archive_long, boot->archive_size = 0xe0001)
BREAK(archive_empty, boot->archive_size = 0)
BREAK(archive_ragged, boot->archive += 16)
BREAK(kernel_root, boot->kernel_root = SAMPLE_RAM_2)
BREAK(kernel_root_ragged, boot->kernel_root += 8)
BREAK(nano_root, boot->nano_root = SAMPLE_RAM_1)
BREAK(nano_root_pool, boot->nano_root = boot->nano_pool_start)
BREAK(dtb, boot->dtb = SAMPLE_RAM_2)
BREAK(dtb_size, boot->dtb_size = 0)
BREAK(dtb_only_size, boot->dtb = 0)
BREAK(no_tables, boot->kernel_root = SAMPLE_TABLES)
BREAK(console_kind, boot->console_kind = 3)
BREAK(console_memory, boot->console_address = SAMPLE_RAM_1)
BREAK(console_ragged, boot->console_address += 4)
BREAK(console_port, boot->console_kind = BOOT_CONSOLE_16550)
BREAK(power_kind, boot->power_kind = 3)
BREAK(power_port, boot->power_kind = BOOT_POWER_ACPI_PORT;
      boot->power_address = 0x10000)
BREAK(power_value, boot->power_kind = BOOT_POWER_ACPI_PORT;
      boot->power_value = 0x10000)
BREAK(irq_memory, boot->irq_base[0] = SAMPLE_NANO)
BREAK(irq_wraps, boot->irq_size[1] = UINT64_MAX - 0xfff)
BREAK(irq_none, boot->irq_size[1] = 0)
BREAK(irq_covers, boot->irq_size[1] = 0x80000000)

static const struct breakage breakages[] = {
	{ "magic", break_magic, CHECK_MAGIC },
	{ "version", break_version, CHECK_VERSION },
	{ "size", break_size, CHECK_SIZE },
	{ "no ranges", break_no_ranges, CHECK_RANGE_COUNT },
	{ "many ranges", break_many_ranges, CHECK_RANGE_COUNT },
	{ "two images", break_two_images, CHECK_IMAGE_COUNT },
	{ "four images", break_four_images, CHECK_IMAGE_COUNT },
	{ "no cpus", break_no_cpus, CHECK_CPUS },
	{ "many cpus", break_many_cpus, CHECK_CPUS },
	{ "cpu twice", break_cpu_twice, CHECK_CPUS },
	{ "entropy", break_entropy, CHECK_ENTROPY },
	{ "reserved", break_reserved, CHECK_RESERVED },
	{ "range reserved", break_range_reserved, CHECK_RESERVED },
	{ "image reserved", break_image_reserved, CHECK_RESERVED },
	{ "image reserved 2", break_image_reserved_2, CHECK_RESERVED },
	{ "range behind", break_range_behind, CHECK_RESERVED },
	{ "image behind", break_image_behind, CHECK_RESERVED },
	{ "cpu behind", break_cpu_behind, CHECK_RESERVED },
	{ "entropy behind", break_entropy_behind, CHECK_RESERVED },
	{ "authority", break_authority, CHECK_AUTHORITY },
	{ "start page in no range", break_start_nowhere, CHECK_START },
	{ "start page ragged", break_start_ragged, CHECK_START },
	{ "start page too high", break_start_high, CHECK_START },
	{ "range kind", break_range_kind, CHECK_RANGE_KIND },
	{ "range kind 0", break_range_kind_0, CHECK_RANGE_KIND },
	{ "range ragged", break_range_ragged, CHECK_RANGE_PLACE },
	{ "range empty", break_range_empty, CHECK_RANGE_PLACE },
	{ "range backwards", break_range_backwards, CHECK_RANGE_PLACE },
	{ "range far", break_range_far, CHECK_RANGE_PLACE },
	{ "range overlap", break_range_overlap, CHECK_RANGE_ORDER },
	{ "no nano", break_no_nano, CHECK_RANGE_SINGLE },
	{ "two nanos", break_two_nanos, CHECK_RANGE_SINGLE },
	{ "no kernel", break_no_kernel, CHECK_RANGE_SINGLE },
	{ "no core", break_no_core, CHECK_RANGE_SINGLE },
	{ "nano small", break_nano_small, CHECK_RANGE_LARGE },
	{ "kernel small", break_kernel_small, CHECK_RANGE_LARGE },
	{ "image kind", break_image_kind, CHECK_IMAGE_KIND },
	{ "image outside", break_image_outside, CHECK_IMAGE_PLACE },
	{ "image long", break_image_long, CHECK_IMAGE_PLACE },
	{ "image empty", break_image_empty, CHECK_IMAGE_PLACE },
	{ "image ragged", break_image_ragged, CHECK_IMAGE_PLACE },
	{ "no segments", break_no_segments, CHECK_IMAGE_SEGMENTS },
	{ "many segments", break_many_segments, CHECK_IMAGE_SEGMENTS },
	{ "segment W+X", break_segment_wx, CHECK_IMAGE_SEGMENTS },
	{ "segment access", break_segment_access, CHECK_IMAGE_SEGMENTS },
	{ "segment no access", break_segment_no_access, CHECK_IMAGE_SEGMENTS },
	{ "segment order", break_segment_order, CHECK_IMAGE_SEGMENTS },
	{ "segment long", break_segment_long, CHECK_IMAGE_SEGMENTS },
	{ "segment reserved", break_segment_reserved, CHECK_IMAGE_SEGMENTS },
	{ "segment behind", break_segment_behind, CHECK_IMAGE_SEGMENTS },
	{ "entry before", break_entry_before, CHECK_IMAGE_ENTRY },
	{ "entry behind", break_entry_behind, CHECK_IMAGE_ENTRY },
	{ "entry in data", break_entry_in_data, CHECK_IMAGE_ENTRY },
	{ "nano virtual", break_nano_virtual, CHECK_IMAGE_SELF },
	{ "nano place", break_nano_place, CHECK_IMAGE_SELF },
	{ "nano short", break_nano_short, CHECK_IMAGE_SELF },
	{ "kernel virtual", break_kernel_virtual, CHECK_IMAGE_KERNEL },
	{ "kernel place", break_kernel_place, CHECK_IMAGE_KERNEL },
	{ "pool in image", break_pool_in_image, CHECK_POOL },
	{ "pool backwards", break_pool_backwards, CHECK_POOL },
	{ "pool beyond", break_pool_beyond, CHECK_POOL },
	{ "pool ragged", break_pool_ragged, CHECK_POOL },
	{ "archive", break_archive, CHECK_ARCHIVE },
	{ "archive long", break_archive_long, CHECK_ARCHIVE },
	{ "archive empty", break_archive_empty, CHECK_ARCHIVE },
	{ "archive ragged", break_archive_ragged, CHECK_ARCHIVE },
	{ "kernel root", break_kernel_root, CHECK_ROOTS },
	{ "kernel root ragged", break_kernel_root_ragged, CHECK_ROOTS },
	{ "nano root", break_nano_root, CHECK_ROOTS },
	{ "nano root in pool", break_nano_root_pool, CHECK_ROOTS },
	{ "dtb", break_dtb, CHECK_DTB },
	{ "dtb size", break_dtb_size, CHECK_DTB },
	{ "dtb only size", break_dtb_only_size, CHECK_DTB },
	{ "no tables", break_no_tables, CHECK_TABLES },
	{ "console kind", break_console_kind, CHECK_CONSOLE },
	{ "console memory", break_console_memory, CHECK_CONSOLE },
	{ "console ragged", break_console_ragged, CHECK_CONSOLE },
	{ "console port", break_console_port, CHECK_CONSOLE },
	{ "power kind", break_power_kind, CHECK_POWER },
	{ "power port", break_power_port, CHECK_POWER },
	{ "power value", break_power_value, CHECK_POWER },
	{ "irq memory", break_irq_memory, CHECK_IRQ },
	{ "irq wraps", break_irq_wraps, CHECK_IRQ },
	{ "irq none", break_irq_none, CHECK_IRQ },
	{ "irq covers", break_irq_covers, CHECK_IRQ },
};

static enum check_error check(const struct boot_info *boot)
{
	return check_boot_info(boot, SAMPLE_INFO,
			       (uint64_t)fake_memory(SAMPLE_NANO),
			       SAMPLE_IMAGE_SIZE);
}

static void test_sound(void **unused)
{
	(void)unused;
	struct boot_info boot;

	sample_make(&boot);
	assert_int_equal(check(&boot), CHECK_OK);
}

static void test_each_field(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < ARRAY_SIZE(breakages); i++) {
		struct boot_info boot;

		sample_make(&boot);
		breakages[i].how(&boot);
		if (check(&boot) != breakages[i].want) {
			fail_msg("%s: %s", breakages[i].what,
				 check_error_text(check(&boot)));
		}
	}
}

static void test_optional_fields(void **unused)
{
	(void)unused;
	struct boot_info boot;

	sample_make(&boot);
	boot.dtb = 0;
	boot.dtb_size = 0;
	boot.rsdp = 0xe0000;
	boot.console_kind = BOOT_CONSOLE_NONE;
	boot.console_address = 0;
	boot.power_kind = BOOT_POWER_NONE;
	boot.entropy_size = 0;
	memset(boot.entropy, 0, sizeof(boot.entropy));
	assert_int_equal(check(&boot), CHECK_OK);

	sample_make(&boot);
	boot.console_kind = BOOT_CONSOLE_16550;
	boot.console_address = 0x3f8;
	boot.power_kind = BOOT_POWER_ACPI_PORT;
	boot.power_address = 0x604;
	boot.power_value = 0x2000;
	assert_int_equal(check(&boot), CHECK_OK);
}

static void test_where_it_lies(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t at;
		enum check_error want;
	} places[] = {
		{ SAMPLE_BOOT_1, CHECK_OK },
		{ SAMPLE_TABLES, CHECK_OK },
		{ SAMPLE_RAM_1, CHECK_SELF },
		{ SAMPLE_NANO, CHECK_SELF },
		{ SAMPLE_KERNEL, CHECK_SELF },
		{ SAMPLE_BOOT_2 + 4, CHECK_SELF },
		{ FAKE_RAM_END - 8, CHECK_SELF },
		{ 0, CHECK_SELF },
		{ UINT64_MAX - 7, CHECK_SELF },
	};
	struct boot_info boot;

	sample_make(&boot);
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum check_error error = check_boot_info(
			&boot, places[i].at, (uint64_t)fake_memory(SAMPLE_NANO),
			SAMPLE_IMAGE_SIZE);
		assert_int_equal(error, places[i].want);
	}
}

/* A kind of its own for every error, so that no text is shared. */
static void test_texts(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < CHECK_ERROR_COUNT; i++) {
		for (uint32_t j = 0; j < i; j++) {
			assert_string_not_equal(
				check_error_text((enum check_error)i),
				check_error_text((enum check_error)j));
		}
	}
	assert_non_null(check_error_text(CHECK_ERROR_COUNT));
}

/* Every byte turned over in turn: nothing may crash, and what is accepted must
 * be one of the fields that any value suits. */
static void test_every_byte(void **unused)
{
	(void)unused;
	struct boot_info sound, boot;
	uint32_t accepted = 0;

	sample_make(&sound);
	for (size_t i = 0; i < sizeof(sound); i++) {
		for (uint32_t j = 0; j < 3; j++) {
			static const uint8_t flips[] = { 0x01, 0x80, 0xff };

			boot = sound;
			((uint8_t *)&boot)[i] ^= flips[j];
			accepted += check(&boot) == CHECK_OK;
		}
	}
	/* Hashes, entropy, counter rates, ids of CPUs, sizes within ranges. */
	assert_true(accepted < sizeof(sound));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_each_field),
		cmocka_unit_test(test_optional_fields),
		cmocka_unit_test(test_where_it_lies),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
