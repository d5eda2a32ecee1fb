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

static enum boot_fault map_image(struct tables *tables,
				 const struct boot_image *image)
{
	enum boot_fault fault = FAULT_NONE;

	for (uint32_t i = 0; i < image->segment_count && !fault; i++) {
		const struct boot_segment *segment = &image->segments[i];
		fault = tables_map(tables,
				   image->virtual_address + segment->start,
				   image->address + segment->start,
				   segment->end - segment->start,
				   use_of(segment->access), false);
	}
	return fault;
}

/* Maps all memory but two kinds of range at window + physical address, across
 * the borders of ranges, so that large pages are used wherever possible. */
static enum boot_fault map_window(struct tables *tables,
				  const struct boot_info *info, uint64_t window,
				  uint32_t without, uint32_t or_without)
{
	enum boot_fault fault = FAULT_NONE;
	uint64_t start = 0, end = 0;

	for (uint32_t i = 0; i <= info->range_count && !fault; i++) {
		const struct boot_range *range = &info->ranges[i];
		bool last = i == info->range_count;

		if (!last &&
		    (!ranges_is_memory(range->kind) || range->kind == without ||
		     range->kind == or_without)) {
			continue;
		}
		if (!last && range->start == end) {
			end = range->end;
			continue;
		}
		fault = tables_map(tables, window + start, start, end - start,
				   TABLE_DATA, true);
		if (!last) {
			start = range->start;
			end = range->end;
		}
	}
	return fault;
}

static enum boot_fault map_device(struct tables *tables, uint64_t window,
				  uint64_t start, uint64_t size,
				  enum table_use use)
{
	return tables_map(tables, window + start, start, size, use, true);
}

/* The registers that nano itself uses: interrupt controllers, console. */
static enum boot_fault map_nano_devices(struct tables *tables,
					const struct boot_info *info)
{
	enum boot_fault fault = FAULT_NONE;

	for (unsigned int i = 0; i < ARRAY_SIZE(info->irq_base) && !fault;
	     i++) {
		fault = map_device(tables, NANO_WINDOW, info->irq_base[i],
				   info->irq_size[i], TABLE_DEVICE);
	}
	if (!fault && info->console_kind == BOOT_CONSOLE_PL011) {
		fault = map_device(tables, NANO_WINDOW, info->console_address,
				   ABI_PAGE_SIZE, TABLE_DEVICE);
	}
	return fault;
}

static enum boot_fault map_kernel_devices(struct tables *tables,
					  const struct boot_info *info,
					  const struct boot_arch *arch)
{
	enum boot_fault fault = FAULT_NONE;

	for (uint32_t i = 0; i < info->range_count && !fault; i++) {
		const struct boot_range *range = &info->ranges[i];
		if (range->kind == BOOT_RANGE_DEVICE) {
			fault = map_device(tables, KERNEL_WINDOW, range->start,
					   range->end - range->start,
					   TABLE_DEVICE);
		}
	}
	if (!fault && arch->lapic_read) {
		fault = map_device(tables, KERNEL_WINDOW, info->irq_base[0],
				   ABI_PAGE_SIZE, TABLE_DEVICE_READ);
	}
	return fault;
}

static enum boot_fault map_nano(struct boot_info *info,
				const struct boot_arch *arch)
{
	const struct boot_range *region = handoff_range(info, BOOT_RANGE_NANO);
	uint64_t pool = arch->nano_base + info->images[0].size;
	uint64_t code = arch_switch_page();
	struct tables tables;
	enum boot_fault fault = tables_create(
		&tables, &arch->nano, info->nano_pool_start, region->end);

	fault = fault ? fault : map_image(&tables, &info->images[0]);
	fault = fault ? fault
		      : tables_map(&tables, pool, info->nano_pool_start,
				   region->end - info->nano_pool_start,
				   TABLE_DATA, true);
	fault = fault ? fault
		      : map_window(&tables, info, NANO_WINDOW, BOOT_RANGE_NANO,
				   BOOT_RANGE_NANO);
	fault = fault ? fault : map_nano_devices(&tables, info);
	fault = fault ? fault
		      : tables_map(&tables, code, code, ABI_PAGE_SIZE,
				   TABLE_TEXT, false);
	info->nano_root = tables.root;
	info->nano_pool_end = tables.end;
	return fault;
}

static enum boot_fault map_kernel(struct boot_info *info,
				  const struct boot_arch *arch)
{
	const struct boot_range *space = handoff_range(info, BOOT_RANGE_TABLES);
	struct tables tables;
	enum boot_fault fault =
		tables_create(&tables, &arch->kernel,
			      space->start + ABI_PAGE_SIZE, space->end);

	fault = fault ? fault : map_image(&tables, &info->images[1]);
	fault = fault ? fault
		      : map_window(&tables, info, KERNEL_WINDOW,
				   BOOT_RANGE_NANO, BOOT_RANGE_KERNEL);
	fault = fault ? fault : map_kernel_devices(&tables, info, arch);
	info->kernel_root = tables.root;
	return fault;
}

enum boot_fault handoff_map(struct boot_info *info,
			    const struct boot_arch *arch)
{
	CHECK(info->image_count == 3);

	enum boot_fault fault = map_nano(info, arch);
	return fault ? fault : map_kernel(info, arch);
}
