/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests from text to binary: what the compiler writes is what the text
 * says, up to the limits of the form. Texts changed at random are refused, or
 * compiled to something sound.
 */

#include "sample.h"

static void test_compiled(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sample_binary(&arena);
	struct manifest_view view;

	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_OK);
	assert_string_equal(manifest_system(&view), "demo");
	assert_int_equal(view.header->memory_bytes, 7ull << 20);
	assert_int_equal(view.header->capsule_count, 3);

	/* Sorted by name; started servers first. */
	assert_int_equal(manifest_find_capsule(&view, "disk"), 0);
	assert_int_equal(manifest_find_capsule(&view, "store"), 1);
	assert_int_equal(manifest_find_capsule(&view, "web"), 2);
	assert_int_equal(manifest_find_capsule(&view, "we"),
			 MANIFEST_NOT_FOUND);
	assert_int_equal(manifest_start(&view, 0), 0);
	assert_int_equal(manifest_start(&view, 1), 1);
	assert_int_equal(manifest_start(&view, 2), 2);

	const struct manifest_capsule *store = manifest_capsule(&view, 1);
	assert_int_equal(store->lifetime, MANIFEST_LIFETIME_DAEMON);
	assert_int_equal(store->cap_slots, 256);
	assert_int_equal(store->offer_count, 2);
	const struct manifest_offer *kv =
		manifest_offer(&view, store->first_offer + 1);
	assert_string_equal(manifest_string(&view, kv->name), "kv");
	assert_string_equal(manifest_right(&view, kv, 0), "get");
	assert_string_equal(manifest_right(&view, kv, 2), "list");

	const struct manifest_capsule *web = manifest_capsule(&view, 2);
	assert_int_equal(web->lifetime, MANIFEST_LIFETIME_PROGRAM);
	assert_int_equal(manifest_capsule(&view, 0)->lifetime,
			 MANIFEST_LIFETIME_DAEMON);
	assert_int_equal(web->use_count, 2);
	const struct manifest_use *use =
		manifest_use(&view, web->first_use + 1);
	assert_ptr_equal(manifest_offer(&view, use->offer), kv);
	assert_int_equal(use->ops, 5); /* get and list: bits 0 and 2 */
	assert_string_equal(manifest_string(&view, use->reason),
			    "serves pages");
	use = manifest_use(&view, store->first_use);
	assert_int_equal(use->ops, 3); /* in whatever order they are listed */
	sample_walk(&view);
	arena_free(&arena);
}

/* Appends `count` pieces; %u is their number. */
static char *repeat(struct arena *arena, char *yaml, const char *before,
		    const char *after, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		yaml = arena_printf(arena, "%s%s%u%s", yaml, before, i, after);
	}
	return yaml;
}

/*
 * One server with `offers` services of `rights` rights, and one client that
 * uses all of them with all rights but the first.
 */
static struct bytes large(struct arena *arena, uint32_t offers, uint32_t rights,
			  const char *caps)
{
	char *list =
		repeat(arena, arena_printf(arena, "r"), "", ", r", rights - 1);
	char *yaml = arena_printf(
		arena,
		"system: large\ncapsules:\n  s:\n    image: s.elf\n"
		"    quota: { memory: 4KiB, virtual: 4KiB, caps: %s }\n"
		"    offers:\n",
		caps);

	list = arena_printf(arena, "%s%u", list, rights);
	yaml = repeat(arena, yaml, "      v",
		      arena_printf(arena, ": { rights: [%s] }\n", list),
		      offers);
	yaml = arena_printf(
		arena,
		"%s  c:\n    image: c.elf\n"
		"    quota: { memory: 4KiB, virtual: 4KiB, caps: %s }\n"
		"    uses:\n",
		yaml, caps);
	yaml = repeat(arena, yaml, "      - { service: v",
		      arena_printf(arena,
				   ", from: s, rights: [r%u], reason: x }\n",
				   rights),
		      offers);
	return sample_compile(arena, yaml, strlen(yaml));
}

static void test_limits(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct manifest_view view;
	struct bytes bytes = large(&arena, 32, 31, "64");

	assert_non_null(bytes.data);
	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_OK);
	assert_int_equal(view.header->offer_count, 32);
	assert_int_equal(view.header->right_count, 32 * 31);
	assert_int_equal(manifest_use(&view, 0)->ops, 1u << 30);
	sample_walk(&view);
	/* One right more than method numbers, taken from the next offer. */
	struct manifest_offer *offers =
		(void *)(bytes.data + sizeof(struct manifest_header) +
			 2 * sizeof(struct manifest_capsule));
	offers[0].right_count++;
	offers[1].first_right++;
	offers[1].right_count--;
	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_COUNT_WRONG);
	assert_null(large(&arena, 33, 31, "64").data);
	assert_null(large(&arena, 32, 32, "64").data);
	assert_non_null(large(&arena, 8, 3, "16").data);
	assert_null(large(&arena, 9, 3, "16").data);

	/* One service more than the slots hold, past the compiler. */
	bytes = large(&arena, 9, 3, "32");
	assert_non_null(bytes.data);
	struct manifest_capsule *capsules =
		(void *)(bytes.data + sizeof(struct manifest_header));
	capsules[0].cap_slots = 16;
	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_QUOTA_WRONG);
	arena_free(&arena);
}

/* A capsule without routes still needs more slots than its own. */
static void test_least_slots(void **unused)
{
	(void)unused;
	static const char alone[] =
		"system: s\ncapsules: { c: { image: c.elf, quota: "
		"{ memory: 4KiB, virtual: 4KiB, caps: 16 } } }\n";
	struct arena arena = { 0 };
	struct manifest_view view;
	struct bytes bytes = sample_compile(&arena, alone, sizeof(alone) - 1);

	assert_non_null(bytes.data);
	struct manifest_capsule *capsules =
		(void *)(bytes.data + sizeof(struct manifest_header));
	capsules[0].cap_slots = 8;
	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_QUOTA_WRONG);
	arena_free(&arena);
}

/* Texts with letters, words and lines changed, moved, doubled and lost. */
static size_t mutate_text(char *out, uint64_t *state)
{
	static const char pieces[][12] = { "[",    "]",    "{",     "}",
					   ": ",   "\n",   "  ",    "- ",
					   "\t",   "&a ",  "*a",    "get",
					   "kv",   "#",    "\"",    "web",
					   "disk", "0MiB", "---\n", "" };
	size_t size = sample_size;

	memcpy(out, sample_text, size);
	for (uint64_t n = chance(state) % 4 + 1; n > 0; n--) {
		const char *piece = pieces[chance(state) % 20];
		size_t length = strlen(piece);
		size_t at = (size_t)(chance(state) % size);
		size_t lost = (size_t)(chance(state) % 6);

		if (at + lost > size) {
			lost = size - at;
		}
		memmove(out + at + length, out + at + lost, size - at - lost);
		for (size_t i = 0; i < length; i++) {
			out[at + i] = piece[i];
		}
		size = size - lost + length;
	}
	return size;
}

static void test_random_text(void **unused)
{
	(void)unused;
	uint64_t state = 4;
	uint32_t accepted = 0;

	for (uint32_t round = 0; round < 5000; round++) {
		struct arena arena = { 0 };
		char changed[2048];
		size_t size = mutate_text(changed, &state);
		struct bytes bytes = sample_compile(&arena, changed, size);

		accepted += bytes.data != NULL;
		arena_free(&arena);
	}
	assert_in_range(accepted, 50, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compiled),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_least_slots),
		cmocka_unit_test(test_random_text),
	};
	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
