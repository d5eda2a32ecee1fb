/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what the loader tells, in place: nothing is written before all that
 * boot wants to know stands in info. The first MiB belongs to firmware and to
 * the loader, whatever the memory map says; nano gets one free page of it.
 */

#include <arch/firmware.h>

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/ranges.h"
#include "common/types.h"

#define LOW_MEMORY    0x100000u
#define ENTRY_RAM     1u
#define ENTRIES_LIMIT 1024u
#define MB2_LIMIT     (1u << 20)

/* Both protocols describe memory alike. */
struct entry {
	uint64_t start, size;
	uint32_t type, reserved;
} PACKED;

struct pvh_start {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, command_line, rsdp;
	uint64_t map; /* from here on since version 1 */
	uint32_t map_count, reserved;
} PACKED;

struct pvh_module {
	uint64_t start, size, command_line, reserved;
} PACKED;

enum { MB2_END = 0, MB2_MODULE = 3, MB2_MAP = 6, MB2_RSDP = 14, MB2_XSDP = 15 };

struct mb2_start {
	uint32_t size, reserved;
} PACKED;

struct mb2_tag {
	uint32_t type, size; /* the next begins at a multiple of 8 */
	uint32_t words[2];   /* module: start, end; map: size of an entry */
} PACKED;

#define MB2_TAG_LEAST 8u /* type and size */

static enum boot_fault add_map(struct boot_info *info, const void *entries,
			       uint32_t size, uint32_t stride)
{
	const uint8_t *at = entries;
	enum boot_fault fault =
		ranges_add(info, 0, ABI_PAGE_SIZE, BOOT_RANGE_RESERVED);

	for (; size >= stride && !fault; size -= stride, at += stride) {
		const struct entry *entry = (const void *)at;
		fault = ranges_add(info, entry->start, entry->size,
				   entry->type == ENTRY_RAM
					   ? BOOT_RANGE_RAM
					   : BOOT_RANGE_RESERVED);
	}
	ranges_find(info, ABI_PAGE_SIZE, ABI_PAGE_SIZE, LOW_MEMORY,
		    &info->start_page);
	return fault ? fault
		     : ranges_add(info, 0, LOW_MEMORY, BOOT_RANGE_RESERVED);
}

static enum boot_fault set_archive(struct boot_info *info, uint64_t start,
				   uint64_t size)
{
	bool first = !info->archive;

	info->archive = start;
	info->archive_size = size;
	return !first                                 ? FAULT_MODULES
	       : !size || !start || size > RANGES_END ? FAULT_NO_ARCHIVE
	       : !is_aligned(start, ABI_PAGE_SIZE)    ? FAULT_NOT_ALIGNED
						      : FAULT_NONE;
}

static enum boot_fault pvh_read(struct boot_info *info, uint64_t address)
{
	const struct pvh_start *start = arch_memory(address, sizeof(*start));

	if (!start || start->magic != LOADER_PVH ||
	    start->map_count > ENTRIES_LIMIT) {
		return FAULT_LOADER_DATA;
	}
	if (start->version < 1 || start->map_count == 0) {
		return FAULT_NO_MEMORY_MAP;
	}
	if (start->module_count != 1) {
		return start->module_count ? FAULT_MODULES : FAULT_NO_ARCHIVE;
	}

	uint32_t size = start->map_count * (uint32_t)sizeof(struct entry);
	const void *map = arch_memory(start->map, size);
	const struct pvh_module *module =
		arch_memory(start->modules, sizeof(*module));
	if (!map || !module) {
		return FAULT_LOADER_DATA;
	}
	info->rsdp = start->rsdp;
	enum boot_fault fault = set_archive(info, module->start, module->size);
	return fault ? fault : add_map(info, map, size, sizeof(struct entry));
}

static enum boot_fault mb2_tag(struct boot_info *info,
			       const struct mb2_tag *tag, uint64_t address)
{
	bool whole = tag->size >= sizeof(*tag);

	switch (tag->type) {
	case MB2_MODULE:
		if (!whole || tag->words[1] < tag->words[0]) {
			return FAULT_LOADER_DATA;
		}
		return set_archive(info, tag->words[0],
				   tag->words[1] - tag->words[0]);
	case MB2_MAP:
		if (!whole || tag->words[0] < sizeof(struct entry) ||
		    info->range_count) {
			return FAULT_LOADER_DATA;
		}
		return add_map(info, tag + 1,
			       tag->size - (uint32_t)sizeof(*tag),
			       tag->words[0]);
	case MB2_RSDP:
	case MB2_XSDP:
		if (tag->size <
		    MB2_TAG_LEAST + (tag->type == MB2_RSDP ? 20u : 36u)) {
			return FAULT_LOADER_DATA;
		}
		if (!info->rsdp || tag->type == MB2_XSDP) {
			info->rsdp = address + MB2_TAG_LEAST;
		}
		return FAULT_NONE;
	default:
		return FAULT_NONE;
	}
}

static enum boot_fault mb2_read(struct boot_info *info, uint64_t address)
{
	const struct mb2_start *start = arch_memory(address, sizeof(*start));
	uint32_t total = start ? start->size : 0;
	const uint8_t *bytes = arch_memory(address, total);
	enum boot_fault fault = FAULT_NONE;

	if (!bytes || total > MB2_LIMIT || !is_aligned(address, 8)) {
		return FAULT_LOADER_DATA;
	}
	for (uint32_t at = sizeof(*start); !fault;) {
		const struct mb2_tag *tag = (const void *)(bytes + at);

		if (at > total || total - at < MB2_TAG_LEAST ||
		    tag->size < MB2_TAG_LEAST || tag->size > total - at) {
			return FAULT_LOADER_DATA;
		}
		if (tag->type == MB2_END) {
			break;
		}
		fault = mb2_tag(info, tag, address + at);
		at += (uint32_t)align_up(tag->size, 8);
	}
	if (fault != FAULT_NONE) {
		return fault;
	}
	if (!info->range_count) {
		return FAULT_NO_MEMORY_MAP;
	}
	return info->archive ? FAULT_NONE : FAULT_NO_ARCHIVE;
}

enum boot_fault loader_read(struct boot_info *info, uint64_t magic,
			    uint64_t address)
{
	enum boot_fault fault = magic == LOADER_PVH ? pvh_read(info, address)
				: magic == LOADER_MULTIBOOT2
					? mb2_read(info, address)
					: FAULT_PROTOCOL;

	return fault ? fault
		     : ranges_claim(info, info->archive,
				    align_up(info->archive + info->archive_size,
					     ABI_PAGE_SIZE),
				    BOOT_RANGE_ARCHIVE);
}
