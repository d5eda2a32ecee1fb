/* SPDX-License-Identifier: Apache-2.0 */
/* Words to values, and that the schema's table is consistent. */

#include "test.h"

#include "abi/manifest.h"
#include "tess/schema.h"
#include "tess/value.h"

static void size_is(const char *text, enum value_error error, uint64_t value)
{
	uint64_t found = 0;

	assert_int_equal(value_size(text, &found), error);
	if (error == VALUE_OK) {
		assert_int_equal(found, value);
	}
}

static void test_sizes(void **unused)
{
	(void)unused;
	size_is("0B", VALUE_OK, 0);
	size_is("4096B", VALUE_OK, 4096);
	size_is("4KiB", VALUE_OK, 4096);
	size_is("007MiB", VALUE_OK, 7ull << 20);
	size_is("17179869183GiB", VALUE_OK, 17179869183ull << 30);
	size_is("17179869184GiB", VALUE_TOO_LARGE, 0);
	size_is("18446744073709551616B", VALUE_TOO_LARGE, 0);
	size_is("18446744073709551616", VALUE_NO_UNIT, 0);
	size_is("4", VALUE_NO_UNIT, 0);
	size_is("4 KiB", VALUE_BAD_UNIT, 0);
	size_is("4KiB ", VALUE_BAD_UNIT, 0);
	size_is("4kib", VALUE_BAD_UNIT, 0);
	size_is("4KB", VALUE_BAD_UNIT, 0);
	size_is("1.5MiB", VALUE_BAD_UNIT, 0);
	size_is("0x4KiB", VALUE_BAD_UNIT, 0);
	size_is("-4KiB", VALUE_NOT_A_NUMBER, 0);
	size_is("+4KiB", VALUE_NOT_A_NUMBER, 0);
	size_is("KiB", VALUE_NOT_A_NUMBER, 0);
	size_is("", VALUE_NOT_A_NUMBER, 0);
}

static void test_times(void **unused)
{
	(void)unused;
	uint64_t value = 0;

	assert_int_equal(value_time("2ms", &value), VALUE_OK);
	assert_int_equal(value, 2000);
	assert_int_equal(value_time("60s", &value), VALUE_OK);
	assert_int_equal(value, 60000000);
	assert_int_equal(value_time("10m", &value), VALUE_OK);
	assert_int_equal(value, 600000000);
	assert_int_equal(value_time("5h", &value), VALUE_OK);
	assert_int_equal(value_time("10min", &value), VALUE_BAD_UNIT);
	assert_int_equal(value_time("10", &value), VALUE_NO_UNIT);
	assert_int_equal(value_time("9999999999999999h", &value),
			 VALUE_TOO_LARGE);
}

static void test_rates(void **unused)
{
	(void)unused;
	uint64_t value = 0;

	assert_int_equal(value_rate("2000/s", &value), VALUE_OK);
	assert_int_equal(value, 2000);
	assert_int_equal(value_rate("1MiB/s", &value), VALUE_OK);
	assert_int_equal(value, 1 << 20);
	assert_int_equal(value_rate("2000", &value), VALUE_NO_UNIT);
	assert_int_equal(value_rate("2000/m", &value), VALUE_NO_UNIT);
	assert_int_equal(value_rate("/s", &value), VALUE_NOT_A_NUMBER);
	assert_int_equal(value_rate("3cats/s", &value), VALUE_BAD_UNIT);
	assert_int_equal(
		value_rate("00000000000000000000000000000000001/s", &value),
		VALUE_TOO_LARGE);
}

static void test_names(void **unused)
{
	(void)unused;
	assert_true(value_is_name("a"));
	assert_true(value_is_name("abcdefghijklmnopqrstuvwxyz01234"));
	assert_false(value_is_name("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(value_is_name(""));
	assert_false(value_is_name("A"));
	assert_false(value_is_name("1a"));
	assert_false(value_is_name("-a"));
	assert_false(value_is_name("a_b"));
	assert_false(value_is_name("a b"));
	assert_false(value_is_name("a\n"));

	assert_true(value_is_image("a.elf"));
	assert_true(value_is_image("2nd_try-b.v1.elf"));
	assert_false(value_is_image(".elf"));
	assert_false(value_is_image("a.ELF"));
	assert_false(value_is_image("../a.elf"));
	assert_false(value_is_image("a/b.elf"));
	assert_false(value_is_image("nano"));
	assert_false(value_is_image("a-name-longer-than-the-field.elf"));

	assert_true(value_is_pattern("kv"));
	assert_true(value_is_pattern("net.*"));
	assert_true(value_is_pattern("net.tcp"));
	assert_false(value_is_pattern("*"));
	assert_false(value_is_pattern("*.tcp"));
	assert_false(value_is_pattern("net."));
	assert_false(value_is_pattern(".kv"));
	assert_false(value_is_pattern("a.b.c"));
	assert_false(value_is_pattern("a.**"));
	assert_false(value_is_pattern(""));
}

static void test_distance(void **unused)
{
	(void)unused;
	assert_int_equal(value_distance("", ""), 0);
	assert_int_equal(value_distance("uses", "uses"), 0);
	assert_int_equal(value_distance("usse", "uses"), 1);
	assert_int_equal(value_distance("use", "uses"), 1);
	assert_int_equal(value_distance("abc", ""), 3);
	assert_int_equal(value_distance("kitten", "sitting"), 3);
	assert_int_equal(
		value_distance("a word that is longer than any name is", "a"),
		UINT32_MAX);
	assert_false(value_is_near("kv", "fs"));
	assert_true(value_is_near("storage", "store"));
}

static void test_size_text(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };

	assert_string_equal(value_size_text(&arena, 0), "0B");
	assert_string_equal(value_size_text(&arena, 4097), "4097B");
	assert_string_equal(value_size_text(&arena, 4096), "4KiB");
	assert_string_equal(value_size_text(&arena, 6ull << 20), "6MiB");
	assert_string_equal(value_size_guess(&arena, "4MB"), "4MiB");
	assert_string_equal(value_size_guess(&arena, "4 gib"), "4GiB");
	assert_null(value_size_guess(&arena, "4"));
	assert_null(value_size_guess(&arena, "4 parsecs"));
	assert_null(value_size_guess(&arena, "much"));
	arena_free(&arena);
}

/* Each row but the first hangs below another, and can be found from there. */
static void test_schema(void **unused)
{
	(void)unused;
	for (uint32_t i = 1; i < KEY_COUNT; i++) {
		const struct schema_row *row = &schema_rows[i];
		const struct schema_row *parent = NULL;

		for (uint32_t k = 0; k < KEY_COUNT; k++) {
			if (schema_is_child(&schema_rows[k], row)) {
				assert_null(parent);
				parent = &schema_rows[k];
			}
		}
		assert_non_null(parent);
		bool entry =
			strcmp(row->path + strlen(row->path) - 2, "[]") == 0;
		assert_ptr_equal(
			schema_child(parent, entry ? "[]" : schema_key(row)),
			row);
		assert_true(!row->enforced || parent->enforced);
		assert_true(*row->doc != '\0' && *row->example != '\0');
		assert_int_equal(entry, parent->type == SCHEMA_LIST);
	}
	assert_null(schema_child(&schema_rows[KEY_ROOT], "capsules.*"));
	assert_null(schema_child(&schema_rows[KEY_USES], "service"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_size_text),
		cmocka_unit_test(test_schema),
	};
	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
