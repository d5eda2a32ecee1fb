/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the images of capsules: beside the manifest, then where it was told. */

#include "tess/images.h"

#include <string.h>

#include "tess/elf.h"
#include "tess/file.h"

static const char *folder_at(const struct image_search *search, uint32_t index)
{
	if (search->beside != NULL) {
		if (index == 0) {
			return search->beside;
		}
		index--;
	}
	return index < search->folders.count ? search->folders.items[index]
					     : NULL;
}

const char *images_find(struct arena *arena, const struct image_search *search,
			const char *name)
{
	for (uint32_t i = 0; folder_at(search, i) != NULL; i++) {
		const char *path = path_join(arena, folder_at(search, i), name);

		if (file_exists(path)) {
			return path;
		}
	}
	return NULL;
}

const char *images_tried(struct arena *arena, const struct image_search *search,
			 const char *name)
{
	const char *list = "";

	for (uint32_t i = 0; folder_at(search, i) != NULL; i++) {
		list = arena_printf(
			arena, "%s%s%s", list, i == 0 ? "" : ", ",
			path_join(arena, folder_at(search, i), name));
	}
	return list;
}

/* "x" of "x.elf", in the manifest's folder. */
static const char *stem(struct arena *arena, const struct image_search *search,
			const char *name)
{
	return path_join(
		arena, search->beside,
		arena_printf(arena, "%.*s", (int)strlen(name) - 4, name));
}

static bool source_exists(struct arena *arena,
			  const struct image_search *search, const char *name)
{
	const char *path = stem(arena, search, name);

	return folder_exists(path) ||
	       file_exists(arena_printf(arena, "%s.c", path));
}

static void check_missing(struct diags *diags, const struct capsule *capsule,
			  const struct image_search *search)
{
	struct arena *arena = diags->arena;
	const char *name = capsule->image.text;

	if (search->sources && source_exists(arena, search, name)) {
		return;
	}
	struct diag *diag =
		diag_add(diags, DIAG_IMAGE_MISSING, capsule->image.at,
			 "image '%s' of capsule '%s' does not exist", name,
			 capsule->name.text);
	diag->found = arena_printf(arena, "none of: %s",
				   images_tried(arena, search, name));
	diag->expected = "one of these files";
	diag->fix = arena_printf(
		arena,
		"build it, or put its source beside the manifest: %s.c or a "
		"folder %s/",
		stem(arena, search, name), stem(arena, search, name));
}

static void check_present(struct diags *diags, const struct capsule *capsule,
			  const struct image_search *search, const char *path)
{
	struct arena *arena = diags->arena;
	struct bytes file = { 0 };
	uint32_t machine = 0;
	const char *why = file_read(arena, path, ELF_FILE_LIMIT, &file);

	if (why == NULL) {
		enum elf_error error = elf_identify(file, &machine);

		if (error != ELF_OK) {
			why = elf_error_text(error);
		}
	}
	if (why != NULL) {
		struct diag *diag =
			diag_add(diags, DIAG_IMAGE_FORMAT, capsule->image.at,
				 "image '%s' of capsule '%s' cannot be used",
				 capsule->image.text, capsule->name.text);
		diag->found = arena_printf(arena, "%s: %s", path, why);
		diag->expected = "a statically linked ELF64 executable for "
				 "x86_64 or aarch64";
		return;
	}
	if (search->machine != 0 && machine != search->machine) {
		struct diag *diag =
			diag_add(diags, DIAG_IMAGE_MACHINE, capsule->image.at,
				 "image '%s' of capsule '%s' is for another "
				 "machine",
				 capsule->image.text, capsule->name.text);
		diag->found = arena_printf(arena, "%s is for %s", path,
					   elf_machine_name(machine));
		diag->expected =
			arena_printf(arena, "an image for %s",
				     elf_machine_name(search->machine));
	}
}

void images_check(struct diags *diags, const struct model *model,
		  const struct image_search *search)
{
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		const struct capsule *capsule = &model->capsules[i];

		if (capsule->image.text == NULL) {
			continue;
		}
		const char *path =
			images_find(diags->arena, search, capsule->image.text);
		if (path == NULL) {
			check_missing(diags, capsule, search);
		} else {
			check_present(diags, capsule, search, path);
		}
	}
}
