/* SPDX-License-Identifier: Apache-2.0 */
/* The model's capsules: whose a thread is, and when it may run. */

#include "model.h"

void model_ready(struct model *model, int thread)
{
	struct model_object *object = &model->objects[thread];

	object->thread.state =
		object->thread.is_frozen ? ABI_THREAD_FROZEN : ABI_THREAD_READY;
}

static bool is_of(const struct model *model, int thread, int capsule)
{
	const struct model_object *object = &model->objects[thread];

	return object->is_live && object->type == ABI_TYPE_THREAD &&
	       object->thread.capsule == capsule;
}

uint64_t model_threads(const struct model *model, int capsule)
{
	uint64_t count = 0;

	for (int i = 0; i < model->object_count; i++) {
		count += is_of(model, i, capsule);
	}
	return count;
}

/* What a change of its capsule means for a thread. */
static void change_thread(struct model *model, int thread, int from, int to)
{
	struct model_object *object = &model->objects[thread];

	object->thread.is_frozen = to != ABI_CAPSULE_RUNNING;
	if (to == ABI_CAPSULE_STOPPED) {
		model_cancel(model, thread);
		object->thread.is_calling = object->thread.is_faulting = false;
		object->thread.state = ABI_THREAD_SUSPENDED;
	} else if (object->thread.state == ABI_THREAD_READY ||
		   object->thread.state == ABI_THREAD_FROZEN ||
		   (from == ABI_CAPSULE_CREATED &&
		    object->thread.state == ABI_THREAD_NEW)) {
		model_ready(model, thread);
	}
}

static void change(struct model *model, int capsule, int to)
{
	int from = model->objects[capsule].life.state;

	model->objects[capsule].life.state = to;
	for (int i = 0; i < model->object_count; i++) {
		if (is_of(model, i, capsule)) {
			change_thread(model, i, from, to);
		}
	}
}

void model_capsule_fault(struct model *model, int capsule, uint64_t kind)
{
	model->objects[capsule].life.reason = ABI_CAPSULE_REASON_FAULT + kind;
	change(model, capsule, ABI_CAPSULE_FAILED);
}

void model_capsule_destroy(struct model *model, int capsule)
{
	change(model, capsule, ABI_CAPSULE_STOPPED);
	for (int i = 0; i < model->object_count; i++) {
		if (is_of(model, i, capsule)) {
			model->objects[i].thread.capsule = MODEL_NONE;
		}
	}
	model_bind(model, capsule, 0, MODEL_NONE);
}

static status_t configure(struct model *model, int caller, int capsule,
			  const uint64_t *words)
{
	struct model_object *object = &model->objects[capsule];
	int root = model_bound(model, caller, MODEL_CAPNODE);
	int space, node, fault = MODEL_NONE;

	if (object->life.state != ABI_CAPSULE_CREATED ||
	    object->life.is_configured) {
		return ST_BAD_STATE;
	}
	status_t status = model_find_type(model, root, words[0],
					  ABI_TYPE_VSPACE, 0, &space);
	if (status != ST_OK) {
		return status;
	}
	status = model_find_type(model, root, words[1], ABI_TYPE_CAPNODE,
				 1u << ABI_CAPNODE_copy, &node);
	if (status != ST_OK) {
		return status;
	}
	if (words[2] != 0) {
		status = model_find_type(model, root, words[2],
					 ABI_TYPE_ENDPOINT, 0, &fault);
		if (status != ST_OK) {
			return status;
		}
		if (!(model->caps[fault].rights & ABI_RIGHT_SEND)) {
			return ST_NO_RIGHT;
		}
		if (model->caps[fault].depth >= ABI_DERIVATION_MAX) {
			return ST_TOO_DEEP;
		}
	}
	struct model_object *its_space =
		&model->objects[model->caps[space].object];
	struct model_object *its_node =
		&model->objects[model->caps[node].object];
	if (its_space->capsule || its_node->capsule) {
		return ST_BUSY;
	}
	its_space->capsule = its_node->capsule = object->life.id;
	model_bind(model, capsule, 0, fault);
	object->life.is_configured = true;
	return ST_OK;
}

static status_t bind(struct model *model, int caller, int capsule,
		     uint64_t address)
{
	const struct model_object *object = &model->objects[capsule];
	int cap;
	status_t status = model_find_type(
		model, model_bound(model, caller, MODEL_CAPNODE), address,
		ABI_TYPE_THREAD, 1u << ABI_THREAD_configure, &cap);

	if (status != ST_OK) {
		return status;
	}
	int bound = model->caps[cap].object;
	int space = model_bound(model, bound, MODEL_SPACE);
	int node = model_bound(model, bound, MODEL_CAPNODE);
	struct model_object *thread = &model->objects[bound];
	if (thread->thread.capsule != MODEL_NONE) {
		return ST_BUSY;
	}
	if (!object->life.is_configured ||
	    object->life.state == ABI_CAPSULE_FAILED ||
	    object->life.state == ABI_CAPSULE_STOPPED ||
	    thread->thread.state != ABI_THREAD_NEW || space == MODEL_NONE ||
	    node == MODEL_NONE ||
	    model->objects[space].capsule != object->life.id ||
	    model->objects[node].capsule != object->life.id) {
		return ST_BAD_STATE;
	}
	if (model_threads(model, capsule) == ABI_CAPSULE_THREADS_MAX) {
		return ST_LIMIT;
	}
	thread->thread.capsule = capsule;
	thread->thread.is_frozen = object->life.state != ABI_CAPSULE_RUNNING;
	return ST_OK;
}

/* The states between which a method leads: one row for each. */
static const struct {
	uint64_t method;
	int from, to;
} arrows[] = {
	{ ABI_CAPSULE_start, ABI_CAPSULE_CREATED, ABI_CAPSULE_RUNNING },
	{ ABI_CAPSULE_freeze, ABI_CAPSULE_RUNNING, ABI_CAPSULE_FROZEN },
	{ ABI_CAPSULE_thaw, ABI_CAPSULE_FROZEN, ABI_CAPSULE_RUNNING },
	{ ABI_CAPSULE_fail, ABI_CAPSULE_RUNNING, ABI_CAPSULE_FAILED },
	{ ABI_CAPSULE_fail, ABI_CAPSULE_FROZEN, ABI_CAPSULE_FAILED },
	{ ABI_CAPSULE_stop, ABI_CAPSULE_FAILED, ABI_CAPSULE_STOPPED },
	{ ABI_CAPSULE_stop, ABI_CAPSULE_CREATED, ABI_CAPSULE_STOPPED },
	{ ABI_CAPSULE_stop, ABI_CAPSULE_RUNNING, ABI_CAPSULE_STOPPED },
	{ ABI_CAPSULE_stop, ABI_CAPSULE_FROZEN, ABI_CAPSULE_STOPPED },
};

static status_t go(struct model *model, int capsule, uint64_t method,
		   uint64_t reason)
{
	struct model_object *object = &model->objects[capsule];
	int to = MODEL_NONE;

	for (unsigned int i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++) {
		if (arrows[i].method == method &&
		    arrows[i].from == object->life.state) {
			to = arrows[i].to;
		}
	}
	if (to == MODEL_NONE || (method == ABI_CAPSULE_start &&
				 model_threads(model, capsule) == 0)) {
		return ST_BAD_STATE;
	}
	if (method == ABI_CAPSULE_fail) {
		if (reason >= ABI_CAPSULE_REASON_FAULT) {
			return ST_BAD_ARGUMENT;
		}
		object->life.reason = reason;
	}
	change(model, capsule, to);
	return ST_OK;
}

status_t model_capsule(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results)
{
	int capsule = model->caps[cap].object;
	const struct model_object *object = &model->objects[capsule];

	switch (method) {
	case ABI_CAPSULE_info:
		words[0] = (uint64_t)object->life.state;
		words[1] = object->life.reason;
		words[2] = object->life.id;
		words[3] = model_threads(model, capsule);
		*results = 4;
		return ST_OK;
	case ABI_CAPSULE_configure:
		return configure(model, thread, capsule, words);
	case ABI_CAPSULE_bind:
		return bind(model, thread, capsule, words[0]);
	default:
		return go(model, capsule, method, words[0]);
	}
}
