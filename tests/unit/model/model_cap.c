/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's capabilities: looking them up, lending and giving them, and what
 * becomes of Untyped memory.
 */

#include <stdlib.h>
#include <string.h>

#include "model.h"

void model_reset(struct model *model, uint64_t address)
{
	memset(model, 0, sizeof(*model));
	for (int i = 0; i < MODEL_MAPPED; i++) {
		model->mapped[i].table = MODEL_NONE;
	}
	model->address = address;
}

void model_copy(struct model *to, const struct model *from)
{
	memcpy(to->objects, from->objects,
	       (size_t)from->object_count * sizeof(from->objects[0]));
	if (to->object_count > from->object_count) {
		memset(&to->objects[from->object_count], 0,
		       (size_t)(to->object_count - from->object_count) *
			       sizeof(to->objects[0]));
	}
	memcpy(to->caps, from->caps,
	       (size_t)from->cap_count * sizeof(from->caps[0]));
	memcpy(to->holder, from->holder,
	       (size_t)from->cap_count * sizeof(from->holder[0]));
	if (to->cap_count > from->cap_count) {
		memset(&to->caps[from->cap_count], 0,
		       (size_t)(to->cap_count - from->cap_count) *
			       sizeof(to->caps[0]));
	}
	memcpy(to->pages, from->pages, sizeof(to->pages));
	to->address = from->address;
	to->object_count = from->object_count;
	to->cap_count = from->cap_count;
	to->refusals = from->refusals;
	to->faults = from->faults;
	to->system_calls = from->system_calls;
	memcpy(to->mapped, from->mapped, sizeof(to->mapped));
	to->spaces = from->spaces;
	to->now = from->now;
	to->gone_count = 0;
	to->capsules = from->capsules;
	to->has_no_spaces = from->has_no_spaces;
	to->has_no_tokens = from->has_no_tokens;
	to->is_changed = from->is_changed;
}

static void mix(uint64_t *key, const void *data, size_t size)
{
	const uint64_t *words = data;

	for (size_t i = 0; i < size / sizeof(*words); i++) {
		*key = (*key ^ words[i]) * 0x9fb21c651e98df25ull;
		*key ^= *key >> 32;
	}
}

static bool waits(const struct model_object *thread)
{
	return thread->thread.state == ABI_THREAD_SENDING ||
	       thread->thread.state == ABI_THREAD_CALLING ||
	       thread->thread.state == ABI_THREAD_FAULTED ||
	       thread->thread.state == ABI_THREAD_RECEIVING;
}

uint64_t model_key(const struct model *model)
{
	uint64_t key = 1;

	for (int i = 0; i < model->object_count; i++) {
		struct model_object object = model->objects[i];
		object.thread.refusals = object.thread.faults = 0;
		object.thread.since = 0;
		if (!waits(&object)) {
			memset(&object.thread.message, 0,
			       sizeof(object.thread.message));
			memset(object.thread.fault_words, 0,
			       sizeof(object.thread.fault_words));
			object.thread.badge = 0;
			object.thread.is_calling = false;
			object.thread.is_faulting = false;
		}
		mix(&key, &object, sizeof(object));
	}
	for (int i = 0; i < model->cap_count; i++) {
		struct model_cap cap = model->caps[i];
		cap.age = 0;
		mix(&key, &cap, sizeof(cap));
	}
	mix(&key, model->mapped, sizeof(model->mapped));
	return key;
}

/* Slots for an object: the first in a row that belong to no object. */
static void add_slots(struct model *model, int index, int count)
{
	struct model_object *object = &model->objects[index];
	int first = 0, row = 0;

	for (int i = 0; i < model->cap_count && row < count; i++) {
		row = model->holder[i] == MODEL_NONE ? row + 1 : 0;
		first = row ? i + 1 - row : i + 1;
	}
	if (row < count) {
		first = model->cap_count - row;
	}
	if (first + count > MODEL_CAPS) {
		abort();
	}
	if (first + count > model->cap_count) {
		model->cap_count = first + count;
	}
	object->first = first;
	object->count = count;
	for (int i = first; i < first + count; i++) {
		memset(&model->caps[i], 0, sizeof(model->caps[i]));
		model->holder[i] = index;
	}
}

int model_add(struct model *model, int type, uint64_t start, uint64_t size)
{
	int i = 0;

	while (i < model->object_count && model->objects[i].is_live) {
		i++;
	}
	if (i == MODEL_OBJECTS) {
		abort();
	}
	if (i == model->object_count) {
		model->object_count++;
	}
	struct model_object *object = &model->objects[i];
	memset(object, 0, sizeof(*object));
	object->is_live = true;
	object->type = type;
	object->start = start;
	object->size = size;
	object->caller = object->receiver = object->above = MODEL_NONE;
	object->thread.endpoint = object->thread.receiving = MODEL_NONE;
	object->thread.via = MODEL_NONE;
	object->thread.reply = object->thread.capsule = MODEL_NONE;
	if (type == ABI_TYPE_VSPACE) {
		object->name = ++model->spaces;
	}
	if (type == ABI_TYPE_CAPSULE) {
		object->life.id = ++model->capsules;
	}
	if (type == ABI_TYPE_EXPORT_TABLE) {
		object->capsule = UINT64_MAX; /* everybody else's */
	}
	add_slots(model, i,
		  type == ABI_TYPE_CAPNODE ? (int)(size >> ABI_SLOT_BITS)
		  : type == ABI_TYPE_EXPORT_TABLE
			  ? (int)(size >> ABI_EXPORT_TABLE_BITS)
		  : type == ABI_TYPE_THREAD  ? MODEL_BOUND_COUNT
		  : type == ABI_TYPE_CAPSULE ? 1
					     : 0);
	return i;
}

static void fill(struct model *model, struct model_cap *cap, int type,
		 int object, int parent)
{
	uint64_t incarnation = cap->incarnation;

	memset(cap, 0, sizeof(*cap));
	cap->incarnation = incarnation;
	cap->filled = true;
	cap->type = type;
	cap->object = object;
	cap->parent = parent;
	cap->age = ++model->now;
}

int model_give(struct model *model, int node, uint64_t slot, int object,
	       int parent)
{
	int index = model->objects[node].first + (int)slot;
	struct model_cap *cap = &model->caps[index];

	fill(model, cap, model->objects[object].type, object, parent);
	cap->is_original = true;
	cap->rights = ABI_RIGHTS_ALL;
	cap->delegation = parent == MODEL_OUTSIDE
				  ? ABI_DELEGATION_MAX
				  : model->caps[parent].delegation;
	cap->ops = UINT32_MAX;
	cap->depth =
		parent == MODEL_OUTSIDE ? 1 : model->caps[parent].depth + 1;
	return index;
}

/* --- looking up ------------------------------------------------------------- */

int model_locate(const struct model *model, int node, uint64_t address)
{
	if (node == MODEL_NONE) {
		return MODEL_NONE;
	}
	const struct model_object *object = &model->objects[node];
	uint64_t count = (uint64_t)object->count;
	uint64_t here = address % count;
	if (here == 0) {
		return MODEL_NONE;
	}
	int index = object->first + (int)here;
	if (address < count) {
		return index;
	}
	if (!model->caps[index].filled ||
	    model->caps[index].type != ABI_TYPE_CAPNODE) {
		return MODEL_NONE;
	}
	return model_locate(model, model->caps[index].object,
			    address / count - 1);
}

int model_find(const struct model *model, int node, uint64_t address)
{
	int index = model_locate(model, node, address & UINT32_MAX);

	if (index == MODEL_NONE || !model->caps[index].filled ||
	    model->caps[index].incarnation != address >> 32) {
		return MODEL_NONE;
	}
	return index;
}

status_t model_find_type(const struct model *model, int node, uint64_t address,
			 int type, uint64_t ops, int *cap)
{
	*cap = model_find(model, node, address);
	if (*cap == MODEL_NONE) {
		return ST_NO_CAPABILITY;
	}
	if (model->caps[*cap].type != type) {
		return ST_WRONG_TYPE;
	}
	return (model->caps[*cap].ops & ops) == ops ? ST_OK : ST_NO_RIGHT;
}

int model_object_at(const struct model *model, uint64_t start, int type)
{
	for (int i = 0; i < model->object_count; i++) {
		const struct model_object *object = &model->objects[i];
		if (object->is_live && object->start == start &&
		    object->type == type) {
			return i;
		}
	}
	return MODEL_NONE;
}

uint64_t model_filled(const struct model *model, int node)
{
	const struct model_object *object = &model->objects[node];
	uint64_t filled = 0;

	for (int i = 1; i < object->count; i++) {
		filled += model->caps[object->first + i].filled;
	}
	return filled;
}

/* --- lending and giving ------------------------------------------------------- */

static uint64_t capsule_of(const struct model *model, int cap)
{
	return model->objects[model->holder[cap]].capsule;
}

int64_t model_delegate(const struct model *model, int from, int to)
{
	uint64_t depth = model->caps[from].delegation;

	if (capsule_of(model, from) == capsule_of(model, to) ||
	    depth == ABI_DELEGATION_MAX) {
		return (int64_t)depth;
	}
	return (int64_t)depth - 1;
}

status_t model_check_derive(const struct model_cap *source,
			    const struct model_wish *wish)
{
	if (source->type == ABI_TYPE_UNTYPED ||
	    source->type == ABI_TYPE_PAGE_TABLE ||
	    source->type == ABI_TYPE_REPLY ||
	    source->type == ABI_TYPE_IRQ_CONTROL ||
	    source->type == ABI_TYPE_RESERVED) {
		return ST_WRONG_TYPE;
	}
	if ((wish->rights | source->rights) != source->rights ||
	    (wish->ops | source->ops) != source->ops ||
	    wish->delegation > source->delegation) {
		return ST_NO_RIGHT;
	}
	if (wish->badge != 0 && source->type != ABI_TYPE_ENDPOINT) {
		return ST_BAD_ARGUMENT;
	}
	if (source->badge != 0 && wish->badge != source->badge) {
		return ST_NO_RIGHT;
	}
	return source->depth < ABI_DERIVATION_MAX ? ST_OK : ST_TOO_DEEP;
}

void model_derive(struct model *model, int from, int to,
		  const struct model_wish *wish)
{
	const struct model_cap *source = &model->caps[from];
	struct model_cap *made = &model->caps[to];

	fill(model, made, source->type, source->object, from);
	made->rights = wish->rights;
	made->delegation = wish->delegation;
	made->ops = wish->ops;
	made->badge = wish->badge;
	made->depth = source->depth + 1;
}

void model_bind(struct model *model, int object, int which, int cap)
{
	int slot = model->objects[object].first + which;

	if (model->caps[slot].filled) {
		model_clear(model, slot);
	}
	if (cap != MODEL_NONE) {
		const struct model_cap *source = &model->caps[cap];
		model_derive(model, cap, slot,
			     &(struct model_wish){
				     source->rights, source->delegation,
				     source->ops, source->badge });
	}
}

int model_bound(const struct model *model, int thread, int which)
{
	const struct model_cap *cap =
		&model->caps[model->objects[thread].first + which];

	return cap->filled ? cap->object : MODEL_NONE;
}

/* --- CapNodes ------------------------------------------------------------------ */

/* The slot of a node with that number, or MODEL_NONE. */
static int slot_of(const struct model *model, int node, uint64_t number)
{
	const struct model_object *object = &model->objects[node];

	return number == 0 || number >= (uint64_t)object->count
		       ? MODEL_NONE
		       : object->first + (int)number;
}

static uint64_t place_of(const struct model *model, int cap)
{
	int number = cap - model->objects[model->holder[cap]].first;

	return (uint64_t)number | model->caps[cap].incarnation << 32;
}

status_t model_check_move(const struct model *model, int from, int to,
			  uint64_t *delegation)
{
	int64_t left = model_delegate(model, from, to);
	uint64_t children = 0, waiting = 0;

	for (int i = 0; i < model->cap_count; i++) {
		children +=
			model->caps[i].filled && model->caps[i].parent == from;
	}
	for (int i = 0; i < model->object_count; i++) {
		waiting += model->objects[i].is_live &&
			   model->objects[i].type == ABI_TYPE_THREAD &&
			   model->objects[i].thread.via == from;
	}
	if (left < 0) {
		return ST_NO_RIGHT;
	}
	if (children > 64 || waiting > 64 ||
	    (children && (uint64_t)left != model->caps[from].delegation)) {
		return ST_BUSY;
	}
	*delegation = (uint64_t)left;
	return ST_OK;
}

void model_move(struct model *model, int from, int to, uint64_t delegation)
{
	uint64_t incarnation = model->caps[to].incarnation;

	model->caps[to] = model->caps[from];
	model->caps[to].incarnation = incarnation;
	model->caps[to].delegation = delegation;
	incarnation = model->caps[from].incarnation;
	memset(&model->caps[from], 0, sizeof(model->caps[from]));
	model->caps[from].incarnation = (incarnation + 1) % 65536;
	for (int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].filled && model->caps[i].parent == from) {
			model->caps[i].parent = to;
		}
	}
	for (int i = 0; i < model->object_count; i++) {
		if (model->objects[i].is_live &&
		    model->objects[i].type == ABI_TYPE_THREAD &&
		    model->objects[i].thread.via == from) {
			model->objects[i].thread.via = to;
		}
	}
}

static status_t lend(struct model *model, int from, int to, uint64_t method,
		     const uint64_t *words)
{
	const struct model_cap *source = &model->caps[from];
	int64_t left = model_delegate(model, from, to);
	struct model_wish wish = { source->rights, (uint64_t)left, source->ops,
				   source->badge };

	if (left < 0) {
		return ST_NO_RIGHT;
	}
	if (method == ABI_CAPNODE_mint) {
		if (words[2] > UINT16_MAX || words[3] > UINT32_MAX) {
			return ST_BAD_ARGUMENT;
		}
		wish = (struct model_wish){ words[2] % 256, words[2] / 256,
					    words[3], words[4] };
	}
	if (wish.delegation > (uint64_t)left) {
		return ST_NO_RIGHT;
	}
	status_t status = model_check_derive(source, &wish);
	if (status == ST_OK) {
		model_derive(model, from, to, &wish);
	}
	return status;
}

/* Copy, mint and move. */
static status_t transfer(struct model *model, int node, int root,
			 uint64_t method, uint64_t *words, uint64_t *results)
{
	int to = slot_of(model, node, words[0]);
	uint64_t delegation = 0;
	status_t status;

	if (to == MODEL_NONE) {
		return ST_BAD_ARGUMENT;
	}
	if (model->caps[to].filled) {
		return ST_SLOT_FULL;
	}
	int from = model_find(model, root, words[1]);
	if (from == MODEL_NONE) {
		return ST_NO_CAPABILITY;
	}
	if (method == ABI_CAPNODE_move) {
		status = model_check_move(model, from, to, &delegation);
		if (status == ST_OK) {
			model_move(model, from, to, delegation);
		}
	} else {
		status = lend(model, from, to, method, words);
	}
	if (status == ST_OK) {
		words[0] = place_of(model, to);
		*results = 1;
	}
	return status;
}

static status_t rotate(struct model *model, int node, int root,
		       const uint64_t *words)
{
	int empty = slot_of(model, node, words[0]);
	int middle = slot_of(model, node, words[1]);
	uint64_t first = 0, second = 0;

	if (empty == MODEL_NONE || middle == MODEL_NONE) {
		return ST_BAD_ARGUMENT;
	}
	if (model->caps[empty].filled) {
		return ST_SLOT_FULL;
	}
	if (!model->caps[middle].filled) {
		return ST_NO_CAPABILITY;
	}
	int from = model_find(model, root, words[2]);
	if (from == MODEL_NONE) {
		return ST_NO_CAPABILITY;
	}
	if (from == middle) {
		return ST_BAD_ARGUMENT;
	}
	status_t status = model_check_move(model, middle, empty, &first);
	if (status == ST_OK) {
		status = model_check_move(model, from, middle, &second);
	}
	if (status == ST_OK) {
		model_move(model, middle, empty, first);
		model_move(model, from, middle, second);
	}
	return status;
}

status_t model_take_back(struct model *model, int node, uint64_t method,
			 uint64_t address)
{
	int cap = slot_of(model, node, address & UINT32_MAX);

	if (cap == MODEL_NONE) {
		return ST_BAD_ARGUMENT;
	}
	if (!model->caps[cap].filled ||
	    model->caps[cap].incarnation != address >> 32) {
		return ST_NO_CAPABILITY;
	}
	if (method == ABI_CAPNODE_delete) {
		model_delete(model, cap);
	} else {
		model_revoke(model, cap);
	}
	return ST_OK;
}

static status_t inspect(const struct model *model, int node, uint64_t *words,
			uint64_t *results)
{
	int index = slot_of(model, node, words[0]);

	if (index == MODEL_NONE) {
		return ST_BAD_ARGUMENT;
	}
	const struct model_cap *cap = &model->caps[index];
	words[0] = cap->filled ? (uint64_t)cap->type : 0;
	words[1] = cap->rights + cap->delegation * 256;
	words[2] = cap->ops;
	words[3] = cap->incarnation;
	*results = 4;
	return ST_OK;
}

status_t model_capnode(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results)
{
	int node = model->caps[cap].object;
	int root = model_bound(model, thread, MODEL_CAPNODE);

	switch (method) {
	case ABI_CAPNODE_info:
		words[0] = (uint64_t)model->objects[node].count;
		words[1] = model_filled(model, node);
		*results = 2;
		return ST_OK;
	case ABI_CAPNODE_rotate:
		return rotate(model, node, root, words);
	case ABI_CAPNODE_delete:
	case ABI_CAPNODE_revoke:
		return model_take_back(model, node, method, words[0]);
	case ABI_CAPNODE_inspect:
		return inspect(model, node, words, results);
	default:
		return transfer(model, node, root, method, words, results);
	}
}

/* --- Untyped ------------------------------------------------------------------ */

bool model_is_device(const struct model *model, const struct model_cap *cap)
{
	return model->objects[cap->object].is_device;
}

static void make_objects(struct model *model, int cap, int node,
			 const uint64_t *words, uint64_t start, uint64_t size)
{
	for (uint64_t i = 0; i < words[2]; i++) {
		int made =
			model_add(model, (int)words[0], start + i * size, size);
		model_give(model, node, words[4] + i, made, cap);
		model->objects[made].is_device =
			model_is_device(model, &model->caps[cap]);
		if (words[0] == ABI_TYPE_FRAME) {
			memset(model->pages[(start + i * size) / ABI_PAGE_SIZE],
			       0, ABI_PAGE_SIZE);
		}
	}
}

/* Bytes of an Untyped that are objects: none once all of them are gone. */
static uint64_t used_by(const struct model *model, int cap)
{
	for (int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].filled && model->caps[i].parent == cap) {
			return model->objects[model->caps[cap].object].used;
		}
	}
	return 0;
}

static status_t retype(struct model *model, int thread, int cap,
		       const uint64_t *words)
{
	struct model_object *untyped = &model->objects[model->caps[cap].object];
	int root = model_bound(model, thread, MODEL_CAPNODE), node;

	if (words[0] == 0 || words[0] >= ABI_TYPE_COUNT) {
		return ST_BAD_ARGUMENT;
	}
	if (model_is_device(model, &model->caps[cap]) &&
	    words[0] != ABI_TYPE_FRAME && words[0] != ABI_TYPE_UNTYPED) {
		return ST_WRONG_TYPE;
	}
	uint64_t bits = abi_object_bits(words[0], words[1]);
	uint64_t size = 1ull << bits;
	if (bits == 0 || words[2] == 0 || words[2] > ABI_RETYPE_COUNT_MAX ||
	    (words[0] == ABI_TYPE_VSPACE && words[2] != 1)) {
		return ST_BAD_ARGUMENT;
	}
	if (model->caps[cap].depth >= ABI_DERIVATION_MAX) {
		return ST_TOO_DEEP;
	}
	uint64_t used = used_by(model, cap);
	uint64_t start = (used + size - 1) / size * size;
	if (start + size * words[2] > untyped->size) {
		return ST_NO_MEMORY;
	}
	status_t status =
		model_find_type(model, root, words[3], ABI_TYPE_CAPNODE,
				1u << ABI_CAPNODE_copy, &node);
	if (status != ST_OK) {
		return status;
	}
	node = model->caps[node].object;
	uint64_t count = (uint64_t)model->objects[node].count;
	if (words[4] == 0 || words[4] >= count || words[2] > count - words[4]) {
		return ST_BAD_ARGUMENT;
	}
	for (uint64_t i = 0; i < words[2]; i++) {
		if (model->caps[model->objects[node].first +
				(int)(words[4] + i)]
			    .filled) {
			return ST_SLOT_FULL;
		}
	}
	if (words[0] == ABI_TYPE_VSPACE && model->has_no_spaces) {
		return ST_NO_MEMORY;
	}
	untyped->used = start + size * words[2];
	make_objects(model, cap, node, words, untyped->start + start, size);
	return ST_OK;
}

status_t model_untyped(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results)
{
	const struct model_object *untyped =
		&model->objects[model->caps[cap].object];

	if (method == ABI_UNTYPED_retype) {
		return retype(model, thread, cap, words);
	}
	words[0] = model->address + untyped->start;
	words[1] = untyped->size;
	words[2] = used_by(model, cap);
	words[3] = model_is_device(model, &model->caps[cap]);
	*results = 4;
	return ST_OK;
}
