/* SPDX-License-Identifier: Apache-2.0 */
/* A boot archive is accepted as it was packed, and in no other form. */

#include "test.h"

#include "common/archive.h"
#include "common/sha256.h"
#include "tess/pack.h"

static struct arena arena;
static struct bytes archive;

static struct pack_item item(const char *name, uint32_t type, size_t size)
{
	struct pack_item item = { name,
				  type,
				  { arena_alloc(&arena, size, 1), size } };

	for (size_t i = 0; i < size; i++) {
		item.bytes.data[i] = (uint8_t)(i * 7 + type);
	}
	return item;
}

static int set_up(void **unused)
{
	(void)unused;
	struct pack_item items[] = {
		item("web.elf", ARCHIVE_TYPE_CAPSULE, 300),
		item("kernel", ARCHIVE_TYPE_KERNEL, 4097),
		item("nano", ARCHIVE_TYPE_NANO, 4096),
		item("store.elf", ARCHIVE_TYPE_CAPSULE, 1),
		item("manifest", ARCHIVE_TYPE_MANIFEST, 77),
		item("init", ARCHIVE_TYPE_INIT, 100),
		item("core", ARCHIVE_TYPE_CORE, 99),
	};
	assert_null(pack_archive(&arena, items, 7, &archive));
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_free(&arena);
	return 0;
}

/* The first fault of an archive and of all its entries. */
static enum archive_error check_all(const uint8_t *data, uint64_t size)
{
	struct archive_view view;
	enum archive_error error = archive_check(data, size, &view);

	for (uint32_t i = 0; error == ARCHIVE_OK && i < view.count; i++) {
		error = archive_verify_entry(&view, i);
	}
	return error;
}

static void test_sound(void **unused)
{
	(void)unused;
	struct archive_view view;

	assert_int_equal(archive.size, 9 * 4096);
	assert_int_equal(check_all(archive.data, archive.size), ARCHIVE_OK);
	assert_int_equal(archive_check(archive.data, archive.size, &view),
			 ARCHIVE_OK);
	assert_int_equal(view.count, 7);
	assert_int_equal(view.fault, ARCHIVE_NO_ENTRY);

	const struct archive_entry *entry = archive_find(&view, "kernel");
	assert_non_null(entry);
	assert_int_equal(entry->type, ARCHIVE_TYPE_KERNEL);
	assert_int_equal(entry->size, 4097);
	assert_int_equal(((const uint8_t *)archive_bytes(&view, entry))[1],
			 7 + ARCHIVE_TYPE_KERNEL);
	assert_null(archive_find(&view, "kerne"));
	assert_null(archive_find(&view, "kernel2"));
	assert_null(archive_find(&view, ""));
	assert_null(
		archive_find(&view, "a name of more than thirty-two letters"));
	assert_int_equal(archive_verify_entry(&view, 7), ARCHIVE_COUNT_WRONG);
}

/* What lies behind the archive is not part of it. */
static void test_longer_memory(void **unused)
{
	(void)unused;
	uint8_t *copy = malloc(archive.size + 100);

	assert_non_null(copy);
	memcpy(copy, archive.data, archive.size);
	memset(copy + archive.size, 0xAA, 100);
	assert_int_equal(check_all(copy, archive.size + 100), ARCHIVE_OK);
	free(copy);
}

static void test_truncated(void **unused)
{
	(void)unused;
	for (size_t size = 0; size < archive.size;
	     size += size < 128 ? 1 : 64) {
		uint8_t *copy = tight_copy(archive.data, size);

		assert_int_equal(check_all(copy, size), ARCHIVE_TRUNCATED);
		free(copy);
	}
}

/* Every byte of the archive, and in header and table every bit. */
static void test_flipped(void **unused)
{
	(void)unused;
	uint8_t *copy = tight_copy(archive.data, archive.size);
	size_t table_end = sizeof(struct archive_header) +
			   7 * sizeof(struct archive_entry);

	for (size_t i = 0; i < archive.size; i++) {
		for (uint32_t bit = 0; bit < 8; bit++) {
			if (i >= table_end && bit != i % 8) {
				continue;
			}
			copy[i] ^= (uint8_t)(1u << bit);
			if (check_all(copy, archive.size) == ARCHIVE_OK) {
				fail_msg("byte %zu, bit %u", i, bit);
			}
			copy[i] ^= (uint8_t)(1u << bit);
		}
	}
	free(copy);
}

/* A page of zeros more, and a header that counts it. */
static void test_page_too_many(void **unused)
{
	(void)unused;
	uint8_t *copy = calloc(1, archive.size + 4096);

	assert_non_null(copy);
	memcpy(copy, archive.data, archive.size);
	((struct archive_header *)(void *)copy)->total_size += 4096;
	assert_int_equal(check_all(copy, archive.size + 4096),
			 ARCHIVE_SIZE_WRONG);
	free(copy);
}

static void test_misplaced(void **unused)
{
	(void)unused;
	struct archive_view view;

	assert_int_equal(archive_check(archive.data + 4, 8192, &view),
			 ARCHIVE_MISPLACED);
}

/* A table that a forger hashed anew must be refused for what it says. */
static void expect_table(void (*forge)(struct archive_header *,
				       struct archive_entry *),
			 enum archive_error wanted)
{
	uint8_t *copy = tight_copy(archive.data, archive.size);
	struct archive_header *header = (struct archive_header *)(void *)copy;
	struct archive_entry *entries = (struct archive_entry *)(header + 1);

	forge(header, entries);
	if (header->count <= 7) {
		sha256_of(entries, header->count * sizeof(*entries),
			  header->table_sha256);
	}
	assert_string_equal(archive_error_text(check_all(copy, archive.size)),
			    archive_error_text(wanted));
	free(copy);
}

#define FORGE(name)                                     \
	static void name(struct archive_header *header, \
			 struct archive_entry *entries)

FORGE(nothing)
{
	(void)header;
	(void)entries;
}
FORGE(no_entries)
{
	(void)entries;
	header->count = 0;
}
FORGE(many_entries)
{
	(void)entries;
	header->count = ARCHIVE_ENTRY_LIMIT + 1;
}
FORGE(one_entry_less)
{
	(void)entries;
	header->count--;
}
FORGE(huge_total)
{
	(void)entries;
	header->total_size = UINT64_MAX & ~4095ull;
}
FORGE(odd_total)
{
	(void)entries;
	header->total_size -= 8;
}
FORGE(tiny_total)
{
	(void)entries;
	header->total_size = 0;
}
FORGE(long_total)
{
	(void)entries;
	header->total_size += 4096;
}
FORGE(short_total)
{
	(void)entries;
	header->total_size -= 4096;
}
FORGE(other_version)
{
	(void)entries;
	header->version++;
}
FORGE(long_name)
{
	(void)header;
	memset(entries[6].name, 'z', sizeof(entries[6].name));
}
FORGE(no_name)
{
	(void)header;
	memset(entries[0].name, 0, sizeof(entries[0].name));
}
FORGE(name_with_space)
{
	(void)header;
	entries[6].name[1] = ' ';
}
FORGE(name_with_escape)
{
	(void)header;
	entries[6].name[1] = 27;
}
FORGE(name_edges)
{
	(void)header;
	entries[6].name[0] = '~';
	entries[6].name[1] = '!';
}
FORGE(name_31)
{
	(void)header;
	memset(entries[6].name, 'z', 31);
}
FORGE(name_with_tail)
{
	(void)header;
	entries[6].name[31] = 0;
	entries[6].name[20] = 'x';
}
FORGE(same_name)
{
	(void)header;
	memcpy(entries[6].name, entries[5].name, sizeof(entries[5].name));
}
FORGE(unsorted)
{
	(void)header;
	entries[6].name[0] = 'l';
}
FORGE(type_0)
{
	(void)header;
	entries[6].type = 0;
}
FORGE(type_7)
{
	(void)header;
	entries[6].type = 7;
}
FORGE(second_kernel)
{
	(void)header;
	entries[6].type = ARCHIVE_TYPE_KERNEL;
}
FORGE(kernel_as_capsule)
{
	(void)header;
	entries[2].type = ARCHIVE_TYPE_CAPSULE;
}
FORGE(unaligned)
{
	(void)header;
	entries[3].offset += 8;
}
FORGE(overlapping)
{
	(void)header;
	entries[3].offset -= 4096;
}
FORGE(in_the_table)
{
	(void)header;
	entries[0].offset = 0;
}
FORGE(wrapping_offset)
{
	(void)header;
	entries[3].offset = 0ull - 4096;
}
FORGE(empty)
{
	(void)header;
	entries[3].size = 0;
}
FORGE(wrapping_size)
{
	(void)header;
	entries[3].size = UINT64_MAX;
}
FORGE(size_too_large)
{
	(void)header;
	entries[6].size = 4097;
}
FORGE(gap)
{
	(void)header;
	entries[2].size -= 4096; /* the next one starts a page too late */
}
FORGE(longer)
{
	(void)header;
	entries[3].size++;
}
FORGE(reserved)
{
	(void)header;
	entries[3].zero = 1;
}

static void test_forged(void **unused)
{
	(void)unused;
	expect_table(nothing, ARCHIVE_OK);
	expect_table(no_entries, ARCHIVE_COUNT_WRONG);
	expect_table(many_entries, ARCHIVE_COUNT_WRONG);
	/* The row that is no longer counted is padding that is not zero. */
	expect_table(one_entry_less, ARCHIVE_PADDING);
	expect_table(huge_total, ARCHIVE_SIZE_WRONG);
	expect_table(odd_total, ARCHIVE_SIZE_WRONG);
	expect_table(tiny_total, ARCHIVE_SIZE_WRONG);
	expect_table(long_total, ARCHIVE_TRUNCATED);
	expect_table(short_total, ARCHIVE_ENTRY_SIZE);
	expect_table(other_version, ARCHIVE_VERSION_WRONG);
	expect_table(long_name, ARCHIVE_NAME_WRONG);
	expect_table(no_name, ARCHIVE_NAME_WRONG);
	expect_table(name_with_space, ARCHIVE_NAME_WRONG);
	expect_table(name_with_escape, ARCHIVE_NAME_WRONG);
	expect_table(name_edges, ARCHIVE_OK);
	expect_table(name_31, ARCHIVE_OK);
	expect_table(name_with_tail, ARCHIVE_NAME_WRONG);
	expect_table(same_name, ARCHIVE_ORDER);
	expect_table(unsorted, ARCHIVE_ORDER);
	expect_table(type_0, ARCHIVE_TYPE_WRONG);
	expect_table(type_7, ARCHIVE_TYPE_WRONG);
	expect_table(second_kernel, ARCHIVE_TYPE_WRONG);
	expect_table(kernel_as_capsule, ARCHIVE_TYPE_WRONG);
	expect_table(unaligned, ARCHIVE_ALIGNMENT);
	expect_table(overlapping, ARCHIVE_PLACE);
	expect_table(in_the_table, ARCHIVE_PLACE);
	expect_table(wrapping_offset, ARCHIVE_PLACE);
	expect_table(empty, ARCHIVE_ENTRY_SIZE);
	expect_table(wrapping_size, ARCHIVE_ENTRY_SIZE);
	expect_table(size_too_large, ARCHIVE_ENTRY_SIZE);
	expect_table(gap, ARCHIVE_PLACE);
	expect_table(longer, ARCHIVE_ENTRY_HASH);
	expect_table(reserved, ARCHIVE_PADDING);
}

/* Random tables with a right hash: whatever is accepted can be read. */
static void test_random(void **unused)
{
	(void)unused;
	uint64_t state = 1;

	for (uint32_t round = 0; round < 20000; round++) {
		uint8_t *copy = tight_copy(archive.data, archive.size);
		struct archive_header *header =
			(struct archive_header *)(void *)copy;
		struct archive_view view;

		for (uint64_t n = chance(&state) % 4 + 1; n > 0; n--) {
			copy[64 + chance(&state) % (7 * 88)] =
				(uint8_t)chance(&state);
		}
		sha256_of(header + 1, 7 * sizeof(struct archive_entry),
			  header->table_sha256);
		if (archive_check(copy, archive.size, &view) == ARCHIVE_OK) {
			for (uint32_t i = 0; i < view.count; i++) {
				archive_verify_entry(&view, i);
				assert_ptr_equal(
					archive_find(&view,
						     view.entries[i].name),
					&view.entries[i]);
			}
		}
		free(copy);
	}
}

static void test_pack_refuses(void **unused)
{
	(void)unused;
	struct bytes out;
	struct pack_item twice[] = {
		item("a.elf", ARCHIVE_TYPE_CAPSULE, 1),
		item("a.elf", ARCHIVE_TYPE_CAPSULE, 2),
	};
	struct pack_item empty[] = { item("a.elf", ARCHIVE_TYPE_CAPSULE, 0) };

	assert_string_equal(pack_archive(&arena, twice, 2, &out),
			    "'a.elf' is there twice");
	assert_string_equal(pack_archive(&arena, empty, 1, &out),
			    "'a.elf' is empty or too large");
	assert_non_null(pack_archive(&arena, empty, 0, &out));
	assert_non_null(pack_archive(&arena, empty, 257, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_longer_memory),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_page_too_many),
		cmocka_unit_test(test_misplaced),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_pack_refuses),
	};
	return cmocka_run_group_tests_name("archive", tests, set_up, tear_down);
}
