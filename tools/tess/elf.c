/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses and checks ELF64 files. Headers are copied out before they are read,
 * because nothing says that they are aligned in a hostile file.
 */

#include "tess/elf.h"

#include <elf.h>
#include <string.h>

#include "abi/image.h"
#include "abi/layout.h"

#define PAGE_MASK ((uint64_t)IMAGE_PAGE_SIZE - 1)

/* No image has more; keeps every later sum far from wrapping. */
#define SEGMENT_SIZE_LIMIT (1ull << 32)

_Static_assert(IMAGE_MACHINE_X86_64 == EM_X86_64 &&
		       IMAGE_MACHINE_AARCH64 == EM_AARCH64,
	       "image machines are ELF machines");

static enum elf_error read_header(struct bytes file, Elf64_Ehdr *header)
{
	if (file.size < SELFMAG || memcmp(file.data, ELFMAG, SELFMAG) != 0) {
		return ELF_NOT_ELF;
	}
	if (file.size < sizeof(*header)) {
		return ELF_NOT_ELF64;
	}
	memcpy(header, file.data, sizeof(*header));
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_ident[EI_VERSION] != EV_CURRENT ||
	    header->e_version != EV_CURRENT) {
		return ELF_NOT_ELF64;
	}
	if (header->e_machine != EM_X86_64 && header->e_machine != EM_AARCH64) {
		return ELF_MACHINE;
	}
	return header->e_type == ET_EXEC ? ELF_OK : ELF_NOT_PROGRAM;
}

enum elf_error elf_identify(struct bytes file, uint32_t *machine)
{
	Elf64_Ehdr header;
	enum elf_error error = read_header(file, &header);

	if (error == ELF_OK) {
		*machine = header.e_machine;
	}
	return error;
}

static bool within(uint64_t offset, uint64_t size, uint64_t limit)
{
	return offset <= limit && size <= limit - offset;
}

static void read_program_header(const struct elf *elf, uint32_t index,
				Elf64_Phdr *header)
{
	memcpy(header,
	       elf->file.data + elf->table_offset + index * sizeof(*header),
	       sizeof(*header));
}

static enum elf_error add_segment(struct elf *elf, const Elf64_Phdr *header)
{
	if (elf->segment_count == ELF_SEGMENT_LIMIT) {
		return ELF_TOO_MANY;
	}
	if (!within(header->p_offset, header->p_filesz, elf->file.size)) {
		return ELF_FILE_RANGE;
	}
	if (header->p_filesz > header->p_memsz) {
		return ELF_FILE_SIZE;
	}
	elf->segments[elf->segment_count++] = (struct elf_segment){
		.offset = header->p_offset,
		.file_size = header->p_filesz,
		.vaddr = header->p_vaddr,
		.memory_size = header->p_memsz,
		.flags = header->p_flags,
	};
	return ELF_OK;
}

enum elf_error elf_parse(struct bytes file, struct elf *elf)
{
	Elf64_Ehdr header;
	enum elf_error error = read_header(file, &header);

	if (error != ELF_OK) {
		return error;
	}
	if (header.e_phentsize != sizeof(Elf64_Phdr) ||
	    header.e_phnum == PN_XNUM ||
	    !within(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr),
		    file.size)) {
		return ELF_HEADERS;
	}
	*elf = (struct elf){
		.file = file,
		.machine = header.e_machine,
		.entry = header.e_entry,
		.table_offset = header.e_phoff,
		.table_count = header.e_phnum,
	};
	for (uint32_t i = 0; i < elf->table_count; i++) {
		Elf64_Phdr segment;

		read_program_header(elf, i, &segment);
		if (segment.p_type == PT_INTERP ||
		    segment.p_type == PT_DYNAMIC) {
			return ELF_DYNAMIC;
		}
		if (segment.p_type != PT_LOAD ||
		    (segment.p_memsz == 0 && segment.p_filesz == 0)) {
			continue;
		}
		error = add_segment(elf, &segment);
		if (error != ELF_OK) {
			return error;
		}
	}
	return elf->segment_count == 0 ? ELF_NO_SEGMENTS : ELF_OK;
}

static enum elf_error check_segment(const struct elf_segment *segment,
				    struct elf_range range)
{
	if (segment->memory_size > SEGMENT_SIZE_LIMIT ||
	    segment->vaddr > UINT64_MAX - PAGE_MASK - segment->memory_size) {
		return ELF_WRAP;
	}
	if (segment->vaddr < range.start ||
	    segment->vaddr + segment->memory_size > range.end) {
		return ELF_ADDRESS;
	}
	if ((segment->flags & (PF_R | PF_W | PF_X)) == 0) {
		return ELF_FLAGS;
	}
	if ((segment->flags & PF_W) != 0 && (segment->flags & PF_X) != 0) {
		return ELF_WRITE_EXECUTE;
	}
	return ELF_OK;
}

static bool holds_entry(const struct elf_segment *segment, uint64_t entry)
{
	return (segment->flags & PF_X) != 0 && entry >= segment->vaddr &&
	       entry - segment->vaddr < segment->file_size;
}

enum elf_error elf_check(const struct elf *elf, struct elf_range range)
{
	uint64_t end = 0; /* of the last page used so far */
	bool entry_found = false;

	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		enum elf_error error = check_segment(segment, range);

		if (error != ELF_OK) {
			return error;
		}
		if ((segment->vaddr & ~PAGE_MASK) < end) {
			return ELF_OVERLAP;
		}
		end = (segment->vaddr + segment->memory_size + PAGE_MASK) &
		      ~PAGE_MASK;
		entry_found = entry_found || holds_entry(segment, elf->entry);
	}
	return entry_found ? ELF_OK : ELF_ENTRY;
}

/* --- what is stored ------------------------------------------------------- */

static void keep(struct bytes *kept, const struct elf *elf, uint64_t offset,
		 uint64_t size)
{
	if (size != 0) {
		memcpy(kept->data + offset, elf->file.data + offset, size);
	}
}

static bool in_segment(const struct elf *elf, uint64_t offset, uint64_t size)
{
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];

		if (offset >= segment->offset &&
		    within(offset - segment->offset, size,
			   segment->file_size)) {
			return true;
		}
	}
	return false;
}

/* Blanks the program headers whose bytes are not kept. */
static void blank_headers(struct bytes *kept, const struct elf *elf)
{
	for (uint32_t i = 0; i < elf->table_count; i++) {
		Elf64_Phdr header;

		read_program_header(elf, i, &header);
		if (header.p_type == PT_LOAD || header.p_type == PT_PHDR ||
		    header.p_filesz == 0 ||
		    in_segment(elf, header.p_offset, header.p_filesz)) {
			continue;
		}
		memset(kept->data + elf->table_offset + i * sizeof(header), 0,
		       sizeof(header));
	}
}

struct bytes elf_strip(struct arena *arena, const struct elf *elf)
{
	uint64_t table_size = elf->table_count * sizeof(Elf64_Phdr);
	uint64_t end = elf->table_offset + table_size;

	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];

		if (segment->offset + segment->file_size > end) {
			end = segment->offset + segment->file_size;
		}
	}
	if (end < sizeof(Elf64_Ehdr)) {
		end = sizeof(Elf64_Ehdr);
	}

	struct bytes kept = { arena_alloc(arena, end, 1), end };
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		keep(&kept, elf, elf->segments[i].offset,
		     elf->segments[i].file_size);
	}
	keep(&kept, elf, elf->table_offset, table_size);
	blank_headers(&kept, elf);

	Elf64_Ehdr header;
	memcpy(&header, elf->file.data, sizeof(header));
	header.e_shoff = 0;
	header.e_shentsize = 0;
	header.e_shnum = 0;
	header.e_shstrndx = 0;
	memcpy(kept.data, &header, sizeof(header));
	return kept;
}

static uint32_t image_flags(uint32_t flags)
{
	return ((flags & PF_R) != 0 ? IMAGE_READ : 0) |
	       ((flags & PF_W) != 0 ? IMAGE_WRITE : 0) |
	       ((flags & PF_X) != 0 ? IMAGE_EXECUTE : 0);
}

static uint64_t page_round(uint64_t value)
{
	return (value + PAGE_MASK) & ~PAGE_MASK;
}

/* The header of a flat image, and *size, that of the whole of it. */
static enum elf_error make_header(const struct elf *elf, uint32_t kind,
				  struct image_header *header, uint64_t *size)
{
	uint64_t offset = IMAGE_PAGE_SIZE;

	if (elf->segment_count > IMAGE_SEGMENT_LIMIT) {
		return ELF_TOO_MANY;
	}
	*header = (struct image_header){
		.magic = IMAGE_MAGIC,
		.version = IMAGE_VERSION,
		.kind = kind,
		.base = elf->segments[0].vaddr,
		.entry = elf->entry,
		.segment_count = elf->segment_count,
		.machine = elf->machine,
	};
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];

		if ((segment->vaddr & PAGE_MASK) != 0) {
			return ELF_UNALIGNED;
		}
		header->segments[i] = (struct image_segment){
			.vaddr = segment->vaddr,
			.file_offset = offset,
			.file_size = segment->file_size,
			.memory_size = page_round(segment->memory_size),
			.flags = image_flags(segment->flags),
		};
		header->memory_size = segment->vaddr +
				      page_round(segment->memory_size) -
				      header->base;
		offset = page_round(offset + segment->file_size);
	}
	if (header->memory_size > IMAGE_MEMORY_LIMIT) {
		return ELF_WRAP;
	}
	*size = offset;
	return ELF_OK;
}

enum elf_error elf_flatten(struct arena *arena, const struct elf *elf,
			   uint32_t kind, struct bytes *image)
{
	struct image_header header;
	uint64_t size = 0;
	enum elf_error error = make_header(elf, kind, &header, &size);

	if (error != ELF_OK) {
		return error;
	}
	image->data = arena_alloc(arena, size, 1);
	image->size = size;
	memcpy(image->data, &header, sizeof(header));
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];

		if (segment->file_size != 0) {
			memcpy(image->data + header.segments[i].file_offset,
			       elf->file.data + segment->offset,
			       segment->file_size);
		}
	}
	return ELF_OK;
}

const char *elf_error_text(enum elf_error error)
{
	static const char *const texts[] = {
#define X(name, text) [ELF_##name] = (text),
		ELF_ERRORS(X)
#undef X
	};
	return texts[error];
}

const char *elf_machine_name(uint32_t machine)
{
	return machine == IMAGE_MACHINE_X86_64    ? "x86_64"
	       : machine == IMAGE_MACHINE_AARCH64 ? "aarch64"
						  : "?";
}

struct elf_range elf_range_of(uint32_t kind, uint32_t machine)
{
	uint64_t nano = machine == IMAGE_MACHINE_X86_64 ? NANO_BASE_X86_64
							: NANO_BASE_AARCH64;

	switch (kind) {
	case IMAGE_KIND_NANO:
		return (struct elf_range){ nano, nano + (NANO_SPAN - 4096) };
	case IMAGE_KIND_KERNEL:
		return (struct elf_range){ KERNEL_BASE, KERNEL_END };
	case IMAGE_KIND_CORE:
		return (struct elf_range){ CORE_BASE, CORE_INFO };
	default:
		return (struct elf_range){ USER_START, USER_END };
	}
}
