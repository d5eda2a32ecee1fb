/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Program files that somebody hostile wrote: each way of being wrong has its
 * own error, and no bytes whatever make a plan that breaks the loader's rules.
 */

#include "core/elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "abi/message.h"
#include "common/types.h"
#include "image.h"

#define FUZZ_ROUNDS 200000

static const struct elf_limits limits = {
	.machine = 62,
	.start = USER_START,
	.end = USER_END,
	.virtual_bytes = 16 << 20,
};

static struct image image;
static struct elf_plan plan;

static int fresh(void **unused)
{
	(void)unused;
	image_make(&image);
	return 0;
}

static enum elf_error check(void)
{
	return elf_plan(&image, sizeof(image), &limits, &plan);
}

static void test_sound(void **unused)
{
	(void)unused;
	assert_int_equal(check(), ELF_OK);
	assert_int_equal(plan.segment_count, 2);
	assert_int_equal(plan.entry, USER_START + 16);
	assert_int_equal(plan.start, USER_START);
	assert_int_equal(plan.end, USER_START + 0x4000);
	assert_int_equal(plan.page_count, 4);
	assert_int_equal(plan.segments[0].access,
			 ABI_ACCESS_READ | ABI_ACCESS_EXECUTE);
	assert_int_equal(plan.segments[1].access,
			 ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	assert_int_equal(plan.tls_memory_size, 0x50);
}

static void test_header(void **unused)
{
	(void)unused;
	struct image_header good = image.header;
	struct image_header *header = &image.header;

	for (uint32_t i = 0; i < 7; i++) {
		header->ident[i] ^= 1;
		assert_int_equal(check(), ELF_NOT_ELF);
		*header = good;
	}
	header->type = 3;
	assert_int_equal(check(), ELF_TYPE_WRONG);
	*header = good;
	header->machine = 183;
	assert_int_equal(check(), ELF_MACHINE_WRONG);
	*header = good;
	header->version = 2;
	assert_int_equal(check(), ELF_HEADER_WRONG);
	*header = good;
	header->size++;
	assert_int_equal(check(), ELF_HEADER_WRONG);
	*header = good;
	header->ph_size--;
	assert_int_equal(check(), ELF_HEADER_WRONG);
	*header = good;
	header->ph_count = 0;
	assert_int_equal(check(), ELF_SEGMENT_COUNT);
	header->ph_count = ELF_HEADERS_MAX + 1;
	assert_int_equal(check(), ELF_SEGMENT_COUNT);
	*header = good;
	header->ph_offset = sizeof(image);
	assert_int_equal(check(), ELF_TRUNCATED);
	header->ph_offset = UINT64_MAX - 10;
	assert_int_equal(check(), ELF_TRUNCATED);
}

/* Every length shorter than the file, each in memory of exactly that size, so
 * that the sanitizer sees a read behind it. */
static void test_truncated(void **unused)
{
	(void)unused;
	for (size_t size = 0; size < sizeof(image);
	     size += size < 600 ? 1 : 61) {
		void *copy = malloc(size ? size : 1);
		memcpy(copy, &image, size);
		assert_int_equal(elf_plan(copy, size, &limits, &plan),
				 ELF_TRUNCATED);
		free(copy);
	}
}

static void test_places(void **unused)
{
	(void)unused;
	struct image_segment good = image.segments[1];
	struct image_segment *segment = &image.segments[1];

	segment->vaddr = UINT64_MAX - 0x1000;
	assert_int_equal(check(), ELF_WRAPS);
	*segment = good;
	segment->memory_size = UINT64_MAX;
	assert_int_equal(check(), ELF_WRAPS);
	*segment = good;
	segment->vaddr = USER_END - 0x1000;
	assert_int_equal(check(), ELF_RANGE);
	segment->vaddr = KERNEL_BASE;
	assert_int_equal(check(), ELF_RANGE);
	segment->vaddr = USER_START - 0x1000;
	assert_int_equal(check(), ELF_RANGE);
	*segment = good;
	segment->memory_size = limits.virtual_bytes;
	assert_int_equal(check(), ELF_TOO_LARGE);
	*segment = good;
	segment->file_size = segment->memory_size + 1;
	assert_int_equal(check(), ELF_TRUNCATED);
	segment->memory_size = 0x2ff;
	segment->file_size = 0x300;
	assert_int_equal(check(), ELF_FILE_SIZE);
	*segment = good;
	segment->offset = sizeof(image) - 0x2ff;
	segment->align = 1;
	assert_int_equal(check(), ELF_TRUNCATED);
	*segment = good;
	segment->align = 3;
	assert_int_equal(check(), ELF_ALIGNMENT);
	segment->align = 0x1000;
	segment->vaddr += 8;
	assert_int_equal(check(), ELF_ALIGNMENT);
}

static void test_access(void **unused)
{
	(void)unused;
	image.segments[1].flags = 7;
	assert_int_equal(check(), ELF_WRITE_EXECUTE);
	image.segments[1].flags = 2;
	assert_int_equal(check(), ELF_ACCESS);
	image.segments[1].flags = 0;
	assert_int_equal(check(), ELF_ACCESS);
	image.segments[1].flags = 6;
	image.segments[0].flags = 4;
	assert_int_equal(check(), ELF_ENTRY);
}

static void test_overlap(void **unused)
{
	(void)unused;
	struct image_segment first = image.segments[0];

	/* One byte into the same page is an overlap: pages have one access. */
	image.segments[0].memory_size = 0x1001;
	assert_int_equal(check(), ELF_OVERLAP);
	image.segments[0] = image.segments[1];
	image.segments[1] = first;
	assert_int_equal(check(), ELF_OVERLAP);
	image_make(&image);
	image.segments[1].vaddr = USER_START;
	assert_int_equal(check(), ELF_OVERLAP);
}

static void test_kinds(void **unused)
{
	(void)unused;
	image.header.ph_count = 4;
	image.segments[3].type = 2;
	assert_int_equal(check(), ELF_DYNAMIC);
	image.segments[3].type = 3;
	assert_int_equal(check(), ELF_DYNAMIC);
	image.segments[3].type = 0x6474e551;
	image.segments[3].flags = 7;
	assert_int_equal(check(), ELF_EXECUTABLE_STACK);
	image.segments[3].flags = 6;
	assert_int_equal(check(), ELF_OK);
	image.segments[0].type = image.segments[1].type = 4;
	assert_int_equal(check(), ELF_EMPTY);
}

static void test_entry(void **unused)
{
	static const uint64_t outside[] = { 0,
					    USER_START - 1,
					    USER_START + 0x1000,
					    USER_START + 0x1100,
					    USER_END,
					    UINT64_MAX };

	(void)unused;
	for (uint32_t i = 0; i < ARRAY_SIZE(outside); i++) {
		image.header.entry = outside[i];
		assert_int_equal(check(), ELF_ENTRY);
	}
	image.header.entry = USER_START + 0xfff;
	assert_int_equal(check(), ELF_OK);
}

static void test_tls(void **unused)
{
	(void)unused;
	struct image_segment good = image.segments[2];
	struct image_segment *tls = &image.segments[2];

	tls->align = 3;
	assert_int_equal(check(), ELF_TLS);
	tls->align = ELF_TLS_ALIGN * 2;
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	tls->vaddr += 1;
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	tls->memory_size = ELF_TLS_MAX + 1;
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	tls->file_size = tls->memory_size + 1;
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	tls->vaddr = USER_START + 0x2000; /* in bss */
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	tls->offset += 16; /* not what lies at its address */
	assert_int_equal(check(), ELF_TLS);
	*tls = good;
	image.segments[3] = good;
	image.header.ph_count = 4;
	assert_int_equal(check(), ELF_TLS);
}

/* Segments of zero bytes and an empty template mean nothing. */
static void test_empty_parts(void **unused)
{
	(void)unused;
	image.header.ph_count = 4;
	image.segments[3] = (struct image_segment){ .type = 1,
						    .flags = 4,
						    .vaddr = USER_START };
	image.segments[2].file_size = image.segments[2].memory_size = 0;
	image.segments[2].vaddr = image.segments[2].align = 0;
	assert_int_equal(check(), ELF_OK);
	assert_int_equal(plan.segment_count, 2);
	assert_int_equal(plan.tls_memory_size, 0);
	assert_int_equal(plan.tls_align, 1);
}

/* What must hold of every plan that is handed out. */
static void check_plan(void)
{
	uint64_t end = limits.start;
	bool entered = false;

	assert_in_range(plan.segment_count, 1, ELF_SEGMENTS_MAX);
	for (uint32_t i = 0; i < plan.segment_count; i++) {
		const struct elf_segment *s = &plan.segments[i];
		assert_true(is_aligned(s->start | s->end, ABI_PAGE_SIZE));
		assert_true(s->start >= end && s->start < s->end);
		assert_true(s->end <= limits.end);
		assert_true(s->start <= s->vaddr &&
			    s->vaddr + s->file_size <= s->end);
		assert_true(s->offset <= sizeof(image) &&
			    s->file_size <= sizeof(image) - s->offset);
		assert_true(s->access & ABI_ACCESS_READ);
		assert_true((s->access & 6) != 6);
		entered |= s->access & ABI_ACCESS_EXECUTE &&
			   plan.entry >= s->vaddr && plan.entry < s->end;
		end = s->end;
	}
	assert_true(entered);
	assert_true(plan.page_count * ABI_PAGE_SIZE <= limits.virtual_bytes);
	assert_true(plan.tls_file_size <= plan.tls_memory_size);
	assert_true(plan.tls_memory_size <= ELF_TLS_MAX);
	assert_true(plan.tls_offset <= sizeof(image) &&
		    plan.tls_file_size <= sizeof(image) - plan.tls_offset);
}

static uint64_t random_state = 1;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Numbers that hurt, and any others. */
static uint64_t random_value(void)
{
	static const uint64_t edges[] = { 0,
					  1,
					  ABI_PAGE_SIZE,
					  sizeof(struct image),
					  USER_START,
					  USER_END,
					  KERNEL_BASE,
					  UINT64_MAX,
					  UINT64_MAX - ABI_PAGE_SIZE + 1 };
	uint64_t choice = random_next();

	return choice % 3 ? edges[choice / 3 % ARRAY_SIZE(edges)] +
				    random_next() % 3 - 1
			  : random_next() >> choice % 64;
}

static void test_fuzz(void **unused)
{
	uint32_t accepted = 0;

	(void)unused;
	for (uint32_t round = 0; round < FUZZ_ROUNDS; round++) {
		image_make(&image);
		uint8_t *bytes = (uint8_t *)&image;
		for (uint64_t n = random_next() % 4; n > 0; n--) {
			uint64_t value = random_value();
			uint64_t at = random_next() % 300;
			size_t size = 1u << random_next() % 4;
			memcpy(bytes + at / size * size, &value, size);
		}
		if (check() == ELF_OK) {
			check_plan();
			accepted++;
		}
	}
	assert_in_range(accepted, FUZZ_ROUNDS / 100, FUZZ_ROUNDS);
}

static void test_texts(void **unused)
{
	(void)unused;
	for (uint32_t error = ELF_OK; error <= ELF_TLS; error++) {
		assert_non_null(elf_error_text((enum elf_error)error));
	}
	assert_string_equal(elf_error_text((enum elf_error)99),
			    "has an unknown fault");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sound, fresh),
		cmocka_unit_test_setup(test_header, fresh),
		cmocka_unit_test_setup(test_truncated, fresh),
		cmocka_unit_test_setup(test_places, fresh),
		cmocka_unit_test_setup(test_access, fresh),
		cmocka_unit_test_setup(test_overlap, fresh),
		cmocka_unit_test_setup(test_kinds, fresh),
		cmocka_unit_test_setup(test_entry, fresh),
		cmocka_unit_test_setup(test_tls, fresh),
		cmocka_unit_test_setup(test_empty_parts, fresh),
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
