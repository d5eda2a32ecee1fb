/* SPDX-License-Identifier: Apache-2.0 */
/* Flat images of nano, kernel and core, as boot checks them. The first byte says
 * which kind. Every byte of an accepted image's segments is read. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/tess/elf_test.c" // NOLINT(bugprone-suspicious-include)

static void read_all(const uint8_t *data, size_t size)
{
	const struct image_header *header = (const void *)data;
	volatile uint8_t all = 0;
	uint64_t end = 0;

	for (uint32_t i = 0; i < header->segment_count; i++) {
		const struct image_segment *s = &header->segments[i];

		assert_true(s->vaddr >= end);
		assert_true((s->flags & 6) != 6);
		assert_true(s->file_offset <= size &&
			    s->file_size <= size - s->file_offset &&
			    s->file_size <= s->memory_size);
		for (uint64_t k = 0; k < s->file_size; k++) {
			all ^= data[s->file_offset + k];
		}
		end = s->vaddr + s->memory_size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1) {
		return -1;
	}
	uint8_t *tight = tight_copy(data + 1, size - 1);
	if (image_check(tight, size - 1, data[0], 0) == IMAGE_OK) {
		read_all(tight, size - 1);
	}
	free(tight);
	return 0;
}

void fuzz_seeds(void)
{
	struct sample s = make_sample();
	struct bytes image = { 0 };
	struct elf elf;

	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	assert_int_equal(elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image),
			 ELF_OK);
	fuzz_expect(image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0) ==
			    IMAGE_OK,
		    "the image is sound");
	fuzz_seed_as(IMAGE_KIND_KERNEL, image.data, image.size);
	free(s.bytes);
	arena_free(&arena);
}
