/* SPDX-License-Identifier: Apache-2.0 */
/* The model's threads, address spaces, page tables and frames. */

#include <stdlib.h>

#include "model.h"

/* --- threads ------------------------------------------------------------------ */

static bool is_stopped(const struct model_object *thread)
{
	return thread->thread.state == ABI_THREAD_NEW ||
	       thread->thread.state == ABI_THREAD_SUSPENDED;
}

/* What may be bound: of its type, with the rights that this stands for, and one
 * step of derivation left. */
static status_t find(const struct model *model, int root, int which,
		     uint64_t address, int *cap)
{
	static const struct {
		int type;
		uint64_t rights, ops;
	} wanted[MODEL_BOUND_COUNT] = {
		[MODEL_CAPNODE] = { ABI_TYPE_CAPNODE, 0, 0 },
		[MODEL_SPACE] = { ABI_TYPE_VSPACE, 0, 0 },
		[MODEL_BUFFER] = { ABI_TYPE_FRAME, ABI_RIGHT_WRITE,
				   1u << ABI_FRAME_map },
		[MODEL_FAULT] = { ABI_TYPE_ENDPOINT, ABI_RIGHT_SEND, 0 },
	};
	status_t status =
		model_find_type(model, root, address, wanted[which].type,
				wanted[which].ops, cap);

	if (status != ST_OK) {
		return status;
	}
	const struct model_cap *found = &model->caps[*cap];
	if ((found->rights & wanted[which].rights) != wanted[which].rights ||
	    (which == MODEL_BUFFER && model_is_device(model, found))) {
		return ST_NO_RIGHT;
	}
	return found->depth < ABI_DERIVATION_MAX ? ST_OK : ST_TOO_DEEP;
}

static status_t configure(struct model *model, int caller, int thread,
			  const uint64_t *words)
{
	int root = model_bound(model, caller, MODEL_CAPNODE);
	int found[MODEL_BOUND_COUNT];

	if (!is_stopped(&model->objects[thread]) ||
	    model->objects[thread].thread.capsule != MODEL_NONE) {
		return ST_BAD_STATE;
	}
	found[MODEL_FAULT] = MODEL_NONE;
	for (int i = 0; i < MODEL_BOUND_COUNT; i++) {
		if (i == MODEL_FAULT && words[i] == 0) {
			break;
		}
		status_t status = find(model, root, i, words[i], &found[i]);
		if (status != ST_OK) {
			return status;
		}
	}
	for (int i = 0; i < MODEL_BOUND_COUNT; i++) {
		model_bind(model, thread, i, found[i]);
	}
	return ST_OK;
}

/* Whether it waits because of a fault. */
static bool waits_with_fault(const struct model_object *thread)
{
	return thread->thread.state == ABI_THREAD_FAULTED ||
	       (thread->thread.state == ABI_THREAD_SENDING &&
		thread->thread.is_faulting);
}

void model_stop(struct model *model, int thread)
{
	struct model_object *object = &model->objects[thread];

	if (is_stopped(object)) {
		return;
	}
	if (object->thread.state != ABI_THREAD_READY &&
	    object->thread.state != ABI_THREAD_FROZEN &&
	    !waits_with_fault(object)) {
		object->thread.message.verb = ST_AGAIN;
	}
	model_cancel(model, thread);
	object->thread.is_calling = object->thread.is_faulting = false;
	object->thread.state = ABI_THREAD_SUSPENDED;
}

void model_end_wait(struct model *model, int thread)
{
	struct model_object *object = &model->objects[thread];
	bool with_fault = waits_with_fault(object);

	model_cancel(model, thread);
	object->thread.is_calling = object->thread.is_faulting = false;
	if (with_fault) {
		object->thread.state = ABI_THREAD_SUSPENDED;
	} else {
		object->thread.message.verb = ST_GONE;
		model_ready(model, thread);
	}
}

status_t model_thread(struct model *model, int thread, int cap, uint64_t method,
		      uint64_t *words, uint64_t *results)
{
	int object = model->caps[cap].object;
	struct model_object *target = &model->objects[object];

	switch (method) {
	case ABI_THREAD_info:
		words[0] = (uint64_t)target->thread.state;
		words[1] = target->thread.refusals;
		words[2] = target->thread.faults;
		*results = 3;
		return ST_OK;
	case ABI_THREAD_configure:
		return configure(model, thread, object, words);
	case ABI_THREAD_set_registers:
		if (!is_stopped(target)) {
			return ST_BAD_STATE;
		}
		if (words[0] >= USER_END || words[1] > USER_END) {
			return ST_BAD_ARGUMENT;
		}
		for (int i = 0; i < 4; i++) {
			target->thread.registers[i] = words[i];
		}
		return ST_OK;
	case ABI_THREAD_get_registers:
		if (!is_stopped(target) &&
		    target->thread.state != ABI_THREAD_FROZEN) {
			return ST_BAD_STATE;
		}
		for (int i = 0; i < 4; i++) {
			words[i] = target->thread.registers[i];
		}
		*results = 4;
		return ST_OK;
	case ABI_THREAD_resume:
		if (!is_stopped(target) ||
		    model_bound(model, object, MODEL_SPACE) == MODEL_NONE ||
		    model_bound(model, object, MODEL_CAPNODE) == MODEL_NONE) {
			return ST_BAD_STATE;
		}
		model_ready(model, object);
		return ST_OK;
	default:
		if (is_stopped(target)) {
			return ST_BAD_STATE;
		}
		model_stop(model, object);
		return ST_OK;
	}
}

/* --- address spaces ------------------------------------------------------------ */

/* Which entry of a table of that level an address goes through. */
static uint64_t index_at(uint64_t address, uint64_t level)
{
	for (uint64_t i = level; i < 4; i++) {
		address /= 512;
	}
	return address / ABI_PAGE_SIZE % 512;
}

/* The table that hangs in an entry of another one, or MODEL_NONE. */
static int table_below(const struct model *model, int table, uint64_t index)
{
	for (int i = 0; i < model->object_count; i++) {
		const struct model_object *object = &model->objects[i];
		if (object->is_live && object->type == ABI_TYPE_PAGE_TABLE &&
		    object->above == table && object->index == index) {
			return i;
		}
	}
	return MODEL_NONE;
}

/* The deepest table on the way to an address, and its level. */
static int walk(const struct model *model, int table, uint64_t address,
		uint64_t *level)
{
	if (*level == 4) {
		return table;
	}
	int below = table_below(model, table, index_at(address, *level));
	if (below == MODEL_NONE) {
		return table;
	}
	++*level;
	return walk(model, below, address, level);
}

/* The page in an entry of a table of the last level, or MODEL_NONE. */
static int page_at(const struct model *model, int table, uint64_t index)
{
	for (int i = 0; i < MODEL_MAPPED; i++) {
		if (model->mapped[i].table == table &&
		    model->mapped[i].index == index) {
			return i;
		}
	}
	return MODEL_NONE;
}

int model_space_named(const struct model *model, uint64_t name)
{
	for (int i = 0; i < model->object_count; i++) {
		const struct model_object *object = &model->objects[i];
		if (name && object->is_live &&
		    object->type == ABI_TYPE_VSPACE && object->name == name) {
			return i;
		}
	}
	return MODEL_NONE;
}

static bool is_user(uint64_t address)
{
	return address >= USER_START && address < USER_END;
}

status_t model_space(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results)
{
	(void)thread;
	(void)method;
	words[0] = model->objects[model->caps[cap].object].page_count;
	*results = 1;
	return ST_OK;
}

/* A table is taken out of where it hangs, and emptied. */
status_t model_take_table(struct model *model, struct model_cap *cap)
{
	struct model_object *table = &model->objects[cap->object];

	if (!cap->space) {
		return ST_NOT_MAPPED;
	}
	cap->space = cap->address = 0;
	table->above = MODEL_NONE;
	table->index = table->level = 0;
	for (int i = 0; i < model->object_count; i++) {
		struct model_object *below = &model->objects[i];
		if (below->is_live && below->type == ABI_TYPE_PAGE_TABLE &&
		    below->above == cap->object) {
			below->above = MODEL_NONE;
		}
	}
	for (int i = 0; i < MODEL_MAPPED; i++) {
		if (model->mapped[i].table == cap->object) {
			model->mapped[i].table = MODEL_NONE;
		}
	}
	return ST_OK;
}

status_t model_table(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results)
{
	struct model_object *table = &model->objects[model->caps[cap].object];
	int root = model_bound(model, thread, MODEL_CAPNODE), space;

	if (method == ABI_PAGE_TABLE_info) {
		words[0] = table->level;
		*results = 1;
		return ST_OK;
	}
	if (method == ABI_PAGE_TABLE_unmap) {
		return model_take_table(model, &model->caps[cap]);
	}
	status_t status = model_find_type(model, root, words[0],
					  ABI_TYPE_VSPACE, 0, &space);
	if (status != ST_OK) {
		return status;
	}
	if (!is_user(words[1] - words[1] % ABI_PAGE_SIZE)) {
		return ST_BAD_ARGUMENT;
	}
	uint64_t level = 1;
	space = model->caps[space].object;
	int above = walk(model, space, words[1], &level);
	if (level == 4 || model->caps[cap].space) {
		return ST_MAPPED;
	}
	model->caps[cap].space = model->objects[space].name;
	model->caps[cap].address = words[1];
	table->above = above;
	table->index = index_at(words[1], level);
	table->level = level + 1;
	words[0] = table->level;
	*results = 1;
	return ST_OK;
}

/* --- frames --------------------------------------------------------------------- */

static status_t check_access(const struct model *model,
			     const struct model_cap *frame, uint64_t access)
{
	bool reads = access & ABI_ACCESS_READ;
	bool writes = access & ABI_ACCESS_WRITE;
	bool executes = access & ABI_ACCESS_EXECUTE;

	if (access > 7 || !reads || (writes && executes) ||
	    (executes && model_is_device(model, frame))) {
		return ST_BAD_ARGUMENT;
	}
	if (!(frame->rights & ABI_RIGHT_READ) ||
	    (writes && !(frame->rights & ABI_RIGHT_WRITE)) ||
	    (executes && !(frame->rights & ABI_RIGHT_EXECUTE))) {
		return ST_NO_RIGHT;
	}
	return ST_OK;
}

static status_t map(struct model *model, int thread, struct model_cap *frame,
		    const uint64_t *words)
{
	int root = model_bound(model, thread, MODEL_CAPNODE), space;
	status_t status = model_find_type(model, root, words[0],
					  ABI_TYPE_VSPACE, 0, &space);

	if (status != ST_OK) {
		return status;
	}
	status = check_access(model, frame, words[2]);
	if (status != ST_OK) {
		return status;
	}
	if (!is_user(words[1]) || words[1] % ABI_PAGE_SIZE) {
		return ST_BAD_ARGUMENT;
	}
	uint64_t level = 1;
	space = model->caps[space].object;
	int table = walk(model, space, words[1], &level);
	if (level != 4) {
		return ST_NO_TABLE;
	}
	uint64_t index = index_at(words[1], 4);
	if (model_space_named(model, frame->space) != MODEL_NONE ||
	    page_at(model, table, index) != MODEL_NONE) {
		return ST_MAPPED;
	}
	int page = 0;
	while (model->mapped[page].table != MODEL_NONE) {
		if (++page == MODEL_MAPPED) {
			abort();
		}
	}
	model->mapped[page] =
		(struct model_page){ table, frame->object, index, words[2] };
	frame->space = model->objects[space].name;
	frame->address = words[1];
	model->objects[space].page_count++;
	return ST_OK;
}

/* The page may be there no more, because a table was taken out; and what is
 * there may have been put there by another capability for it. */
status_t model_unmap(struct model *model, struct model_cap *frame)
{
	int space = model_space_named(model, frame->space);
	uint64_t level = 1;

	if (space == MODEL_NONE) {
		return ST_NOT_MAPPED;
	}
	model->objects[space].page_count--;
	int table = walk(model, space, frame->address, &level);
	int page = level == 4
			   ? page_at(model, table, index_at(frame->address, 4))
			   : MODEL_NONE;
	if (page != MODEL_NONE && model->mapped[page].frame == frame->object) {
		model->mapped[page].table = MODEL_NONE;
	}
	frame->space = frame->address = 0;
	return ST_OK;
}

status_t model_frame(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results)
{
	struct model_cap *frame = &model->caps[cap];

	if (method == ABI_FRAME_map) {
		return map(model, thread, frame, words);
	}
	if (method == ABI_FRAME_info) {
		words[0] = ABI_PAGE_SIZE;
		words[1] = model_space_named(model, frame->space) != MODEL_NONE;
		words[2] = model_is_device(model, frame);
		*results = 3;
		return ST_OK;
	}
	return model_unmap(model, frame);
}
