/* SPDX-License-Identifier: Apache-2.0 */
/* The tags of multiboot2, in a memory that ends behind them. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/boot/loader_test.c" // NOLINT(bugprone-suspicious-include)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > SIZE - (START - BASE)) {
		return -1;
	}
	clear();
	memcpy(at(START), data, size);
	fake_set_memory(memory, BASE, START - BASE + size, true);
	if (read(LOADER_MULTIBOOT2) == FAULT_NONE) {
		assert_int_equal(kind_at(&info, info.archive),
				 BOOT_RANGE_ARCHIVE);
	}
	check_map(&info);
	return 0;
}

void fuzz_seeds(void)
{
	mb2(NULL);
	mb2_good(NULL); /* leaves a second, longer form behind */
	fuzz_seed(at(START), tag_end);
	mb2(NULL);
	fuzz_seed(at(START), tag_end);
}
