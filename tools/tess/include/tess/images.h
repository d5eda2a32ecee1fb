/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the images of capsules are looked for. */
#include <stdbool.h>

#include "tess/command.h"
#include "tess/model.h"

/** Folders in the order in which they are searched. */
struct image_search {
	const char *beside; /* the manifest's folder, searched first, or null */
	struct strings folders;
	bool sources;     /* x.c or a folder x beside the manifest will do */
	uint32_t machine; /* the only one accepted, or 0 */
};

/** Path of an image file, or null. */
const char *images_find(struct arena *arena, const struct image_search *search,
			const char *name);

/** "a/x.elf, b/x.elf": every place that images_find() tries. */
const char *images_tried(struct arena *arena, const struct image_search *search,
			 const char *name);

/** Checks that every capsule's image is there and is a program for us. */
void images_check(struct diags *diags, const struct model *model,
		  const struct image_search *search);
