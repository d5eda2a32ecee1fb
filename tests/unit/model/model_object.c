/* SPDX-License-Identifier: Apache-2.0 */
/* The model's threads, address spaces, page tables and frames. */

#include "model.h"

/* --- threads ------------------------------------------------------------------ */

static bool is_stopped(const struct model_object *thread)
{
	return thread->thread.state == ABI_THREAD_NEW ||
	       thread->thread.state == ABI_THREAD_SUSPENDED;
}

void model_bind(struct model *model, int thread, int capnode, int space,
		int buffer, int fault)
{
	struct model_object *object = &model->objects[thread];

	object->thread.capnode = model->caps[capnode].object;
	object->thread.space = model->caps[space].object;
	object->thread.buffer = model->caps[buffer].object;
	object->thread.fault =
		fault == MODEL_NONE ? MODEL_NONE : model->caps[fault].object;
	object->thread.fault_badge =
		fault == MODEL_NONE ? 0 : model->caps[fault].badge;
}

static status_t configure(struct model *model, int caller, int thread,
			  const uint64_t *words)
{
	int root = model->objects[caller].thread.capnode;
	int capnode, space, buffer, fault = MODEL_NONE;

	if (!is_stopped(&model->objects[thread])) {
		return ST_BAD_STATE;
	}
	status_t status = model_find_type(model, root, words[0],
					  ABI_TYPE_CAPNODE, 0, &capnode);
	if (status != ST_OK) {
		return status;
	}
	status = model_find_type(model, root, words[1], ABI_TYPE_VSPACE, 0,
				 &space);
	if (status != ST_OK) {
		return status;
	}
	status = model_find_type(model, root, words[2], ABI_TYPE_FRAME,
				 1u << ABI_FRAME_map, &buffer);
	if (status != ST_OK) {
		return status;
	}
	if (!(model->caps[buffer].rights & ABI_RIGHT_WRITE) ||
	    model_is_device(model, &model->caps[buffer])) {
		return ST_NO_RIGHT;
	}
	if (words[3] != 0) {
		status = model_find_type(model, root, words[3],
					 ABI_TYPE_ENDPOINT, 0, &fault);
		if (status != ST_OK) {
			return status;
		}
		if (!(model->caps[fault].rights & ABI_RIGHT_SEND)) {
			return ST_NO_RIGHT;
		}
	}
	model_bind(model, thread, capnode, space, buffer, fault);
	return ST_OK;
}

static status_t suspend(struct model *model, int thread)
{
	struct model_object *object = &model->objects[thread];

	if (is_stopped(object)) {
		return ST_BAD_STATE;
	}
	bool is_fault = object->thread.state == ABI_THREAD_FAULTED ||
			(object->thread.state == ABI_THREAD_SENDING &&
			 object->thread.is_faulting);
	if (object->thread.state != ABI_THREAD_READY && !is_fault) {
		object->thread.message.verb = ST_AGAIN;
	}
	model_cancel(model, thread);
	object->thread.is_calling = object->thread.is_faulting = false;
	object->thread.state = ABI_THREAD_SUSPENDED;
	return ST_OK;
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
		if (!is_stopped(target)) {
			return ST_BAD_STATE;
		}
		for (int i = 0; i < 4; i++) {
			words[i] = target->thread.registers[i];
		}
		*results = 4;
		return ST_OK;
	case ABI_THREAD_resume:
		if (!is_stopped(target) || target->thread.space == MODEL_NONE) {
			return ST_BAD_STATE;
		}
		target->thread.state = ABI_THREAD_READY;
		return ST_OK;
	default:
		return suspend(model, object);
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

/* Whether a page is mapped in an entry of a table of the last level. */
static bool is_taken(const struct model *model, int table, uint64_t index)
{
	for (int i = 0; i < model->cap_count; i++) {
		const struct model_cap *cap = &model->caps[i];
		if (cap->filled && cap->type == ABI_TYPE_FRAME &&
		    cap->table == table && cap->index == index) {
			return true;
		}
	}
	return false;
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

/* What hangs in it stays bound to its place, and is reached no more. */
static status_t take_out(struct model *model, int self)
{
	struct model_object *table = &model->objects[self];

	if (table->above == MODEL_NONE) {
		return ST_NOT_MAPPED;
	}
	table->above = MODEL_NONE;
	table->index = table->level = 0;
	for (int i = 0; i < model->object_count; i++) {
		struct model_object *object = &model->objects[i];
		if (object->is_live && object->type == ABI_TYPE_PAGE_TABLE &&
		    object->above == self) {
			object->above = MODEL_GONE;
		}
	}
	for (int i = 0; i < model->cap_count; i++) {
		struct model_cap *cap = &model->caps[i];
		if (cap->filled && cap->type == ABI_TYPE_FRAME &&
		    cap->table == self) {
			cap->table = MODEL_GONE;
		}
	}
	return ST_OK;
}

status_t model_table(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results)
{
	struct model_object *table = &model->objects[model->caps[cap].object];
	int root = model->objects[thread].thread.capnode, space;

	if (method == ABI_PAGE_TABLE_unmap) {
		return take_out(model, model->caps[cap].object);
	}
	if (method == ABI_PAGE_TABLE_info) {
		words[0] = table->level;
		*results = 1;
		return ST_OK;
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
	int above = walk(model, model->caps[space].object, words[1], &level);
	if (level == 4 || table->above != MODEL_NONE) {
		return ST_MAPPED;
	}
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
	int root = model->objects[thread].thread.capnode, space;
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
	if (frame->table != MODEL_NONE ||
	    is_taken(model, table, index_at(words[1], 4))) {
		return ST_MAPPED;
	}
	frame->table = table;
	frame->index = index_at(words[1], 4);
	frame->access = words[2];
	frame->space = space;
	frame->address = words[1];
	model->objects[space].page_count++;
	return ST_OK;
}

/* Where its own table is gone, the same page may have been mapped at the same
 * address by another capability, which nobody can tell apart. */
static void unmap_same(struct model *model, const struct model_cap *frame)
{
	uint64_t level = 1;
	int table = walk(model, frame->space, frame->address, &level);

	for (int i = 0; i < model->cap_count && level == 4; i++) {
		struct model_cap *cap = &model->caps[i];
		if (cap->filled && cap->type == ABI_TYPE_FRAME &&
		    cap->object == frame->object && cap->table == table &&
		    cap->index == index_at(frame->address, 4)) {
			cap->table = MODEL_GONE;
		}
	}
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
		words[1] = frame->table != MODEL_NONE;
		words[2] = model_is_device(model, frame);
		*results = 3;
		return ST_OK;
	}
	if (frame->table == MODEL_NONE) {
		return ST_NOT_MAPPED;
	}
	if (frame->table == MODEL_GONE) {
		unmap_same(model, frame);
	}
	model->objects[frame->space].page_count--;
	frame->table = frame->space = MODEL_NONE;
	frame->index = frame->access = frame->address = 0;
	return ST_OK;
}
