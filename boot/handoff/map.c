/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nano and the kernel see when they start. Each has its image, mapped
 * once and W^X, and a window onto the memory that is not its own (for the
 * kernel, nor nano's), never executable. The one exception lasts a few
 * instructions: nano's tables also hold the page of boot from which the switch
 * is made, at its physical address. It has a top-level entry to itself, below
 * those of the window, which nano clears first of all.
 */

#include "boot/handoff.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "boot/ranges.h"
#include "common/assert.h"
#include "common/types.h"

static enum table_use use_of(uint32_t access)
{
	CHECK((access & ABI_ACCESS_WRITE) == 0 ||
	      (access & ABI_ACCESS_EXECUTE) == 0);
	return (access & ABI_ACCESS_EXECUTE) ? TABLE_TEXT
	       : (access & ABI_ACCESS_WRITE) ? TABLE_DATA
					     : TABLE_RODATA;
}

static void map_image(struct tables *tables, const struct boot_image *image)
{
	for (uint32_t i = 0; i < image->segment_count; i++) {
		const struct boot_segment *segment = &image->segments[i];
		tables_map(tables, image->virtual_address + segment->start,
			   image->address + segment->start,
			   segment->end - segment->start,
			   use_of(segment->access), false);
	}
}

/* Maps all memory but two kinds of range at window + physical address, across
 * the borders of ranges, so that large pages are used wherever possible. */
static void map_window(struct tables *tables, const struct boot_info *info,
		       uint64_t window, uint32_t without, uint32_t or_without)
{
	uint64_t start = 0, end = 0;

	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];

		if (!ranges_is_memory(range->kind) || range->kind == without ||
		    range->kind == or_without) {
			continue;
		}
		if (range->start != end) {
			tables_map(tables, window + start, start, end - start,
				   TABLE_DATA, true);
			start = range->start;
		}
		end = range->end;
	}
	tables_map(tables, window + start, start, end - start, TABLE_DATA,
		   true);
}

static void map_device(struct tables *tables, uint64_t window, uint64_t start,
		       uint64_t size, enum table_use use)
{
	tables_map(tables, window + start, start, size, use, true);
}

static enum boot_fault map_nano(struct boot_info *info,
				const struct boot_arch *arch)
{
	const struct boot_image *image = &info->images[0];
	uint64_t pool = info->nano_pool_start, end = info->nano_pool_end;
	uint64_t code = arch_switch_page();
	struct tables tables;

	tables_create(&tables, &arch->nano, pool, end);
	map_image(&tables, image);
	tables_map(&tables, image->virtual_address + image->size, pool,
		   end - pool, TABLE_DATA, true);
	map_window(&tables, info, NANO_WINDOW, BOOT_RANGE_NANO,
		   BOOT_RANGE_NANO);
	/* The registers that nano itself uses. */
	for (unsigned int i = 0; i < ARRAY_SIZE(info->irq_base); i++) {
		map_device(&tables, NANO_WINDOW, info->irq_base[i],
			   info->irq_size[i], TABLE_DEVICE);
	}
	if (info->console_kind == BOOT_CONSOLE_PL011) {
		map_device(&tables, NANO_WINDOW, info->console_address,
			   ABI_PAGE_SIZE, TABLE_DEVICE);
	}
	tables_map(&tables, code, code, ABI_PAGE_SIZE, TABLE_TEXT, false);
	info->nano_root = tables.root;
	info->nano_pool_end = tables.end;
	return tables.fault;
}

static enum boot_fault map_kernel(struct boot_info *info,
				  const struct boot_arch *arch, uint64_t start,
				  uint64_t end)
{
	struct tables tables;

	tables_create(&tables, &arch->kernel, start, end);
	map_image(&tables, &info->images[1]);
	map_window(&tables, info, KERNEL_WINDOW, BOOT_RANGE_NANO,
		   BOOT_RANGE_KERNEL);
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];
		if (range->kind == BOOT_RANGE_DEVICE) {
			map_device(&tables, KERNEL_WINDOW, range->start,
				   range->end - range->start, TABLE_DEVICE);
		}
	}
	if (arch->lapic_read) {
		map_device(&tables, KERNEL_WINDOW, info->irq_base[0],
			   ABI_PAGE_SIZE, TABLE_DEVICE_READ);
	}
	info->kernel_root = tables.root;
	return tables.fault;
}

enum boot_fault handoff_map(struct boot_info *info,
			    const struct boot_arch *arch)
{
	enum boot_fault fault = map_nano(info, arch);

	for (uint32_t i = 0; i < info->range_count && !fault; i++) {
		const struct boot_range *range = &info->ranges[i];
		if (range->kind == BOOT_RANGE_TABLES) {
			/* The first page is for the kernel's copy of info. */
			fault = map_kernel(info, arch,
					   range->start + ABI_PAGE_SIZE,
					   range->end);
		}
	}
	return fault;
}
