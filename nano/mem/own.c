/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nano builds its own address space and does not rely on the one that boot
 * entered it with. Invariant: no page is writable and executable, neither at
 * one address nor at two: the image and the pool are mapped once, the window
 * leaves them out. The page that CPUs start from is at its physical address
 * as well and never writable while it can be executed.
 */

#include "nano/own.h"

#include "abi/layout.h"
#include "common/assert.h"
#include "nano/arch.h"

#define SECTION_LIMIT 16
#define DEVICE_SIZE   ((uint64_t)OWN_DEVICE_PAGES * ABI_PAGE_SIZE)

static struct table own;
static uint64_t device_next, device_end;
static uint64_t stack_next, stack_end;

/* Below the device registers. */
static uint64_t stacks_size(const struct boot_info *boot)
{
	return (uint64_t)boot->cpu_count * OWN_STACK_PAGES * ABI_PAGE_SIZE;
}

static const struct boot_image *own_image(const struct boot_info *boot)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_NANO) {
			return &boot->images[i];
		}
	}
	CHECK(!"a checked boot_info has nano's image");
	return NULL;
}

/* What nano may have to read, copy or wipe: the RAM of others. */
static bool in_window(const struct boot_range *range)
{
	return range->kind != BOOT_RANGE_NANO &&
	       range->kind != BOOT_RANGE_RESERVED &&
	       range->kind != BOOT_RANGE_DEVICE;
}

static uint64_t window_of(uint64_t pa)
{
	return NANO_WINDOW + pa;
}

uint64_t own_pages(const struct boot_info *boot)
{
	const struct boot_image *image = own_image(boot);
	uint64_t base = image->virtual_address;
	uint64_t pool_end = base + (boot->nano_pool_end - image->address);
	uint64_t pages = 1 + table_pages_worst(base, base + image->size) +
			 table_pages_blocks(base, pool_end) +
			 table_pages_worst(base, base + DEVICE_SIZE) +
			 table_pages_worst(base, base + stacks_size(boot)) + 1 +
			 table_pages_worst(0, ABI_PAGE_SIZE);

	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (in_window(range)) {
			pages += table_pages_blocks(window_of(range->start),
						    window_of(range->end));
		}
	}
	return pages;
}

static bool writes_code(uint32_t access)
{
	return (access & TABLE_WRITE) && (access & TABLE_EXECUTE);
}

static void map_image(const struct boot_image *image)
{
	uint64_t end = image->virtual_address;
	struct own_section section;

	for (uint32_t i = 0; arch_own_section(i, &section); i++) {
		CHECK(i < SECTION_LIMIT && section.start >= end);
		CHECK(!writes_code(section.access));
		paddr_t pa = { image->address +
			       (section.start - image->virtual_address) };
		table_map(&own, section.start, section.end, pa, section.access);
		end = section.end;
	}
	CHECK(end - image->virtual_address <= image->size);
}

void own_build(const struct boot_info *boot)
{
	const struct boot_image *image = own_image(boot);
	uint64_t base = image->virtual_address;

	table_init(&own, TABLE_OWN, own_pages(boot) - 1);
	map_image(image);

	paddr_t pool = { boot->nano_pool_start };
	table_map(&own, base + (pool.a - image->address),
		  base + (boot->nano_pool_end - image->address), pool,
		  TABLE_READ | TABLE_WRITE);

	device_end = base + NANO_SPAN;
	device_next = device_end - DEVICE_SIZE;
	stack_end = device_next;
	stack_next = stack_end - stacks_size(boot);

	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];
		paddr_t start = { range->start };

		if (in_window(range)) {
			table_map(&own, window_of(range->start),
				  window_of(range->end), start,
				  TABLE_READ | TABLE_WRITE);
		}
	}
}

paddr_t own_root(void)
{
	return own.root;
}

volatile void *own_map_device(uint64_t pa, uint64_t size)
{
	paddr_t start = { align_down(pa, ABI_PAGE_SIZE) };
	uint64_t bytes = align_up(pa + size, ABI_PAGE_SIZE) - start.a;
	uint64_t va = device_next;

	CHECK(size > 0 && bytes <= device_end - device_next);
	table_map(&own, va, va + bytes, start,
		  TABLE_READ | TABLE_WRITE | TABLE_DEVICE);
	device_next += bytes;
	return (volatile void *)(uintptr_t)(va + (pa - start.a)); // NOLINT
}

uint64_t own_map_stack(paddr_t pa, uint64_t size)
{
	uint64_t start = stack_next + ABI_PAGE_SIZE;

	CHECK(is_aligned(size, ABI_PAGE_SIZE) && size > 0 &&
	      size <= stack_end - stack_next - ABI_PAGE_SIZE);
	table_map(&own, start, start + size, pa, TABLE_READ | TABLE_WRITE);
	stack_next = start + size;
	return stack_next;
}

void own_map_start(paddr_t page, uint32_t access)
{
	CHECK(!writes_code(access));
	table_map(&own, page.a, page.a + ABI_PAGE_SIZE, page, access);
}

void own_protect_start(paddr_t page, uint32_t access)
{
	CHECK(!writes_code(access));
	table_protect(&own, page.a, page.a + ABI_PAGE_SIZE, access);
}
