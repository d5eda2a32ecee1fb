/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree reader on a tree like that of QEMU's virt, on trees that lack
 * or bend one thing, and on random damage. */

#include <arch/tree.h>
#include <libfdt.h>
#include <stdio.h>
#include <sys/mman.h>

#include "boot/ranges.h"
#include "support.h"

#define DTB      0x48200000u
#define SIZE     0x1000u
#define RAM      0x40000000u
#define RAM_SIZE 0x10000000u
#define START    0x40200000u
#define END      0x40211000u
#define INITRD   0x48000000u
#define GICD     0x08000000u
#define GICR     0x080a0000u
#define UART     0x09000000u

/* What one test wants otherwise. */
struct shape {
	uint32_t initrd_cells; /* 0: none */
	uint64_t initrd, initrd_end;
	const char *method, *stdout_path;
	uint32_t method_size;
	uint32_t cpus;
	uint32_t cpu_cells;
	uint32_t seed;
	uint64_t ram_size, gicr_size, uart;
	bool no_gic, no_psci, no_cpus;
	uint64_t reserved; /* also in the reservation block */
};

static const struct shape usual = {
	.initrd_cells = 1,
	.initrd = INITRD,
	.initrd_end = INITRD + 0x3000,
	.method = "smc",
	.method_size = 4,
	.stdout_path = "/pl011@9000000",
	.cpus = 2,
	.cpu_cells = 1,
	.seed = 32,
	.ram_size = RAM_SIZE,
	.gicr_size = 0xf60000,
	.uart = UART,
	.reserved = 0x4f000000,
};

static uint8_t memory[SIZE];
static struct boot_info info;

static void pairs(const char *name, const uint64_t *values, uint32_t count)
{
	fdt64_t cells[8];

	for (uint32_t i = 0; i < count; i++) {
		cells[i] = cpu_to_fdt64(values[i]);
	}
	assert_int_equal(fdt_property(memory, name, cells, (int)count * 8), 0);
}

static void number(const char *name, uint64_t value, uint32_t cells)
{
	if (cells == 1) {
		fdt_property_u32(memory, name, (uint32_t)value);
	} else {
		fdt_property_u64(memory, name, value);
	}
}

static void chosen(const struct shape *shape)
{
	uint8_t seed[80];

	memset(seed, 0x5e, sizeof(seed));
	fdt_begin_node(memory, "chosen");
	if (shape->initrd_cells) {
		number("linux,initrd-start", shape->initrd,
		       shape->initrd_cells);
		number("linux,initrd-end", shape->initrd_end,
		       shape->initrd_cells);
	}
	if (shape->stdout_path) {
		fdt_property_string(memory, "stdout-path", shape->stdout_path);
	}
	if (shape->seed) {
		fdt_property(memory, "rng-seed", seed, (int)shape->seed);
		fdt_property_u64(memory, "kaslr-seed", 0x5e5e5e5e5e5e5e5e);
	}
	fdt_end_node(memory);
}

static void cpus(const struct shape *shape)
{
	fdt_begin_node(memory, "cpus");
	fdt_property_u32(memory, "#address-cells", shape->cpu_cells);
	fdt_property_u32(memory, "#size-cells", 0);
	for (uint32_t i = 0; i < shape->cpus; i++) {
		char name[16];

		snprintf(name, sizeof(name), "cpu@%x", i);
		fdt_begin_node(memory, name);
		fdt_property_string(memory, "device_type", "cpu");
		number("reg", i < 16 ? i : i - 16 + 0x100, shape->cpu_cells);
		fdt_end_node(memory);
	}
	fdt_begin_node(memory, "cpu-map");
	fdt_end_node(memory);
	fdt_end_node(memory);
}

static void devices(const struct shape *shape)
{
	const uint64_t gic[] = { GICD, 0x10000, GICR, shape->gicr_size };
	const uint64_t uart[] = { shape->uart, 0x1000 };
	const uint64_t other[] = { 0x9100000, 0x1000 };

	if (!shape->no_gic) {
		fdt_begin_node(memory, "intc@8000000");
		fdt_property_string(memory, "compatible", "arm,gic-v3");
		pairs("reg", gic, 4);
		fdt_end_node(memory);
	}
	fdt_begin_node(memory, "pl011@9100000");
	fdt_property(memory, "compatible", "arm,pl011\0arm,primecell", 24);
	pairs("reg", other, 2);
	fdt_end_node(memory);
	fdt_begin_node(memory, "pl011@9000000");
	fdt_property(memory, "compatible", "arm,pl011\0arm,primecell", 24);
	pairs("reg", uart, 2);
	fdt_end_node(memory);
	fdt_begin_node(memory, "soc"); /* behind a bus: not for us */
	fdt_begin_node(memory, "pl011@0");
	fdt_property(memory, "compatible", "arm,pl011\0arm,primecell", 24);
	pairs("reg", uart, 2);
	fdt_end_node(memory);
	fdt_begin_node(memory, "intc@0");
	fdt_property_string(memory, "compatible", "arm,gic-v3");
	pairs("reg", gic, 4);
	fdt_end_node(memory);
	fdt_end_node(memory);
	fdt_begin_node(memory, "aliases");
	fdt_property_string(memory, "serial0", "/pl011@9000000");
	fdt_end_node(memory);
}

static void build(const struct shape *shape)
{
	const uint64_t ram[] = { RAM, shape->ram_size };
	const uint64_t kept[] = { shape->reserved + 0x10000, 0x1800 };

	memset(memory, 0, sizeof(memory));
	memset(&info, 0, sizeof(info));
	assert_int_equal(fdt_create(memory, SIZE), 0);
	fdt_add_reservemap_entry(memory, shape->reserved, 0x1000);
	fdt_add_reservemap_entry(memory, INITRD, 0x3000); /* as U-Boot does */
	fdt_finish_reservemap(memory);
	fdt_begin_node(memory, "");
	fdt_property_u32(memory, "#address-cells", 2);
	fdt_property_u32(memory, "#size-cells", 2);
	chosen(shape);
	fdt_begin_node(memory, "memory@40000000");
	fdt_property_string(memory, "device_type", "memory");
	pairs("reg", ram, 2);
	fdt_end_node(memory);
	fdt_begin_node(memory, "reserved-memory");
	fdt_property_u32(memory, "#address-cells", 2);
	fdt_property_u32(memory, "#size-cells", 2);
	fdt_begin_node(memory, "kept@0");
	pairs("reg", kept, 2);
	fdt_end_node(memory);
	fdt_end_node(memory);
	if (!shape->no_psci) {
		fdt_begin_node(memory, "psci");
		fdt_property(memory, "method", shape->method,
			     (int)shape->method_size);
		fdt_end_node(memory);
	}
	if (!shape->no_cpus) {
		cpus(shape);
	}
	devices(shape);
	fdt_end_node(memory);
	assert_int_equal(fdt_finish(memory), 0);
	fake_set_memory(memory, DTB, SIZE, true);
}

/* As arch_describe does it, for the CPU with affinity 1. */
static enum boot_fault read(void)
{
	size_t size = 0;
	void *tree = tree_check(DTB, &size);

	if (!tree) {
		return FAULT_TREE;
	}
	info.dtb = DTB;
	info.dtb_size = size;
	tree_console(tree, &info);

	enum boot_fault fault = tree_read(tree, &info, START, END, 1);
	memcpy(memory, tree, size);
	return fault;
}

static void good(void **unused)
{
	(void)unused;
	build(&usual);
	assert_int_equal(read(), FAULT_NONE);
	check_map(&info);
	assert_int_equal(info.console_kind, BOOT_CONSOLE_PL011);
	assert_int_equal(info.console_address, UART);
	assert_int_equal(info.power_kind, BOOT_POWER_PSCI_SMC);
	assert_int_equal(info.archive, INITRD);
	assert_int_equal(info.archive_size, 0x3000);
	assert_int_equal(info.cpu_count, 2);
	assert_int_equal(info.cpus[0], 1);
	assert_int_equal(info.cpus[1], 0);
	assert_int_equal(info.irq_base[0], GICD);
	assert_int_equal(info.irq_size[0], 0x10000);
	assert_int_equal(info.irq_base[1], GICR);
	assert_int_equal(info.irq_size[1], 0x40000);
	static const struct {
		uint64_t address;
		uint32_t kind;
	} kinds[] = {
		{ RAM, BOOT_RANGE_RAM },
		{ START, BOOT_RANGE_BOOT },
		{ END - 1, BOOT_RANGE_BOOT },
		{ INITRD, BOOT_RANGE_ARCHIVE },
		{ INITRD + 0x3000, BOOT_RANGE_RAM },
		{ DTB, BOOT_RANGE_ARCHIVE },
		{ 0x4f000000, BOOT_RANGE_RESERVED },
		{ 0x4f001000, BOOT_RANGE_RAM },
		{ 0x4f011000, BOOT_RANGE_RESERVED },
		{ 0x4f012000, BOOT_RANGE_RAM },
		{ GICD, BOOT_RANGE_DEVICE },
		{ GICR, 0 },
		{ GICR + 0x10000, BOOT_RANGE_DEVICE },
		{ GICR + 0x20000, 0 },
		{ GICR + 0x30000, BOOT_RANGE_DEVICE },
		{ GICR + 0x50000, 0 },
		{ UART, BOOT_RANGE_DEVICE },
		{ 0x9100000, 0 },
	};
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_int_equal(kind_at(&info, kinds[i].address),
				 kinds[i].kind);
	}
}

static void seed_is_taken_out(void **unused)
{
	struct shape shape = usual;

	(void)unused;
	for (shape.seed = 0; shape.seed <= 80; shape.seed += 8) {
		build(&shape);
		assert_int_equal(read(), FAULT_NONE);
		assert_int_equal(info.entropy_size,
				 shape.seed < 64 ? shape.seed : 64);
		for (uint32_t i = 0; i < 64; i++) {
			assert_int_equal(info.entropy[i],
					 i < shape.seed ? 0x5e : 0);
		}
		for (uint32_t i = 0; i + 4 < SIZE; i++) {
			assert_memory_not_equal(memory + i, "\x5e\x5e\x5e\x5e",
						4);
		}
		assert_int_equal(fdt_check_full(memory, SIZE), 0);
	}
}

static void consoles(void **unused)
{
	static const struct {
		const char *path;
		uint64_t address;
	} tries[] = {
		{ "serial0", UART },
		{ "serial0:115200n8", UART },
		{ "/pl011@9000000:115200", UART },
		{ NULL, 0x9100000 },
		{ "/psci", 0x9100000 },
		{ "/soc/pl011@0", 0x9100000 },
		{ "nowhere", 0x9100000 },
		{ "", 0x9100000 },
		{ ":", 0x9100000 },
	};
	struct shape shape = usual;

	(void)unused;
	for (unsigned int i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		shape.stdout_path = tries[i].path;
		build(&shape);
		assert_int_equal(read(), FAULT_NONE);
		assert_int_equal(info.console_address, tries[i].address);
	}
}

static void is(const struct shape *shape, enum boot_fault fault)
{
	build(shape);
	assert_int_equal(read(), fault);
	check_map(&info);
}

static void archives(void **unused)
{
	struct shape shape = usual;

	(void)unused;
	shape.initrd_cells = 2;
	is(&shape, FAULT_NONE);
	shape.initrd_end = UINT64_MAX;
	is(&shape, FAULT_NOT_IN_RAM);
	shape.initrd_end = INITRD;
	is(&shape, FAULT_NO_ARCHIVE);
	shape.initrd_end = INITRD - 1;
	is(&shape, FAULT_NO_ARCHIVE);
	shape.initrd_end = INITRD + 0x3000;
	shape.initrd = INITRD + 0x10;
	is(&shape, FAULT_NOT_ALIGNED);
	shape.initrd = 0;
	is(&shape, FAULT_NO_ARCHIVE);
	shape.initrd = DTB - 0x1000; /* over the tree */
	shape.initrd_end = DTB + 0x1000;
	is(&shape, FAULT_NOT_IN_RAM);
	shape.initrd = START - 0x1000; /* over boot */
	shape.initrd_end = START + 0x1000;
	is(&shape, FAULT_NOT_IN_RAM);
	shape.initrd_cells = 0;
	is(&shape, FAULT_NO_ARCHIVE);
}

static void machines(void **unused)
{
	struct shape shape = usual;

	(void)unused;
	shape.method = "hvc";
	is(&shape, FAULT_TREE_PSCI);
	shape.method = "smc";
	shape.method_size = 3; /* no NUL */
	is(&shape, FAULT_TREE_PSCI);
	shape.method = "smcc";
	shape.method_size = 5;
	is(&shape, FAULT_TREE_PSCI);
	shape.no_psci = true;
	is(&shape, FAULT_NONE);
	assert_int_equal(info.power_kind, BOOT_POWER_NONE);
	shape = usual;
	shape.no_gic = true;
	is(&shape, FAULT_TREE_GIC);
	shape = usual;
	shape.gicr_size = 0x3ffff;
	is(&shape, FAULT_TREE_GIC);
	shape = usual;
	shape.no_cpus = true;
	is(&shape, FAULT_NO_CPU);
	shape = usual;
	shape.cpus = 1; /* only affinity 0 */
	is(&shape, FAULT_NO_CPU);
	shape.cpus = 32;
	shape.cpu_cells = 2;
	is(&shape, FAULT_NONE);
	assert_int_equal(info.cpus[31], 0x10f);
	shape.cpu_cells = 3;
	is(&shape, FAULT_TREE);
	shape = usual;
	shape.ram_size = 0;
	is(&shape, FAULT_TREE_MEMORY);
	shape.ram_size = UINT64_MAX;
	is(&shape, FAULT_MEMORY_WRAPS);
	shape.ram_size = DTB - RAM; /* the tree lies behind it */
	is(&shape, FAULT_NOT_IN_RAM);
	shape = usual;
	shape.uart = RAM;
	is(&shape, FAULT_DEVICE_PLACE);
	shape.uart = GICD;
	is(&shape, FAULT_DEVICE_PLACE);
	shape.uart = UART + 0x18;
	is(&shape, FAULT_DEVICE_PLACE);
	shape.uart = RAM - 0x1000; /* next to memory is not in it */
	is(&shape, FAULT_NONE);
	shape.uart = RANGES_END - 0x1000;
	is(&shape, FAULT_NONE);
	shape.uart = RANGES_END;
	is(&shape, FAULT_DEVICE_PLACE);
	shape.uart = UINT64_MAX - 0xfff;
	is(&shape, FAULT_DEVICE_PLACE);
}

static void headers(void **unused)
{
	size_t size;

	(void)unused;
	build(&usual);
	assert_null(tree_check(DTB + 4, &size));
	assert_null(tree_check(DTB - 8, &size));
	assert_null(tree_check(0, &size));
	uint32_t total = fdt_totalsize(memory);
	for (uint32_t cut = 0; cut < total; cut += 4) {
		build(&usual);
		fake_set_memory(memory, DTB, cut, true);
		assert_null(tree_check(DTB, &size));
		fdt_set_totalsize(memory, cut);
		assert_null(tree_check(DTB, &size));
	}
	build(&usual);
	fdt_set_totalsize(memory, TREE_LIMIT + 1);
	assert_null(tree_check(DTB, &size));
}

/* libfdt carries no sanitizer: here an unmapped page follows the tree. */
static uint8_t *before_guard(uint32_t size)
{
	uint8_t *pages = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + SIZE, SIZE, PROT_NONE), 0);
	return pages + SIZE - ((size + 7) & ~7u);
}

static void random_damage(void **unused)
{
	static uint8_t sound[SIZE];
	uint32_t passed = 0;

	(void)unused;
	random_seed(4);
	build(&usual);
	memcpy(sound, memory, SIZE);
	uint32_t size = fdt_totalsize(sound);
	uint8_t *guarded = before_guard(size);
	for (uint32_t i = 0; i < MUTATIONS; i++) {
		memcpy(guarded, sound, size);
		memset(&info, 0, sizeof(info));
		fake_set_memory(guarded, DTB, size, false);
		mutate(guarded, size);
		passed += read() == FAULT_NONE;
		check_map(&info);
		assert_true(info.cpu_count <= BOOT_CPUS_MAX);
		assert_true(info.entropy_size <= BOOT_ENTROPY_MAX);
	}
	assert_in_range(passed, 1000, MUTATIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(seed_is_taken_out),
		cmocka_unit_test(consoles),
		cmocka_unit_test(archives),
		cmocka_unit_test(machines),
		cmocka_unit_test(headers),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests_name("boot tree", tests, NULL, NULL);
}
