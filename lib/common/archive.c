/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks and reads a boot archive.
 *
 * The form is canonical, so the check is a comparison: it walks the table with
 * the one offset at which the next entry must start, and refuses any other.
 * That leaves no room for gaps, overlaps or bytes that nothing vouches for.
 * A size is compared with what is left before it is added to an offset.
 */

#include "common/archive.h"

#include <stdbool.h>
#include <stddef.h>

#include "common/sha256.h"

#define PAGE_MASK ((uint64_t)ARCHIVE_PAGE_SIZE - 1)

_Static_assert(SHA256_SIZE == ARCHIVE_HASH_SIZE, "the archive uses SHA-256");

static uint64_t page_round(uint64_t value)
{
	return (value + PAGE_MASK) & ~PAGE_MASK;
}

static bool all_zero(const uint8_t *base, uint64_t start, uint64_t end)
{
	uint8_t any = 0;

	for (uint64_t i = start; i < end; i++) {
		any |= base[i];
	}
	return any == 0;
}

static bool hash_matches(const void *data, uint64_t size,
			 const uint8_t expected[SHA256_SIZE])
{
	uint8_t found[SHA256_SIZE];
	uint8_t difference = 0;

	sha256_of(data, size, found);
	for (uint32_t i = 0; i < SHA256_SIZE; i++) {
		difference |= found[i] ^ expected[i];
	}
	return difference == 0;
}

/* Orders names as unsigned bytes; both are NUL-padded to the full field. */
static int name_compare(const char *a, const char *b)
{
	for (uint32_t i = 0; i < ARCHIVE_NAME_SIZE; i++) {
		if (a[i] != b[i]) {
			return (unsigned char)a[i] < (unsigned char)b[i] ? -1
									 : 1;
		}
	}
	return 0;
}

/* Equality of a table name with a C string of any length. */
static bool name_is(const char *field, const char *name)
{
	for (uint32_t i = 0; i < ARCHIVE_NAME_SIZE; i++) {
		if (field[i] != name[i]) {
			return false;
		}
		if (name[i] == '\0') {
			return true;
		}
	}
	return false;
}

static bool name_valid(const char *name)
{
	uint32_t length = 0;

	while (length < ARCHIVE_NAME_SIZE && name[length] > ' ' &&
	       name[length] <= '~') {
		length++;
	}
	return length > 0 && length < ARCHIVE_NAME_SIZE &&
	       all_zero((const uint8_t *)name, length, ARCHIVE_NAME_SIZE);
}

/* A reserved name has its own type, and that type no other name. */
static bool type_valid(const struct archive_entry *entry)
{
	if (entry->type < ARCHIVE_TYPE_NANO ||
	    entry->type > ARCHIVE_TYPE_CAPSULE) {
		return false;
	}
	for (uint32_t type = ARCHIVE_TYPE_NANO; type < ARCHIVE_TYPE_CAPSULE;
	     type++) {
		bool named = name_is(entry->name, archive_type_name(type));
		if (named != (entry->type == type)) {
			return false;
		}
	}
	return true;
}

/* The header, and that the table lies within the archive. */
static enum archive_error check_header(const struct archive_header *header,
				       uint64_t available)
{
	if (available < sizeof(*header)) {
		return ARCHIVE_TRUNCATED;
	}
	if (header->magic != ARCHIVE_MAGIC) {
		return ARCHIVE_MAGIC_WRONG;
	}
	if (header->version != ARCHIVE_VERSION) {
		return ARCHIVE_VERSION_WRONG;
	}
	if (header->count == 0 || header->count > ARCHIVE_ENTRY_LIMIT) {
		return ARCHIVE_COUNT_WRONG;
	}
	if (header->total_size > ARCHIVE_SIZE_LIMIT ||
	    (header->total_size & PAGE_MASK) != 0 ||
	    header->total_size <
		    sizeof(*header) +
			    header->count * sizeof(struct archive_entry)) {
		return ARCHIVE_SIZE_WRONG;
	}
	if (header->total_size > available) {
		return ARCHIVE_TRUNCATED;
	}
	return header->zero == 0 ? ARCHIVE_OK : ARCHIVE_PADDING;
}

/* Entry `index`, which must start at `offset`. */
static enum archive_error check_entry(const struct archive_view *view,
				      uint32_t index, uint64_t offset)
{
	const struct archive_entry *entry = &view->entries[index];

	if (!name_valid(entry->name)) {
		return ARCHIVE_NAME_WRONG;
	}
	if (!type_valid(entry)) {
		return ARCHIVE_TYPE_WRONG;
	}
	if (index > 0 && name_compare(entry[-1].name, entry->name) >= 0) {
		return ARCHIVE_ORDER;
	}
	if ((entry->offset & PAGE_MASK) != 0) {
		return ARCHIVE_ALIGNMENT;
	}
	if (entry->offset != offset) {
		return ARCHIVE_PLACE;
	}
	if (entry->size == 0 || offset > view->size ||
	    entry->size > view->size - offset) {
		return ARCHIVE_ENTRY_SIZE;
	}
	return entry->zero == 0 ? ARCHIVE_OK : ARCHIVE_PADDING;
}

static enum archive_error check_table(struct archive_view *view)
{
	uint64_t end = sizeof(struct archive_header) +
		       view->count * sizeof(struct archive_entry);

	for (uint32_t i = 0; i < view->count; i++) {
		uint64_t offset = page_round(end);
		enum archive_error error = check_entry(view, i, offset);

		if (error == ARCHIVE_OK && !all_zero(view->base, end, offset)) {
			error = ARCHIVE_PADDING;
		}
		if (error != ARCHIVE_OK) {
			view->fault = i;
			return error;
		}
		end = offset + view->entries[i].size;
	}

	if (page_round(end) != view->size) {
		return ARCHIVE_SIZE_WRONG;
	}
	return all_zero(view->base, end, view->size) ? ARCHIVE_OK
						     : ARCHIVE_PADDING;
}

enum archive_error archive_check(const void *base, uint64_t available,
				 struct archive_view *view)
{
	const struct archive_header *header = base;

	view->fault = ARCHIVE_NO_ENTRY;
	if (((uintptr_t)base & 7) != 0) {
		return ARCHIVE_MISPLACED;
	}

	enum archive_error error = check_header(header, available);
	if (error != ARCHIVE_OK) {
		return error;
	}

	view->base = base;
	view->size = header->total_size;
	view->entries = (const struct archive_entry *)(header + 1);
	view->count = header->count;
	if (!hash_matches(view->entries,
			  view->count * sizeof(struct archive_entry),
			  header->table_sha256)) {
		return ARCHIVE_TABLE_HASH;
	}
	return check_table(view);
}

enum archive_error archive_verify_entry(const struct archive_view *view,
					uint32_t index)
{
	if (index >= view->count) {
		return ARCHIVE_COUNT_WRONG;
	}

	const struct archive_entry *entry = &view->entries[index];
	return hash_matches(view->base + entry->offset, entry->size,
			    entry->sha256)
		       ? ARCHIVE_OK
		       : ARCHIVE_ENTRY_HASH;
}

const struct archive_entry *archive_find(const struct archive_view *view,
					 const char *name)
{
	for (uint32_t i = 0; i < view->count; i++) {
		if (name_is(view->entries[i].name, name)) {
			return &view->entries[i];
		}
	}
	return NULL;
}

const void *archive_bytes(const struct archive_view *view,
			  const struct archive_entry *entry)
{
	return view->base + entry->offset;
}

const char *archive_type_name(uint32_t type)
{
	switch (type) {
#define X(number, name, text)     \
	case ARCHIVE_TYPE_##name: \
		return (text);
		ARCHIVE_TYPES(X)
#undef X
	default:
		return "?";
	}
}

const char *archive_error_text(enum archive_error error)
{
	switch (error) {
#define X(name, text, entry) \
	case ARCHIVE_##name: \
		return (text);
		ARCHIVE_ERRORS(X)
#undef X
	default:
		return "has an unknown fault";
	}
}

int archive_error_names_entry(enum archive_error error)
{
	switch (error) {
#define X(name, text, entry) \
	case ARCHIVE_##name: \
		return (entry);
		ARCHIVE_ERRORS(X)
#undef X
	default:
		return 0;
	}
}
