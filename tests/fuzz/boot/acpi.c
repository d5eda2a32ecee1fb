/* SPDX-License-Identifier: Apache-2.0 */
/* ACPI tables. The first byte says whether checksums are put right first, so
 * that damage gets behind them. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/boot/acpi_test.c" // NOLINT(bugprone-suspicious-include)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size - 1 > SIZE) {
		return -1;
	}
	memset(memory, 0, sizeof(memory));
	memcpy(memory, data + 1, size - 1);
	memset(&info, 0, sizeof(info));
	info.rsdp = RSDP;
	fake_set_memory(memory, BASE, SIZE, true);
	if (data[0] & 1) {
		seal_all();
	}
	if (acpi_read(&info, 1) == FAULT_NONE) {
		assert_in_range(info.cpu_count, 1, BOOT_CPUS_MAX);
		assert_int_equal(info.cpus[0], 1);
		assert_true(info.power_address <= UINT16_MAX &&
			    info.power_value <= UINT16_MAX);
	}
	assert_true(info.cpu_count <= BOOT_CPUS_MAX);
	return 0;
}

static void add(void)
{
	fuzz_expect(acpi_read(&info, 1) == FAULT_NONE, "the tables are sound");
	fuzz_seed_as(1, memory, sizeof(memory));
	fuzz_seed_as(0, memory, sizeof(memory));
}

void fuzz_seeds(void)
{
	build(NULL);
	add();
	build(NULL); /* as old firmware has it: no XSDT */
	put8(at(RSDP), 15, 0);
	seal_all();
	add();
}
