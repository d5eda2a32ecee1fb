/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model takes capabilities back: what was derived from one goes before it,
 * the newest first, and all it still has to do with others ends. With what an
 * object was born with, the object goes; with a CapNode, in the end, all that
 * lies in it.
 */

#include <stdlib.h>
#include <string.h>

#include "model.h"

void model_clear(struct model *model, int cap)
{
	uint64_t incarnation = model->caps[cap].incarnation;

	memset(&model->caps[cap], 0, sizeof(model->caps[cap]));
	model->caps[cap].incarnation = (incarnation + 1) % 65536;
}

/* Nothing is left of an object; its slots belong to nobody. */
static void end(struct model *model, int index)
{
	struct model_object *object = &model->objects[index];

	object->is_live = false;
	for (int i = object->first; i < object->first + object->count; i++) {
		memset(&model->caps[i], 0, sizeof(model->caps[i]));
		model->holder[i] = MODEL_NONE;
	}
	for (int i = 0; i < model->object_count; i++) {
		struct model_object *other = &model->objects[i];
		if (other->is_live && other->type == ABI_TYPE_PAGE_TABLE &&
		    other->above == index) {
			other->above = MODEL_NONE;
		}
	}
	for (int i = 0; i < MODEL_MAPPED; i++) {
		if (model->mapped[i].table == index) {
			model->mapped[i].table = MODEL_NONE;
		}
	}
}

static void destroy_thread(struct model *model, int thread)
{
	model_stop(model, thread);
	for (int i = 0; i < MODEL_BOUND_COUNT; i++) {
		model_bind(model, thread, i, MODEL_NONE);
	}
	end(model, thread);
}

static void destroy_reply(struct model *model, int reply)
{
	int caller = model->objects[reply].caller;
	int receiver = model->objects[reply].receiver;

	if (caller != MODEL_NONE) {
		model_end_wait(model, caller);
	}
	if (receiver != MODEL_NONE) {
		model_end_wait(model, receiver);
	}
	end(model, reply);
}

static void destroy(struct model *model, int object)
{
	switch (model->objects[object].type) {
	case ABI_TYPE_CAPNODE:
	case ABI_TYPE_EXPORT_TABLE:
		if (model->gone_count == MODEL_QUEUE) {
			abort();
		}
		model->objects[object].is_gone = true;
		model->gone[model->gone_count++] = object;
		return;
	case ABI_TYPE_THREAD:
		destroy_thread(model, object);
		return;
	case ABI_TYPE_CAPSULE:
		model_capsule_destroy(model, object);
		end(model, object);
		return;
	case ABI_TYPE_REPLY:
		destroy_reply(model, object);
		return;
	default:
		end(model, object);
		return;
	}
}

/* The thread that waits through a capability, the last one first. */
static int waiting(const struct model *model, int cap)
{
	int found = MODEL_NONE;

	for (int i = 0; i < model->object_count; i++) {
		const struct model_object *object = &model->objects[i];
		if (object->is_live && object->type == ABI_TYPE_THREAD &&
		    object->thread.via == cap &&
		    (found == MODEL_NONE ||
		     object->thread.since >
			     model->objects[found].thread.since)) {
			found = i;
		}
	}
	return found;
}

/* A capability that lies in a thread goes, and the thread does without. */
static void unbind(struct model *model, int cap)
{
	int thread = model->holder[cap];

	if (model->objects[thread].type == ABI_TYPE_THREAD &&
	    cap - model->objects[thread].first <= MODEL_SPACE) {
		model_stop(model, thread);
	}
}

static void settle(struct model *model, int index)
{
	struct model_cap *cap = &model->caps[index];

	if (cap->type == ABI_TYPE_ENDPOINT) {
		for (int thread = waiting(model, index); thread != MODEL_NONE;
		     thread = waiting(model, index)) {
			model_end_wait(model, thread);
		}
	} else if (cap->type == ABI_TYPE_FRAME) {
		(void)model_unmap(model, cap);
	} else if (cap->type == ABI_TYPE_PAGE_TABLE) {
		(void)model_take_table(model, cap);
	}
	unbind(model, index);
	if (cap->is_original) {
		destroy(model, cap->object);
	}
}

static int newest_child(const struct model *model, int cap)
{
	int found = MODEL_NONE;

	for (int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].filled && model->caps[i].parent == cap &&
		    (found == MODEL_NONE ||
		     model->caps[i].age > model->caps[found].age)) {
			found = i;
		}
	}
	return found;
}

static void take(struct model *model, int cap);

static void take_below(struct model *model, int cap)
{
	for (int child = newest_child(model, cap); child != MODEL_NONE;
	     child = newest_child(model, cap)) {
		take(model, child);
	}
}

static void take(struct model *model, int cap)
{
	take_below(model, cap);
	settle(model, cap);
	model_clear(model, cap);
}

/* What lies in CapNodes that are gone, of which there may come more. */
static void empty_nodes(struct model *model)
{
	for (int i = 0; i < model->gone_count; i++) {
		int node = model->gone[i];
		const struct model_object *object = &model->objects[node];
		for (int slot = object->first + 1;
		     slot < object->first + object->count; slot++) {
			if (model->caps[slot].filled) {
				take(model, slot);
			}
		}
	}
	for (int i = 0; i < model->gone_count; i++) {
		end(model, model->gone[i]);
	}
	model->gone_count = 0;
}

void model_revoke(struct model *model, int cap)
{
	take_below(model, cap);
	empty_nodes(model);
}

void model_delete(struct model *model, int cap)
{
	take(model, cap);
	empty_nodes(model);
}
