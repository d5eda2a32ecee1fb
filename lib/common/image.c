/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a flat image. Invariant used throughout: a size or address is
 * compared against a limit before it is added to anything.
 */

#include "common/image.h"

#include <stdbool.h>
#include <stddef.h>

#define PAGE_MASK ((uint64_t)IMAGE_PAGE_SIZE - 1)

static bool page_aligned(uint64_t value)
{
	return (value & PAGE_MASK) == 0;
}

static bool all_zero(const uint8_t *base, uint64_t start, uint64_t end)
{
	uint8_t any = 0;

	for (uint64_t i = start; i < end; i++) {
		any |= base[i];
	}
	return any == 0;
}

static enum image_error check_header(const struct image_header *header,
				     uint32_t kind, uint32_t machine)
{
	if (header->magic != IMAGE_MAGIC) {
		return IMAGE_MAGIC_WRONG;
	}
	if (header->version != IMAGE_VERSION) {
		return IMAGE_VERSION_WRONG;
	}
	if (header->kind != kind) {
		return IMAGE_KIND_WRONG;
	}
	if (header->machine != IMAGE_MACHINE_X86_64 &&
	    header->machine != IMAGE_MACHINE_AARCH64) {
		return IMAGE_MACHINE_WRONG;
	}
	if (machine != 0 && header->machine != machine) {
		return IMAGE_MACHINE_WRONG;
	}
	if (header->segment_count == 0 ||
	    header->segment_count > IMAGE_SEGMENT_LIMIT) {
		return IMAGE_SEGMENT_COUNT;
	}
	return IMAGE_OK;
}

/* A segment on its own: rights, alignment, sizes; nothing wraps after this. */
static enum image_error check_segment(const struct image_segment *segment)
{
	if (segment->flags == 0 || (segment->flags & ~IMAGE_FLAGS_ALL) != 0) {
		return IMAGE_FLAGS;
	}
	if ((segment->flags & IMAGE_WRITE) != 0 &&
	    (segment->flags & IMAGE_EXECUTE) != 0) {
		return IMAGE_WRITE_EXECUTE;
	}
	if (!page_aligned(segment->vaddr) ||
	    !page_aligned(segment->file_offset) ||
	    !page_aligned(segment->memory_size)) {
		return IMAGE_ALIGNMENT;
	}
	if (segment->memory_size == 0 ||
	    segment->memory_size > IMAGE_MEMORY_LIMIT ||
	    segment->vaddr > UINT64_MAX - segment->memory_size ||
	    segment->file_size > segment->memory_size) {
		return IMAGE_SEGMENT_SIZE;
	}
	return segment->zero == 0 ? IMAGE_OK : IMAGE_PADDING;
}

static bool entry_in(const struct image_segment *segment, uint64_t entry)
{
	return (segment->flags & IMAGE_EXECUTE) != 0 &&
	       entry >= segment->vaddr &&
	       entry - segment->vaddr < segment->file_size;
}

/* The segments against each other and against the bytes of the image. */
static enum image_error check_segments(const struct image_header *header,
				       uint64_t size)
{
	const uint8_t *base = (const uint8_t *)header;
	uint64_t offset = IMAGE_PAGE_SIZE;
	uint64_t end = header->base;
	bool entry_found = false;

	for (uint32_t i = 0; i < header->segment_count; i++) {
		const struct image_segment *segment = &header->segments[i];
		enum image_error error = check_segment(segment);

		if (error != IMAGE_OK) {
			return error;
		}
		if (i == 0 && segment->vaddr != header->base) {
			return IMAGE_SPAN;
		}
		if (segment->vaddr < end) {
			return IMAGE_OVERLAP;
		}
		if (segment->file_offset != offset) {
			return IMAGE_LAYOUT;
		}

		uint64_t bytes_end = offset + segment->file_size;
		offset = (bytes_end + PAGE_MASK) & ~PAGE_MASK;
		if (offset > size) {
			return IMAGE_TRUNCATED;
		}
		if (!all_zero(base, bytes_end, offset)) {
			return IMAGE_PADDING;
		}
		end = segment->vaddr + segment->memory_size;
		entry_found = entry_found || entry_in(segment, header->entry);
	}

	if (offset != size) {
		return IMAGE_LAYOUT;
	}
	if (header->memory_size > IMAGE_MEMORY_LIMIT ||
	    header->memory_size != end - header->base) {
		return IMAGE_SPAN;
	}
	return entry_found ? IMAGE_OK : IMAGE_ENTRY_WRONG;
}

enum image_error image_check(const void *base, uint64_t size, uint32_t kind,
			     uint32_t machine)
{
	const struct image_header *header = base;

	if (((uintptr_t)base & 7) != 0) {
		return IMAGE_MISPLACED;
	}
	if (size < IMAGE_PAGE_SIZE) {
		return IMAGE_TRUNCATED;
	}

	enum image_error error = check_header(header, kind, machine);
	if (error != IMAGE_OK) {
		return error;
	}
	error = check_segments(header, size);
	if (error != IMAGE_OK) {
		return error;
	}

	/* Unused rows of the table are padding like the rest of the page. */
	uint64_t used = offsetof(struct image_header, segments) +
			header->segment_count * sizeof(struct image_segment);
	return all_zero(base, used, IMAGE_PAGE_SIZE) ? IMAGE_OK : IMAGE_PADDING;
}

const char *image_error_text(enum image_error error)
{
	switch (error) {
#define X(name, text)      \
	case IMAGE_##name: \
		return (text);
		IMAGE_ERRORS(X)
#undef X
	default:
		return "has an unknown fault";
	}
}
