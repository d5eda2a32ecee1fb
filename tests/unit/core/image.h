/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A program file that tests put together and then damage. */

#include <stdint.h>
#include <string.h>

#include "abi/layout.h"

struct image_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, ph_offset, sh_offset;
	uint32_t flags;
	uint16_t size, ph_size, ph_count, sh_size, sh_count, sh_names;
};

struct image_segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, file_size, memory_size, align;
};

enum { IMAGE_SEGMENTS = 8, IMAGE_CODE = 0x1000, IMAGE_DATA = 0x2000 };

/** Two loaded segments, code and data with bss, and a TLS template in the
 * data. Segment 3 and on are free. */
struct image {
	struct image_header header;
	struct image_segment segments[IMAGE_SEGMENTS];
	uint8_t pad[IMAGE_CODE - sizeof(struct image_header) -
		    IMAGE_SEGMENTS * sizeof(struct image_segment)];
	uint8_t code[0x1000];
	uint8_t data[0x300];
};

static inline void image_make(struct image *image)
{
	memset(image, 0, sizeof(*image));
	image->header = (struct image_header){
		.ident = { 0x7f, 'E', 'L', 'F', 2, 1, 1 },
		.type = 2,
		.machine = 62,
		.version = 1,
		.entry = USER_START + 16,
		.ph_offset = sizeof(struct image_header),
		.size = sizeof(struct image_header),
		.ph_size = sizeof(struct image_segment),
		.ph_count = 3,
	};
	image->segments[0] =
		(struct image_segment){ 1, 5,      IMAGE_CODE, USER_START,
					0, 0x1000, 0x1000,     0x1000 };
	image->segments[1] = (struct image_segment){
		1, 6, IMAGE_DATA, USER_START + 0x1000, 0, 0x300, 0x2345, 0x1000
	};
	image->segments[2] = (struct image_segment){
		7, 4, IMAGE_DATA + 0x40, USER_START + 0x1040, 0, 0x20, 0x50, 16
	};
	for (uint32_t i = 0; i < sizeof(image->code); i++) {
		image->code[i] = (uint8_t)(i * 7 + 1);
	}
	for (uint32_t i = 0; i < sizeof(image->data); i++) {
		image->data[i] = (uint8_t)(i * 5 + 3);
	}
}
