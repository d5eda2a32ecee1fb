/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placement and first page tables, for both machines' formats, on a fake
 * machine: real images are placed in its memory, and the tables built there are
 * walked to the last entry. What must hold of them is checked page by page.
 */

#include "boot/handoff.h"

#include <stdlib.h>

#include "boot/ranges.h"
#include "common/image.h"
#include "common/sha256.h"
#include "support.h"

#define START   0x100000u
#define SIZE    (48u << 20)
#define PAGE    ((uint64_t)ABI_PAGE_SIZE)
#define ARCHIVE 0x2f00000u
#define LAPIC   0xfee00000u
#define IOAPIC  0xfec00000u
#define UART    0x09000000u

static uint8_t *memory;
static struct boot_info info;
static struct archive_view view;
static struct boot_arch arch;

static uint8_t *at(uint64_t address)
{
	return memory + (address - START);
}

/* A flat image: code, constants, and data of which one page has bytes. */
static uint64_t put_image(uint8_t *to, uint32_t kind, uint64_t base)
{
	static const uint32_t flags[] = { IMAGE_READ | IMAGE_EXECUTE,
					  IMAGE_READ,
					  IMAGE_READ | IMAGE_WRITE };
	struct image_header *header = (struct image_header *)(void *)to;
	uint64_t offset = PAGE, address = base;

	*header = (struct image_header){ .magic = IMAGE_MAGIC,
					 .version = IMAGE_VERSION,
					 .kind = kind,
					 .base = base,
					 .entry = base + 16,
					 .segment_count = 3,
					 .machine = arch.machine };
	for (uint32_t i = 0; i < 3; i++) {
		header->segments[i] = (struct image_segment){
			.vaddr = address,
			.file_offset = offset,
			.file_size = PAGE - 100,
			.memory_size = (1 + 2 * i) * PAGE,
			.flags = flags[i],
		};
		memset(to + offset, (int)(0x10 * kind + i), PAGE - 100);
		offset += PAGE;
		address += (2 + 2 * i) * PAGE; /* a hole behind each */
	}
	header->memory_size = header->segments[2].vaddr +
			      header->segments[2].memory_size - base;
	return offset;
}

static void put_archive(void)
{
	static const char *const names[] = { "core", "kernel", "nano" };
	static const uint32_t kinds[] = { 3, 2, 1 };
	const uint64_t bases[] = { CORE_BASE, KERNEL_BASE, arch.nano_base };
	uint8_t *to = at(ARCHIVE);
	struct archive_header *header = (struct archive_header *)(void *)to;
	struct archive_entry *entries = (struct archive_entry *)(header + 1);
	uint64_t offset = PAGE;

	for (uint32_t i = 0; i < 3; i++) {
		struct archive_entry *entry = &entries[i];

		strcpy(entry->name, names[i]);
		entry->type = kinds[i];
		entry->offset = offset;
		entry->size = put_image(to + offset, kinds[i], bases[i]);
		sha256_of(to + offset, entry->size, entry->sha256);
		offset += entry->size;
	}
	*header = (struct archive_header){ .magic = ARCHIVE_MAGIC,
					   .version = ARCHIVE_VERSION,
					   .count = 3,
					   .total_size = offset };
	sha256_of(entries, 3 * sizeof(*entries), header->table_sha256);
	assert_int_equal(archive_check(to, offset, &view), ARCHIVE_OK);
	info.archive = ARCHIVE;
	info.archive_size = offset;
}

/* A machine with RAM from 1 MiB, dirty, and more above, out of reach. */
static void machine(const struct boot_arch *kind)
{
	bool arm = kind == &boot_aarch64;

	memset(&info, 0, sizeof(info));
	memset(memory, 0xa5, SIZE);
	fake_set_memory(memory, START, SIZE, false);
	arch = *kind;
	arch.reach = START + SIZE;
	memset(at(ARCHIVE), 0, 64 * PAGE);
	put_archive();
	ranges_add(&info, 0, START, BOOT_RANGE_RESERVED);
	ranges_add(&info, START, SIZE - 0x3000, BOOT_RANGE_RAM);
	ranges_add(&info, 0x40000000, 0x10005000, BOOT_RANGE_RAM);
	ranges_claim(&info, FAKE_SWITCH_PAGE, FAKE_SWITCH_PAGE + 8 * PAGE,
		     BOOT_RANGE_BOOT);
	ranges_claim(&info, ARCHIVE, ARCHIVE + info.archive_size,
		     BOOT_RANGE_ARCHIVE);
	info.irq_base[0] = arm ? 0x08000000 : LAPIC;
	info.irq_base[1] = arm ? 0x080a0000 : IOAPIC;
	info.irq_size[0] = arm ? 0x10000 : PAGE;
	info.irq_size[1] = arm ? 0x40000 : PAGE;
	info.cpu_count = 2;
	if (arm) {
		info.console_kind = BOOT_CONSOLE_PL011;
		info.console_address = UART;
		ranges_add(&info, UART, PAGE, BOOT_RANGE_DEVICE);
		ranges_add(&info, info.irq_base[0], 0x10000, BOOT_RANGE_DEVICE);
		ranges_add(&info, info.irq_base[1] + 0x10000, 0x10000,
			   BOOT_RANGE_DEVICE);
	}
}

/* One mapped page of 4 KiB; a large one is listed as its 512 parts. */
struct mapping {
	uint64_t virtual_address, address;
	bool write, execute, device;
};

#define MAPPINGS_MAX 200000u
static struct mapping *found;
static uint32_t found_count;

static struct mapping decode_x86(uint64_t e)
{
	return (struct mapping){ .address = e & 0xfffffffff000,
				 .write = e >> 1 & 1,
				 .execute = !(e >> 63),
				 .device = (e >> 3 & 3) == 3 };
}

static struct mapping decode_arm(uint64_t e, bool nano)
{
	struct mapping m = { .address = e & 0xfffffffff000,
			     .write = !(e >> 7 & 1),
			     .execute = !(e >> (nano ? 54 : 53) & 1),
			     .device = e >> 2 & 1 };

	assert_true(e >> 10 & 1);           /* accessed, or it faults */
	assert_int_equal(e >> 6 & 1, nano); /* never for EL0 */
	assert_int_equal(e >> 8 & 3, m.device ? 0 : 3);
	assert_int_equal(e >> 50 & 1, m.execute); /* guarded */
	if (!nano) {
		assert_true(e >> 54 & 1); /* EL0 executes nothing */
		assert_true(e >> 11 & 1); /* not global */
	}
	return m;
}

static void found_page(uint64_t va, uint64_t entry, bool large, bool nano)
{
	bool arm = arch.machine == IMAGE_MACHINE_AARCH64;
	struct mapping m = arm ? decode_arm(entry, nano) : decode_x86(entry);

	assert_false(m.write && m.execute);
	if (arm) {
		assert_int_equal(entry & 3, large ? 1 : 3);
	} else {
		assert_int_equal(entry & 1, 1);
		assert_int_equal(entry >> 7 & 1, large);
		assert_int_equal(entry >> 2 & 1, 0); /* never for ring 3 */
	}
	assert_int_equal(m.address & ((large ? ABI_LARGE_SIZE : PAGE) - 1), 0);
	for (uint32_t i = 0; i < (large ? 512 : 1); i++) {
		assert_true(found_count < MAPPINGS_MAX);
		found[found_count] = m;
		found[found_count].address += i * PAGE;
		found[found_count++].virtual_address = va + i * PAGE;
	}
}

static void walk(uint64_t table, unsigned int level, uint64_t va, bool nano)
{
	const uint64_t *entries = arch_memory(table, PAGE);
	uint64_t pointer = arch.nano.pointer;

	for (uint64_t i = 0; i < 512; i++) {
		uint64_t e = entries[i], next = va | i << (12 + 9 * level);

		if (e == 0) {
			continue;
		}
		if (level > 0 && (e & ~0xfffffffff000u) == pointer) {
			walk(e & 0xfffffffff000, level - 1, next, nano);
		} else {
			assert_true(level < 2);
			found_page(next, e, level == 1, nano);
		}
	}
}

static void walk_all(bool nano)
{
	found_count = 0;
	walk(nano ? info.nano_root : info.kernel_root, 3, 0, nano);
}

/* What is mapped at an address, whose upper bits the tables do not know. */
static const struct mapping *mapping_at(uint64_t va)
{
	for (uint32_t i = 0; i < found_count; i++) {
		if (found[i].virtual_address == (va & 0xfffffffff000)) {
			return &found[i];
		}
	}
	return NULL;
}

static void image_is_mapped(uint32_t index)
{
	static const uint32_t access[] = { 5, 1, 3 }; /* put_image's */
	const struct boot_image *image = &info.images[index];
	uint32_t right = 0;

	for (uint64_t page = 0; page < image->size; page += PAGE) {
		const struct mapping *m =
			mapping_at(image->virtual_address + page);
		const struct boot_segment *segment = NULL;

		for (uint32_t i = 0; i < image->segment_count; i++) {
			if (page >= image->segments[i].start &&
			    page < image->segments[i].end) {
				segment = &image->segments[i];
				right = access[i];
			}
		}
		assert_int_equal(m != NULL, segment != NULL);
		if (m) {
			assert_int_equal(m->address, image->address + page);
			assert_int_equal(m->write, right >> 1 & 1);
			assert_int_equal(m->execute, right >> 2 & 1);
			assert_false(m->device);
		}
	}
}

/* Every page of memory is in the window but for some kinds; nothing else is,
 * apart from devices, and nothing of it can be executed. */
static void window_is(uint64_t window, uint32_t without, uint32_t or_without)
{
	uint64_t expected = 0, seen = 0;

	for (uint32_t i = 0; i < info.range_count; i++) {
		const struct boot_range *range = &info.ranges[i];
		if (ranges_is_memory(range->kind) && range->kind != without &&
		    range->kind != or_without) {
			expected += (range->end - range->start) / PAGE;
		}
	}
	window &= 0xfffffffff000;
	for (uint32_t i = 0; i < found_count; i++) {
		const struct mapping *m = &found[i];
		uint32_t kind = kind_at(&info, m->address);

		if (m->virtual_address - window >= 1ull << 46) {
			continue;
		}
		assert_int_equal(m->virtual_address - window, m->address);
		assert_false(m->execute);
		assert_int_not_equal(kind, without);
		assert_int_not_equal(kind, or_without);
		assert_int_not_equal(kind, BOOT_RANGE_RESERVED);
		assert_int_equal(m->device, !kind || !ranges_is_memory(kind));
		seen += !m->device;
	}
	assert_int_equal(seen, expected);
}

static uint32_t times_mapped(uint64_t address)
{
	uint32_t times = 0;

	for (uint32_t i = 0; i < found_count; i++) {
		times += found[i].address == address;
	}
	return times;
}

/* Code is mapped once; boot's last page, which nano forgets at once, twice. */
static void code_has_no_alias(void)
{
	for (uint32_t i = 0; i < found_count; i++) {
		uint64_t address = found[i].address;
		if (found[i].execute) {
			assert_int_equal(times_mapped(address),
					 address == FAKE_SWITCH_PAGE ? 2 : 1);
		}
	}
}

static void hand_off(void)
{
	assert_int_equal(handoff_place(&info, &arch, &view), FAULT_NONE);
	assert_int_equal(handoff_map(&info, &arch), FAULT_NONE);
	check_map(&info);
}

static void check_nano(void)
{
	const struct boot_range *region = range_of(&info, BOOT_RANGE_NANO);
	uint64_t base = info.images[0].virtual_address;

	walk_all(true);
	image_is_mapped(0);
	window_is(NANO_WINDOW, BOOT_RANGE_NANO, BOOT_RANGE_NANO);
	code_has_no_alias();
	for (uint64_t a = info.nano_pool_start; a < region->end; a += PAGE) {
		const struct mapping *m = mapping_at(base + a - region->start);
		assert_non_null(m);
		assert_int_equal(m->address, a);
		assert_true(m->write);
		assert_int_equal(times_mapped(a), 1);
	}
	for (uint32_t i = 0; i < 2; i++) {
		const struct mapping *m =
			mapping_at(NANO_WINDOW + info.irq_base[i]);
		assert_true(m && m->device && m->write);
	}
	/* Boot's code is alone below its top-level entry. */
	const uint64_t *root = arch_memory(info.nano_root, PAGE);
	for (uint32_t i = 1; i < 512; i++) {
		assert_true(root[i] == 0 || i == 511 || (i >= 128 && i < 256));
	}
	const struct mapping *m = mapping_at(FAKE_SWITCH_PAGE);
	assert_true(m && m->execute && m->address == FAKE_SWITCH_PAGE);
	assert_null(mapping_at(FAKE_SWITCH_PAGE + PAGE));
}

static void check_kernel(void)
{
	bool arm = arch.machine == IMAGE_MACHINE_AARCH64;

	walk_all(false);
	image_is_mapped(1);
	window_is(KERNEL_WINDOW, BOOT_RANGE_NANO, BOOT_RANGE_KERNEL);
	code_has_no_alias();
	for (uint32_t i = 0; i < found_count; i++) {
		assert_int_not_equal(kind_at(&info, found[i].address),
				     BOOT_RANGE_NANO);
		assert_true(found[i].virtual_address >= 1ull << 47);
	}
	const struct mapping *lapic = mapping_at(KERNEL_WINDOW + LAPIC);
	const struct mapping *uart = mapping_at(KERNEL_WINDOW + UART);
	assert_null(mapping_at(KERNEL_WINDOW + IOAPIC));
	assert_int_equal(lapic != NULL, !arm);
	assert_int_equal(uart != NULL, arm);
	assert_true(arm || (lapic->device && !lapic->write));
	/* The redistributors' first frame is nano's alone. */
	assert_null(mapping_at(KERNEL_WINDOW + 0x080a0000));
	assert_int_equal(mapping_at(KERNEL_WINDOW + 0x080b0000) != NULL, arm);
}

static void both_machines(void **unused)
{
	static const struct boot_arch *const kinds[] = { &boot_x86_64,
							 &boot_aarch64 };

	(void)unused;
	for (unsigned int i = 0; i < 2; i++) {
		machine(kinds[i]);
		hand_off();
		check_nano();
		check_kernel();
	}
}

static bool all_bytes(uint64_t start, uint64_t end, uint8_t value)
{
	const uint8_t *p = at(start);

	for (uint64_t i = 0; i < end - start; i++) {
		if (p[i] != value) {
			return false;
		}
	}
	return true;
}

static void images_are_in_place(void **unused)
{
	(void)unused;
	machine(&boot_x86_64);
	hand_off();
	assert_int_equal(info.image_count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		const struct boot_image *image = &info.images[i];
		uint64_t end = image->address;

		assert_int_equal(image->kind, i + 1);
		assert_int_equal(image->entry, image->virtual_address + 16);
		assert_int_equal(image->size, 11 * PAGE);
		for (uint32_t s = 0; s < 3; s++) {
			uint64_t from =
				image->address + image->segments[s].start;
			assert_true(all_bytes(end, from, 0));
			assert_true(
				all_bytes(from, from + PAGE - 100,
					  (uint8_t)(0x10 * image->kind + s)));
			end = from + PAGE - 100;
		}
		assert_true(all_bytes(end, image->address + image->size, 0));
	}
	assert_true(all_bytes(info.nano_pool_start, info.nano_pool_end, 0));
	assert_true(info.nano_pool_end - info.nano_pool_start >=
		    handoff_pool_size(&info));
	const struct boot_range *kernel = range_of(&info, BOOT_RANGE_KERNEL);
	assert_int_equal((kernel->start | kernel->end) & (ABI_LARGE_SIZE - 1),
			 0);
	assert_true(all_bytes(info.images[1].address + info.images[1].size,
			      kernel->end, 0));
	uint64_t tables = range_of(&info, BOOT_RANGE_TABLES)->start;
	assert_true(all_bytes(tables, tables + PAGE, 0));
	/* What was in use before is as it was. */
	assert_true(all_bytes(FAKE_SWITCH_PAGE, FAKE_SWITCH_PAGE + PAGE, 0xa5));
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(archive_verify_entry(&view, i), ARCHIVE_OK);
	}
}

static void pool_sizes(void **unused)
{
	(void)unused;
	memset(&info, 0, sizeof(info));
	info.cpu_count = 1;
	ranges_add(&info, 0x40000000, 16 << 20, BOOT_RANGE_RAM);
	assert_int_equal(handoff_pool_size(&info), HANDOFF_POOL_LEAST);
	ranges_add(&info, 0x140000000, 1 << 20, BOOT_RANGE_RAM);
	ranges_add(&info, 0xfd00000000, 1 << 20, BOOT_RANGE_RESERVED);
	info.cpu_count = 4;
	assert_int_equal(handoff_pool_size(&info),
			 0x100100ull * 48 + 4 * 65536);
}

static void refusals(void **unused)
{
	(void)unused;
	machine(&boot_x86_64);
	ranges_add(&info, START, SIZE, BOOT_RANGE_RESERVED);
	assert_int_equal(handoff_place(&info, &arch, &view), FAULT_NO_ROOM);
	machine(&boot_x86_64);
	ranges_add(&info, 64ull << 30, 64ull << 30, BOOT_RANGE_RAM);
	assert_int_equal(handoff_place(&info, &arch, &view), FAULT_NANO_SPAN);
	machine(&boot_x86_64);
	arch.nano_base += PAGE;
	assert_int_equal(handoff_place(&info, &arch, &view), FAULT_IMAGE_BASE);
	machine(&boot_aarch64);
	assert_int_equal(handoff_place(&info, &arch, &view), FAULT_NONE);
	info.console_address = info.irq_base[0]; /* two devices in one */
	assert_int_equal(handoff_map(&info, &arch), FAULT_TABLE_OVERLAP);
}

static struct tables t;

static void map_is(uint64_t va, uint64_t address, uint64_t size, bool large,
		   enum boot_fault fault)
{
	t.fault = FAULT_NONE;
	tables_map(&t, va, address, size, TABLE_DATA, large);
	assert_int_equal(t.fault, fault);
}

static void builder(void **unused)
{
	const uint64_t page = START, end = START + 7 * PAGE;

	(void)unused;
	memset(memory, 0, 16 * PAGE);
	fake_set_memory(memory, START, SIZE, false);
	arch = boot_x86_64;
	found_count = 0;
	tables_create(&t, &boot_x86_64.nano, page, page);
	assert_int_equal(t.fault, FAULT_TABLE_PAGES);
	tables_create(&t, &boot_x86_64.nano, page, end);
	assert_int_equal(t.fault, FAULT_NONE);
	assert_int_equal(t.root, end - PAGE);
	map_is(1, 0, PAGE, true, FAULT_TABLE_ALIGNMENT);
	map_is(0, 1ull << 48, PAGE, true, FAULT_TABLE_ALIGNMENT);
	map_is(0, 0, PAGE - 1, true, FAULT_TABLE_ALIGNMENT);
	map_is(0x1ff000, 0x5ff000, 0x401000, true, FAULT_NONE);
	map_is(0x1ff000, 0, PAGE, true, FAULT_TABLE_OVERLAP);
	map_is(0x3ff000, 0, PAGE, true, FAULT_TABLE_OVERLAP);
	map_is(0, 0, ABI_LARGE_SIZE, true, FAULT_TABLE_OVERLAP);
	map_is(0x800000, 0x1000, ABI_LARGE_SIZE, true, FAULT_NONE);
	map_is(1ull << 40, 0, PAGE, true, FAULT_TABLE_PAGES);
	walk(t.root, 3, 0, true);
	const struct mapping *last = mapping_at(0x9ff000);
	assert_true(last && last->address == 0x200000);
	/* A fault stays. */
	tables_map(&t, 0xa00000, 0, ABI_LARGE_SIZE, TABLE_DATA, true);
	assert_int_equal(t.fault, FAULT_TABLE_PAGES);
}

/* Random memory maps: whatever is placed lies in what was free, and the tables
 * fit in what was kept for them. */
static void random_machines(void **unused)
{
	uint32_t placed = 0;

	(void)unused;
	random_seed(5);
	for (uint32_t n = 0; n < 40; n++) {
		machine(random_below(2) ? &boot_x86_64 : &boot_aarch64);
		for (uint32_t i = random_below(8); i; i--) {
			ranges_add(&info, START + random_below(SIZE),
				   random_below(0x20000), BOOT_RANGE_RESERVED);
		}
		for (uint32_t i = random_below(12); i; i--) {
			ranges_add(&info,
				   (uint64_t)random_below(1u << 19) << 10,
				   (uint64_t)random_below(1u << 12) << 10,
				   BOOT_RANGE_RAM);
		}
		struct boot_info before = info;
		if (handoff_place(&info, &arch, &view) != FAULT_NONE) {
			continue;
		}
		placed++;
		assert_int_equal(handoff_map(&info, &arch), FAULT_NONE);
		check_map(&info);
		for (uint64_t a = START; a < START + SIZE; a += PAGE) {
			uint32_t was = kind_at(&before, a);
			assert_true(was == BOOT_RANGE_RAM ||
				    was == kind_at(&info, a));
		}
		walk_all(false);
		window_is(KERNEL_WINDOW, BOOT_RANGE_NANO, BOOT_RANGE_KERNEL);
		walk_all(true);
		window_is(NANO_WINDOW, BOOT_RANGE_NANO, BOOT_RANGE_NANO);
	}
	assert_in_range(placed, 10, 40);
}

static int set_up(void **unused)
{
	(void)unused;
	memory = aligned_alloc(ABI_PAGE_SIZE, SIZE);
	found = calloc(MAPPINGS_MAX, sizeof(*found));
	return memory && found ? 0 : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	free(memory);
	free(found);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_machines),
		cmocka_unit_test(images_are_in_place),
		cmocka_unit_test(pool_sizes),
		cmocka_unit_test(refusals),
		cmocka_unit_test(builder),
		cmocka_unit_test(random_machines),
	};

	return cmocka_run_group_tests_name("boot handoff", tests, set_up,
					   tear_down);
}
