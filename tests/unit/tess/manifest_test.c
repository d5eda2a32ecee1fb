/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled manifest: what the compiler writes passes its check, what was
 * changed is refused, and whatever passes can be walked without a fault. The
 * texts mutated here are read the same way: refused, or compiled and sound.
 */

#include "test.h"

#include "common/manifest.h"
#include "tess/diag.h"
#include "tess/model.h"

static const char text[] =
	"system: demo\n"
	"capsules:\n"
	"  web:\n"
	"    image: web.elf\n"
	"    quota: { memory: 2MiB, virtual: 64MiB, caps: 64 }\n"
	"    uses:\n"
	"      - service: kv\n"
	"        from: store\n"
	"        rights: [get, list]\n"
	"        reason: serves pages\n"
	"      - { service: block, from: disk, rights: [read], reason: x }\n"
	"    never-reaches: [\"net.*\", store.admin]\n"
	"  store:\n"
	"    image: store.elf\n"
	"    lifetime: daemon\n"
	"    quota: { memory: 4MiB, virtual: 1GiB, caps: 256 }\n"
	"    offers:\n"
	"      kv: { rights: [get, put, list], to: [web] }\n"
	"      admin: { rights: [wipe] }\n"
	"    uses:\n"
	"      - service: block\n"
	"        from: disk\n"
	"        rights: [write, read]\n"
	"        reason: keeps its pages\n"
	"  disk:\n"
	"    image: disk.elf\n"
	"    quota: { memory: 1MiB, virtual: 16MiB, caps: 32 }\n"
	"    offers:\n"
	"      block: { rights: [read, write] }\n";

/* Reads and compiles a text; without data if it was refused. */
static struct bytes compile(struct arena *arena, const char *yaml, size_t size)
{
	struct diags diags = { .arena = arena, .file = "test.yaml" };
	struct model model = { 0 };
	yaml_document_t document;
	uint8_t *tight = tight_copy(yaml, size);
	struct bytes result = { 0 };

	if (yaml_read(&diags, (struct bytes){ tight, size }, &document)) {
		model_read(&diags, &document, &model);
		yaml_document_delete(&document);
		model_check(&diags, &model, 256ull << 20);
		if (diags.count == 0) {
			result = model_compile(arena, &model);
		}
	}
	assert_int_equal(result.data == NULL, diags.count != 0);
	free(tight);
	return result;
}

/* The compiled form of the text above. */
static struct bytes sound(struct arena *arena)
{
	struct bytes bytes = compile(arena, text, sizeof(text) - 1);

	if (bytes.data == NULL || bytes.size < sizeof(struct manifest_header)) {
		abort();
	}
	return bytes;
}

/* Reads all that a checked manifest says; the sum keeps it from vanishing. */
static uint64_t walk(const struct manifest_view *view)
{
	uint64_t sum = strlen(manifest_system(view));

	for (uint32_t i = 0; i < view->header->capsule_count; i++) {
		const struct manifest_capsule *capsule =
			manifest_capsule(view, manifest_start(view, i));
		const char *name = manifest_string(view, capsule->name);

		assert_in_range(strlen(name), 1, 31);
		assert_int_equal(manifest_find_capsule(view, name),
				 manifest_start(view, i));
		sum += strlen(manifest_string(view, capsule->image));
		for (uint32_t k = 0; k < capsule->offer_count; k++) {
			const struct manifest_offer *offer =
				manifest_offer(view, capsule->first_offer + k);

			assert_ptr_equal(manifest_capsule(view, offer->capsule),
					 capsule);
			sum += strlen(manifest_string(view, offer->name));
			assert_int_equal(manifest_offer_ops(offer) >> 31, 0);
			for (uint32_t b = 0; b < offer->right_count; b++) {
				sum += strlen(manifest_right(view, offer, b));
			}
		}
		for (uint32_t k = 0; k < capsule->use_count; k++) {
			const struct manifest_use *use =
				manifest_use(view, capsule->first_use + k);
			const struct manifest_offer *offer =
				manifest_offer(view, use->offer);

			assert_int_equal(use->ops & ~manifest_offer_ops(offer),
					 0);
			sum += strlen(manifest_string(view, use->reason));
		}
	}
	return sum;
}

static void test_compiled(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sound(&arena);
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
	walk(&view);
	arena_free(&arena);
}

static void test_truncated(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sound(&arena);
	struct manifest_view view;

	for (size_t size = 0; size < bytes.size; size++) {
		uint8_t *tight = tight_copy(bytes.data, size);

		assert_int_equal(manifest_check(tight, size, &view),
				 MANIFEST_TRUNCATED);
		free(tight);
	}
	uint8_t *longer = calloc(1, bytes.size + 8);
	assert_non_null(longer);
	memcpy(longer, bytes.data, bytes.size);
	assert_int_equal(manifest_check(longer, bytes.size + 8, &view),
			 MANIFEST_SIZE_WRONG);
	assert_int_equal(manifest_check(longer + 4, bytes.size, &view),
			 MANIFEST_MISPLACED);
	free(longer);
	arena_free(&arena);
}

/* One change of a sound manifest, and what it must be refused for. */
struct change {
	const char *what;
	size_t offset; /* of a 32-bit word */
	uint32_t value;
	enum manifest_error wanted;
};

#define AT(type, index, field) \
	((index) * sizeof(struct type) + offsetof(struct type, field))
#define HEADER(field) offsetof(struct manifest_header, field)
#define CAPSULE(index, field) \
	(sizeof(struct manifest_header) + AT(manifest_capsule, index, field))
#define OFFER(index, field) \
	(CAPSULE(3, name) + AT(manifest_offer, index, field))
#define RIGHT(index)      (OFFER(3, capsule) + (index) * 4)
#define USE(index, field) (RIGHT(6) + AT(manifest_use, index, field))
#define ORDER(index)      (USE(3, capsule) + (index) * 4)

static const struct change changes[] = {
	{ "magic", HEADER(magic), 0, MANIFEST_MAGIC_WRONG },
	{ "version", HEADER(version), 2, MANIFEST_VERSION_WRONG },
	{ "system", HEADER(system), 0, MANIFEST_STRING_WRONG },
	{ "system", HEADER(system), 2, MANIFEST_STRING_WRONG },
	{ "system", HEADER(system), UINT32_MAX, MANIFEST_STRING_WRONG },
	{ "size", HEADER(total_size) + 4, 1, MANIFEST_TRUNCATED },
	{ "memory", HEADER(memory_bytes), 4096, MANIFEST_QUOTA_WRONG },
	{ "none", HEADER(capsule_count), 0, MANIFEST_COUNT_WRONG },
	{ "many", HEADER(capsule_count), 129, MANIFEST_COUNT_WRONG },
	{ "offers", HEADER(offer_count), 97, MANIFEST_COUNT_WRONG },
	{ "offers", HEADER(offer_count), 2, MANIFEST_SIZE_WRONG },
	{ "rights", HEADER(right_count), 94, MANIFEST_COUNT_WRONG },
	{ "uses", HEADER(use_count), 97, MANIFEST_COUNT_WRONG },
	{ "pool", HEADER(string_size), UINT32_MAX, MANIFEST_COUNT_WRONG },
	{ "zero", HEADER(zero), 1, MANIFEST_RESERVED },
	{ "name", CAPSULE(0, name), 0, MANIFEST_STRING_WRONG },
	{ "image", CAPSULE(0, image), UINT32_MAX, MANIFEST_STRING_WRONG },
	{ "class", CAPSULE(0, class), 1, MANIFEST_RESERVED },
	{ "lifetime", CAPSULE(0, lifetime), 2, MANIFEST_RESERVED },
	{ "memory", CAPSULE(0, memory_bytes), 0, MANIFEST_QUOTA_WRONG },
	{ "memory", CAPSULE(0, memory_bytes), 4097, MANIFEST_QUOTA_WRONG },
	{ "memory", CAPSULE(0, memory_bytes) + 4, 1 << 9,
	  MANIFEST_QUOTA_WRONG },
	{ "virtual", CAPSULE(0, virtual_bytes), 1, MANIFEST_QUOTA_WRONG },
	{ "virtual", CAPSULE(0, virtual_bytes) + 4, 1 << 16,
	  MANIFEST_QUOTA_WRONG },
	{ "caps", CAPSULE(0, cap_slots), 100, MANIFEST_QUOTA_WRONG },
	{ "caps", CAPSULE(0, cap_slots), 8, MANIFEST_QUOTA_WRONG },
	{ "caps", CAPSULE(0, cap_slots), 8192, MANIFEST_QUOTA_WRONG },
	{ "offers", CAPSULE(1, first_offer), 0, MANIFEST_RANGE_WRONG },
	{ "offers", CAPSULE(1, offer_count), 1, MANIFEST_RANGE_WRONG },
	{ "offers", CAPSULE(1, offer_count), 33, MANIFEST_COUNT_WRONG },
	{ "uses", CAPSULE(1, first_use), 1, MANIFEST_RANGE_WRONG },
	{ "uses", CAPSULE(2, use_count), 3, MANIFEST_RANGE_WRONG },
	{ "uses", CAPSULE(2, use_count), 33, MANIFEST_COUNT_WRONG },
	{ "zero", CAPSULE(2, zero), 1, MANIFEST_RESERVED },
	{ "server", OFFER(0, capsule), 3, MANIFEST_INDEX_WRONG },
	{ "server", OFFER(0, capsule), 1, MANIFEST_RANGE_WRONG },
	{ "service", OFFER(0, name), UINT32_MAX, MANIFEST_STRING_WRONG },
	{ "right", OFFER(0, first_right), 1, MANIFEST_COUNT_WRONG },
	{ "right", OFFER(2, right_count), 4, MANIFEST_COUNT_WRONG },
	{ "right", OFFER(2, right_count), 0, MANIFEST_COUNT_WRONG },
	{ "right", OFFER(2, right_count), 32, MANIFEST_COUNT_WRONG },
	{ "right", OFFER(2, right_count), 2, MANIFEST_COUNT_WRONG },
	{ "right", RIGHT(0), 0, MANIFEST_STRING_WRONG },
	{ "client", USE(0, capsule), 3, MANIFEST_INDEX_WRONG },
	{ "client", USE(0, capsule), 2, MANIFEST_RANGE_WRONG },
	{ "offer", USE(0, offer), 3, MANIFEST_INDEX_WRONG },
	{ "itself", USE(0, offer), 1, MANIFEST_OPS_WRONG },
	{ "ops", USE(0, ops), 0, MANIFEST_OPS_WRONG },
	{ "ops", USE(0, ops), 4, MANIFEST_OPS_WRONG },
	{ "ops", USE(0, ops), 0x80000001, MANIFEST_OPS_WRONG },
	{ "twice", USE(2, offer), 0, MANIFEST_OPS_WRONG },
	{ "reason", USE(0, reason), 0, MANIFEST_STRING_WRONG },
	{ "order", ORDER(0), 3, MANIFEST_INDEX_WRONG },
	{ "order", ORDER(0), 1, MANIFEST_START_ORDER },
};

static void test_changed(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sound(&arena);
	struct manifest_view view;

	for (uint32_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const struct change *change = &changes[i];
		uint8_t *tight = tight_copy(bytes.data, bytes.size);

		memcpy(tight + change->offset, &change->value, 4);
		enum manifest_error found =
			manifest_check(tight, bytes.size, &view);
		if (found != change->wanted) {
			fail_msg("change %u, %s: %s", i, change->what,
				 manifest_error_text(found));
		}
		free(tight);
	}
	arena_free(&arena);
}

/* Two capsules of a sound manifest swapped in the start order. */
static void test_order(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sound(&arena);
	struct manifest_view view;
	uint32_t *order = (uint32_t *)(void *)(bytes.data + ORDER(0));

	order[0] = 1;
	order[1] = 0;
	assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
			 MANIFEST_START_ORDER);
	arena_free(&arena);
}

/* Changes one place; words get values that are near to being right. */
static void mutate(uint8_t *bytes, size_t size, uint64_t *state)
{
	size_t at = (size_t)(chance(state) % size);

	switch (chance(state) % 4) {
	case 0:
		bytes[at] = (uint8_t)chance(state);
		break;
	case 1:
		bytes[at] ^= (uint8_t)(1u << chance(state) % 8);
		break;
	default: {
		static const uint32_t values[] = { 0,  1,   2,    3,
						   31, 128, 4096, UINT32_MAX };
		uint32_t word;

		at &= ~(size_t)3;
		memcpy(&word, bytes + at, 4);
		word = chance(state) % 2 == 0
			       ? values[chance(state) % 8]
			       : word + (uint32_t)(chance(state) % 5) - 2;
		memcpy(bytes + at, &word, 4);
		break;
	}
	}
}

static void test_random_binary(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sound(&arena);
	uint64_t state = 3;
	uint32_t accepted = 0;

	for (uint32_t round = 0; round < 40000; round++) {
		uint8_t *tight = tight_copy(bytes.data, bytes.size);
		struct manifest_view view;

		for (uint64_t n = chance(&state) % 3 + 1; n > 0; n--) {
			mutate(tight, bytes.size, &state);
		}
		if (manifest_check(tight, bytes.size, &view) == MANIFEST_OK) {
			assert_true(walk(&view) > 0);
			accepted++;
		}
		free(tight);
	}
	assert_in_range(accepted, 1000, 30000);
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
	size_t size = sizeof(text) - 1;

	memcpy(out, text, size);
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
		char changed[sizeof(text) + 64];
		size_t size = mutate_text(changed, &state);
		struct bytes bytes = compile(&arena, changed, size);

		accepted += bytes.data != NULL;
		arena_free(&arena);
	}
	assert_in_range(accepted, 50, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compiled),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_random_binary),
		cmocka_unit_test(test_random_text),
	};
	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
