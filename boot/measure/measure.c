/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the boot archive. Nothing of it is placed, let alone run, before
 * each of its bytes stands under a SHA-256 that was compared.
 */

#include "boot/handoff.h"

#include "common/fmt.h"
#include "common/image.h"

#define SHOWN_BYTES 8u /* of a measure, in its line */

static void check_image(const struct archive_view *view, uint32_t kind,
			uint32_t machine)
{
	const char *name = archive_type_name(kind);
	const struct archive_entry *entry = archive_find(view, name);

	if (!entry) {
		say_and_stop("archive: image '%s' is missing", name);
	}
	enum image_error error = image_check(archive_bytes(view, entry),
					     entry->size, kind, machine);
	if (error != IMAGE_OK) {
		say_and_stop("archive: image '%s' %s", name,
			     image_error_text(error));
	}

	char digits[2 * SHOWN_BYTES + 1];
	for (size_t i = 0; i < SHOWN_BYTES; i++) {
		fmt(digits + 2 * i, sizeof(digits) - 2 * i, "%02x",
		    entry->sha256[i]);
	}
	say("measured %s %s", name, digits);
}

void measure_archive(struct boot_info *info, const struct boot_arch *arch,
		     struct archive_view *view)
{
	uint64_t size = info->archive_size;
	const void *archive = arch_memory(info->archive, size);

	stop_on(archive ? FAULT_NONE : FAULT_ARCHIVE_REACH);
	enum archive_error error = archive_check(archive, size, view);
	if (error != ARCHIVE_OK && archive_error_names_entry(error) &&
	    view->fault != ARCHIVE_NO_ENTRY) {
		say_and_stop("archive: entry %u %s", view->fault,
			     archive_error_text(error));
	}
	if (error != ARCHIVE_OK) {
		say_and_stop("archive %s", archive_error_text(error));
	}
	info->archive_size = view->size;
	for (uint32_t i = 0; i < view->count; i++) {
		error = archive_verify_entry(view, i);
		if (error != ARCHIVE_OK) {
			say_and_stop("archive: entry '%s' %s",
				     view->entries[i].name,
				     archive_error_text(error));
		}
	}
	for (uint32_t kind = BOOT_IMAGE_NANO; kind <= BOOT_IMAGE_CORE; kind++) {
		check_image(view, kind, arch->machine);
	}
	say("archive holds %u images, %lu KiB, all measured", view->count,
	    view->size >> 10);
}
