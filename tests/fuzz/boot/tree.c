/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree, which ends where an unmapped page begins. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/boot/tree_test.c" // NOLINT(bugprone-suspicious-include)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t *guard;

	if (size > SIZE) {
		return -1;
	}
	if (!guard) {
		guard = before_guard(0);
	}
	uint8_t *tree = guard - ((size + 7) & ~(size_t)7);
	memcpy(tree, data, size);
	memset(&info, 0, sizeof(info));
	fake_set_memory(tree, DTB, size, false);
	(void)read();
	check_map(&info);
	assert_true(info.cpu_count <= BOOT_CPUS_MAX);
	assert_true(info.entropy_size <= BOOT_ENTROPY_MAX);
	return 0;
}

static void add(const struct shape *shape)
{
	build(shape);
	fuzz_expect(read() == FAULT_NONE, "the tree is sound");
	build(shape); /* reading takes the seed out */
	fuzz_seed(memory, fdt_totalsize(memory));
}

void fuzz_seeds(void)
{
	struct shape other = usual;

	add(&usual);
	other.initrd_cells = 2;
	other.cpu_cells = 2;
	other.stdout_path = "serial0:115200n8";
	other.cpus = 4;
	add(&other);
}
