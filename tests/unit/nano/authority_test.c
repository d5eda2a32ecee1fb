/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authorities only shrink, belong to one world, and cannot be guessed.
 * Shows A14 A16.
 */

#include "sample.h"

#include "nano/authority.h"

#define WORLD 1
#define OTHER 2

static uint64_t own; /* the handle of WORLD's own authority */

static int setup(void **unused)
{
	(void)unused;
	fake_reset();
	authority_init();
	return (int)authority_create(WORLD, authority_all(), &own);
}

/* Both words of a mask are tested: bits of the first, and the same bits of the
 * second, where calls of those numbers exist too. */
static struct authority_mask mask_of(uint64_t bits)
{
	return (struct authority_mask){ { bits, bits } };
}

static struct authority_mask common(uint64_t bits)
{
	struct authority_mask mask = authority_all();

	mask.bits[0] &= bits;
	mask.bits[1] &= bits;
	return mask;
}

/* What the world itself may call, asked number by number. */
static struct authority_mask authority_of(uint16_t world)
{
	struct authority_mask mask = { 0 };

	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT; n++) {
		mask.bits[n / 64] |= (uint64_t)authority_allows(world, n)
				     << n % 64;
	}
	return mask;
}

static void expect(struct authority_mask got, struct authority_mask want)
{
	assert_memory_equal(&got, &want, sizeof(got));
}

static uint64_t derive(uint64_t origin, uint64_t bits)
{
	uint64_t handle = 0;

	assert_int_equal(
		authority_derive(WORLD, origin, mask_of(bits), &handle), ST_OK);
	return handle;
}

static struct authority_mask reach(uint64_t handle)
{
	struct authority_mask mask = { 0 };

	assert_int_equal(authority_reach(WORLD, handle, &mask), ST_OK);
	return mask;
}

static void expect_nothing(uint16_t world, uint64_t handle)
{
	struct authority_mask mask = mask_of(0x1234);
	uint64_t made = 0x5678;

	assert_int_equal(authority_reach(world, handle, &mask), ST_NOT_FOUND);
	expect(mask, mask_of(0x1234));
	assert_int_equal(
		authority_derive(world, handle, authority_all(), &made),
		ST_NOT_FOUND);
	assert_int_equal(made, 0x5678);
}

/* A bit for each call that exists, and no other. */
static void test_all(void **unused)
{
	(void)unused;
	struct authority_mask mask = authority_all();

#define X(number, name, arguments, text)          \
	assert_true(authority_has(mask, number)); \
	mask.bits[(number) / 64] &= ~(1ull << (number) % 64);
	ABI_HYPERCALLS(X, X)
#undef X
	expect(mask, mask_of(0));
	expect(reach(own), authority_all());
	expect(authority_of(WORLD), authority_all());
	expect(authority_of(OTHER), mask_of(0));
	expect(authority_of(0), mask_of(0));
}

static void test_derive_shrinks(void **unused)
{
	(void)unused;
	uint64_t a = derive(own, 0x3c), b = derive(a, 0x0ff0);
	uint64_t c = derive(b, UINT64_MAX), none = derive(c, 0);

	expect(reach(a), common(0x3c));
	expect(reach(b), common(0x30));
	expect(reach(c), common(0x30));
	expect(reach(none), mask_of(0));
	expect(reach(derive(none, UINT64_MAX)), mask_of(0));
	expect(reach(own), authority_all());
}

/* Bits of calls that do not exist are never given. */
static void test_unknown_bits(void **unused)
{
	(void)unused;
	uint64_t handle = 0;

	expect(reach(derive(own, UINT64_MAX)), authority_all());
	assert_int_equal(authority_create(OTHER, mask_of(UINT64_MAX), &handle),
			 ST_OK);
	expect(authority_of(OTHER), authority_all());
}

static void test_restrict(void **unused)
{
	(void)unused;
	uint64_t before = derive(own, 0xf0);

	authority_restrict(WORLD, mask_of(0x3f));
	expect(authority_of(WORLD), common(0x3f));
	expect(reach(own), common(0x3f));
	expect(reach(before), common(0x30)); /* made before: shrinks as well */
	authority_restrict(WORLD, mask_of(UINT64_MAX));
	expect(authority_of(WORLD), common(0x3f));
	authority_restrict(WORLD, mask_of(0xc0));
	expect(authority_of(WORLD), mask_of(0));
	expect(reach(before), mask_of(0));
}

/* The two words of a mask are told apart. */
static void test_words_apart(void **unused)
{
	(void)unused;
	struct authority_mask low = authority_all(), high = authority_all();
	uint64_t handle = 0;

	low.bits[1] = 0;
	high.bits[0] = 0;
	assert_int_not_equal(low.bits[0], 0);
	assert_int_not_equal(high.bits[1], 0);
	for (uint64_t n = 0; n < ABI_HYPERCALL_LIMIT; n++) {
		assert_int_equal(authority_has(low, n),
				 n < 64 && authority_has(authority_all(), n));
		assert_int_equal(authority_has(high, n),
				 n >= 64 && authority_has(authority_all(), n));
	}
	assert_int_equal(authority_derive(WORLD, own, low, &handle), ST_OK);
	expect(reach(handle), low);
	assert_int_equal(authority_derive(WORLD, handle, high, &handle), ST_OK);
	expect(reach(handle), mask_of(0));
	authority_restrict(WORLD, high);
	expect(authority_of(WORLD), high);
	expect(reach(own), high);
}

static void test_restrict_is_of_one_world(void **unused)
{
	(void)unused;
	uint64_t handle = 0;

	assert_int_equal(authority_create(OTHER, mask_of(0xff), &handle),
			 ST_OK);
	authority_restrict(WORLD, mask_of(0));
	expect(authority_of(OTHER), common(0xff));
}

/* Every handle near a real one, and a million that are not. */
static void test_forged(void **unused)
{
	(void)unused;
	uint64_t real = derive(own, 0xff), seed = 42;

	for (uint32_t bit = 0; bit < 64; bit++) {
		if ((real ^ 1ull << bit) != own) {
			expect_nothing(WORLD, real ^ 1ull << bit);
		}
	}
	for (uint32_t i = 0; i < 1000000; i++) {
		uint64_t handle = sample_random(&seed);

		if (handle != own && handle != real) {
			struct authority_mask mask;

			assert_int_equal(authority_reach(WORLD, handle, &mask),
					 ST_NOT_FOUND);
		}
	}
	expect_nothing(WORLD, 0);
	expect_nothing(WORLD, UINT64_MAX);
	expect_nothing(WORLD, AUTHORITY_COUNT);
}

static void test_foreign(void **unused)
{
	(void)unused;
	uint64_t mine = derive(own, 0xff), theirs = 0;

	assert_int_equal(authority_create(OTHER, mask_of(0xff), &theirs),
			 ST_OK);
	expect_nothing(OTHER, own);
	expect_nothing(OTHER, mine);
	expect_nothing(WORLD, theirs);
	expect_nothing(0, own);
}

static void test_exhaustion(void **unused)
{
	(void)unused;
	uint64_t handles[AUTHORITY_COUNT], more = 0x77;

	for (uint32_t i = 1; i < AUTHORITY_COUNT; i++) {
		handles[i] = derive(own, i);
	}
	assert_int_equal(authority_derive(WORLD, own, mask_of(1), &more),
			 ST_LIMIT);
	assert_int_equal(authority_create(OTHER, mask_of(1), &more), ST_LIMIT);
	assert_int_equal(more, 0x77);
	for (uint32_t i = 1; i < AUTHORITY_COUNT; i++) {
		expect(reach(handles[i]), common(i));
		for (uint32_t j = 1; j < i; j++) {
			assert_int_not_equal(handles[i], handles[j]);
		}
	}
}

/* An entry used again answers to a new handle only. */
static void test_generations(void **unused)
{
	(void)unused;
	uint64_t old = own, now = 0;

	authority_init();
	assert_int_equal(authority_create(WORLD, mask_of(0xff), &now), ST_OK);
	assert_int_not_equal(old, now);
	expect_nothing(WORLD, old);
	expect(reach(now), common(0xff));
}

static void create_twice(void *unused)
{
	uint64_t handle;

	(void)unused;
	authority_create(WORLD, mask_of(1), &handle);
}

static void test_one_own_authority(void **unused)
{
	(void)unused;
	assert_int_equal(fake_run(create_twice, NULL), FAKE_OFF);
	assert_true(fake_said("nano: broken: "));
}

/* The last one leaves the table locked, as a broken nano would. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_all, setup),
		cmocka_unit_test_setup(test_derive_shrinks, setup),
		cmocka_unit_test_setup(test_unknown_bits, setup),
		cmocka_unit_test_setup(test_restrict, setup),
		cmocka_unit_test_setup(test_words_apart, setup),
		cmocka_unit_test_setup(test_restrict_is_of_one_world, setup),
		cmocka_unit_test_setup(test_forged, setup),
		cmocka_unit_test_setup(test_foreign, setup),
		cmocka_unit_test_setup(test_exhaustion, setup),
		cmocka_unit_test_setup(test_generations, setup),
		cmocka_unit_test_setup(test_one_own_authority, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
