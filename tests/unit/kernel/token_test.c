/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: random and never the same, shown to whoever may export and to nobody
 * else, and whatever is wrong with one, the answer is the same. What was
 * imported goes with the entry, and the entry with what it was copied from.
 * Shows E3 E28 E29 E45. */

#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/invoke.h"
#include "kernel/token.h"

#define NODE CORE_SLOT_CAPNODE
#define MANY 1000000

/* An entry as its exporter knows it. */
struct name {
	uint64_t entry, token[TOKEN_WORDS];
};

/* core's slots of a table of 16, and of the endpoint that is exported. */
static uint64_t table, endpoint;

/* A thread of another capsule; it has the table in slot 2 of its CapNode. */
static struct thread *other;
static uint64_t other_node;

static int setup(void **unused)
{
	world_boot(unused);
	table = world_make(ABI_TYPE_EXPORT_TABLE, 4);
	endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	other = world_thread(&other_node, NULL);
	other->capnode->capsule = 7;
	assert_int_equal(world_call(other_node, ABI_CAPNODE_mint, 2, table,
				    ABI_DELEGATION_MAX << 8,
				    1u << ABI_EXPORT_TABLE_import, 0),
			 ST_OK);
	return 0;
}

static status_t export_as(uint64_t entry, uint64_t capability,
			  struct name *name)
{
	status_t status =
		world_call(table, ABI_EXPORT_TABLE_export, entry, capability);

	name->entry = world_word(0);
	for (uint32_t i = 0; i < TOKEN_WORDS; i++) {
		name->token[i] = world_word(1 + i);
	}
	return status;
}

static status_t import_by(uint64_t through, const struct name *name,
			  uint64_t slot)
{
	const uint64_t *token = name->token;

	return world_call(through, ABI_EXPORT_TABLE_import, name->entry,
			  token[0], token[1], token[2], token[3], slot);
}

static status_t import(const struct name *name)
{
	return import_by(table, name, world_slot());
}

static struct capnode *table_node(void)
{
	return slot_object(cap_find(world_node(), table));
}

static uint64_t table_filled(void)
{
	assert_int_equal(world_call(table, ABI_EXPORT_TABLE_info), ST_OK);
	assert_int_equal(world_word(0), 16);
	return world_word(1);
}

/* --- the generator ----------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

/* How often each value of each byte came. */
static uint32_t seen[32][256];

static uint32_t times_set(uint32_t byte, uint32_t bit)
{
	uint32_t times = 0;

	for (uint32_t value = 0; value < 256; value++) {
		times += value >> bit & 1 ? seen[byte][value] : 0;
	}
	return times;
}

static void test_a_million_tokens(void **unused)
{
	(void)unused;
	uint64_t *firsts = malloc(MANY * sizeof(*firsts));

	assert_non_null(firsts);
	for (uint32_t i = 0; i < MANY; i++) {
		uint64_t token[TOKEN_WORDS];
		token_draw(token);
		firsts[i] = token[0];
		for (uint32_t byte = 0; byte < 32; byte++) {
			seen[byte][token[byte / 8] >> byte % 8 * 8 & 255]++;
		}
	}
	qsort(firsts, MANY, sizeof(*firsts), compare);
	for (uint32_t i = 1; i < MANY; i++) {
		assert_int_not_equal(firsts[i - 1], firsts[i]);
	}
	free(firsts);
	/* Within five times the standard deviation, the root of MANY / 4. */
	for (uint32_t bit = 0; bit < TOKEN_WORDS * 64; bit++) {
		assert_in_range(times_set(bit / 8, bit % 8), MANY / 2 - 2500,
				MANY / 2 + 2500);
	}
}

/* The key is another one after each token, and is not the token. */
static void test_keys_are_replaced(void **unused)
{
	(void)unused;
	uint8_t before[sizeof(state.token_key)];
	uint64_t first[TOKEN_WORDS], again[TOKEN_WORDS];

	memcpy(before, state.token_key, sizeof(before));
	token_draw(first);
	assert_memory_not_equal(state.token_key, before, sizeof(before));
	assert_memory_not_equal(state.token_key, first, sizeof(before));
	assert_memory_not_equal(first, before, sizeof(before));
	token_draw(again);
	assert_memory_not_equal(first, again, sizeof(first));
	/* It is all there is to it. */
	memcpy(state.token_key, before, sizeof(before));
	token_draw(again);
	assert_memory_equal(first, again, sizeof(first));
}

/* Where something lies in RAM: how often. */
static uint32_t times_in_memory(const void *what, size_t size)
{
	const uint8_t *at = fake.ram, *end = fake.ram + FAKE_RAM_SIZE;
	uint32_t times = 0;

	while ((at = memmem(at, (size_t)(end - at), what, size)) != NULL) {
		times++;
		at++;
	}
	return times;
}

/* The kernel's start forgets what tokens come from; the half of it that is left
 * makes other ones. */
static void test_the_seed_is_wiped(void **unused)
{
	(void)unused;
	uint8_t seed[32], zeroes[16] = { 0 };
	struct boot_info copy = *state.boot;
	uint64_t token[TOKEN_WORDS], other_token[TOKEN_WORDS];

	memset(seed, 0x5a, sizeof(seed));
	assert_memory_equal(copy.entropy, zeroes, 16);
	assert_memory_equal(copy.entropy + 16, seed, 16);
	assert_int_equal(times_in_memory(seed, sizeof(seed)), 0);
	memset(copy.entropy, 0x5a, sizeof(seed));
	token_init(&copy);
	token_draw(token);
	token_init(&copy);
	token_draw(other_token);
	assert_memory_not_equal(token, other_token, sizeof(token));
}

static void test_no_entropy(void **unused)
{
	(void)unused;
	const uint32_t too_little[] = { 0, 31 };
	struct name name;

	for (unsigned int i = 0; i < ARRAY_SIZE(too_little); i++) {
		world_reset();
		world_entropy = too_little[i];
		world_start(1);
		fake.console[fake.console_length] = 0;
		assert_non_null(
			strstr(fake.console, "fake, no entropy: no tokens\n"));
		table = world_make(ABI_TYPE_EXPORT_TABLE, 4);
		endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
		uint64_t before = world_memory_hash();
		assert_int_equal(export_as(1, endpoint, &name),
				 ST_NOT_SUPPORTED);
		assert_int_equal(world_memory_hash(), before);
		assert_int_equal(table_filled(), 0);
		memset(&name, 0, sizeof(name));
		name.entry = 1;
		assert_int_equal(import(&name), ST_NOT_FOUND);
	}
}

/* --- exporting and importing ---------------------------------------------------- */

static void test_from_capsule_to_capsule(void **unused)
{
	(void)unused;
	struct name name;

	assert_int_equal(export_as(5, endpoint, &name), ST_OK);
	assert_int_equal(name.entry, 5);
	assert_int_equal(table_filled(), 1);
	world_run(other);
	assert_int_equal(import_by(2, &name, 3), ST_OK);
	assert_int_equal(world_word(0), 3);
	const struct slot *imported = capnode_slot(other->capnode, 3);
	const struct slot *exported = cap_find(world_node(), endpoint);
	assert_int_equal(imported->type, ABI_TYPE_ENDPOINT);
	assert_ptr_equal(imported->object, exported->object);
	assert_int_equal(imported->rights, exported->rights);
	assert_int_equal(imported->ops, exported->ops);
	assert_int_equal(slot_at(imported->parent)->parent, slot_ref(exported));
	/* more than once, into slots that are empty, and nothing else */
	assert_int_equal(import_by(2, &name, 3), ST_SLOT_FULL);
	assert_int_equal(import_by(2, &name, 0), ST_BAD_ARGUMENT);
	assert_int_equal(import_by(2, &name, 16), ST_BAD_ARGUMENT);
	assert_int_equal(import_by(2, &name, UINT64_MAX), ST_BAD_ARGUMENT);
	assert_int_equal(import_by(2, &name, 4), ST_OK);
	/* it may import, and nothing more */
	assert_int_equal(world_call(2, ABI_EXPORT_TABLE_export, 6, 3),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(2, ABI_EXPORT_TABLE_withdraw, 5),
			 ST_NO_RIGHT);
	assert_int_equal(world_call(2, ABI_EXPORT_TABLE_info), ST_NO_RIGHT);
	world_run(world_core());
	assert_int_equal(
		world_call(table, ABI_EXPORT_TABLE_withdraw, name.entry),
		ST_OK);
	assert_int_equal(imported->type, ABI_TYPE_NULL);
	assert_int_equal(capnode_slot(other->capnode, 4)->type, ABI_TYPE_NULL);
	assert_non_null(cap_find(world_node(), endpoint));
	assert_int_equal(table_filled(), 0);
	assert_int_equal(import(&name), ST_NOT_FOUND);
}

static void test_export_refusals(void **unused)
{
	(void)unused;
	uint64_t weak = world_slot(), still = world_slot();
	struct name name;

	assert_int_equal(export_as(0, endpoint, &name), ST_BAD_ARGUMENT);
	assert_int_equal(export_as(16, endpoint, &name), ST_BAD_ARGUMENT);
	assert_int_equal(export_as(1ull << 32 | 1, endpoint, &name),
			 ST_BAD_ARGUMENT);
	assert_int_equal(export_as(1, world_slot(), &name), ST_NO_CAPABILITY);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, weak, endpoint,
				    (ABI_RIGHTS_ALL & ~ABI_RIGHT_EXPORT) |
					    ABI_DELEGATION_MAX << 8,
				    UINT32_MAX, 0),
			 ST_OK);
	assert_int_equal(export_as(1, weak, &name), ST_NO_RIGHT);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, still, endpoint,
				    ABI_RIGHTS_ALL, UINT32_MAX, 0),
			 ST_OK);
	assert_int_equal(export_as(1, still, &name), ST_NO_RIGHT);
	const uint64_t single[] = { CORE_SLOT_UNTYPED, CORE_SLOT_IRQ_CONTROL,
				    world_make(ABI_TYPE_REPLY, 0),
				    world_make(ABI_TYPE_PAGE_TABLE, 0) };
	for (unsigned int i = 0; i < ARRAY_SIZE(single); i++) {
		assert_int_equal(export_as(1, single[i], &name), ST_WRONG_TYPE);
	}
	assert_int_equal(table_filled(), 0);
	assert_int_equal(export_as(1, endpoint, &name), ST_OK);
	assert_int_equal(export_as(1, endpoint, &name), ST_SLOT_FULL);
}

/* Exporting is a step into another capsule; importing is none, so each importer
 * has what a copy from the exporter's CapNode would have given. */
static void test_delegation(void **unused)
{
	(void)unused;
	uint64_t twice = world_slot(), to = world_slot();
	struct name name;

	assert_int_equal(world_call(NODE, ABI_CAPNODE_mint, twice, endpoint,
				    ABI_RIGHTS_ALL | 2 << 8, UINT32_MAX, 0),
			 ST_OK);
	assert_int_equal(export_as(1, twice, &name), ST_OK);
	assert_int_equal(import_by(table, &name, to), ST_OK);
	assert_int_equal(cap_find(world_node(), to)->delegation, 1);
	world_run(other);
	assert_int_equal(import_by(2, &name, 3), ST_OK);
	assert_int_equal(capnode_slot(other->capnode, 3)->delegation, 1);
}

static void test_derivation_depth(void **unused)
{
	(void)unused;
	uint64_t from = endpoint;
	struct name name;

	for (unsigned int depth = 1; depth < ABI_DERIVATION_MAX - 1; depth++) {
		uint64_t to = world_slot();
		assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, to, from),
				 ST_OK);
		from = to;
	}
	assert_int_equal(export_as(1, from, &name), ST_OK);
	assert_int_equal(import(&name), ST_TOO_DEEP);
	uint64_t last = world_slot();
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, last, from), ST_OK);
	assert_int_equal(export_as(2, last, &name), ST_TOO_DEEP);
}

/* --- whatever is wrong with a name ------------------------------------------------ */

static void refused(const struct name *name)
{
	uint64_t before = world_memory_hash(), refusals = state.refusals;

	assert_int_equal(import(name), ST_NOT_FOUND);
	assert_int_equal(world_memory_hash(), before);
	assert_int_equal(state.refusals, refusals + 1);
}

static void test_each_wrong_bit(void **unused)
{
	(void)unused;
	struct name name;

	assert_int_equal(export_as(9, endpoint, &name), ST_OK);
	for (uint32_t bit = 0; bit < 64 * (1 + TOKEN_WORDS); bit++) {
		uint64_t *word =
			bit < 64 ? &name.entry : &name.token[bit / 64 - 1];
		*word ^= 1ull << bit % 64;
		assert_int_equal(import(&name), ST_NOT_FOUND);
		*word ^= 1ull << bit % 64;
	}
	assert_int_equal(import(&name), ST_OK);
}

/* No entry, an empty one, one that was withdrawn and filled again, one whose
 * capability was taken back, and another entry's token. */
static void test_all_names_for_nothing(void **unused)
{
	(void)unused;
	struct name first, second, wrong = { 0 };
	uint64_t lent = world_slot();

	for (uint64_t entry = 0; entry < 18; entry++) {
		wrong.entry = entry;
		refused(&wrong);
	}
	assert_int_equal(export_as(1, endpoint, &first), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, lent, endpoint),
			 ST_OK);
	assert_int_equal(export_as(2, lent, &second), ST_OK);
	wrong = first;
	wrong.entry = second.entry;
	refused(&wrong);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, lent), ST_OK);
	refused(&second);
	assert_int_equal(table_filled(), 1);
	assert_int_equal(
		world_call(table, ABI_EXPORT_TABLE_withdraw, first.entry),
		ST_OK);
	refused(&first);
	struct name anew;
	assert_int_equal(export_as(1, endpoint, &anew), ST_OK);
	assert_int_equal(anew.entry, 1ull << 32 | 1);
	refused(&first);
	wrong = first;
	wrong.entry = anew.entry;
	refused(&wrong);
	assert_int_equal(import(&anew), ST_OK);
	/* withdrawing by the old name takes nothing */
	assert_int_equal(
		world_call(table, ABI_EXPORT_TABLE_withdraw, first.entry),
		ST_NO_CAPABILITY);
	assert_int_equal(world_call(table, ABI_EXPORT_TABLE_withdraw, 0),
			 ST_BAD_ARGUMENT);
	assert_int_equal(world_call(table, ABI_EXPORT_TABLE_withdraw, 16),
			 ST_BAD_ARGUMENT);
	assert_int_equal(import(&anew), ST_OK);
}

/* As fast as the kernel goes, so without the checks after each call. */
static void test_a_million_guesses(void **unused)
{
	(void)unused;
	struct name name;
	uint64_t random = 88172645463325252u;

	assert_int_equal(export_as(3, endpoint, &name), ST_OK);
	world_run(other);
	uint64_t before = world_memory_hash(), refusals = other->refusals;
	struct message_registers *message = &other->context.message;
	for (uint32_t i = 0; i < MANY; i++) {
		message->verb = ABI_VERB_CALL;
		message->capability = 2;
		message->label = ABI_EXPORT_TABLE_import;
		message->info = 6;
		message->words[0] = i % 16;
		for (uint32_t word = 1; word <= TOKEN_WORDS; word++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			message->words[word] = random;
		}
		message->words[5] = 4;
		assert_ptr_equal(kernel_syscall(other), other);
		assert_int_equal(message->verb, ST_NOT_FOUND);
	}
	assert_int_equal(world_memory_hash(), before);
	assert_int_equal(other->refusals, refusals + MANY);
	world_check();
}

/* --- where tokens are, and for how long -------------------------------------------- */

static void test_where_tokens_lie(void **unused)
{
	(void)unused;
	struct name name;
	const uint64_t frames = 64;

	assert_int_equal(export_as(1, endpoint, &name), ST_OK);
	/* in the table, and in the registers of who asked for it */
	assert_int_equal(times_in_memory(name.token, sizeof(name.token)), 2);
	memset(world_current()->context.message.words, 0, 64);
	assert_int_equal(times_in_memory(name.token, sizeof(name.token)), 1);
	assert_memory_equal((uint8_t *)capnode_slot(table_node(), 16) + 32,
			    name.token, sizeof(name.token));
	assert_int_equal(
		world_call(table, ABI_EXPORT_TABLE_withdraw, name.entry),
		ST_OK);
	assert_int_equal(times_in_memory(name.token, sizeof(name.token)), 0);
	/* what the table was made of becomes somebody's memory */
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 18);
	table = world_slot();
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype,
				    ABI_TYPE_EXPORT_TABLE, 4, 1, NODE, table),
			 ST_OK);
	assert_int_equal(export_as(1, endpoint, &name), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, untyped), ST_OK);
	uint64_t first = world_slot();
	for (uint64_t i = 1; i < frames; i++) {
		world_slot();
	}
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    0, frames, NODE, first),
			 ST_OK);
	memset(world_current()->context.message.words, 0, 64);
	assert_int_equal(times_in_memory(name.token, sizeof(name.token)), 0);
}

/* Whatever goes, all that hangs on it goes: the source, the table, with entries
 * and with itself among them. */
static void test_the_table_goes(void **unused)
{
	(void)unused;
	uint64_t slot[3] = { world_slot(), world_slot(), world_slot() };
	uint64_t filled = world_node()->filled;
	struct name name;

	assert_int_equal(export_as(1, endpoint, &name), ST_OK);
	assert_int_equal(import_by(table, &name, slot[0]), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, slot[1], slot[0]),
			 ST_OK);
	assert_int_equal(export_as(2, slot[1], &name), ST_OK);
	assert_int_equal(import_by(table, &name, slot[2]), ST_OK);
	assert_int_equal(export_as(3, table, &name), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, slot[1]), ST_OK);
	assert_null(cap_find(world_node(), slot[2]));
	assert_int_equal(table_filled(), 2);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, table), ST_OK);
	assert_null(cap_find(world_node(), slot[0]));
	assert_int_equal(capnode_slot(other->capnode, 2)->type, ABI_TYPE_NULL);
	assert_non_null(cap_find(world_node(), endpoint));
	assert_int_equal(world_node()->filled, filled - 1);
	assert_int_equal(times_in_memory(name.token, sizeof(name.token)), 0);
}

/* More entries, and more imports of one, than a step of a sweep takes. */
static void test_many(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10);
	struct name name;

	table = world_make(ABI_TYPE_EXPORT_TABLE, 10);
	for (uint64_t entry = 1; entry < 1024; entry += 4) {
		assert_int_equal(export_as(entry, endpoint, &name), ST_OK);
	}
	uint64_t filled = world_node()->filled;
	uint64_t to = world_slot();
	for (uint64_t slot = 1; slot < 300; slot++) {
		assert_int_equal(import_by(table, &name, to), ST_OK);
		assert_int_equal(
			world_call(node, ABI_CAPNODE_move, slot, world_word(0)),
			ST_OK);
	}
	uint64_t rewinds = fake.rewinds;
	assert_int_equal(
		world_call(table, ABI_EXPORT_TABLE_withdraw, name.entry),
		ST_OK);
	assert_true(fake.rewinds > rewinds);
	assert_int_equal(world_call(node, ABI_CAPNODE_info), ST_OK);
	assert_int_equal(world_word(1), 0);
	rewinds = fake.rewinds;
	assert_int_equal(world_call(NODE, ABI_CAPNODE_delete, table), ST_OK);
	assert_true(fake.rewinds > rewinds);
	assert_int_equal(world_node()->filled, filled - 1);
	assert_int_equal(cap_find(world_node(), endpoint)->child, 0);
}

/* While its capability is being taken back, an entry is none any more. */
static void test_between_two_steps(void **unused)
{
	(void)unused;
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 10), lent = world_slot();
	struct name first, second;

	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, lent, endpoint),
			 ST_OK);
	assert_int_equal(export_as(1, lent, &first), ST_OK);
	for (uint64_t slot = 1; slot < 300; slot++) {
		assert_int_equal(world_call(node, ABI_CAPNODE_copy, slot, lent),
				 ST_OK);
	}
	assert_int_equal(world_step(NODE, ABI_CAPNODE_delete, 1, lent),
			 KERNEL_RESTART);
	assert_int_equal(import(&first), ST_NOT_FOUND);
	assert_int_equal(export_as(2, lent, &second), ST_NO_CAPABILITY);
	assert_int_equal(table_filled(), 1);
	assert_int_equal(export_as(2, endpoint, &second), ST_OK);
	assert_int_equal(import(&second), ST_OK);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_revoke, endpoint), ST_OK);
	assert_int_equal(table_filled(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_million_tokens, setup),
		cmocka_unit_test_setup(test_keys_are_replaced, setup),
		cmocka_unit_test_setup(test_the_seed_is_wiped, setup),
		cmocka_unit_test_setup(test_no_entropy, setup),
		cmocka_unit_test_setup(test_from_capsule_to_capsule, setup),
		cmocka_unit_test_setup(test_export_refusals, setup),
		cmocka_unit_test_setup(test_delegation, setup),
		cmocka_unit_test_setup(test_derivation_depth, setup),
		cmocka_unit_test_setup(test_each_wrong_bit, setup),
		cmocka_unit_test_setup(test_all_names_for_nothing, setup),
		cmocka_unit_test_setup(test_a_million_guesses, setup),
		cmocka_unit_test_setup(test_where_tokens_lie, setup),
		cmocka_unit_test_setup(test_the_table_goes, setup),
		cmocka_unit_test_setup(test_many, setup),
		cmocka_unit_test_setup(test_between_two_steps, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
