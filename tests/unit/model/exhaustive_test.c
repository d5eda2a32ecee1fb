/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of up to five operations in a small world, of two threads with a
 * CapNode each and what they share, on the kernel and the model. Rows that lead
 * to the same state are one; from each state every operation is tried. A refused
 * one leads nowhere new, as lockstep.c checks. DEPTH=n in the environment is
 * another length.
 * Shows C3 C4 C8 C9 C10 C13 C14 C28.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "worlds.h"

#define DEPTH      5
#define DEPTH_MAX  8
#define STATES_MAX (1u << 22)

#define FIRST  0
#define SECOND 1

#define METHOD(who, cap, method, count, ...)          \
	{                                             \
		who,                                  \
		{                                     \
			.kind = OP_CALL, .message = { \
				(cap),                \
				(method),             \
				(count),              \
				{ __VA_ARGS__ },      \
				ABI_VERB_CALL         \
			}                             \
		}                                     \
	}
#define VERB(who, verb, cap, label, info)             \
	{                                             \
		who,                                  \
		{                                     \
			.kind = OP_CALL, .message = { \
				(cap),                \
				(label),              \
				(info),               \
				{ 7 },                \
				ABI_VERB_##verb       \
			}                             \
		}                                     \
	}
#define REPLY(slot) ((uint64_t)(slot) << ABI_MESSAGE_REPLY_SHIFT)

/* Slots of the two nodes; see worlds_small(). */
enum { NODE2 = 6, THREAD2, MEET, ANSWER, PAGE, FREE1, FREE2 };
enum { BADGED = 1, ANSWER2, NODE2_OWN, FREE };

static const struct {
	int who;
	struct op op;
} alphabet[] = {
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_copy, 2, FREE1, MEET),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_copy, 2, FREE2, FREE1),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_mint, 5, FREE1, MEET,
	       ABI_RIGHT_SEND, 6, 9),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_move, 2, FREE2, MEET),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_move, 2, MEET, FREE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_move, 2, FREE1, ANSWER),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_copy, 2, FREE1, NODE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_move, 2, FREE2, NODE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_rotate, 3, FREE1, MEET, FREE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, MEET),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, FREE1),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, NODE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, THREAD2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, ANSWER),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_delete, 1, PAGE),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_revoke, 1, MEET),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_revoke, 1, NODE2),
	METHOD(FIRST, SLOT_NODE, ABI_CAPNODE_revoke, 1, FREE1),
	METHOD(FIRST, NODE2, ABI_CAPNODE_copy, 2, FREE, MEET),
	METHOD(FIRST, NODE2, ABI_CAPNODE_delete, 1, BADGED),
	METHOD(FIRST, SLOT_ARENA, ABI_UNTYPED_retype, 5, ABI_TYPE_ENDPOINT, 0,
	       1, SLOT_NODE, FREE2),
	METHOD(FIRST, THREAD2, ABI_THREAD_suspend, 0, 0),
	METHOD(FIRST, THREAD2, ABI_THREAD_resume, 0, 0),
	METHOD(FIRST, THREAD2, ABI_THREAD_configure, 4, NODE2, SLOT_SPACE, PAGE,
	       FREE1),
	VERB(FIRST, YIELD, 0, 0, 0),
	VERB(FIRST, SEND, MEET, 1, 1),
	VERB(FIRST, CALL, MEET, 2, 2),
	VERB(FIRST, RECV, MEET, 0, REPLY(ANSWER)),
	VERB(FIRST, REPLY, ANSWER, 0, 1),
	VERB(FIRST, REPLY_RECV, MEET, 0, REPLY(ANSWER)),

	METHOD(SECOND, NODE2_OWN, ABI_CAPNODE_copy, 2, FREE, BADGED),
	METHOD(SECOND, NODE2_OWN, ABI_CAPNODE_move, 2, FREE, BADGED),
	METHOD(SECOND, NODE2_OWN, ABI_CAPNODE_delete, 1, NODE2_OWN),
	METHOD(SECOND, NODE2_OWN, ABI_CAPNODE_delete, 1, ANSWER2),
	METHOD(SECOND, NODE2_OWN, ABI_CAPNODE_revoke, 1, BADGED),
	VERB(SECOND, YIELD, 0, 0, 0),
	VERB(SECOND, TRY_SEND, BADGED, 1, 1),
	VERB(SECOND, SEND, BADGED, 1, 1),
	VERB(SECOND, CALL, BADGED, 2, 2),
	VERB(SECOND, CALL, FREE, 2, 2),
	VERB(SECOND, RECV, BADGED, 0, REPLY(ANSWER2)),
	VERB(SECOND, REPLY, ANSWER2, 0, 1),
	{ SECOND, { .kind = OP_FAULT, .words = { ABI_FAULT_MEMORY, 1 } } },
};
#define LETTERS (sizeof(alphabet) / sizeof(alphabet[0]))

struct row {
	uint8_t letters[DEPTH_MAX];
};

static struct row
	*rows[2]; /* to be gone on from, of this length and the next */
static size_t row_count[2];
static uint64_t seen[STATES_MAX]; /* a hash table of keys */
static size_t seen_count;
static struct lockstep_state *beginning, *here;
static int first_thread;

/* Whether a state is new. */
static bool note(uint64_t key)
{
	size_t at = key % STATES_MAX;

	key |= key == 0;
	while (seen[at] && seen[at] != key) {
		at = (at + 1) % STATES_MAX;
	}
	if (seen[at]) {
		return false;
	}
	seen[at] = key;
	assert_true(++seen_count < STATES_MAX / 4 * 3);
	return true;
}

static uint64_t key_now(void)
{
	return model_key(&lockstep_model) +
	       (uint64_t)(lockstep_thread() + 1) * 0x9e3779b97f4a7c15ull;
}

static void go_to(const struct row *row, unsigned int length)
{
	lockstep_restore(beginning);
	lockstep_is_replay = true;
	for (unsigned int i = 0; i < length; i++) {
		(void)lockstep_do(&alphabet[row->letters[i]].op);
	}
	lockstep_is_replay = false;
	lockstep_save_to(here);
}

/* Tries everything in the state that a row leads to. */
static void expand(const struct row *row, unsigned int length)
{
	bool arrived = true;

	go_to(row, length);
	int who = lockstep_thread();
	if (who == MODEL_NONE) {
		return;
	}
	for (unsigned int i = 0; i < LETTERS; i++) {
		if ((alphabet[i].who == FIRST) != (who == first_thread)) {
			continue;
		}
		if (!arrived) {
			lockstep_restore(here);
		}
		(void)lockstep_do(&alphabet[i].op);
		arrived = !lockstep_model.is_changed;
		if (!arrived && note(key_now())) {
			struct row *next = &rows[1][row_count[1]++];
			*next = *row;
			next->letters[length] = (uint8_t)i;
		}
	}
}

static void test_all_rows(void **unused)
{
	const char *text = getenv("DEPTH");
	unsigned long depth = text ? strtoul(text, NULL, 0) : DEPTH;

	(void)unused;
	assert_in_range(depth, 1, DEPTH_MAX);
	worlds_small();
	(void)snprintf(lockstep_repeat, sizeof(lockstep_repeat),
		       "make unit TEST=model/exhaustive");
	first_thread = lockstep_thread();
	beginning = lockstep_save();
	here = lockstep_save();
	rows[0] = calloc(STATES_MAX, sizeof(struct row));
	rows[1] = calloc(STATES_MAX, sizeof(struct row));
	assert_true(rows[0] && rows[1]);
	row_count[0] = 1;
	note(key_now());
	lockstep_operations = 0;
	for (unsigned int length = 0; length < depth; length++) {
		row_count[1] = 0;
		for (size_t i = 0; i < row_count[0]; i++) {
			expand(&rows[0][i], length);
		}
		struct row *swap = rows[0];
		rows[0] = rows[1];
		rows[1] = swap;
		row_count[0] = row_count[1];
		print_message("# %u: %zu states, %lu operations\n", length + 1,
			      seen_count, lockstep_operations);
	}
	free(rows[0]);
	free(rows[1]);
	free(beginning);
	free(here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_rows),
	};

	return cmocka_run_group_tests_name("exhaustive", tests, NULL, NULL);
}
