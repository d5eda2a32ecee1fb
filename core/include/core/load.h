/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Filling a capsule's address space with what was planned and reserved. */

#include "core/capsule.h"

/** Where the parts of a capsule lie. */
struct layout {
	uint64_t info, buffer, tls, stack_start, stack_end, data, heap;
	struct tls_layout tls_layout;
	uint64_t tls_pages, data_pages;
};

/** Lays out what follows the image. */
void layout_plan(const struct elf_plan *elf, uint64_t data_size,
		 struct layout *layout);

/** Pages of memory that mapping all of it takes, without and with its page
 * tables. */
uint64_t layout_pages(const struct elf_plan *elf, const struct layout *layout);
uint64_t layout_tables(const struct elf_plan *elf, const struct layout *layout);

/** Makes, fills and maps the pages of the image. */
void load_image(struct capsule *capsule, const struct elf_plan *elf,
		const void *image);

/** Makes and maps `size` bytes from `from` (NULL: zeros) at `address`, whole
 * pages. Returns the first Frame. */
uint64_t load_pages(struct capsule *capsule, uint64_t address, uint64_t size,
		    const void *from, uint32_t access);

/** Makes and maps the block of thread-local storage of the first thread.
 * Returns its thread pointer. */
uint64_t load_tls(struct capsule *capsule, const struct elf_plan *elf,
		  const struct layout *layout, const void *image);
