/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a plan to pages. Everything here was reserved, so nothing can fail; a
 * page that is all zeros is never opened, because the kernel makes it so.
 */

#include "core/load.h"

#include <string.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "common/assert.h"
#include "common/types.h"
#include "core/space.h"

void layout_plan(const struct elf_plan *elf, uint64_t data_size,
		 struct layout *layout)
{
	const uint64_t guard = CAPSULE_GUARD_SIZE;

	layout->tls_layout =
		arch_tls_layout(elf->tls_memory_size, elf->tls_align);
	layout->tls_pages = align_up(layout->tls_layout.size, ABI_PAGE_SIZE) /
			    ABI_PAGE_SIZE;
	layout->data_pages = align_up(data_size, ABI_PAGE_SIZE) / ABI_PAGE_SIZE;
	layout->info = elf->end + guard;
	layout->buffer = layout->info + ABI_PAGE_SIZE;
	layout->tls = layout->buffer + ABI_PAGE_SIZE + guard;
	layout->stack_start =
		layout->tls + layout->tls_pages * ABI_PAGE_SIZE + guard;
	layout->stack_end = layout->stack_start + CAPSULE_STACK_SIZE;
	layout->data = layout->stack_end + guard;
	layout->heap = layout->data;
	if (layout->data_pages) {
		layout->heap += layout->data_pages * ABI_PAGE_SIZE + guard;
	}
}

uint64_t layout_pages(const struct elf_plan *elf, const struct layout *layout)
{
	return elf->page_count + 2 /* start page and buffer */ +
	       layout->tls_pages + CAPSULE_STACK_SIZE / ABI_PAGE_SIZE +
	       layout->data_pages;
}

/* Everything behind the image counts as one range: its gaps are smaller than
 * what a table covers, so no table is counted that is not made. */
uint64_t layout_tables(const struct elf_plan *elf, const struct layout *layout)
{
	uint64_t end = layout->data_pages ? layout->data + layout->data_pages *
								   ABI_PAGE_SIZE
					  : layout->stack_end;
	uint64_t mapped = 0, count = 0;

	for (uint32_t i = 0; i < elf->segment_count; i++) {
		count += space_table_count(mapped, elf->segments[i].start,
					   elf->segments[i].end);
		mapped = elf->segments[i].end;
	}
	return count + space_table_count(mapped, layout->info, end);
}

/* Fills the page at `page` with what the segment has for it. */
static void fill_page(uint64_t frame, uint64_t page,
		      const struct elf_segment *segment, const char *image)
{
	uint64_t file_end = segment->vaddr + segment->file_size;
	uint64_t start = page > segment->vaddr ? page : segment->vaddr;
	uint64_t end = page + ABI_PAGE_SIZE < file_end ? page + ABI_PAGE_SIZE
						       : file_end;

	if (start < end) {
		space_fill(frame, start - page,
			   image + segment->offset + (start - segment->vaddr),
			   end - start);
	}
}

void load_image(struct capsule *capsule, const struct elf_plan *elf,
		const void *image)
{
	for (uint32_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		for (uint64_t page = segment->start; page < segment->end;
		     page += ABI_PAGE_SIZE) {
			uint64_t frame =
				pool_take(&capsule->pool, ABI_TYPE_FRAME, 0);
			fill_page(frame, page, segment, image);
			space_map(&capsule->pool, capsule->vspace, frame, page,
				  segment->access);
		}
	}
}

uint64_t load_pages(struct capsule *capsule, uint64_t address, uint64_t size,
		    const void *from, uint32_t access)
{
	uint64_t first = 0;

	for (uint64_t done = 0; done < size; done += ABI_PAGE_SIZE) {
		uint64_t frame = pool_take(&capsule->pool, ABI_TYPE_FRAME, 0);
		uint64_t part = size - done < ABI_PAGE_SIZE ? size - done
							    : ABI_PAGE_SIZE;
		if (from) {
			space_fill(frame, 0, (const char *)from + done, part);
		}
		space_map(&capsule->pool, capsule->vspace, frame,
			  address + done, access);
		first = first ? first : frame;
	}
	return first;
}

/* The part of [from, from + size), which is to lie at `offset` of the block,
 * that falls into the block's page at `page`. */
static void put(char *to, uint64_t page, uint64_t offset, const void *from,
		uint64_t size)
{
	uint64_t start = offset > page ? offset : page;
	uint64_t end = offset + size < page + ABI_PAGE_SIZE
			       ? offset + size
			       : page + ABI_PAGE_SIZE;

	if (start < end) {
		memcpy(to + (start - page),
		       (const char *)from + (start - offset), end - start);
	}
}

uint64_t load_tls(struct capsule *capsule, const struct elf_plan *elf,
		  const struct layout *layout, const void *image)
{
	const struct tls_layout *tls = &layout->tls_layout;
	uint64_t word = arch_tls_word(tls, layout->tls);

	for (uint64_t i = 0; i < layout->tls_pages; i++) {
		uint64_t frame = pool_take(&capsule->pool, ABI_TYPE_FRAME, 0);
		uint64_t page = i * ABI_PAGE_SIZE;
		char *to = space_open(frame);
		put(to, page, tls->data, (const char *)image + elf->tls_offset,
		    elf->tls_file_size);
		put(to, page, tls->pointer, &word, sizeof(word));
		space_close(frame);
		space_map(&capsule->pool, capsule->vspace, frame,
			  layout->tls + page,
			  ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	}
	return layout->tls + tls->pointer;
}
