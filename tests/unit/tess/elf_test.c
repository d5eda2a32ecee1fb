/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF files that are refused, each for its own reason, and flat images that
 * are. The file under test is a kernel of three segments, made here.
 */

#include "test.h"

#include <elf.h>

#include "abi/image.h"
#include "abi/layout.h"
#include "common/image.h"
#include "tess/elf.h"

#define FILE_SIZE 0x4000u

static struct arena arena;

/* A file being built, with its headers in reach. */
struct sample {
	uint8_t *bytes; /* FILE_SIZE of them */
	Elf64_Ehdr *header;
	Elf64_Phdr *segments; /* code, constants, data, stack note, build id */
};

static struct sample make_sample(void)
{
	uint8_t *bytes = calloc(1, FILE_SIZE);
	assert_non_null(bytes);
	struct sample s = { bytes, (void *)bytes, (void *)(bytes + 64) };

	for (uint32_t i = 0x1000; i < FILE_SIZE; i++) {
		bytes[i] = (uint8_t)(i * 13 + 1);
	}
	*s.header = (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = KERNEL_BASE + 16,
		.e_phoff = 64,
		.e_shoff = 0x3800,
		.e_ehsize = 64,
		.e_phentsize = 56,
		.e_phnum = 5,
		.e_shentsize = 64,
		.e_shnum = 7,
		.e_shstrndx = 6,
	};
	s.segments[0] = (Elf64_Phdr){ .p_type = PT_LOAD,
				      .p_flags = PF_R | PF_X,
				      .p_offset = 0x1000,
				      .p_vaddr = KERNEL_BASE,
				      .p_filesz = 0x800,
				      .p_memsz = 0x800 };
	s.segments[1] = (Elf64_Phdr){ .p_type = PT_LOAD,
				      .p_flags = PF_R,
				      .p_offset = 0x2000,
				      .p_vaddr = KERNEL_BASE + 0x1000,
				      .p_filesz = 0x1000,
				      .p_memsz = 0x1000 };
	s.segments[2] = (Elf64_Phdr){ .p_type = PT_LOAD,
				      .p_flags = PF_R | PF_W,
				      .p_offset = 0x3000,
				      .p_vaddr = KERNEL_BASE + 0x4000,
				      .p_filesz = 0x10,
				      .p_memsz = 0x5000 };
	s.segments[3] =
		(Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
	s.segments[4] = (Elf64_Phdr){ .p_type = PT_NOTE,
				      .p_offset = 0x3100,
				      .p_filesz = 0x20 };
	return s;
}

static enum elf_error judge_bytes(uint8_t *bytes, size_t size)
{
	struct bytes file = { bytes, size };
	struct bytes image = { 0 };
	struct elf elf;
	enum elf_error error = elf_parse(file, &elf);

	if (error == ELF_OK) {
		error = elf_check(&elf,
				  elf_range_of(IMAGE_KIND_KERNEL, elf.machine));
	}
	if (error == ELF_OK) {
		error = elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image);
	}
	if (error == ELF_OK) {
		assert_int_equal(image_check(image.data, image.size,
					     IMAGE_KIND_KERNEL, elf.machine),
				 IMAGE_OK);
		struct bytes kept = elf_strip(&arena, &elf);
		assert_true(kept.size <= size);
	}
	return error;
}

/* Judges and frees a sample. */
static void expect(struct sample s, enum elf_error wanted)
{
	enum elf_error found = judge_bytes(s.bytes, FILE_SIZE);

	free(s.bytes);
	assert_string_equal(elf_error_text(found), elf_error_text(wanted));
}

static void test_headers(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	expect(s, ELF_OK);
	s = make_sample();
	s.bytes[0] = 0;
	expect(s, ELF_NOT_ELF);
	s = make_sample();
	s.header->e_ident[EI_CLASS] = ELFCLASS32;
	expect(s, ELF_NOT_ELF64);
	s = make_sample();
	s.header->e_ident[EI_DATA] = ELFDATA2MSB;
	expect(s, ELF_NOT_ELF64);
	s = make_sample();
	s.header->e_ident[EI_VERSION] = 0;
	expect(s, ELF_NOT_ELF64);
	s = make_sample();
	s.header->e_version = 2;
	expect(s, ELF_NOT_ELF64);
	s = make_sample();
	s.header->e_machine = EM_AARCH64;
	expect(s, ELF_OK);
	s = make_sample();
	s.header->e_machine = EM_386;
	expect(s, ELF_MACHINE);
	s = make_sample();
	s.header->e_type = ET_DYN;
	expect(s, ELF_NOT_PROGRAM);
	s = make_sample();
	s.header->e_phentsize = 57;
	expect(s, ELF_HEADERS);
	s = make_sample();
	s.header->e_phoff = FILE_SIZE - 100;
	expect(s, ELF_HEADERS);
	s = make_sample();
	s.header->e_phoff = UINT64_MAX - 10;
	expect(s, ELF_HEADERS);
	s = make_sample();
	s.header->e_phnum = PN_XNUM;
	expect(s, ELF_HEADERS);
	s = make_sample();
	s.header->e_phnum = 0;
	expect(s, ELF_NO_SEGMENTS);
	s = make_sample();
	s.segments[3].p_type = PT_DYNAMIC;
	expect(s, ELF_DYNAMIC);
	s = make_sample();
	s.segments[3].p_type = PT_INTERP;
	expect(s, ELF_DYNAMIC);
}

static void test_segments(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	s.segments[1].p_flags = PF_W | PF_X;
	expect(s, ELF_WRITE_EXECUTE);
	s = make_sample();
	s.segments[1].p_flags = 0;
	expect(s, ELF_FLAGS);
	s = make_sample();
	s.segments[2].p_vaddr = KERNEL_BASE + 0x1800;
	expect(s, ELF_OVERLAP);
	s = make_sample();
	s.segments[2].p_vaddr = KERNEL_BASE + 0x1fff; /* the same page */
	expect(s, ELF_OVERLAP);
	s = make_sample();
	s.segments[2].p_vaddr = KERNEL_BASE; /* out of order */
	expect(s, ELF_OVERLAP);
	s = make_sample();
	s.segments[2].p_vaddr += 8;
	expect(s, ELF_UNALIGNED);
	s = make_sample();
	s.segments[2].p_vaddr = UINT64_MAX - 0xfff;
	expect(s, ELF_WRAP);
	s = make_sample();
	s.segments[2].p_memsz = UINT64_MAX - 0xfff;
	expect(s, ELF_WRAP);
	s = make_sample();
	s.segments[2].p_memsz = 1ull << 40;
	expect(s, ELF_WRAP);
	s = make_sample();
	s.segments[2].p_memsz = IMAGE_MEMORY_LIMIT;
	expect(s, ELF_WRAP);
	s = make_sample();
	s.segments[0].p_vaddr = KERNEL_BASE - 0x1000;
	expect(s, ELF_ADDRESS);
	s = make_sample();
	s.segments[2].p_vaddr = KERNEL_END - 0x4000;
	expect(s, ELF_ADDRESS);
	s = make_sample();
	s.segments[2].p_offset = FILE_SIZE - 8;
	expect(s, ELF_FILE_RANGE);
	s = make_sample();
	s.segments[2].p_offset = UINT64_MAX - 8;
	expect(s, ELF_FILE_RANGE);
	s = make_sample();
	s.segments[2].p_memsz = 0xf;
	expect(s, ELF_FILE_SIZE);
	s = make_sample();
	s.segments[2].p_memsz = 0;
	expect(s, ELF_FILE_SIZE);
	s = make_sample();
	s.header->e_entry = KERNEL_BASE + 0x800; /* behind the code */
	expect(s, ELF_ENTRY);
	s = make_sample();
	s.header->e_entry = KERNEL_BASE + 0x1000; /* constants */
	expect(s, ELF_ENTRY);
}

static void test_identify(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	struct bytes file = { s.bytes, 64 };
	uint32_t machine = 0;

	assert_int_equal(elf_identify(file, &machine), ELF_OK);
	assert_int_equal(machine, IMAGE_MACHINE_X86_64);
	file.size = 63;
	assert_int_equal(elf_identify(file, &machine), ELF_NOT_ELF64);
	file.size = 4;
	assert_int_equal(elf_identify(file, &machine), ELF_NOT_ELF64);
	file.size = 3;
	assert_int_equal(elf_identify(file, &machine), ELF_NOT_ELF);
	free(s.bytes);
}

/* nano has its own addresses on each machine, the others have not. */
static void test_ranges(void **unused)
{
	(void)unused;
	assert_true(elf_range_of(IMAGE_KIND_NANO, IMAGE_MACHINE_X86_64).start ==
		    NANO_BASE_X86_64);
	assert_true(
		elf_range_of(IMAGE_KIND_NANO, IMAGE_MACHINE_AARCH64).start ==
		NANO_BASE_AARCH64);
	assert_true(elf_range_of(IMAGE_KIND_CORE, 0).start == CORE_BASE);
	assert_true(elf_range_of(0, 0).end == USER_END);
}

/* What lies exactly at a limit is still inside. */
static void test_edges(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	s.header->e_entry = KERNEL_BASE + 0x7ff;
	expect(s, ELF_OK);
	s = make_sample();
	s.header->e_entry = KERNEL_BASE;
	expect(s, ELF_OK);
	s = make_sample();
	s.header->e_entry = KERNEL_BASE - 1;
	expect(s, ELF_ENTRY);
	s = make_sample();
	s.segments[2].p_vaddr = KERNEL_BASE + 0x2000; /* the next page */
	expect(s, ELF_OK);
	s = make_sample();
	s.segments[2].p_memsz = IMAGE_MEMORY_LIMIT - 0x4000;
	expect(s, ELF_OK);
	s = make_sample();
	s.segments[2].p_offset = FILE_SIZE - 0x10;
	expect(s, ELF_OK);
	s = make_sample();
	s.segments[2].p_memsz = 0x10;
	expect(s, ELF_OK);

	/* All three moved to the end of the kernel's addresses. */
	for (uint64_t beyond = 0; beyond <= 0x1000; beyond += 0x1000) {
		s = make_sample();
		for (uint32_t i = 0; i < 3; i++) {
			s.segments[i].p_vaddr +=
				KERNEL_END - KERNEL_BASE - 0x9000 + beyond;
		}
		s.header->e_entry = s.segments[0].p_vaddr;
		expect(s, beyond == 0 ? ELF_OK : ELF_ADDRESS);
	}
}

static void make_many(struct sample *s, uint16_t count)
{
	s->header->e_phnum = count;
	for (uint32_t i = 0; i < count; i++) {
		s->segments[i] =
			(Elf64_Phdr){ .p_type = PT_LOAD,
				      .p_flags = PF_R | PF_X,
				      .p_offset = 0x1000,
				      .p_vaddr = KERNEL_BASE + i * 0x1000ull,
				      .p_filesz = 0x800,
				      .p_memsz = 0x800 };
	}
}

static void test_many_segments(void **unused)
{
	(void)unused;
	for (uint16_t count = 1; count < 60; count++) {
		struct sample s = make_sample();

		make_many(&s, count);
		expect(s, count <= IMAGE_SEGMENT_LIMIT ? ELF_OK : ELF_TOO_MANY);
	}
}

static void test_flat(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	struct elf elf;
	struct bytes image = { 0 };

	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	assert_int_equal(elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image),
			 ELF_OK);
	const struct image_header *header = (const void *)image.data;
	assert_int_equal(image.size, 0x4000);
	assert_int_equal(header->base, KERNEL_BASE);
	assert_int_equal(header->memory_size, 0x9000);
	assert_int_equal(header->segment_count, 3);
	assert_int_equal(header->segments[2].file_offset, 0x3000);
	assert_int_equal(header->segments[2].memory_size, 0x5000);
	assert_memory_equal(image.data + 0x3000, s.bytes + 0x3000, 0x10);
	free(s.bytes);
}

/* Only what is loaded stays, and what stays is where it was. */
static void test_strip(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	struct elf elf;

	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	struct bytes kept = elf_strip(&arena, &elf);
	assert_int_equal(kept.size, 0x3010);
	assert_memory_equal(kept.data + 0x1000, s.bytes + 0x1000, 0x800);
	for (uint32_t i = 0x1800; i < 0x2000; i++) {
		assert_int_equal(kept.data[i], 0);
	}
	Elf64_Ehdr *header = (void *)kept.data;
	Elf64_Phdr *table = (void *)(kept.data + 64);
	assert_int_equal(header->e_shoff, 0);
	assert_int_equal(header->e_shnum, 0);
	assert_int_equal(table[3].p_type, PT_GNU_STACK);
	assert_int_equal(table[4].p_type, PT_NULL); /* its bytes are gone */
	assert_int_equal(judge_bytes(kept.data, kept.size), ELF_OK);

	/* A header that means bytes of a segment stays, as does PT_PHDR. */
	s.segments[4].p_offset = 0x1100;
	s.segments[3] = (Elf64_Phdr){ .p_type = PT_PHDR,
				      .p_offset = 64,
				      .p_filesz = 56 * 5 };
	struct bytes note = elf_strip(&arena, &elf);
	assert_memory_equal(note.data + 64, s.bytes + 64, sizeof(*table) * 5);
	s.segments[4].p_offset = 0x17f0; /* half of it behind the segment */
	note = elf_strip(&arena, &elf);
	assert_int_equal(((Elf64_Phdr *)(void *)(note.data + 64))[4].p_type,
			 PT_NULL);
	s.segments[4].p_offset = 0x3100;
	s.segments[3] =
		(Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };

	/* Other bytes outside the segments make no other file. */
	s.bytes[0x1900] ^= 1;
	s.bytes[0x3900] ^= 1;
	struct bytes again = elf_strip(&arena, &elf);
	assert_int_equal(again.size, kept.size);
	assert_memory_equal(again.data, kept.data, kept.size);
	free(s.bytes);
}

/* A flat image of the sample, changed at one place and judged. */
static enum image_error judge_image(size_t offset, uint64_t value,
				    uint32_t width, uint64_t size)
{
	struct sample s = make_sample();
	struct elf elf;
	struct bytes image = { 0 };

	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	assert_int_equal(elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image),
			 ELF_OK);
	memcpy(image.data + offset, &value, width);
	uint8_t *tight = tight_copy(image.data, size);
	enum image_error error = image_check(tight, size, IMAGE_KIND_KERNEL,
					     IMAGE_MACHINE_X86_64);
	free(tight);
	free(s.bytes);
	return error;
}

#define JUDGE(name, value)                                        \
	judge_image(offsetof(struct image_header, name), (value), \
		    sizeof(((struct image_header *)0)->name), 0x4000)

static void test_image_fields(void **unused)
{
	(void)unused;
	assert_int_equal(JUDGE(magic, IMAGE_MAGIC), IMAGE_OK);
	assert_int_equal(JUDGE(magic, 0), IMAGE_MAGIC_WRONG);
	assert_int_equal(JUDGE(version, 2), IMAGE_VERSION_WRONG);
	assert_int_equal(JUDGE(kind, IMAGE_KIND_NANO), IMAGE_KIND_WRONG);
	assert_int_equal(JUDGE(machine, IMAGE_MACHINE_AARCH64),
			 IMAGE_MACHINE_WRONG);
	assert_int_equal(JUDGE(machine, 3), IMAGE_MACHINE_WRONG);
	assert_int_equal(JUDGE(segment_count, 0), IMAGE_SEGMENT_COUNT);
	assert_int_equal(JUDGE(segment_count, 9), IMAGE_SEGMENT_COUNT);
	assert_int_equal(JUDGE(segment_count, 2), IMAGE_LAYOUT);
	assert_int_equal(JUDGE(segment_count, 4), IMAGE_FLAGS);
	assert_int_equal(JUDGE(base, KERNEL_BASE + 0x1000), IMAGE_SPAN);
	assert_int_equal(JUDGE(memory_size, 0x8000), IMAGE_SPAN);
	assert_int_equal(JUDGE(entry, 0), IMAGE_ENTRY_WRONG);
	assert_int_equal(JUDGE(entry, KERNEL_BASE + 0x800), IMAGE_ENTRY_WRONG);
	assert_int_equal(JUDGE(segments[0].flags, 8 | 5), IMAGE_FLAGS);
	assert_int_equal(JUDGE(segments[0].flags, 7), IMAGE_WRITE_EXECUTE);
	assert_int_equal(JUDGE(segments[0].zero, 1), IMAGE_PADDING);
	assert_int_equal(JUDGE(segments[1].vaddr, KERNEL_BASE + 0x1008),
			 IMAGE_ALIGNMENT);
	assert_int_equal(JUDGE(segments[1].vaddr, KERNEL_BASE), IMAGE_OVERLAP);
	assert_int_equal(JUDGE(segments[2].vaddr, 0ull - 0x1000),
			 IMAGE_SEGMENT_SIZE);
	assert_int_equal(JUDGE(segments[1].memory_size, 0), IMAGE_SEGMENT_SIZE);
	assert_int_equal(JUDGE(segments[1].memory_size, 0ull - 0x1000),
			 IMAGE_SEGMENT_SIZE);
	assert_int_equal(JUDGE(segments[1].file_size, 0x1001),
			 IMAGE_SEGMENT_SIZE);
	assert_int_equal(JUDGE(segments[1].file_offset, 0x1000), IMAGE_LAYOUT);
	assert_int_equal(JUDGE(segments[2].file_size, 0x5000), IMAGE_TRUNCATED);
	assert_int_equal(JUDGE(segments[5].vaddr, 1), IMAGE_PADDING);
	assert_int_equal(judge_image(4095, 1, 1, 0x4000), IMAGE_PADDING);
	assert_int_equal(judge_image(0x1fff, 1, 1, 0x4000), IMAGE_PADDING);
	assert_int_equal(judge_image(0x3fff, 1, 1, 0x4000), IMAGE_PADDING);
}

/* Whatever the machine, where the caller does not care. */
static void test_image_machines(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t machine, wanted;
		enum image_error result;
	} cases[] = {
		{ IMAGE_MACHINE_X86_64, 0, IMAGE_OK },
		{ IMAGE_MACHINE_AARCH64, 0, IMAGE_OK },
		{ IMAGE_MACHINE_AARCH64, IMAGE_MACHINE_AARCH64, IMAGE_OK },
		{ 3, 0, IMAGE_MACHINE_WRONG },
		{ 3, 3, IMAGE_MACHINE_WRONG },
	};
	struct sample s = make_sample();
	struct elf elf;
	struct bytes image = { 0 };

	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	assert_int_equal(elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image),
			 ELF_OK);
	for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		((struct image_header *)(void *)image.data)->machine =
			cases[i].machine;
		assert_int_equal(image_check(image.data, image.size,
					     IMAGE_KIND_KERNEL,
					     cases[i].wanted),
				 cases[i].result);
	}
	assert_int_equal(image_check(image.data + 4, image.size - 8,
				     IMAGE_KIND_KERNEL, 0),
			 IMAGE_MISPLACED);
	free(s.bytes);
}

/* A last segment that has no bytes, and one that has no memory either. */
static void test_image_empty_segment(void **unused)
{
	(void)unused;
	struct sample s = make_sample();
	struct elf elf;
	struct bytes image = { 0 };

	s.segments[2].p_filesz = 0;
	assert_int_equal(elf_parse((struct bytes){ s.bytes, FILE_SIZE }, &elf),
			 ELF_OK);
	assert_int_equal(elf_flatten(&arena, &elf, IMAGE_KIND_KERNEL, &image),
			 ELF_OK);
	struct image_header *header = (void *)image.data;
	assert_int_equal(image.size, 0x3000);
	assert_int_equal(
		image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0),
		IMAGE_OK);
	header->segments[2].memory_size = 8;
	assert_int_equal(
		image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0),
		IMAGE_ALIGNMENT);
	header->segments[2].memory_size = 0;
	header->memory_size = 0x4000;
	assert_int_equal(
		image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0),
		IMAGE_SEGMENT_SIZE);
	header->segments[2].memory_size = IMAGE_MEMORY_LIMIT + 0x1000;
	header->memory_size = IMAGE_MEMORY_LIMIT + 0x5000;
	assert_int_equal(
		image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0),
		IMAGE_SEGMENT_SIZE);
	header->segments[2].memory_size = IMAGE_MEMORY_LIMIT;
	header->memory_size = IMAGE_MEMORY_LIMIT + 0x4000;
	assert_int_equal(
		image_check(image.data, image.size, IMAGE_KIND_KERNEL, 0),
		IMAGE_SPAN);
	free(s.bytes);
}

static void test_image_truncated(void **unused)
{
	(void)unused;
	for (uint64_t size = 0; size < 0x4000; size += 64) {
		assert_int_equal(judge_image(0, IMAGE_MAGIC, 8, size),
				 IMAGE_TRUNCATED);
	}
}

static void test_random(void **unused)
{
	(void)unused;
	uint64_t state = 2;
	uint32_t accepted = 0;

	for (uint32_t round = 0; round < 20000; round++) {
		struct sample s = make_sample();

		for (uint64_t n = chance(&state) % 3 + 1; n > 0; n--) {
			s.bytes[chance(&state) % 350] = (uint8_t)chance(&state);
		}
		size_t size = chance(&state) % 4 == 0
				      ? (size_t)(chance(&state) % FILE_SIZE)
				      : FILE_SIZE;
		uint8_t *tight = tight_copy(s.bytes, size);
		accepted += judge_bytes(tight, size) == ELF_OK;
		free(tight);
		free(s.bytes);
		arena_free(&arena);
	}
	assert_in_range(accepted, 100, 19000);
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_headers, tear_down),
		cmocka_unit_test_teardown(test_segments, tear_down),
		cmocka_unit_test_teardown(test_identify, tear_down),
		cmocka_unit_test_teardown(test_ranges, tear_down),
		cmocka_unit_test_teardown(test_edges, tear_down),
		cmocka_unit_test_teardown(test_many_segments, tear_down),
		cmocka_unit_test_teardown(test_flat, tear_down),
		cmocka_unit_test_teardown(test_strip, tear_down),
		cmocka_unit_test_teardown(test_image_fields, tear_down),
		cmocka_unit_test_teardown(test_image_machines, tear_down),
		cmocka_unit_test_teardown(test_image_empty_segment, tear_down),
		cmocka_unit_test_teardown(test_image_truncated, tear_down),
		cmocka_unit_test_teardown(test_random, tear_down),
	};
	return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
