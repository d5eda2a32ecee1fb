/* SPDX-License-Identifier: Apache-2.0 */
/* PVH's start_info and multiboot2's tags: sound, truncated, too large, wrapping,
 * and with random damage. */

#include <arch/firmware.h>

#include "support.h"

#define BASE    0x8000u
#define SIZE    0x1000u
#define START   (BASE + 0x100u)
#define MODULES (BASE + 0x200u)
#define MAP     (BASE + 0x300u)
#define ARCHIVE 0x400000u
#define MIB     0x100000u

static uint8_t memory[SIZE];
static struct boot_info info;
static uint32_t tag_end; /* of multiboot2, from START */

static uint8_t *at(uint32_t address)
{
	return memory + (address - BASE);
}

static void clear(void)
{
	memset(memory, 0, sizeof(memory));
	memset(&info, 0, sizeof(info));
	fake_set_memory(memory, BASE, SIZE, true);
}

static void entry(uint8_t *to, uint64_t start, uint64_t size, uint32_t type)
{
	put64(to, 0, start);
	put64(to, 8, size);
	put32(to, 16, type);
}

static void entries(uint8_t *to)
{
	entry(to, 0, 0x9fc00, 1);
	entry(to + 24, MIB, 255 * MIB, 1);
	entry(to + 48, 0xf0000, 0x10000, 2);
	entry(to + 72, 255 * MIB, 0x20000, 3);
}

static int pvh(void **unused)
{
	(void)unused;
	clear();
	put32(at(START), 0, LOADER_PVH);
	put32(at(START), 4, 1);
	put32(at(START), 12, 1);
	put64(at(START), 16, MODULES);
	put64(at(START), 32, 0xf5000);
	put64(at(START), 40, MAP);
	put32(at(START), 48, 4);
	put64(at(MODULES), 0, ARCHIVE);
	put64(at(MODULES), 8, 0x3001);
	entries(at(MAP));
	return 0;
}

static uint8_t *tag(uint32_t type, uint32_t size)
{
	uint8_t *to = at(START) + tag_end;

	put32(to, 0, type);
	put32(to, 4, size);
	tag_end += (size + 7) & ~7u;
	put32(at(START), 0, tag_end);
	return to;
}

/* Everything but the end. */
static void mb2_begin(void)
{
	clear();
	tag_end = 8;
	memcpy(tag(1, 8 + 5) + 8, "boot", 5);
	uint8_t *module = tag(3, 16 + 4);
	put32(module, 8, ARCHIVE);
	put32(module, 12, ARCHIVE + 0x3001);
	uint8_t *map = tag(6, 16 + 4 * 24);
	put32(map, 8, 24);
	entries(map + 16);
	memcpy(tag(14, 8 + 20) + 8, "RSD PTR ", 8);
}

static int mb2(void **unused)
{
	(void)unused;
	mb2_begin();
	tag(0, 8);
	return 0;
}

static enum boot_fault read(uint64_t magic)
{
	return loader_read(&info, magic, START);
}

static void check_good(void)
{
	check_map(&info);
	assert_int_equal(info.archive, ARCHIVE);
	assert_int_equal(info.archive_size, 0x3001);
	assert_int_equal(kind_at(&info, 0), BOOT_RANGE_RESERVED);
	assert_int_equal(kind_at(&info, MIB - 1), BOOT_RANGE_RESERVED);
	assert_int_equal(kind_at(&info, MIB), BOOT_RANGE_RAM);
	assert_int_equal(kind_at(&info, ARCHIVE + 0x3000), BOOT_RANGE_ARCHIVE);
	assert_int_equal(kind_at(&info, ARCHIVE + 0x4000), BOOT_RANGE_RAM);
	assert_int_equal(kind_at(&info, 255 * MIB), BOOT_RANGE_RESERVED);
	assert_int_equal(kind_at(&info, 256 * MIB), 0);
	assert_int_equal(info.start_page, 0x1000);
}

/* The free page is one that the map calls RAM in every entry, or there is
 * none. */
static void start_page(void **unused)
{
	(void)unused;
	entry(at(MAP) + 96, 0x800, 0x2801, 2);
	put32(at(START), 48, 5);
	assert_int_equal(read(LOADER_PVH), FAULT_NONE);
	assert_int_equal(info.start_page, 0x4000);

	pvh(NULL);
	entry(at(MAP), 0, 0x1fff, 1);
	assert_int_equal(read(LOADER_PVH), FAULT_NONE);
	assert_int_equal(info.start_page, 0);
}

static void pvh_good(void **unused)
{
	(void)unused;
	assert_int_equal(read(LOADER_PVH), FAULT_NONE);
	check_good();
	assert_int_equal(info.rsdp, 0xf5000);
}

static void mb2_good(void **unused)
{
	(void)unused;
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_NONE);
	check_good();
	assert_memory_equal(at((uint32_t)info.rsdp), "RSD PTR ", 8);
	/* A newer RSDP counts, whichever comes first. */
	mb2_begin();
	memcpy(tag(15, 8 + 36) + 8, "new", 3);
	memcpy(tag(14, 8 + 20) + 8, "old", 3);
	tag(0, 8);
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_NONE);
	assert_memory_equal(at((uint32_t)info.rsdp), "new", 3);
}

static void other_loaders(void **unused)
{
	(void)unused;
	pvh(NULL);
	assert_int_equal(read(0x2badb002), FAULT_PROTOCOL);
	assert_int_equal(loader_read(&info, LOADER_PVH, 0), FAULT_LOADER_DATA);
	assert_int_equal(loader_read(&info, LOADER_MULTIBOOT2, BASE + SIZE - 4),
			 FAULT_LOADER_DATA);
	put32(at(START), 0, 1);
	assert_int_equal(read(LOADER_PVH), FAULT_LOADER_DATA);
}

/* One 64-bit field of PVH's structures changed. */
static void pvh_with(uint32_t address, uint64_t value, enum boot_fault fault)
{
	pvh(NULL);
	put64(at(address), 0, value);
	assert_int_equal(read(LOADER_PVH), fault);
}

static void pvh_bad(void **unused)
{
	(void)unused;
	pvh_with(START + 4, 0, FAULT_NO_MEMORY_MAP); /* version 0 */
	pvh_with(START + 48, 0, FAULT_NO_MEMORY_MAP);
	pvh_with(START + 48, 0xffffffff, FAULT_LOADER_DATA);
	pvh_with(START + 48, 0x0aaaaaac, FAULT_LOADER_DATA); /* wraps */
	pvh_with(START + 48, 100000, FAULT_LOADER_DATA);
	pvh_with(START + 48, 1024, FAULT_LOADER_DATA); /* beyond memory */
	pvh_with(START + 40, 0, FAULT_LOADER_DATA);
	pvh_with(START + 40, UINT64_MAX - 8, FAULT_LOADER_DATA);
	pvh_with(START + 16, BASE + SIZE - 31, FAULT_LOADER_DATA);
	pvh_with(START + 12, 0, FAULT_NO_ARCHIVE);
	pvh_with(START + 12, 2, FAULT_MODULES);
	pvh_with(MODULES, 0, FAULT_NO_ARCHIVE);
	pvh_with(MODULES, ARCHIVE + 8, FAULT_NOT_ALIGNED);
	pvh_with(MODULES, 0x9f000, FAULT_NOT_IN_RAM); /* below 1 MiB */
	pvh_with(MODULES, 255 * MIB - 0x1000, FAULT_NOT_IN_RAM);
	pvh_with(MODULES, 0xfffffffffffff000, FAULT_NOT_IN_RAM);
	pvh_with(MODULES + 8, 0, FAULT_NO_ARCHIVE);
	pvh_with(MODULES + 8, UINT64_MAX, FAULT_NO_ARCHIVE);
	pvh_with(MODULES + 8, 256 * MIB, FAULT_NOT_IN_RAM);
	pvh_with(MAP + 24 + 8, UINT64_MAX, FAULT_MEMORY_WRAPS);
}

/* The tag `type` made anew with another size or field, before the end. */
static void mb2_tag_is(uint32_t type, uint32_t size, uint32_t field,
		       uint32_t value, enum boot_fault fault)
{
	mb2_begin();
	tag_end = 8;
	if (type != 6) {
		uint8_t *map = tag(6, 16 + 4 * 24);
		put32(map, 8, 24);
		entries(map + 16);
	}
	uint8_t *last = tag(type, size);
	put32(last, 8, type == 6 ? 24 : ARCHIVE);
	put32(last, 12, type == 6 ? 0 : ARCHIVE + 0x1000);
	if (type == 6 && size > 16) {
		entries(last + 16);
	}
	if (field) {
		put32(last, field, value);
	}
	tag(0, 8);
	assert_int_equal(read(LOADER_MULTIBOOT2), fault);
}

static void mb2_bad(void **unused)
{
	(void)unused;
	mb2_tag_is(3, 16, 0, 0, FAULT_NONE);
	mb2_tag_is(3, 15, 0, 0, FAULT_LOADER_DATA);
	mb2_tag_is(3, 16, 12, ARCHIVE - 1, FAULT_LOADER_DATA);
	mb2_tag_is(3, 16, 12, ARCHIVE, FAULT_NO_ARCHIVE);
	mb2_tag_is(3, 16, 8, ARCHIVE + 1, FAULT_NOT_ALIGNED);
	mb2_tag_is(6, 112, 8, 0, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 8, 23, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 8, UINT32_MAX, FAULT_NO_ARCHIVE);
	mb2_tag_is(6, 15, 0, 0, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 0, 0, FAULT_NO_ARCHIVE);
	mb2_tag_is(14, 27, 0, 0, FAULT_LOADER_DATA);
	mb2_tag_is(15, 43, 0, 0, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 4, 0, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 4, 7, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 4, 0x2000, FAULT_LOADER_DATA);
	mb2_tag_is(6, 112, 4, UINT32_MAX, FAULT_LOADER_DATA);
}

static void mb2_structure(void **unused)
{
	static const uint32_t totals[] = { 0, 8, 15, 0x10000, UINT32_MAX };

	(void)unused;
	mb2_begin(); /* no end tag */
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_LOADER_DATA);
	for (unsigned int i = 0; i < 5; i++) {
		mb2(NULL);
		put32(at(START), 0, totals[i]);
		assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_LOADER_DATA);
	}
	mb2_begin();
	put32(tag(3, 16), 12, 1); /* a second module */
	tag(0, 8);
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_MODULES);
	mb2_begin();
	put32(tag(6, 16), 8, 24); /* a second map */
	tag(0, 8);
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_LOADER_DATA);
	clear();
	tag_end = 8;
	tag(0, 8);
	assert_int_equal(read(LOADER_MULTIBOOT2), FAULT_NO_MEMORY_MAP);
	mb2(NULL);
	assert_int_equal(loader_read(&info, LOADER_MULTIBOOT2, START + 4),
			 FAULT_LOADER_DATA);
}

static void truncated_anywhere(void **unused)
{
	(void)unused;
	for (uint32_t cut = 0; cut < 0x200; cut++) {
		mb2(NULL);
		fake_set_memory(memory, BASE, 0x100 + cut, true);
		enum boot_fault fault = read(LOADER_MULTIBOOT2);
		assert_true(fault == FAULT_LOADER_DATA || cut >= tag_end);
		pvh(NULL);
		fake_set_memory(memory, BASE, 0x100 + cut, true);
		assert_int_not_equal(read(LOADER_PVH), FAULT_NONE);
	}
}

static void random_damage(void **unused)
{
	(void)unused;
	random_seed(3);
	for (uint32_t i = 0; i < MUTATIONS; i++) {
		uint64_t magic = i % 2 ? LOADER_PVH : LOADER_MULTIBOOT2;

		if (i % 2) {
			pvh(NULL);
			mutate(at(START), MAP + 96 - START);
		} else {
			mb2(NULL);
			mutate(at(START), tag_end);
		}
		if (read(magic) == FAULT_NONE) {
			assert_int_equal(kind_at(&info, info.archive),
					 BOOT_RANGE_ARCHIVE);
		}
		check_map(&info);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(pvh_good, pvh),
		cmocka_unit_test_setup(start_page, pvh),
		cmocka_unit_test_setup(mb2_good, mb2),
		cmocka_unit_test(other_loaders),
		cmocka_unit_test(pvh_bad),
		cmocka_unit_test(mb2_bad),
		cmocka_unit_test(mb2_structure),
		cmocka_unit_test(truncated_anywhere),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests_name("boot loader", tests, NULL, NULL);
}
