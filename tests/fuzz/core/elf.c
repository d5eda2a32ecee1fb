/* SPDX-License-Identifier: Apache-2.0 */
/* Program files, as core's loader gets them. Every byte that a plan names is
 * read. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/core/elf_test.c" // NOLINT(bugprone-suspicious-include)

static uint8_t sum(const uint8_t *data, uint64_t offset, uint64_t size)
{
	uint8_t all = 0;

	for (uint64_t i = 0; i < size; i++) {
		all ^= data[offset + i];
	}
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	volatile uint8_t all;

	if (size > sizeof(image) ||
	    elf_plan(data, size, &limits, &plan) != ELF_OK) {
		return 0;
	}
	check_plan();
	for (uint32_t i = 0; i < plan.segment_count; i++) {
		const struct elf_segment *segment = &plan.segments[i];
		all = sum(data, segment->offset, segment->file_size);
	}
	all = sum(data, plan.tls_offset, plan.tls_file_size);
	(void)all;
	return 0;
}

void fuzz_seeds(void)
{
	image_make(&image);
	test_sound(NULL);
	fuzz_seed(&image, sizeof(image));
	test_empty_parts(NULL);
	fuzz_seed(&image, sizeof(image));
}
