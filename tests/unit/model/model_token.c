/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's ExportTables. What a new token is the model cannot know: it is
 * told of the one the kernel drew, and from then on knows it as its user does.
 */

#include <string.h>

#include "model.h"

/* The slot of a node with that number, if it is empty. */
static status_t find_empty(const struct model *model, int node, uint64_t number,
			   int *cap)
{
	const struct model_object *object = &model->objects[node];

	if (number == 0 || number >= (uint64_t)object->count) {
		return ST_BAD_ARGUMENT;
	}
	*cap = object->first + (int)number;
	return model->caps[*cap].filled ? ST_SLOT_FULL : ST_OK;
}

static status_t export(struct model *model, int thread, int table,
		       uint64_t *words)
{
	int root = model_bound(model, thread, MODEL_CAPNODE), to;
	status_t status = find_empty(model, table, words[0], &to);

	if (status != ST_OK) {
		return status;
	}
	int from = model_find(model, root, words[1]);
	if (from == MODEL_NONE) {
		return ST_NO_CAPABILITY;
	}
	const struct model_cap *source = &model->caps[from];
	int64_t left = model_delegate(model, from, to);
	if (!(source->rights & ABI_RIGHT_EXPORT) || left < 0) {
		return ST_NO_RIGHT;
	}
	struct model_wish wish = { source->rights, (uint64_t)left, source->ops,
				   source->badge };
	status = model_check_derive(source, &wish);
	if (status != ST_OK) {
		return status;
	}
	if (model->has_no_tokens) {
		return ST_NOT_SUPPORTED;
	}
	model_derive(model, from, to, &wish);
	memcpy(model->caps[to].token, model->drawn, sizeof(model->drawn));
	words[0] |= model->caps[to].incarnation << 32;
	memcpy(words + 1, model->drawn, sizeof(model->drawn));
	return ST_OK;
}

static status_t import(struct model *model, int thread, int table,
		       uint64_t *words)
{
	int root = model_bound(model, thread, MODEL_CAPNODE), to, from;
	status_t status = find_empty(model, root, words[5], &to);

	if (status != ST_OK) {
		return status;
	}
	status = find_empty(model, table, words[0] & UINT32_MAX, &from);
	if (status != ST_SLOT_FULL ||
	    model->caps[from].incarnation != words[0] >> 32 ||
	    memcmp(model->caps[from].token, words + 1, sizeof(model->drawn)) !=
		    0) {
		return ST_NOT_FOUND;
	}
	const struct model_cap *source = &model->caps[from];
	struct model_wish wish = { source->rights, source->delegation,
				   source->ops, source->badge };
	status = model_check_derive(source, &wish);
	if (status != ST_OK) {
		return status;
	}
	model_derive(model, from, to, &wish);
	words[0] = words[5] | model->caps[to].incarnation << 32;
	return ST_OK;
}

status_t model_export_table(struct model *model, int thread, int cap,
			    uint64_t method, uint64_t *words, uint64_t *results)
{
	int table = model->caps[cap].object;

	switch (method) {
	case ABI_EXPORT_TABLE_info:
		words[0] = (uint64_t)model->objects[table].count;
		words[1] = model_filled(model, table);
		*results = 2;
		return ST_OK;
	case ABI_EXPORT_TABLE_export:
		*results = 5;
		return export(model, thread, table, words);
	case ABI_EXPORT_TABLE_import:
		*results = 1;
		return import(model, thread, table, words);
	default:
		return model_take_back(model, table, ABI_CAPNODE_delete,
				       words[0]);
	}
}
