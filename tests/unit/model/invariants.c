/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's structures, checked for themselves: nothing here knows of the
 * model. From the capability of the arena on, the whole derivation tree is
 * walked, and everything that lists, queues, counts and page tables say is
 * worked out again from what the walk found.
 */

#include <string.h>

#include "kernel/capsule.h"
#include "tests/unit/kernel/world.h"

#include "lockstep.h"

#define UNITS (MODEL_ARENA >> ABI_SLOT_BITS)

struct original {
	struct slot *slot;
	uint64_t start, end; /* in the arena */
};

/* What the walk of the tree found. */
static struct {
	uint64_t arena;
	struct original originals[UNITS];
	int original_count;
	struct slot *mapped[UNITS]; /* Frames and PageTables that are in use */
	int mapped_count;
	uint8_t visited[UNITS]; /* slots */
	uint16_t owner[UNITS];  /* original + 1 that is no Untyped */
} found;

#define REQUIRE(condition)                                                 \
	do {                                                               \
		if (!(condition)) {                                        \
			lockstep_fail("%s: line %d: not so: %s", __FILE__, \
				      __LINE__, #condition);               \
		}                                                          \
	} while (0)

static uint64_t place_of(const void *pointer)
{
	uint64_t address = arch_window_address(pointer).a;

	REQUIRE(address >= found.arena && address < found.arena + MODEL_ARENA);
	return address - found.arena;
}

static uint64_t start_of(const struct slot *slot)
{
	return cap_is_memory(slot->type) ? slot->object - found.arena
					 : place_of(slot_object(slot));
}

static uint64_t size_of(const struct slot *slot)
{
	switch (slot->type) {
	case ABI_TYPE_UNTYPED:
	case ABI_TYPE_FRAME:
	case ABI_TYPE_RESERVED:
		return 1ull << slot->memory.bits;
	case ABI_TYPE_CAPNODE:
		return (uint64_t)((struct capnode *)slot_object(slot))->count
		       << ABI_SLOT_BITS;
	case ABI_TYPE_EXPORT_TABLE:
		return (uint64_t)((struct capnode *)slot_object(slot))->count
		       << ABI_EXPORT_TABLE_BITS;
	case ABI_TYPE_AUDIT_LOG: /* at least */
		return 1ull << abi_object_bits(slot->type, 12);
	default:
		REQUIRE(abi_object_bits(slot->type, 0));
		return 1ull << abi_object_bits(slot->type, 0);
	}
}

/* --- the tree, and what each capability says ----------------------------------- */

/* An original lies in the used part of the Untyped it was made from, and apart
 * from its siblings; anything else is the same as its parent, or less. */
static void check_child(const struct slot *parent, const struct slot *child)
{
	REQUIRE(child->type != ABI_TYPE_NULL);
	REQUIRE(child->parent == slot_ref(parent));
	REQUIRE(child->depth == parent->depth + 1);
	REQUIRE(child->depth <= ABI_DERIVATION_MAX);
	REQUIRE(!(child->rights & ~parent->rights));
	REQUIRE(!(child->ops & ~parent->ops));
	REQUIRE(child->delegation <= parent->delegation);
	if (!(child->flags & SLOT_ORIGINAL)) {
		REQUIRE(child->type == parent->type);
		REQUIRE(child->object == parent->object);
		REQUIRE(child->type != ABI_TYPE_ENDPOINT || !parent->badge ||
			child->badge == parent->badge);
		return;
	}
	uint64_t start = start_of(child), end = start + size_of(child);
	REQUIRE(parent->type == ABI_TYPE_UNTYPED);
	REQUIRE(start >= start_of(parent));
	REQUIRE(end <= start_of(parent) + ((uint64_t)parent->memory.used
					   << ABI_SLOT_BITS));
	for (const struct slot *other = slot_at(child->next); other;
	     other = slot_at(other->next)) {
		/* note_original() sees to the others */
		REQUIRE((child->type != ABI_TYPE_UNTYPED &&
			 other->type != ABI_TYPE_UNTYPED) ||
			start_of(other) >= end ||
			start_of(other) + size_of(other) <= start);
	}
}

static void note_original(struct slot *slot)
{
	int index = found.original_count++;
	struct original *original = &found.originals[index];

	original->slot = slot;
	original->start = start_of(slot);
	original->end = original->start + size_of(slot);
	REQUIRE(original->end <= MODEL_ARENA);
	if (slot->type == ABI_TYPE_UNTYPED) {
		return;
	}
	for (uint64_t i = original->start >> ABI_SLOT_BITS;
	     i < original->end >> ABI_SLOT_BITS; i++) {
		REQUIRE(!found.owner[i]);
		found.owner[i] = (uint16_t)(index + 1);
	}
}

static void walk(struct slot *slot, int depth)
{
	uint64_t unit = place_of(slot) >> ABI_SLOT_BITS;
	const struct slot *prev = NULL;

	REQUIRE(depth <= ABI_DERIVATION_MAX);
	REQUIRE(!found.visited[unit]);
	found.visited[unit] = 1;
	if (slot->flags & SLOT_ORIGINAL) {
		note_original(slot);
	}
	if (slot->where && (slot->type == ABI_TYPE_FRAME ||
			    slot->type == ABI_TYPE_PAGE_TABLE)) {
		found.mapped[found.mapped_count++] = slot;
	}
	for (struct slot *child = slot_at(slot->child); child;
	     prev = child, child = slot_at(child->next)) {
		REQUIRE(child->prev == (prev ? slot_ref(prev) : 0));
		check_child(slot, child);
		walk(child, depth + 1);
	}
}

/* The object of each capability is alive and of its type. */
static void check_object_of(const struct slot *slot)
{
	if (slot->flags & SLOT_ORIGINAL) {
		return;
	}
	const struct original *original = NULL;
	uint16_t owner = found.owner[start_of(slot) >> ABI_SLOT_BITS];
	REQUIRE(owner);
	original = &found.originals[owner - 1];
	REQUIRE(original->slot->type == slot->type);
	REQUIRE(original->slot->object == slot->object);
}

/* A filled slot is part of the tree, and knows where it lies. Those that lie
 * in threads and capsules are not lent on. */
static void check_slot(struct slot *slot, uint32_t node_bits, uint8_t flags)
{
	uint64_t unit = place_of(slot) >> ABI_SLOT_BITS;
	uint8_t places = SLOT_IN_THREAD | SLOT_IN_CAPSULE | SLOT_EXPORTED;

	REQUIRE(found.visited[unit]);
	found.visited[unit] = 2;
	REQUIRE(slot->node_bits == node_bits);
	REQUIRE((slot->flags & places) == flags);
	REQUIRE(!flags || flags == SLOT_EXPORTED || !slot->child);
	REQUIRE(!(slot->flags & (SLOT_REVOKING | SLOT_DOOMED)));
	check_object_of(slot);
	if (slot->type != ABI_TYPE_ENDPOINT) {
		return;
	}
	const struct thread *prev = NULL;
	for (const struct thread *at = slot->waiting; at;
	     prev = at, at = at->via_next) {
		REQUIRE(at->via == slot);
		REQUIRE(at->via_prev == prev);
		REQUIRE(at->endpoint == slot_object(slot));
	}
}

/* --- CapNodes ------------------------------------------------------------------- */

static void check_empty(const struct slot *slot)
{
	const struct slot empty = { .incarnation = slot->incarnation };
	const uint64_t *is = (const uint64_t *)(const void *)slot;
	const uint64_t *should = (const uint64_t *)(const void *)&empty;

	for (unsigned int i = 0; i < sizeof(empty) / 8; i++) {
		REQUIRE(is[i] == should[i]);
	}
}

static void check_node(struct capnode *node, uint8_t flags)
{
	uint32_t filled = 0;

	REQUIRE(node->count == 1u << node->bits);
	for (uint32_t i = 1; i < node->count; i++) {
		struct slot *slot = capnode_slot(node, i);
		if (slot->type == ABI_TYPE_NULL) {
			check_empty(slot);
			continue;
		}
		filled++;
		check_slot(slot, node->bits, flags);
	}
	REQUIRE(filled == node->filled);
}

/* --- threads, queues, Reply objects --------------------------------------------- */

static int times_queued(const struct thread *thread)
{
	int times = 0;

	for (const struct thread *at = state.cpus[0].sched.head; at;
	     at = at->next) {
		times += at == thread;
	}
	for (int i = 0; i < found.original_count; i++) {
		const struct slot *slot = found.originals[i].slot;
		if (slot->type != ABI_TYPE_ENDPOINT) {
			continue;
		}
		const struct endpoint *endpoint = slot_object(slot);
		for (const struct thread *at = endpoint->head; at;
		     at = at->next) {
			times += at == thread;
		}
	}
	return times;
}

/* In how many lists of those that wait through a capability it is. */
static int times_listed(const struct thread *thread)
{
	int times = 0;

	if (!thread->endpoint) {
		return 0;
	}
	for (const struct thread *at = thread->via->waiting; at;
	     at = at->via_next) {
		times += at == thread;
	}
	return times;
}

static void check_live(const void *object, enum abi_object_type type)
{
	uint16_t owner = found.owner[place_of(object) >> ABI_SLOT_BITS];

	REQUIRE(owner);
	REQUIRE(found.originals[owner - 1].slot->type == type);
	REQUIRE(found.originals[owner - 1].start == place_of(object));
}

/* What it is bound to is what its own capabilities stand for. */
static void check_bound(struct thread *thread)
{
	struct slot *bound = thread->bound;

	for (int i = 0; i < BOUND_COUNT; i++) {
		if (bound[i].type != ABI_TYPE_NULL) {
			check_slot(&bound[i], 0, SLOT_IN_THREAD);
		}
	}
	REQUIRE(thread->capnode == slot_object(&bound[BOUND_CAPNODE]));
	REQUIRE(thread->vspace == slot_object(&bound[BOUND_VSPACE]));
	REQUIRE(bound[BOUND_BUFFER].type == ABI_TYPE_NULL
			? !thread->buffer
			: (void *)thread->buffer ==
				  arch_window((paddr_t){
					  bound[BOUND_BUFFER].object }));
	REQUIRE(thread_is_stopped(thread) ||
		(thread->vspace && thread->capnode));
	REQUIRE((thread->endpoint != NULL) == (times_listed(thread) == 1));
	REQUIRE(times_listed(thread) <= 1);
}

static void check_thread(struct thread *thread)
{
	bool runs = state.cpus[0].current == thread;
	bool queued = thread->state == ABI_THREAD_SENDING ||
		      thread->state == ABI_THREAD_RECEIVING ||
		      (thread->state == ABI_THREAD_READY && !runs);
	bool answered = thread->state == ABI_THREAD_CALLING ||
			thread->state == ABI_THREAD_FAULTED;

	REQUIRE(times_queued(thread) == (queued ? 1 : 0));
	REQUIRE(!runs || thread->state == ABI_THREAD_READY);
	REQUIRE(thread->state != ABI_THREAD_READY ||
		!(thread->flags & THREAD_FROZEN));
	REQUIRE(thread->state != ABI_THREAD_FROZEN ||
		thread->flags & THREAD_FROZEN);
	if (thread->capsule) {
		check_live(thread->capsule, ABI_TYPE_CAPSULE);
	}
	REQUIRE((thread->endpoint != NULL) ==
		(thread->state == ABI_THREAD_SENDING ||
		 thread->state == ABI_THREAD_RECEIVING));
	REQUIRE((thread->receiving != NULL) ==
		(thread->state == ABI_THREAD_RECEIVING));
	REQUIRE((thread->reply != NULL) == answered);
	if (thread->endpoint) {
		check_live(thread->endpoint, ABI_TYPE_ENDPOINT);
	}
	if (thread->reply) {
		check_live(thread->reply, ABI_TYPE_REPLY);
		REQUIRE(thread->reply->caller == thread);
	}
	if (thread->receiving) {
		check_live(thread->receiving, ABI_TYPE_REPLY);
		REQUIRE(thread->receiving->receiver == thread);
	}
	if (thread->capnode) {
		check_live(thread->capnode, ABI_TYPE_CAPNODE);
	}
	if (thread->vspace) {
		check_live(thread->vspace, ABI_TYPE_VSPACE);
	}
	if (thread->buffer) {
		check_live(thread->buffer, ABI_TYPE_FRAME);
	}
	check_bound(thread);
}

/* Each thread it lists is its own, and stands still unless it runs. */
static void check_capsule(struct capsule *capsule)
{
	uint32_t count = 0;

	for (int i = 0; i < found.original_count; i++) {
		const struct slot *slot = found.originals[i].slot;
		if (slot->type != ABI_TYPE_THREAD) {
			continue;
		}
		const struct thread *thread = slot_object(slot);
		if (thread->capsule != capsule) {
			continue;
		}
		bool is_listed = false;
		for (uint32_t j = 0; j < capsule->thread_count; j++) {
			is_listed |= capsule->threads[j] == thread;
		}
		REQUIRE(is_listed);
		REQUIRE(!(thread->flags & THREAD_FROZEN) ==
			(capsule->state == ABI_CAPSULE_RUNNING));
		count++;
	}
	REQUIRE(count == capsule->thread_count);
	if (capsule->fault.type != ABI_TYPE_NULL) {
		check_slot(&capsule->fault, 0, SLOT_IN_CAPSULE);
	}
}

static void check_endpoint(const struct endpoint *endpoint)
{
	REQUIRE(endpoint->sweeps == 0);
	const struct thread *prev = NULL;
	int count = 0;

	for (const struct thread *at = endpoint->head; at;
	     prev = at, at = at->next) {
		check_live(at, ABI_TYPE_THREAD);
		REQUIRE(at->endpoint == endpoint);
		REQUIRE(at->prev == prev);
		REQUIRE(at->state == (endpoint->has_receivers
					      ? ABI_THREAD_RECEIVING
					      : ABI_THREAD_SENDING));
		REQUIRE(++count < MODEL_OBJECTS);
	}
	REQUIRE(endpoint->tail == prev);
}

static void check_reply(const struct reply *reply)
{
	REQUIRE(!reply->caller || !reply->receiver);
	if (reply->caller) {
		check_live(reply->caller, ABI_TYPE_THREAD);
		REQUIRE(reply->caller->reply == reply);
	}
	if (reply->receiver) {
		check_live(reply->receiver, ABI_TYPE_THREAD);
		REQUIRE(reply->receiver->receiving == reply);
	}
}

static void check_run_queue(void)
{
	const struct sched_cpu *sched = &state.cpus[0].sched;
	const struct thread *prev = NULL;
	int count = 0;

	for (const struct thread *at = sched->head; at;
	     prev = at, at = at->next) {
		check_live(at, ABI_TYPE_THREAD);
		REQUIRE(at->state == ABI_THREAD_READY);
		REQUIRE(at->prev == prev);
		REQUIRE(++count < MODEL_OBJECTS);
	}
	REQUIRE(sched->tail == prev);
	REQUIRE((state.queued & 1) == (sched->head != NULL));
}

/* --- page tables ------------------------------------------------------------------- */

struct walk {
	const struct vspace *space;
	uint64_t pages;
};

/* A capability that has put this there. */
static bool is_put(const struct walk *walk, uint64_t object, uint64_t address,
		   uint32_t access)
{
	uint32_t rights = (access & ABI_ACCESS_READ ? ABI_RIGHT_READ : 0) |
			  (access & ABI_ACCESS_WRITE ? ABI_RIGHT_WRITE : 0) |
			  (access & ABI_ACCESS_EXECUTE ? ABI_RIGHT_EXECUTE : 0);

	for (int i = 0; i < found.mapped_count; i++) {
		const struct slot *slot = found.mapped[i];
		if (slot->type == ABI_TYPE_FRAME && slot->object == object &&
		    slot->where == walk->space->name &&
		    slot->mapped_at == address && !(rights & ~slot->rights)) {
			return true;
		}
	}
	return false;
}

static bool is_given(const struct walk *walk, paddr_t table, uint64_t address,
		     uint32_t level, uint64_t span)
{
	for (int i = 0; i < found.mapped_count; i++) {
		const struct slot *slot = found.mapped[i];
		if (slot->type == ABI_TYPE_PAGE_TABLE &&
		    slot->object == (uint64_t)arch_window(table) &&
		    slot->where == walk->space->name && slot->level == level &&
		    slot->mapped_at / span == address / span) {
			return true;
		}
	}
	return false;
}

static void check_page(struct walk *walk, uint64_t pte, uint64_t address)
{
	uint32_t access = fake_pte_access(pte);

	REQUIRE(address >= USER_START && address < USER_END);
	REQUIRE((access & 6) != 6);
	REQUIRE(is_put(walk, arch_pte_address(pte).a, address, access));
	walk->pages++;
}

/* Each page is there by a capability that says so, which allows what the page
 * allows; and each table is one that somebody gave. */
static void check_table(struct walk *walk, paddr_t table, uint64_t address,
			uint32_t level)
{
	const uint64_t *entries = arch_window(table);
	uint64_t span = 1ull << (ABI_PAGE_BITS + 9 * (4 - level));

	for (uint64_t i = 0; i < 512; i++) {
		if (!entries[i]) {
			continue;
		}
		uint64_t at = address + i * span;
		REQUIRE(arch_pte_present(entries[i]));
		if (!fake_pte_is_table(entries[i])) {
			check_page(walk, entries[i], at);
			continue;
		}
		paddr_t below = arch_pte_address(entries[i]);
		REQUIRE(is_given(walk, below, at, level + 1, span));
		check_table(walk, below, at, level + 1);
	}
}

static void check_space(const struct vspace *space)
{
	struct walk walk = { .space = space };
	uint64_t count = 0;

	check_table(&walk, space->top, 0, 1);
	for (int i = 0; i < found.mapped_count; i++) {
		const struct slot *slot = found.mapped[i];
		count += slot->type == ABI_TYPE_FRAME &&
			 slot->where == space->name;
	}
	REQUIRE(count == space->page_count);
	REQUIRE(walk.pages <= count);
	REQUIRE(space->asid &&
		state.asids[space->asid / 64] >> space->asid % 64 & 1);
	REQUIRE(vspace_named(space->name) == space);
}

/* --- all of it --------------------------------------------------------------------- */

/* The capability of the arena: a child of core's Untyped. */
static struct slot *root_of(uint64_t arena)
{
	for (uint32_t i = 1; i < CORE_SLOT_FREE; i++) {
		const struct slot *slot = capnode_slot(world_node(), i);
		for (struct slot *child = slot_at(slot->child); child;
		     child = slot_at(child->next)) {
			if (child->type == ABI_TYPE_UNTYPED &&
			    child->object == arena) {
				return child;
			}
		}
	}
	return NULL;
}

static void check_original(const struct slot *slot)
{
	switch (slot->type) {
	case ABI_TYPE_CAPNODE:
		check_node(slot_object(slot), 0);
		break;
	case ABI_TYPE_EXPORT_TABLE:
		check_node(slot_object(slot), SLOT_EXPORTED);
		break;
	case ABI_TYPE_THREAD:
		check_thread(slot_object(slot));
		break;
	case ABI_TYPE_ENDPOINT:
		check_endpoint(slot_object(slot));
		break;
	case ABI_TYPE_CAPSULE:
		check_capsule(slot_object(slot));
		break;
	case ABI_TYPE_REPLY:
		check_reply(slot_object(slot));
		break;
	case ABI_TYPE_VSPACE:
		check_space(slot_object(slot));
		break;
	default:
		break;
	}
}

void invariants_check(uint64_t arena)
{
	struct slot *root = root_of(arena);

	memset(found.visited, 0, sizeof(found.visited));
	memset(found.owner, 0, sizeof(found.owner));
	found.original_count = found.mapped_count = 0;
	found.arena = arena;
	REQUIRE(state.sweeps == 0 && !state.gone);
	for (unsigned int i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		REQUIRE(!state.under_way[i].root);
	}
	if (!root) {
		check_run_queue();
		return; /* all of it was taken back */
	}
	walk(root, 1);
	for (int i = 0; i < found.original_count; i++) {
		check_original(found.originals[i].slot);
	}
	check_run_queue();
	for (uint64_t i = 0; i < UNITS; i++) {
		REQUIRE(found.visited[i] != 1); /* each lies in a CapNode */
	}
}
