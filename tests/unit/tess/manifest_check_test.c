/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker of compiled manifests: what was changed is refused for the right
 * reason, and whatever passes can be walked without a fault.
 */

#include "sample.h"

static void test_truncated(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sample_binary(&arena);
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
	{ "version", HEADER(version), 1, MANIFEST_VERSION_WRONG },
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
	{ "right", OFFER(2, right_count), 31, MANIFEST_COUNT_WRONG },
	{ "no uses", CAPSULE(0, first_use), 1, MANIFEST_RANGE_WRONG },
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
	{ "grant", USE(0, grant), 2, MANIFEST_GRANT_WRONG },
	{ "delegation", OFFER(2, delegation), 255, MANIFEST_GRANT_WRONG },
	{ "order", ORDER(0), 3, MANIFEST_INDEX_WRONG },
	{ "order", ORDER(0), 1, MANIFEST_START_ORDER },
};

static void test_changed(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct bytes bytes = sample_binary(&arena);
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

/* A sound manifest with its tables in reach, to be forged. */
struct parts {
	struct manifest_header *header;
	struct manifest_capsule *capsules;
	struct manifest_offer *offers;
	uint32_t *rights;
	struct manifest_use *uses;
	uint32_t *order;
	char *strings;
	uint8_t *end;
};

static void expect_forged(void (*forge)(struct parts *),
			  enum manifest_error wanted)
{
	struct arena arena = { 0 };
	struct bytes bytes = sample_binary(&arena);
	uint8_t *tight = tight_copy(bytes.data, bytes.size);
	struct manifest_view view;
	struct parts parts = {
		(void *)tight,
		(void *)(tight + CAPSULE(0, name)),
		(void *)(tight + OFFER(0, capsule)),
		(void *)(tight + RIGHT(0)),
		(void *)(tight + USE(0, capsule)),
		(void *)(tight + ORDER(0)),
		(char *)(tight + ORDER(3)),
		tight + bytes.size,
	};

	forge(&parts);
	enum manifest_error found = manifest_check(tight, bytes.size, &view);
	if (found == MANIFEST_OK) {
		sample_walk(&view);
	}
	free(tight);
	arena_free(&arena);
	assert_string_equal(manifest_error_text(found),
			    manifest_error_text(wanted));
}

static void forge_nothing(struct parts *p)
{
	/* The tests below rely on there being some padding. */
	assert_int_not_equal(p->header->string_size % 8, 0);
}

static void forge_order_swapped(struct parts *p)
{
	p->order[0] = 1;
	p->order[1] = 0;
}

static void forge_order_twice(struct parts *p)
{
	p->order[2] = 1;
}

static void forge_total_size(struct parts *p)
{
	p->header->total_size -= 8;
}

static void forge_padding(struct parts *p)
{
	p->end[-1] = 1;
}

static void forge_pool_start(struct parts *p)
{
	p->strings[0] = 'x';
}

static void forge_pool_end(struct parts *p)
{
	p->strings[p->header->string_size - 1] = 'x';
}

static void forge_control_character(struct parts *p)
{
	p->strings[p->uses[0].reason + 1] = 27;
}

static void forge_eight_bits(struct parts *p)
{
	p->strings[p->uses[0].reason + 1] = (char)0x9b;
}

static void forge_tilde(struct parts *p)
{
	p->strings[p->uses[0].reason] = '~';
	p->strings[p->uses[0].reason + 1] = ' ';
}

static void forge_middle_of_string(struct parts *p)
{
	p->uses[0].reason++;
}

static void forge_empty_string(struct parts *p)
{
	p->strings[p->uses[0].reason] = '\0';
}

static void forge_name_capital(struct parts *p)
{
	p->strings[p->capsules[2].name] = 'W';
}

static void forge_name_digit_first(struct parts *p)
{
	p->strings[p->capsules[2].name] = '9';
}

static void forge_name_underscore(struct parts *p)
{
	p->strings[p->capsules[2].name + 1] = '_';
}

static void forge_name_brace(struct parts *p)
{
	p->strings[p->capsules[2].name + 1] = '{';
}

static void forge_name_edges(struct parts *p)
{
	p->strings[p->capsules[2].name] = 'z';
	p->strings[p->capsules[2].name + 1] = '9';
	p->strings[p->capsules[2].name + 2] = 'a';
}

static void forge_long_name(struct parts *p)
{
	for (uint32_t i = 0; i < 32; i++) {
		p->strings[p->header->system + i] = 'a';
	}
}

static void forge_image_slash(struct parts *p)
{
	p->strings[p->capsules[1].image + 3] = '/';
}

static void forge_image_dot_first(struct parts *p)
{
	p->strings[p->capsules[1].image] = '.';
}

static void forge_same_capsules(struct parts *p)
{
	p->capsules[1].name = p->capsules[0].name;
}

static void forge_capsules_unsorted(struct parts *p)
{
	uint32_t name = p->capsules[1].name;

	p->capsules[1].name = p->capsules[2].name;
	p->capsules[2].name = name;
}

static void forge_same_offers(struct parts *p)
{
	p->offers[1].name = p->offers[2].name;
}

/* Its right goes to the next offer, so that the sum is right. */
static void forge_offer_without_rights(struct parts *p)
{
	p->offers[1].right_count--;
	p->offers[2].first_right--;
	p->offers[2].right_count++;
}

static void forge_same_rights(struct parts *p)
{
	p->rights[5] = p->rights[3];
}

static void forge_same_uses(struct parts *p)
{
	p->uses[2].offer = p->uses[1].offer;
	p->uses[2].ops = 1;
}

static void forge_uses_unsorted(struct parts *p)
{
	struct manifest_use use = p->uses[1];

	p->uses[1] = p->uses[2];
	p->uses[2] = use;
}

static void forge_use_of_itself(struct parts *p)
{
	p->uses[0].offer = 1;
	p->uses[0].ops = 1;
}

/* Sets a quota and keeps the sum right. */
static void set_memory(struct parts *p, uint64_t bytes)
{
	p->header->memory_bytes += bytes - p->capsules[0].memory_bytes;
	p->capsules[0].memory_bytes = bytes;
}

static void forge_no_memory(struct parts *p)
{
	set_memory(p, 0);
}

static void forge_odd_memory(struct parts *p)
{
	set_memory(p, 4095);
}

static void forge_most_memory(struct parts *p)
{
	set_memory(p, MANIFEST_MEMORY_LIMIT);
}

static void forge_too_much_memory(struct parts *p)
{
	set_memory(p, MANIFEST_MEMORY_LIMIT + 4096);
}

static void forge_no_virtual(struct parts *p)
{
	p->capsules[0].virtual_bytes = 0;
}

static void forge_most_virtual(struct parts *p)
{
	p->capsules[0].virtual_bytes = MANIFEST_VIRTUAL_LIMIT;
}

static void forge_least_slots(struct parts *p)
{
	p->capsules[0].cap_slots = MANIFEST_CAPS_MIN;
}

static void forge_most_slots(struct parts *p)
{
	p->capsules[0].cap_slots = MANIFEST_CAPS_MAX;
}

static void forge_one_slot(struct parts *p)
{
	p->capsules[0].cap_slots = 1;
}

static void forge_zero_1(struct parts *p)
{
	p->capsules[0].zero[1] = 1;
}

static void forge_zero_2(struct parts *p)
{
	p->capsules[0].zero[2] = 1;
}

static void test_forged(void **unused)
{
	(void)unused;
	expect_forged(forge_nothing, MANIFEST_OK);
	expect_forged(forge_order_swapped, MANIFEST_START_ORDER);
	expect_forged(forge_order_twice, MANIFEST_START_ORDER);
	expect_forged(forge_total_size, MANIFEST_SIZE_WRONG);
	expect_forged(forge_padding, MANIFEST_RESERVED);
	expect_forged(forge_pool_start, MANIFEST_STRING_WRONG);
	expect_forged(forge_pool_end, MANIFEST_STRING_WRONG);
	expect_forged(forge_control_character, MANIFEST_STRING_WRONG);
	expect_forged(forge_eight_bits, MANIFEST_STRING_WRONG);
	expect_forged(forge_tilde, MANIFEST_OK);
	expect_forged(forge_middle_of_string, MANIFEST_STRING_WRONG);
	expect_forged(forge_empty_string, MANIFEST_STRING_WRONG);
	expect_forged(forge_name_capital, MANIFEST_NAME_WRONG);
	expect_forged(forge_name_digit_first, MANIFEST_NAME_WRONG);
	expect_forged(forge_name_underscore, MANIFEST_NAME_WRONG);
	expect_forged(forge_name_brace, MANIFEST_NAME_WRONG);
	expect_forged(forge_name_edges, MANIFEST_OK);
	expect_forged(forge_long_name, MANIFEST_STRING_WRONG);
	expect_forged(forge_image_slash, MANIFEST_IMAGE_WRONG);
	expect_forged(forge_image_dot_first, MANIFEST_IMAGE_WRONG);
	expect_forged(forge_same_capsules, MANIFEST_ORDER);
	expect_forged(forge_capsules_unsorted, MANIFEST_ORDER);
	expect_forged(forge_same_offers, MANIFEST_ORDER);
	expect_forged(forge_offer_without_rights, MANIFEST_COUNT_WRONG);
	expect_forged(forge_same_rights, MANIFEST_ORDER);
	expect_forged(forge_same_uses, MANIFEST_ORDER);
	expect_forged(forge_uses_unsorted, MANIFEST_ORDER);
	expect_forged(forge_use_of_itself, MANIFEST_START_ORDER);
	expect_forged(forge_no_memory, MANIFEST_QUOTA_WRONG);
	expect_forged(forge_odd_memory, MANIFEST_QUOTA_WRONG);
	expect_forged(forge_most_memory, MANIFEST_OK);
	expect_forged(forge_too_much_memory, MANIFEST_QUOTA_WRONG);
	expect_forged(forge_no_virtual, MANIFEST_QUOTA_WRONG);
	expect_forged(forge_most_virtual, MANIFEST_OK);
	expect_forged(forge_least_slots, MANIFEST_OK);
	expect_forged(forge_most_slots, MANIFEST_OK);
	expect_forged(forge_one_slot, MANIFEST_QUOTA_WRONG);
	expect_forged(forge_zero_1, MANIFEST_RESERVED);
	expect_forged(forge_zero_2, MANIFEST_RESERVED);
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
	struct bytes bytes = sample_binary(&arena);
	uint64_t state = 3;
	uint32_t accepted = 0;

	for (uint32_t round = 0; round < 40000; round++) {
		uint8_t *tight = tight_copy(bytes.data, bytes.size);
		struct manifest_view view;

		for (uint64_t n = chance(&state) % 3 + 1; n > 0; n--) {
			mutate(tight, bytes.size, &state);
		}
		if (manifest_check(tight, bytes.size, &view) == MANIFEST_OK) {
			assert_true(sample_walk(&view) > 0);
			accepted++;
		}
		free(tight);
	}
	assert_in_range(accepted, 1000, 30000);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_random_binary),
	};
	return cmocka_run_group_tests_name("manifest-check", tests, NULL, NULL);
}
