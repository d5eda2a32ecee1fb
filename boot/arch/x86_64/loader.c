/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what the loader tells, in place: nothing is written before all that
 * boot wants to know stands in info. The first MiB belongs to firmware and to
 * the loader, whatever the memory map says, and is never used.
 */

#include "boot/loader.h"

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/bytes.h"
#include "boot/ranges.h"
#include "common/types.h"

#define LOW_MEMORY    0x100000u
#define E820_RAM      1u
#define ENTRIES_LIMIT 1024u

/* struct hvm_start_info, version 1 */
enum {
	PVH_VERSION = 4,
	PVH_MODULES = 12,
	PVH_MODULE_LIST = 16,
	PVH_RSDP = 32,
	PVH_MAP = 40,
	PVH_MAP_COUNT = 48,
	PVH_SIZE = 56
};
/* struct hvm_modlist_entry, struct hvm_memmap_table_entry */
enum { PVH_MODULE_SIZE = 32, PVH_ENTRY_SIZE = 24 };
/* multiboot2 tags, and the fields of a tag behind type and size */
enum {
	MB2_END = 0,
	MB2_MODULE = 3,
	MB2_MAP = 6,
	MB2_RSDP = 14,
	MB2_RSDP2 = 15
};
enum {
	MB2_HEADER = 8,
	MB2_ENTRY_SIZE = 24,
	MB2_MAP_ENTRIES = 16,
	MB2_LIMIT = 1 << 20
};

static enum boot_fault add_entry(struct boot_info *info, const uint8_t *entry)
{
	return ranges_add(info, field64(entry, 0), field64(entry, 8),
			  field32(entry, 16) == E820_RAM ? BOOT_RANGE_RAM
							 : BOOT_RANGE_RESERVED);
}

/* Adds `count` entries of `stride` bytes, which both protocols lay out alike. */
static enum boot_fault add_map(struct boot_info *info, const uint8_t *entries,
			       uint32_t count, uint32_t stride)
{
	enum boot_fault fault =
		ranges_add(info, 0, LOW_MEMORY, BOOT_RANGE_RESERVED);

	for (uint32_t i = 0; i < count && !fault; i++) {
		fault = add_entry(info, entries + (uint64_t)i * stride);
	}
	return fault;
}

static enum boot_fault set_archive(struct boot_info *info, uint64_t start,
				   uint64_t size)
{
	if (info->archive) {
		return FAULT_MODULES;
	}
	if (!is_aligned(start, ABI_PAGE_SIZE)) {
		return FAULT_NOT_ALIGNED;
	}
	if (size == 0 || size > RANGES_END || start == 0) {
		return FAULT_NO_ARCHIVE;
	}
	info->archive = start;
	info->archive_size = size;
	return FAULT_NONE;
}

static enum boot_fault pvh_read(struct boot_info *info, uint64_t address)
{
	const uint8_t *start = arch_memory(address, PVH_SIZE);

	if (!start || field32(start, 0) != LOADER_PVH) {
		return FAULT_LOADER_DATA;
	}

	uint32_t count = field32(start, PVH_MAP_COUNT);
	if (field32(start, PVH_VERSION) < 1 || count == 0) {
		return FAULT_NO_MEMORY_MAP;
	}
	const uint8_t *map = count > ENTRIES_LIMIT
				     ? NULL
				     : arch_memory(field64(start, PVH_MAP),
						   count * PVH_ENTRY_SIZE);
	uint32_t modules = field32(start, PVH_MODULES);
	const uint8_t *module =
		arch_memory(field64(start, PVH_MODULE_LIST), PVH_MODULE_SIZE);
	if (!map || (modules == 1 && !module)) {
		return FAULT_LOADER_DATA;
	}
	if (modules != 1) {
		return modules ? FAULT_MODULES : FAULT_NO_ARCHIVE;
	}

	info->rsdp = field64(start, PVH_RSDP);
	enum boot_fault fault =
		set_archive(info, field64(module, 0), field64(module, 8));
	return fault ? fault : add_map(info, map, count, PVH_ENTRY_SIZE);
}

static enum boot_fault mb2_tag(struct boot_info *info, const uint8_t *tag,
			       uint64_t address)
{
	uint32_t size = field32(tag, 4);

	switch (field32(tag, 0)) {
	case MB2_MODULE:
		if (size < 16 || field32(tag, 12) < field32(tag, 8)) {
			return FAULT_LOADER_DATA;
		}
		return set_archive(info, field32(tag, 8),
				   field32(tag, 12) - field32(tag, 8));
	case MB2_MAP:
		if (size < MB2_MAP_ENTRIES ||
		    field32(tag, 8) < MB2_ENTRY_SIZE || info->range_count) {
			return FAULT_LOADER_DATA;
		}
		return add_map(info, tag + MB2_MAP_ENTRIES,
			       (size - MB2_MAP_ENTRIES) / field32(tag, 8),
			       field32(tag, 8));
	case MB2_RSDP:
	case MB2_RSDP2:
		if (size <
		    MB2_HEADER + (field32(tag, 0) == MB2_RSDP ? 20 : 36)) {
			return FAULT_LOADER_DATA;
		}
		if (!info->rsdp || field32(tag, 0) == MB2_RSDP2) {
			info->rsdp = address + MB2_HEADER;
		}
		return FAULT_NONE;
	default:
		return FAULT_NONE;
	}
}

static enum boot_fault mb2_read(struct boot_info *info, uint64_t address)
{
	const uint8_t *start = arch_memory(address, MB2_HEADER);
	uint32_t total = start ? field32(start, 0) : 0;
	enum boot_fault fault = FAULT_NONE;

	start = arch_memory(address, total);
	if (!start || total < 2 * MB2_HEADER || total > MB2_LIMIT ||
	    !is_aligned(address, 8)) {
		return FAULT_LOADER_DATA;
	}
	for (uint32_t at = MB2_HEADER; !fault;) {
		if (total < at || total - at < MB2_HEADER) {
			return FAULT_LOADER_DATA;
		}
		uint32_t size = field32(start + at, 4);
		if (size < MB2_HEADER || size > total - at) {
			return FAULT_LOADER_DATA;
		}
		if (field32(start + at, 0) == MB2_END) {
			break;
		}
		fault = mb2_tag(info, start + at, address + at);
		at += (uint32_t)align_up(size, 8);
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

	if (fault != FAULT_NONE) {
		return fault;
	}
	return ranges_claim(
		info, info->archive,
		align_up(info->archive + info->archive_size, ABI_PAGE_SIZE),
		BOOT_RANGE_ARCHIVE);
}
