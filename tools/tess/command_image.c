/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tess image`: packs a boot archive, lists one, checks one.
 *
 * nano, kernel and core go in as flat images, the manifest as it is, init and
 * the capsules that the manifest names as stripped ELF files. A file that
 * could not be loaded is refused here already.
 */

#include <string.h>

#include "abi/archive.h"
#include "abi/image.h"
#include "common/archive.h"
#include "common/image.h"
#include "common/manifest.h"
#include "tess/command.h"
#include "tess/diag.h"
#include "tess/elf.h"
#include "tess/file.h"
#include "tess/images.h"
#include "tess/pack.h"

#define NOWHERE ((struct place){ 0, 0 })

struct request {
	const char *input, *output;
	const char *nano, *kernel, *core, *init, *manifest;
	bool list, check, json, partial, unchecked;
	struct image_search search;
};

/* The archive being collected. */
struct collection {
	struct diags *diags;
	struct pack_item items[ARCHIVE_ENTRY_LIMIT];
	uint32_t count;
	uint32_t machine; /* of the first image; the others must match */
};

static void refuse(struct diags *diags, enum diag_code code, const char *path,
		   const char *message, const char *found)
{
	diags->file = path;
	struct diag *diag = diag_add(diags, code, NOWHERE, "%s", message);
	diag->found = found;
}

static bool read_all(struct diags *diags, const char *path, struct bytes *bytes)
{
	const char *why = file_read(diags->arena, path, ELF_FILE_LIMIT, bytes);

	if (why != NULL) {
		refuse(diags, DIAG_FILE, path, "the file cannot be read", why);
	}
	return why == NULL;
}

static void collect(struct collection *all, const char *name, uint32_t type,
		    struct bytes bytes)
{
	if (all->count == ARCHIVE_ENTRY_LIMIT) {
		refuse(all->diags, DIAG_ARCHIVE_SIZE, name,
		       "the archive has too many entries", NULL);
		return;
	}
	all->items[all->count++] = (struct pack_item){ name, type, bytes };
}

/* Notes the machine of a file; false if another was of a different one. */
static bool same_machine(struct collection *all, const char *path,
			 uint32_t machine)
{
	if (all->machine == 0) {
		all->machine = machine;
	}
	if (all->machine == machine) {
		return true;
	}
	refuse(all->diags, DIAG_MACHINE, path,
	       "the file is for another machine than the others",
	       arena_printf(all->diags->arena, "%s; the others are for %s",
			    elf_machine_name(machine),
			    elf_machine_name(all->machine)));
	return false;
}

/* Reads an ELF file that can be loaded as `kind`; false after an error. */
static bool read_elf(struct collection *all, const char *path, uint32_t kind,
		     struct elf *elf)
{
	struct bytes file = { 0 };

	if (!read_all(all->diags, path, &file)) {
		return false;
	}
	enum elf_error error = elf_parse(file, elf);
	if (error == ELF_OK) {
		error = elf_check(elf, elf_range_of(kind, elf->machine));
	}
	if (error != ELF_OK) {
		refuse(all->diags, DIAG_ELF, path, "the file cannot be packed",
		       elf_error_text(error));
		return false;
	}
	return same_machine(all, path, elf->machine);
}

static void add_flat(struct collection *all, const char *path, uint32_t kind,
		     uint32_t type)
{
	struct elf elf;
	struct bytes image = { 0 };

	if (path == NULL || !read_elf(all, path, kind, &elf)) {
		return;
	}
	enum elf_error error =
		elf_flatten(all->diags->arena, &elf, kind, &image);
	if (error != ELF_OK) {
		refuse(all->diags, DIAG_ELF, path, "the file cannot be packed",
		       elf_error_text(error));
		return;
	}
	enum image_error fault =
		image_check(image.data, image.size, kind, elf.machine);
	if (fault != IMAGE_OK) {
		refuse(all->diags, DIAG_ELF, path, "the file cannot be packed",
		       image_error_text(fault));
		return;
	}
	collect(all, archive_type_name(type), type, image);
}

static void add_program(struct collection *all, const char *path,
			const char *name, uint32_t type, bool unchecked)
{
	struct elf elf;
	struct bytes file = { 0 };

	if (unchecked) {
		if (read_all(all->diags, path, &file)) {
			collect(all, name, type, file);
		}
	} else if (read_elf(all, path, 0, &elf)) {
		collect(all, name, type, elf_strip(all->diags->arena, &elf));
	}
}

static bool named_before(const struct manifest_view *view, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++) {
		if (strcmp(manifest_string(view,
					   manifest_capsule(view, i)->image),
			   manifest_string(view, manifest_capsule(view, index)
							 ->image)) == 0) {
			return true;
		}
	}
	return false;
}

static void add_capsules(struct collection *all, const struct request *request,
			 const struct manifest_view *view)
{
	struct arena *arena = all->diags->arena;

	for (uint32_t i = 0; i < view->header->capsule_count; i++) {
		const char *name =
			manifest_string(view, manifest_capsule(view, i)->image);

		if (named_before(view, i)) {
			continue;
		}
		const char *path = images_find(arena, &request->search, name);
		if (path != NULL) {
			add_program(all, path, name, ARCHIVE_TYPE_CAPSULE,
				    request->unchecked);
			continue;
		}
		refuse(all->diags, DIAG_CAPSULE, request->manifest,
		       arena_printf(arena, "image '%s' does not exist", name),
		       arena_printf(
			       arena, "none of: %s",
			       images_tried(arena, &request->search, name)));
	}
}

static void add_manifest(struct collection *all, const struct request *request)
{
	struct diags *diags = all->diags;
	struct bytes file = { 0 };
	struct manifest_view view;

	if (request->manifest == NULL ||
	    !read_all(diags, request->manifest, &file)) {
		return;
	}
	enum manifest_error error = manifest_check(file.data, file.size, &view);
	if (error != MANIFEST_OK) {
		refuse(diags, DIAG_MANIFEST, request->manifest,
		       "the compiled manifest cannot be read",
		       arena_printf(diags->arena, "it %s",
				    manifest_error_text(error)));
		return;
	}
	collect(all, archive_type_name(ARCHIVE_TYPE_MANIFEST),
		ARCHIVE_TYPE_MANIFEST, file);
	add_capsules(all, request, &view);
}

static void pack(struct diags *diags, const struct request *request)
{
	struct collection all = { .diags = diags };
	struct bytes archive = { 0 };

	add_flat(&all, request->nano, IMAGE_KIND_NANO, ARCHIVE_TYPE_NANO);
	add_flat(&all, request->kernel, IMAGE_KIND_KERNEL, ARCHIVE_TYPE_KERNEL);
	add_flat(&all, request->core, IMAGE_KIND_CORE, ARCHIVE_TYPE_CORE);
	if (request->init != NULL) {
		add_program(&all, request->init,
			    archive_type_name(ARCHIVE_TYPE_INIT),
			    ARCHIVE_TYPE_INIT, false);
	}
	add_manifest(&all, request);
	if (diags->count != 0) {
		return;
	}

	const char *why =
		pack_archive(diags->arena, all.items, all.count, &archive);
	if (why != NULL) {
		refuse(diags, DIAG_ARCHIVE_SIZE, request->output,
		       "the archive cannot be made", why);
		return;
	}
	why = file_write(diags->arena, request->output, archive);
	if (why != NULL) {
		refuse(diags, DIAG_FILE, request->output,
		       "the file cannot be written", why);
	}
}

/* --- list and check ------------------------------------------------------- */

/* Reads an archive and checks all of it but its entries' contents. */
static bool open_archive(struct diags *diags, const char *path,
			 struct archive_view *view)
{
	struct bytes file = { 0 };
	const char *why =
		file_read(diags->arena, path, ARCHIVE_SIZE_LIMIT, &file);

	if (why != NULL) {
		refuse(diags, DIAG_FILE, path, "the file cannot be read", why);
		return false;
	}
	enum archive_error error = archive_check(file.data, file.size, view);
	if (error == ARCHIVE_OK && view->size != file.size) {
		error = ARCHIVE_SIZE_WRONG;
	}
	if (error == ARCHIVE_OK) {
		return true;
	}
	const char *found =
		arena_printf(diags->arena, "it %s", archive_error_text(error));
	if (archive_error_names_entry(error)) {
		found = arena_printf(diags->arena, "entry %u %s", view->fault,
				     archive_error_text(error));
	}
	refuse(diags, DIAG_ARCHIVE, path, "the archive is damaged", found);
	return false;
}

static void print_hash(const uint8_t hash[ARCHIVE_HASH_SIZE])
{
	for (uint32_t i = 0; i < ARCHIVE_HASH_SIZE; i++) {
		printf("%02x", hash[i]);
	}
}

static void list(struct diags *diags, const struct request *request)
{
	struct archive_view view;

	if (!open_archive(diags, request->input, &view)) {
		return;
	}
	for (uint32_t i = 0; i < view.count; i++) {
		const struct archive_entry *entry = &view.entries[i];

		printf(request->json ? "{\"name\":\"%s\",\"type\":\"%s\","
				       "\"size\":%llu,\"sha256\":\""
				     : "%-31s %-8s %10llu  ",
		       entry->name, archive_type_name(entry->type),
		       (unsigned long long)entry->size);
		print_hash(entry->sha256);
		puts(request->json ? "\"}" : "");
	}
}

static uint32_t image_kind_of(uint32_t type)
{
	switch (type) {
	case ARCHIVE_TYPE_NANO:
		return IMAGE_KIND_NANO;
	case ARCHIVE_TYPE_KERNEL:
		return IMAGE_KIND_KERNEL;
	case ARCHIVE_TYPE_CORE:
		return IMAGE_KIND_CORE;
	default:
		return 0;
	}
}

/* The manifest, and that every image it names is in the archive. */
static const char *manifest_fault(struct diags *diags,
				  const struct archive_view *archive,
				  const struct archive_entry *entry)
{
	struct manifest_view view;
	enum manifest_error error = manifest_check(
		archive_bytes(archive, entry), entry->size, &view);

	if (error != MANIFEST_OK) {
		return manifest_error_text(error);
	}
	for (uint32_t i = 0; i < view.header->capsule_count; i++) {
		const char *name = manifest_string(
			&view, manifest_capsule(&view, i)->image);
		const struct archive_entry *image = archive_find(archive, name);

		if (image == NULL || image->type != ARCHIVE_TYPE_CAPSULE) {
			return arena_printf(diags->arena,
					    "names the image '%s', which is "
					    "not there",
					    name);
		}
	}
	return NULL;
}

/* What is wrong with one entry, or null. */
static const char *entry_fault(struct diags *diags,
			       const struct archive_view *view, uint32_t index)
{
	const struct archive_entry *entry = &view->entries[index];
	const void *bytes = archive_bytes(view, entry);
	enum archive_error error = archive_verify_entry(view, index);

	if (error != ARCHIVE_OK) {
		return archive_error_text(error);
	}
	uint32_t kind = image_kind_of(entry->type);
	if (kind != 0) {
		enum image_error fault =
			image_check(bytes, entry->size, kind, 0);

		return fault == IMAGE_OK ? NULL : image_error_text(fault);
	}
	if (entry->type == ARCHIVE_TYPE_MANIFEST) {
		return manifest_fault(diags, view, entry);
	}
	return NULL;
}

static void check(struct diags *diags, const struct request *request)
{
	struct archive_view view;

	if (!open_archive(diags, request->input, &view)) {
		return;
	}
	for (uint32_t i = 0; i < view.count; i++) {
		const char *fault = entry_fault(diags, &view, i);

		if (fault != NULL) {
			refuse(diags, DIAG_CONTENT, request->input,
			       "an entry of the archive is damaged",
			       arena_printf(diags->arena, "entry '%s' %s",
					    view.entries[i].name, fault));
		}
	}
	if (diags->count == 0 && !request->json) {
		printf("%s: sound, %u entries, %llu bytes\n", request->input,
		       view.count, (unsigned long long)view.size);
	}
}

/* --- command line --------------------------------------------------------- */

static bool files_given(const struct request *request)
{
	const char *const needed[][2] = {
		{ "--nano", request->nano },
		{ "--kernel", request->kernel },
		{ "--core", request->core },
		{ "--init", request->init },
		{ "--manifest", request->manifest },
	};

	for (uint32_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i][1] == NULL && !request->partial) {
			usage_error("image", "needs '%s FILE'", needed[i][0]);
			return false;
		}
	}
	return true;
}

static bool read_request(int argc, char **argv, struct request *request)
{
	const struct option options[] = {
		{ "-o", .value = &request->output },
		{ "--nano", .value = &request->nano },
		{ "--kernel", .value = &request->kernel },
		{ "--core", .value = &request->core },
		{ "--init", .value = &request->init },
		{ "--manifest", .value = &request->manifest },
		{ "--capsules", .values = &request->search.folders },
		{ "--partial", .flag = &request->partial },
		{ "--unchecked-capsules", .flag = &request->unchecked },
		{ "--list", .flag = &request->list },
		{ "--check", .flag = &request->check },
		{ "--json", .flag = &request->json },
	};

	if (!options_read("image", argc, argv, options,
			  sizeof(options) / sizeof(options[0]),
			  &request->input)) {
		return false;
	}
	if ((request->output != NULL) + request->list + request->check != 1) {
		usage_error("image",
			    "needs one of -o ARCHIVE, --list and --check");
		return false;
	}
	if ((request->input == NULL) != (request->output != NULL)) {
		usage_error("image", "%s",
			    request->input == NULL
				    ? "needs an archive"
				    : "-o takes its input from options only");
		return false;
	}
	return request->output == NULL || files_given(request);
}

int command_image(int argc, char **argv)
{
	struct request request = { 0 };

	if (!read_request(argc, argv, &request)) {
		return EXIT_USAGE;
	}

	struct arena arena = { 0 };
	struct diags diags = { .arena = &arena };
	if (request.list) {
		list(&diags, &request);
	} else if (request.check) {
		check(&diags, &request);
	} else {
		pack(&diags, &request);
	}
	diags_print(&diags, request.json, request.json ? stdout : stderr);
	int status = diags.count == 0 ? EXIT_DONE : EXIT_REFUSED;
	arena_free(&arena);
	return status;
}
