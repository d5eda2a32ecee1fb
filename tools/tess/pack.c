/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a boot archive. What comes out depends on nothing but the items:
 * no times, no paths, no order of the command line.
 */

#include "tess/pack.h"

#include <stdlib.h>
#include <string.h>

#include "abi/archive.h"
#include "common/archive.h"
#include "common/assert.h"
#include "common/sha256.h"

static uint64_t page_round(uint64_t value)
{
	return (value + ARCHIVE_PAGE_SIZE - 1) &
	       ~((uint64_t)ARCHIVE_PAGE_SIZE - 1);
}

static int compare(const void *left, const void *right)
{
	const struct pack_item *a = left;
	const struct pack_item *b = right;

	return strcmp(a->name, b->name);
}

/* Places the items; *size is that of the archive. */
static const char *place(struct arena *arena, const struct pack_item *items,
			 uint32_t item_count, struct archive_entry *entries,
			 uint64_t *size)
{
	uint64_t offset = sizeof(struct archive_header) +
			  item_count * sizeof(struct archive_entry);

	for (uint32_t i = 0; i < item_count; i++) {
		if (i > 0 && strcmp(items[i - 1].name, items[i].name) == 0) {
			return arena_printf(arena, "'%s' is there twice",
					    items[i].name);
		}
		if (items[i].bytes.size == 0 ||
		    items[i].bytes.size > ARCHIVE_SIZE_LIMIT) {
			return arena_printf(arena, "'%s' is empty or too large",
					    items[i].name);
		}
		offset = page_round(offset);
		memcpy(entries[i].name, items[i].name, strlen(items[i].name));
		entries[i].type = items[i].type;
		entries[i].offset = offset;
		entries[i].size = items[i].bytes.size;
		sha256_of(items[i].bytes.data, items[i].bytes.size,
			  entries[i].sha256);
		offset += items[i].bytes.size;
		if (offset > ARCHIVE_SIZE_LIMIT) {
			return arena_printf(arena, "it is larger than %u bytes",
					    ARCHIVE_SIZE_LIMIT);
		}
	}
	*size = page_round(offset);
	return NULL;
}

/* Ours to get right: what we write must pass what boot will check. */
static void check(struct bytes archive)
{
	struct archive_view view;

	CHECK(archive_check(archive.data, archive.size, &view) == ARCHIVE_OK);
	for (uint32_t i = 0; i < view.count; i++) {
		CHECK(archive_verify_entry(&view, i) == ARCHIVE_OK);
	}
}

const char *pack_archive(struct arena *arena, struct pack_item *items,
			 uint32_t item_count, struct bytes *archive)
{
	uint64_t size = 0;

	if (item_count == 0 || item_count > ARCHIVE_ENTRY_LIMIT) {
		return arena_printf(arena, "it has %u entries; %u are possible",
				    item_count, ARCHIVE_ENTRY_LIMIT);
	}
	qsort(items, item_count, sizeof(*items), compare);

	struct archive_entry *entries =
		arena_alloc(arena, item_count, sizeof(*entries));
	const char *why = place(arena, items, item_count, entries, &size);
	if (why != NULL) {
		return why;
	}

	struct archive_header header = { .magic = ARCHIVE_MAGIC,
					 .version = ARCHIVE_VERSION,
					 .count = item_count,
					 .total_size = size };
	sha256_of(entries, item_count * sizeof(*entries), header.table_sha256);

	archive->data = arena_alloc(arena, size, 1);
	archive->size = size;
	memcpy(archive->data, &header, sizeof(header));
	memcpy(archive->data + sizeof(header), entries,
	       item_count * sizeof(*entries));
	for (uint32_t i = 0; i < item_count; i++) {
		memcpy(archive->data + entries[i].offset, items[i].bytes.data,
		       items[i].bytes.size);
	}
	check(*archive);
	return NULL;
}
