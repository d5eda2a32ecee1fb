/* SPDX-License-Identifier: Apache-2.0 */
/* The model's system calls: which part of it a verb and a method lead to. */

#include "model.h"

/* Arguments that a method takes, or MODEL_NONE if there is no such method. */
static int argument_count(int of_type, uint64_t of_method)
{
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && of_method == (number)) { \
		return arguments;                                  \
	}
	ABI_METHODS(X)
#undef X
	return MODEL_NONE;
}

/* Nano takes all of it or gives all of it back, whatever steps that needs. */
static status_t reserved(struct model_object *object, uint64_t method,
			 uint64_t *words, uint64_t *results)
{
	if (method == ABI_RESERVED_info) {
		words[0] = object->size;
		words[1] = object->is_taken ? ABI_RESERVED_TAKEN
					    : ABI_RESERVED_HERE;
		*results = 2;
		return ST_OK;
	}
	if (object->is_taken == (method == ABI_RESERVED_take)) {
		return ST_BAD_STATE;
	}
	object->is_taken = !object->is_taken;
	return ST_OK;
}

static status_t invoke(struct model *model, int thread, int cap)
{
	struct model_message *message = &model->objects[thread].thread.message;
	const struct model_cap *through = &model->caps[cap];
	uint64_t method = message->label % 32, results = 0;
	int count = argument_count(through->type, method);
	status_t status;

	if (count == MODEL_NONE) {
		return ST_NO_METHOD;
	}
	if (!(through->ops & 1ull << method)) {
		return ST_NO_RIGHT;
	}
	if (message->label != method || message->info != (uint64_t)count) {
		return ST_BAD_ARGUMENT;
	}
	switch (through->type) {
	case ABI_TYPE_UNTYPED:
		status = model_untyped(model, thread, cap, method,
				       message->words, &results);
		break;
	case ABI_TYPE_CAPNODE:
		status = model_capnode(model, thread, cap, method,
				       message->words, &results);
		break;
	case ABI_TYPE_THREAD:
		status = model_thread(model, thread, cap, method,
				      message->words, &results);
		break;
	case ABI_TYPE_VSPACE:
		status = model_space(model, thread, cap, method, message->words,
				     &results);
		break;
	case ABI_TYPE_PAGE_TABLE:
		status = model_table(model, thread, cap, method, message->words,
				     &results);
		break;
	case ABI_TYPE_FRAME:
		status = model_frame(model, thread, cap, method, message->words,
				     &results);
		break;
	case ABI_TYPE_CAPSULE:
		status = model_capsule(model, thread, cap, method,
				       message->words, &results);
		break;
	case ABI_TYPE_EXPORT_TABLE:
		status = model_export_table(model, thread, cap, method,
					    message->words, &results);
		break;
	case ABI_TYPE_RESERVED:
		status = reserved(&model->objects[through->object], method,
				  message->words, &results);
		break;
	case ABI_TYPE_REPLY:
		message->words[0] =
			model->objects[through->object].caller != MODEL_NONE;
		results = 1;
		status = ST_OK;
		break;
	default: /* only looked at so far */
		status = method ? ST_NOT_BUILT : ST_OK;
		break;
	}
	if (status == ST_OK) {
		message->info = results;
	}
	return status;
}

static status_t send(struct model *model, int thread, uint64_t verb)
{
	const struct model_object *sender = &model->objects[thread];
	int cap = model_find(model, model_bound(model, thread, MODEL_CAPNODE),
			     sender->thread.message.capability);

	if (cap == MODEL_NONE) {
		return ST_NO_CAPABILITY;
	}
	if (model->caps[cap].type == ABI_TYPE_ENDPOINT) {
		return model_send(model, thread, cap, verb);
	}
	return verb == ABI_VERB_CALL ? invoke(model, thread, cap)
				     : ST_WRONG_TYPE;
}

static status_t reply_receive(struct model *model, int thread)
{
	const struct model_message *message =
		&model->objects[thread].thread.message;
	status_t status = model_check_message(
		model, thread,
		(uint64_t)ABI_MESSAGE_CAPS | (uint64_t)ABI_MESSAGE_SLOTS, true);

	if (status != ST_OK) {
		return status;
	}
	status = model_reply(model, thread, message->info >> 32);
	if (status != ST_OK && status != ST_BAD_STATE) {
		return status;
	}
	return model_receive(model, thread, ABI_VERB_REPLY_RECV);
}

static status_t dispatch(struct model *model, int thread)
{
	const struct model_message *message =
		&model->objects[thread].thread.message;
	status_t status;

	switch (message->verb) {
	case ABI_VERB_YIELD:
		return message->capability || message->label || message->info
			       ? ST_BAD_ARGUMENT
			       : ST_OK;
	case ABI_VERB_SEND:
	case ABI_VERB_TRY_SEND:
	case ABI_VERB_CALL:
		return send(model, thread, message->verb);
	case ABI_VERB_RECV:
	case ABI_VERB_TRY_RECV:
		return model_receive(model, thread, message->verb);
	case ABI_VERB_REPLY:
		status = model_check_message(model, thread, ABI_MESSAGE_CAPS,
					     false);
		return status == ST_OK
			       ? model_reply(model, thread, message->capability)
			       : status;
	case ABI_VERB_REPLY_RECV:
		return reply_receive(model, thread);
	default:
		return ST_BAD_CALL;
	}
}

static bool is_refusal(status_t status)
{
#define X(number, name, refusal, text) \
	if (status == ST_##name) {     \
		return refusal;        \
	}
	ABI_STATUSES(X)
#undef X
	return false;
}

void model_answer(struct model *model, int thread, status_t status)
{
	struct model_object *object = &model->objects[thread];

	object->thread.message.verb = status;
	object->thread.refusals += is_refusal(status);
	model->refusals += is_refusal(status);
}

status_t model_call(struct model *model, int thread)
{
	model->is_changed = false;
	model->system_calls++;
	status_t status = dispatch(model, thread);
	model->is_changed |= status == ST_OK;
	model_answer(model, thread, status);
	return status;
}
