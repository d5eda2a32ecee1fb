/* SPDX-License-Identifier: Apache-2.0 */
/* PVH's start_info, its modules and its memory map. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/boot/loader_test.c" // NOLINT(bugprone-suspicious-include)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > SIZE) {
		return -1;
	}
	clear();
	memcpy(memory, data, size);
	if (read(LOADER_PVH) == FAULT_NONE) {
		assert_int_equal(kind_at(&info, info.archive),
				 BOOT_RANGE_ARCHIVE);
	}
	check_map(&info);
	return 0;
}

void fuzz_seeds(void)
{
	pvh(NULL);
	pvh_good(NULL);
	fuzz_seed(memory, MAP + 96 - BASE);
}
