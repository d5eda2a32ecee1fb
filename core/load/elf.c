/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a program file that somebody else wrote. Every number is compared with
 * what is left before it is added to anything, so no sum wraps; headers are
 * copied out of the file, so that where they lie does not matter.
 */

#include "core/elf.h"

#include <stdbool.h>
#include <string.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "common/types.h"

/* ELF64 as the System V ABI lays it out. */
struct file_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, ph_offset, sh_offset;
	uint32_t flags;
	uint16_t size, ph_size, ph_count, sh_size, sh_count, sh_names;
};
_Static_assert(sizeof(struct file_header) == 64, "ELF64 header");

struct program_header {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, file_size, memory_size, align;
};
_Static_assert(sizeof(struct program_header) == 56, "ELF64 program header");

enum {
	CLASS_64 = 2,
	DATA_LITTLE = 1,
	VERSION_CURRENT = 1,
	TYPE_EXEC = 2,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_TLS = 7,
	PT_GNU_STACK = 0x6474e551,
	PF_X = 1,
	PF_W = 2,
	PF_R = 4,
};

struct input {
	const uint8_t *bytes;
	uint64_t size;
	const struct elf_limits *limits;
};

static enum elf_error check_header(const struct input *in,
				   struct file_header *header)
{
	static const uint8_t ident[] = {
		0x7f, 'E', 'L', 'F', CLASS_64, DATA_LITTLE, VERSION_CURRENT
	};

	if (in->size < sizeof(*header)) {
		return ELF_TRUNCATED;
	}
	memcpy(header, in->bytes, sizeof(*header));
	if (memcmp(header->ident, ident, sizeof(ident)) != 0) {
		return ELF_NOT_ELF;
	}
	if (header->type != TYPE_EXEC) {
		return ELF_TYPE_WRONG;
	}
	if (header->machine != in->limits->machine) {
		return ELF_MACHINE_WRONG;
	}
	if (header->version != VERSION_CURRENT ||
	    header->size != sizeof(*header) ||
	    header->ph_size != sizeof(struct program_header)) {
		return ELF_HEADER_WRONG;
	}
	if (header->ph_count == 0 || header->ph_count > ELF_HEADERS_MAX) {
		return ELF_SEGMENT_COUNT;
	}
	uint64_t table = header->ph_count * sizeof(struct program_header);
	if (header->ph_offset > in->size ||
	    table > in->size - header->ph_offset) {
		return ELF_TRUNCATED;
	}
	return ELF_OK;
}

/* Bytes in the file, and that they are not more than those in memory. */
static enum elf_error check_bytes(const struct input *in,
				  const struct program_header *ph)
{
	if (ph->offset > in->size || ph->file_size > in->size - ph->offset) {
		return ELF_TRUNCATED;
	}
	return ph->file_size > ph->memory_size ? ELF_FILE_SIZE : ELF_OK;
}

static enum elf_error check_place(const struct input *in,
				  const struct program_header *ph)
{
	const struct elf_limits *limits = in->limits;

	if (ph->memory_size > UINT64_MAX - ph->vaddr) {
		return ELF_WRAPS;
	}
	if (ph->vaddr < limits->start || ph->vaddr > limits->end ||
	    ph->memory_size > limits->end - ph->vaddr) {
		return ELF_RANGE;
	}
	if (ph->align > 1 && ((ph->align & (ph->align - 1)) ||
			      ((ph->vaddr ^ ph->offset) & (ph->align - 1) &
			       (ABI_PAGE_SIZE - 1)))) {
		return ELF_ALIGNMENT;
	}
	return ELF_OK;
}

static enum elf_error check_access(const struct program_header *ph)
{
	if (!(ph->flags & PF_R)) {
		return ELF_ACCESS;
	}
	return (ph->flags & PF_W) && (ph->flags & PF_X) ? ELF_WRITE_EXECUTE
							: ELF_OK;
}

/* Adds a segment behind those that the plan has. */
static enum elf_error add_segment(const struct input *in,
				  const struct program_header *ph,
				  struct elf_plan *plan)
{
	uint64_t start = align_down(ph->vaddr, ABI_PAGE_SIZE);
	uint64_t end = align_up(ph->vaddr + ph->memory_size, ABI_PAGE_SIZE);

	if (plan->segment_count == ELF_SEGMENTS_MAX) {
		return ELF_SEGMENT_COUNT;
	}
	if (plan->segment_count > 0 && start < plan->end) {
		return ELF_OVERLAP;
	}
	plan->page_count += (end - start) / ABI_PAGE_SIZE;
	if (plan->page_count > in->limits->virtual_bytes / ABI_PAGE_SIZE) {
		return ELF_TOO_LARGE;
	}
	if (plan->segment_count == 0) {
		plan->start = start;
	}
	plan->end = end;
	plan->segments[plan->segment_count++] = (struct elf_segment){
		.start = start,
		.end = end,
		.vaddr = ph->vaddr,
		.offset = ph->offset,
		.file_size = ph->file_size,
		.access = (ph->flags & PF_W ? ABI_ACCESS_WRITE : 0u) |
			  (ph->flags & PF_X ? ABI_ACCESS_EXECUTE : 0u) |
			  ABI_ACCESS_READ,
	};
	return ELF_OK;
}

static enum elf_error check_load(const struct input *in,
				 const struct program_header *ph,
				 struct elf_plan *plan)
{
	enum elf_error error = check_place(in, ph);

	if (error == ELF_OK) {
		error = check_bytes(in, ph);
	}
	if (error == ELF_OK) {
		error = check_access(ph);
	}
	if (error != ELF_OK || ph->memory_size == 0) {
		return error;
	}
	return add_segment(in, ph, plan);
}

static enum elf_error check_tls(const struct input *in,
				const struct program_header *ph,
				struct elf_plan *plan)
{
	uint64_t align = ph->align ? ph->align : 1;

	if (plan->tls_align != 0 || check_bytes(in, ph) != ELF_OK ||
	    ph->memory_size > ELF_TLS_MAX || align > ELF_TLS_ALIGN ||
	    (align & (align - 1)) || (ph->vaddr & (align - 1))) {
		return ELF_TLS;
	}
	plan->tls_vaddr = ph->vaddr;
	plan->tls_offset = ph->offset;
	plan->tls_file_size = ph->file_size;
	plan->tls_memory_size = ph->memory_size;
	plan->tls_align = align;
	return ELF_OK;
}

static enum elf_error check_segment(const struct input *in,
				    const struct program_header *ph,
				    struct elf_plan *plan)
{
	switch (ph->type) {
	case PT_LOAD:
		return check_load(in, ph, plan);
	case PT_TLS:
		return check_tls(in, ph, plan);
	case PT_DYNAMIC:
	case PT_INTERP:
		return ELF_DYNAMIC;
	case PT_GNU_STACK:
		return ph->flags & PF_X ? ELF_EXECUTABLE_STACK : ELF_OK;
	default: /* notes and the like say nothing to a loader */
		return ELF_OK;
	}
}

/* The segment in whose file bytes [start, start + size) lie, or NULL. */
static const struct elf_segment *holder(const struct elf_plan *plan,
					uint64_t start, uint64_t size)
{
	for (uint32_t i = 0; i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];
		if (start >= segment->vaddr &&
		    start - segment->vaddr <= segment->file_size &&
		    size <= segment->file_size - (start - segment->vaddr)) {
			return segment;
		}
	}
	return NULL;
}

/* What can be said only when all segments are known. */
static enum elf_error check_whole(struct elf_plan *plan)
{
	if (plan->segment_count == 0) {
		return ELF_EMPTY;
	}
	const struct elf_segment *code = holder(plan, plan->entry, 1);
	if (!code || !(code->access & ABI_ACCESS_EXECUTE)) {
		return ELF_ENTRY;
	}
	if (plan->tls_file_size > 0) {
		const struct elf_segment *template =
			holder(plan, plan->tls_vaddr, plan->tls_file_size);
		if (!template || plan->tls_vaddr - template->vaddr !=
					 plan->tls_offset - template->offset) {
			return ELF_TLS;
		}
	}
	if (plan->tls_align == 0) {
		plan->tls_align = 1;
	}
	return ELF_OK;
}

enum elf_error elf_plan(const void *file, uint64_t size,
			const struct elf_limits *limits, struct elf_plan *plan)
{
	struct input in = { file, size, limits };
	struct file_header header;
	enum elf_error error = check_header(&in, &header);

	if (error != ELF_OK) {
		return error;
	}
	*plan = (struct elf_plan){ .entry = header.entry };
	for (uint32_t i = 0; i < header.ph_count; i++) {
		struct program_header ph;
		memcpy(&ph, in.bytes + header.ph_offset + i * sizeof(ph),
		       sizeof(ph));
		error = check_segment(&in, &ph, plan);
		if (error != ELF_OK) {
			return error;
		}
	}
	return check_whole(plan);
}

const char *elf_error_text(enum elf_error error)
{
	switch (error) {
#define X(name, text)    \
	case ELF_##name: \
		return (text);
		ELF_ERRORS(X)
#undef X
	default:
		return "has an unknown fault";
	}
}
