/* SPDX-License-Identifier: Apache-2.0 */
/* Authorities only shrink, belong to one world, and cannot be guessed. */

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

static uint64_t derive(uint64_t origin, uint64_t mask)
{
	uint64_t handle = 0;

	assert_int_equal(authority_derive(WORLD, origin, mask, &handle), ST_OK);
	return handle;
}

static uint64_t reach(uint64_t handle)
{
	uint64_t mask = 0;

	assert_int_equal(authority_reach(WORLD, handle, &mask), ST_OK);
	return mask;
}

static void expect_nothing(uint16_t world, uint64_t handle)
{
	uint64_t mask = 0x1234, made = 0x5678;

	assert_int_equal(authority_reach(world, handle, &mask), ST_NOT_FOUND);
	assert_int_equal(mask, 0x1234);
	assert_int_equal(authority_derive(world, handle, UINT64_MAX, &made),
			 ST_NOT_FOUND);
	assert_int_equal(made, 0x5678);
}

/* A bit for each call that exists, and no other. */
static void test_all(void **unused)
{
	(void)unused;
	uint64_t mask = authority_all();

#define X(number, name, arguments, text)      \
	assert_true(mask & 1ull << (number)); \
	mask &= ~(1ull << (number));
	ABI_HYPERCALLS(X)
#undef X
	assert_int_equal(mask, 0);
	assert_int_equal(reach(own), authority_all());
	assert_int_equal(authority_of(WORLD), authority_all());
	assert_int_equal(authority_of(OTHER), 0);
	assert_int_equal(authority_of(0), 0);
}

static void test_derive_shrinks(void **unused)
{
	(void)unused;
	uint64_t a = derive(own, 0x3c), b = derive(a, 0x0ff0);
	uint64_t c = derive(b, UINT64_MAX), none = derive(c, 0);

	assert_int_equal(reach(a), 0x3c);
	assert_int_equal(reach(b), 0x30);
	assert_int_equal(reach(c), 0x30);
	assert_int_equal(reach(none), 0);
	assert_int_equal(reach(derive(none, UINT64_MAX)), 0);
	assert_int_equal(reach(own), authority_all());
}

/* Bits of calls that do not exist are never given. */
static void test_unknown_bits(void **unused)
{
	(void)unused;
	uint64_t handle = 0;

	assert_int_equal(reach(derive(own, UINT64_MAX)), authority_all());
	assert_int_equal(authority_create(OTHER, UINT64_MAX, &handle), ST_OK);
	assert_int_equal(authority_of(OTHER), authority_all());
}

static void test_restrict(void **unused)
{
	(void)unused;
	uint64_t before = derive(own, 0xf0);

	authority_restrict(WORLD, 0x3f);
	assert_int_equal(authority_of(WORLD), 0x3f);
	assert_int_equal(reach(own), 0x3f);
	assert_int_equal(reach(before),
			 0x30); /* made before: shrinks as well */
	authority_restrict(WORLD, UINT64_MAX);
	assert_int_equal(authority_of(WORLD), 0x3f);
	authority_restrict(WORLD, 0xc0);
	assert_int_equal(authority_of(WORLD), 0);
	assert_int_equal(reach(before), 0);
}

static void test_restrict_is_of_one_world(void **unused)
{
	(void)unused;
	uint64_t handle = 0;

	assert_int_equal(authority_create(OTHER, 0xff, &handle), ST_OK);
	authority_restrict(WORLD, 0);
	assert_int_equal(authority_of(OTHER), 0xff);
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
			uint64_t mask;

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

	assert_int_equal(authority_create(OTHER, 0xff, &theirs), ST_OK);
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
	assert_int_equal(authority_derive(WORLD, own, 1, &more), ST_LIMIT);
	assert_int_equal(authority_create(OTHER, 1, &more), ST_LIMIT);
	assert_int_equal(more, 0x77);
	for (uint32_t i = 1; i < AUTHORITY_COUNT; i++) {
		assert_int_equal(reach(handles[i]), i & authority_all());
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
	assert_int_equal(authority_create(WORLD, 0xff, &now), ST_OK);
	assert_int_not_equal(old, now);
	expect_nothing(WORLD, old);
	assert_int_equal(reach(now), 0xff);
}

static void create_twice(void *unused)
{
	uint64_t handle;

	(void)unused;
	authority_create(WORLD, 1, &handle);
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
		cmocka_unit_test_setup(test_restrict_is_of_one_world, setup),
		cmocka_unit_test_setup(test_forged, setup),
		cmocka_unit_test_setup(test_foreign, setup),
		cmocka_unit_test_setup(test_exhaustion, setup),
		cmocka_unit_test_setup(test_generations, setup),
		cmocka_unit_test_setup(test_one_own_authority, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
