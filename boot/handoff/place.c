/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places nano, kernel and core. First fit from the lowest address, and only in
 * memory that the map calls free, so nothing in use can be overwritten: boot,
 * archive, device tree and firmware's tables are in the map before this runs.
 */

#include "boot/handoff.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "boot/ranges.h"
#include "common/assert.h"
#include "common/image.h"
#include "common/string.h"
#include "common/types.h"

/* Images and rights have one number in archive, image and hand-over. */
static_assert((int)BOOT_IMAGE_NANO == IMAGE_KIND_NANO &&
		      (int)BOOT_IMAGE_CORE == IMAGE_KIND_CORE &&
		      (int)BOOT_IMAGE_NANO == ARCHIVE_TYPE_NANO &&
		      (int)BOOT_IMAGE_CORE == ARCHIVE_TYPE_CORE &&
		      ABI_ACCESS_WRITE == IMAGE_WRITE &&
		      ABI_ACCESS_EXECUTE == IMAGE_EXECUTE &&
		      BOOT_SEGMENTS_MAX >= IMAGE_SEGMENT_LIMIT,
	      "abi/archive.h, abi/image.h, abi/boot_info.h, abi/message.h");

/* Sizes are bounded: an image by its format, RAM by RANGES_END. */
uint64_t handoff_pool_size(const struct boot_info *info)
{
	uint64_t lowest = 0, highest = 0;

	for (uint32_t i = 0; i < info->range_count; i++) {
		if (ranges_is_memory(info->ranges[i].kind)) {
			lowest = highest ? lowest : info->ranges[i].start;
			highest = info->ranges[i].end;
		}
	}

	uint64_t size =
		(highest - lowest) / ABI_PAGE_SIZE * HANDOFF_FRAME_BYTES +
		info->cpu_count * (uint64_t)HANDOFF_CPU_BYTES;
	size = align_up(size, ABI_PAGE_SIZE);
	return size > HANDOFF_POOL_LEAST ? size : HANDOFF_POOL_LEAST;
}

/* At most so many pages hold nano's or the kernel's first tables. */
static uint64_t table_pages(const struct boot_info *info, uint64_t image_size)
{
	uint64_t pages = 1 + 3; /* the root; boot's code */

	/* The image by pages of 4 KiB; above them one table in each level. */
	pages += image_size / ABI_LARGE_SIZE + 2 + 2;
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];
		if (range->kind != BOOT_RANGE_RESERVED) {
			pages += tables_needed(range->start,
					       range->end - range->start);
		}
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(info->irq_base); i++) {
		pages += tables_needed(info->irq_base[i], info->irq_size[i]);
	}
	return pages;
}

/* Takes zeroed memory of a kind. */
static enum boot_fault take(struct boot_info *info,
			    const struct boot_arch *arch, uint64_t size,
			    uint64_t alignment, enum boot_range_kind kind,
			    uint64_t *start)
{
	if (!ranges_find(info, size, alignment, arch->reach, start)) {
		return FAULT_NO_ROOM;
	}

	enum boot_fault fault = ranges_claim(info, *start, *start + size, kind);
	if (fault == FAULT_NONE) {
		memset(arch_memory(*start, size), 0, size);
	}
	return fault;
}

static void copy_segments(struct boot_image *image,
			  const struct image_header *header)
{
	const uint8_t *from = (const uint8_t *)header;
	uint8_t *to = arch_memory(image->address, image->size);

	for (uint32_t i = 0; i < header->segment_count; i++) {
		const struct image_segment *segment = &header->segments[i];
		uint64_t start = segment->vaddr - header->base;

		memcpy(to + start, from + segment->file_offset,
		       segment->file_size);
		image->segments[i] = (struct boot_segment){
			.start = start,
			.end = start + segment->memory_size,
			.access = segment->flags,
		};
	}
	image->segment_count = header->segment_count;
}

struct placing {
	uint32_t image;
	enum boot_range_kind range;
	uint64_t base; /* where the image must be linked to */
	uint64_t size; /* beyond the image */
	uint64_t alignment;
};

static enum boot_fault place(struct boot_info *info,
			     const struct boot_arch *arch,
			     const struct archive_view *view,
			     const struct placing *how)
{
	const struct archive_entry *entry =
		archive_find(view, archive_type_name(how->image));
	const struct image_header *header = archive_bytes(view, entry);
	uint64_t size =
		align_up(header->memory_size + how->size, how->alignment);
	struct boot_image *image = &info->images[info->image_count++];

	if (header->base != how->base) {
		return FAULT_IMAGE_BASE;
	}
	image->kind = how->image;
	image->size = header->memory_size;
	image->virtual_address = header->base;
	image->entry = header->entry;
	memcpy(image->sha256, entry->sha256, sizeof(image->sha256));

	enum boot_fault fault = take(info, arch, size, how->alignment,
				     how->range, &image->address);
	if (fault == FAULT_NONE) {
		copy_segments(image, header);
	}
	return fault;
}

enum boot_fault handoff_place(struct boot_info *info,
			      const struct boot_arch *arch,
			      const struct archive_view *view)
{
	uint64_t tables = table_pages(info, IMAGE_MEMORY_LIMIT);
	uint64_t bytes = tables * ABI_PAGE_SIZE, start;
	const struct placing all[] = {
		{ BOOT_IMAGE_NANO, BOOT_RANGE_NANO, arch->nano_base,
		  handoff_pool_size(info) + bytes, ABI_LARGE_SIZE },
		{ BOOT_IMAGE_KERNEL, BOOT_RANGE_KERNEL, KERNEL_BASE, 0,
		  ABI_LARGE_SIZE },
		{ BOOT_IMAGE_CORE, BOOT_RANGE_CORE, CORE_BASE, 0,
		  ABI_PAGE_SIZE },
	};

	if (all[0].size + IMAGE_MEMORY_LIMIT > NANO_SPAN / 2) {
		return FAULT_NANO_SPAN;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		enum boot_fault fault = place(info, arch, view, &all[i]);
		if (fault != FAULT_NONE) {
			return fault;
		}
	}

	const struct boot_image *nano = &info->images[0];
	info->nano_pool_start = nano->address + nano->size;
	info->nano_pool_end = nano->address + align_up(nano->size + all[0].size,
						       ABI_LARGE_SIZE);
	/* The first page stays free for the kernel's copy of info. */
	return take(info, arch, bytes + ABI_PAGE_SIZE, ABI_PAGE_SIZE,
		    BOOT_RANGE_TABLES, &start);
}
