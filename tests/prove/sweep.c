/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every tree of four capabilities. Either all are of objects, and nano lets go of
 * the last so slowly that a step ends there; or all are copies of the first. Any
 * of the four is revoked or deleted, in as many steps as that takes. After each
 * step it is a tree without what is gone, nothing went but what should, marks are
 * counted, and a sweep that has not ended is under way. At the end all is gone.
 *
 * The trees are made one after the other, so that CBMC follows pointers it knows.
 */

#include "kernel/sweep.h"

#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/vspace.h"
#include "tests/prove/prove.h"

#define COUNT  PROVE_SLOTS
#define NOBODY COUNT
#define SLOW   16 /* times that nano says AGAIN: a step's worth of units */
#define STEPS  4  /* at most, for two sweeps */

struct state state;

static uint32_t slow_left;

bool reserved_release(struct slot *slot)
{
	(void)slot;
	if (slow_left == 0) {
		return true;
	}
	slow_left--;
	return false;
}

void frame_release(struct slot *slot)
{
	slot->where = 0;
}

/* From the second capability on, the number of the one it was derived from. */
static const uint8_t trees[][COUNT - 1] = {
	{ 0, 0, 0 }, { 0, 0, 1 }, { 0, 0, 2 },
	{ 0, 1, 0 }, { 0, 1, 1 }, { 0, 1, 2 },
};

struct sweeping {
	uint32_t root; /* NOBODY: there is none */
	bool itself;
};

static bool is_below(const uint8_t *tree, uint32_t i, uint32_t root)
{
	while (i != root && i > 0) {
		i = tree[i - 1];
	}
	return i == root;
}

static bool goes_with(const uint8_t *tree, uint32_t i, struct sweeping sweep)
{
	return sweep.root != NOBODY && is_below(tree, i, sweep.root) &&
	       (i != sweep.root || sweep.itself);
}

static void make(const uint8_t *tree, bool of_objects)
{
	uint32_t slow = of_objects ? COUNT - 1 : NOBODY;

	for (uint32_t i = 0; i < COUNT; i++) {
		prove_slots[i] = (struct slot){
			.type = i == slow ? ABI_TYPE_RESERVED : ABI_TYPE_FRAME,
			.phase = i == slow,
			.flags = i == 0 || of_objects ? SLOT_ORIGINAL : 0,
			.depth = (uint8_t)i,
		};
		if (i > 0) {
			cap_tree_insert(&prove_slots[tree[i - 1]],
					&prove_slots[i]);
		}
	}
	slow_left = of_objects ? SLOW : 0;
	CHECK(state.sweeps == 0 && !state.gone);
}

/* The newest of what is left of the children of `parent`, below `limit`. */
static slot_ref_t child_below(const uint8_t *tree, uint32_t parent,
			      uint32_t limit)
{
	for (uint32_t i = limit; i-- > 1;) {
		if (tree[i - 1] == parent &&
		    prove_slots[i].type != ABI_TYPE_NULL) {
			return slot_ref(&prove_slots[i]);
		}
	}
	return 0;
}

static void check_links(const uint8_t *tree, uint32_t i)
{
	const struct slot *slot = &prove_slots[i];

	PROVE(slot->child == child_below(tree, i, COUNT),
	      "its newest child is the newest that is left");
	if (i == 0) {
		PROVE(!slot->parent, "the first has no parent");
		return;
	}
	PROVE(slot->parent == slot_ref(&prove_slots[tree[i - 1]]),
	      "it has the parent it had");
	PROVE(slot->next == child_below(tree, tree[i - 1], i),
	      "and the next older sibling that is left");
	PROVE(!slot->next || slot_at(slot->next)->prev == slot_ref(slot),
	      "which knows it");
}

static void check(const uint8_t *tree, struct sweeping old, struct sweeping new)
{
	uint64_t marks = 0;

	for (uint32_t i = 0; i < COUNT; i++) {
		const struct slot *slot = &prove_slots[i];
		if (slot->type == ABI_TYPE_NULL) {
			PROVE(goes_with(tree, i, old) ||
				      goes_with(tree, i, new),
			      "nothing goes but what should");
			PROVE(slot->incarnation == 1 && !slot->parent &&
				      !slot->child && !slot->flags,
			      "what is gone has left nothing");
			continue;
		}
		check_links(tree, i);
		marks += (slot->flags & SLOT_REVOKING) != 0;
	}
	PROVE(state.sweeps == marks, "marks are counted");
	for (uint32_t i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		const struct slot *root = state.under_way[i].root;
		PROVE(!root || root->flags & SLOT_REVOKING,
		      "a sweep under way has its mark");
	}
}

static status_t step(struct sweeping sweep, uint64_t *name)
{
	struct slot *root = &prove_slots[sweep.root];

	if (root->type == ABI_TYPE_NULL) {
		return sweep_go_on(name);
	}
	return sweep.itself ? sweep_delete(root, name)
			    : sweep_revoke(root, name);
}

static void take_back(const uint8_t *tree, struct sweeping old,
		      struct sweeping new)
{
	uint64_t name = 0;
	status_t status = KERNEL_RESTART;

	for (uint32_t i = 0; i < STEPS && status == KERNEL_RESTART; i++) {
		status = step(new, &name);
		check(tree, old, new);
	}
	PROVE(status == ST_OK, "it ends");
	for (uint32_t i = 0; i < COUNT; i++) {
		PROVE(!goes_with(tree, i, new) ||
			      prove_slots[i].type == ABI_TYPE_NULL,
		      "at the end all is gone");
	}
}

void prove_step(void)
{
	const struct sweeping none = { NOBODY, false };

	for (uint32_t t = 0; t < ARRAY_SIZE(trees); t++) {
		for (uint32_t n = 1; n < 2 * COUNT; n++) {
			struct sweeping new = { n / 2, n % 2 == 0 };
			make(trees[t], false);
			take_back(trees[t], none, new);
			make(trees[t], true);
			take_back(trees[t], none, new);
		}
	}
}

/* Another sweep began before, of a row of objects, and did not end. */
void prove_two(void)
{
	const uint8_t *tree = trees[ARRAY_SIZE(trees) - 1];

	for (uint32_t n = 1; n < 2 * COUNT; n++) {
		struct sweeping new = { n / 2, n % 2 == 0 };
		for (uint32_t o = 1; o < 2 * COUNT; o++) {
			struct sweeping old = { o / 2, o % 2 == 0 };
			uint64_t name = 0;
			make(tree, true);
			(void)step(old, &name);
			check(tree, old, old);
			take_back(tree, old, new);
		}
	}
}
