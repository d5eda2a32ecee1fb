/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boot archives, through the checker that boot, core and the host tool share.
 * The first byte says what is put right first: bit 0 the hash of the table, bit
 * 1 those of the entries. What is accepted must be, to the byte, what the host
 * tool would have packed of it.
 */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/tess/archive_test.c" // NOLINT(bugprone-suspicious-include)

static void repair(uint8_t *data, size_t size, uint8_t what)
{
	struct archive_header *header = (void *)data;
	struct archive_entry *entries = (void *)(header + 1);

	if (size < sizeof(*header) ||
	    header->count > (size - sizeof(*header)) / sizeof(*entries)) {
		return;
	}
	for (uint32_t i = 0; what & 2 && i < header->count; i++) {
		if (entries[i].offset <= size &&
		    entries[i].size <= size - entries[i].offset) {
			sha256_of(data + entries[i].offset, entries[i].size,
				  entries[i].sha256);
		}
	}
	if (what & 1) {
		sha256_of(entries, header->count * sizeof(*entries),
			  header->table_sha256);
	}
}

/* Packs what the archive has anew and compares. */
static void compare(uint8_t *data, size_t size)
{
	struct archive_view view;
	struct pack_item items[64];
	struct bytes again = { 0 };

	assert_int_equal(archive_check(data, size, &view), ARCHIVE_OK);
	if (view.count > 64) {
		return;
	}
	for (uint32_t i = 0; i < view.count; i++) {
		const struct archive_entry *entry = &view.entries[i];
		items[i] = (struct pack_item){
			entry->name,
			entry->type,
			{ data + entry->offset, entry->size },
		};
	}
	assert_null(pack_archive(&arena, items, view.count, &again));
	assert_int_equal(again.size, view.size);
	assert_memory_equal(again.data, data, again.size);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1) {
		return -1;
	}
	uint8_t *tight = tight_copy(data + 1, size - 1);
	repair(tight, size - 1, data[0]);
	if (check_all(tight, size - 1) == ARCHIVE_OK) {
		compare(tight, size - 1);
	}
	free(tight);
	return 0;
}

void fuzz_seeds(void)
{
	struct pack_item items[] = {
		item("core", ARCHIVE_TYPE_CORE, 99),
		item("web.elf", ARCHIVE_TYPE_CAPSULE, 300),
	};
	struct bytes small = { 0 };

	assert_null(pack_archive(&arena, items, 2, &small));
	fuzz_expect(check_all(small.data, small.size) == ARCHIVE_OK,
		    "the archive is sound");
	uint8_t *copy = tight_copy(small.data, small.size);
	size_t size = small.size;
	arena_free(&arena);
	fuzz_seed_as(3, copy, size);
	fuzz_seed_as(0, copy, size);
	free(copy);
}
