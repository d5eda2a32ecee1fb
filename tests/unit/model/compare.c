/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the kernel is in the state in which the model says it is. */

#include <string.h>

#include "kernel/capsule.h"
#include "tests/unit/kernel/world.h"

#include "lockstep.h"

static const struct model *model;
static uint64_t generation; /* of address spaces that were there before */

static void *real(int object)
{
	return arch_window(
		(paddr_t){ model->address + model->objects[object].start });
}

static const void *real_or_null(int object)
{
	return object == MODEL_NONE ? NULL : real(object);
}

static struct slot *real_slot(int cap)
{
	int holder = model->holder[cap];
	uint32_t number = (uint32_t)(cap - model->objects[holder].first);

	if (model->objects[holder].type == ABI_TYPE_THREAD) {
		return &((struct thread *)real(holder))->bound[number];
	}
	if (model->objects[holder].type == ABI_TYPE_CAPSULE) {
		return &((struct capsule *)real(holder))->fault;
	}
	return capnode_slot(real(holder), number);
}

static void same(uint64_t is, uint64_t should, const char *what, int which)
{
	if (is != should) {
		lockstep_fail("%s of %d is %#lx and should be %#lx", what,
			      which, is, should);
	}
}

static void same_pointer(const void *is, const void *should, const char *what,
			 int which)
{
	same((uint64_t)is, (uint64_t)should, what, which);
}

/* --- capabilities ----------------------------------------------------------- */

static uint64_t object_of(const struct model_cap *cap)
{
	if (cap_is_memory((uint32_t)cap->type)) {
		return model->address + model->objects[cap->object].start;
	}
	return (uint64_t)real(cap->object);
}

static void compare_parent(int index, const struct slot *slot)
{
	int parent = model->caps[index].parent;

	if (parent == MODEL_OUTSIDE) {
		if (!slot->parent) {
			lockstep_fail("the arena has no parent");
		}
	} else {
		same(slot->parent, slot_ref(real_slot(parent)), "parent",
		     index);
	}
}

/* A name is the id of an address space, which the model does not know, and a
 * number that it does. */
static void compare_mapping(int index, const struct slot *slot)
{
	const struct model_cap *cap = &model->caps[index];

	if (cap->type != ABI_TYPE_FRAME && cap->type != ABI_TYPE_PAGE_TABLE) {
		return;
	}
	same(slot->where >> 16, cap->space ? cap->space + generation : 0,
	     "address space", index);
	same(slot->mapped_at, cap->address, "address", index);
	if (cap->type == ABI_TYPE_PAGE_TABLE) {
		same(slot->level, model->objects[cap->object].level, "level",
		     index);
	}
}

static void compare_cap(int index)
{
	const struct model_cap *cap = &model->caps[index];
	const struct slot *slot = real_slot(index);

	same(slot->incarnation, cap->incarnation, "incarnation", index);
	same(slot->type, cap->filled ? (uint64_t)cap->type : 0, "type", index);
	if (!cap->filled) {
		return;
	}
	same(slot->object, object_of(cap), "object", index);
	same(slot->rights, cap->rights, "rights", index);
	same(slot->ops, cap->ops, "ops", index);
	same(slot->delegation, cap->delegation, "delegation", index);
	same(slot->depth, cap->depth, "depth", index);
	same(slot->flags & SLOT_ORIGINAL, cap->is_original ? SLOT_ORIGINAL : 0,
	     "original", index);
	same(slot->limits, 0, "limits", index);
	compare_parent(index, slot);
	if (cap->type == ABI_TYPE_ENDPOINT) {
		same(slot->badge, cap->badge, "badge", index);
	} else if (cap->type == ABI_TYPE_UNTYPED) {
		same((uint64_t)slot->memory.used << ABI_SLOT_BITS,
		     model->objects[cap->object].used, "bytes used", index);
		same(1ull << slot->memory.bits,
		     model->objects[cap->object].size, "bytes", index);
		same(slot->memory.is_device,
		     model->objects[cap->object].is_device, "device", index);
	}
	if (cap->type == ABI_TYPE_RESERVED) {
		bool is_taken = model->objects[cap->object].is_taken;
		same(slot->phase,
		     is_taken ? ABI_RESERVED_TAKEN : ABI_RESERVED_HERE, "phase",
		     index);
		same(slot->reservation != 0, is_taken, "reservation", index);
	}
	compare_mapping(index, slot);
}

/* --- objects ------------------------------------------------------------------ */

static void compare_node(int index)
{
	const struct model_object *object = &model->objects[index];
	const struct capnode *node = real(index);

	same(node->count, (uint64_t)object->count, "slots", index);
	same(node->capsule, object->capsule, "capsule", index);
	same(node->filled, model_filled(model, index), "filled slots", index);
	for (int i = 1; i < object->count; i++) {
		compare_cap(object->first + i);
	}
}

static void compare_tokens(int index)
{
	const struct model_object *object = &model->objects[index];
	const uint64_t *is =
		(const uint64_t *)real(index) + (uint32_t)object->count * 8;

	for (int i = 0; i < object->count; i++) {
		const struct model_cap *cap = &model->caps[object->first + i];
		for (int word = 0; word < 4; word++) {
			same(*is++, cap->token[word], "token", index);
		}
	}
}

static void compare_message(int index, const struct message_registers *is)
{
	const struct model_message *should =
		&model->objects[index].thread.message;

	same(is->verb, should->verb, "status", index);
	same(is->capability, should->capability, "badge", index);
	same(is->label, should->label, "label", index);
	same(is->info, should->info, "info", index);
	for (int i = 0; i < 8; i++) {
		same(is->words[i], should->words[i], "a word", index);
	}
}

static void compare_thread(int index)
{
	const struct model_object *object = &model->objects[index];
	const struct thread *thread = real(index);

	same(thread->state, (uint64_t)object->thread.state, "state", index);
	for (int i = 0; i < MODEL_BOUND_COUNT; i++) {
		compare_cap(object->first + i);
	}
	same_pointer(thread->capnode,
		     real_or_null(model_bound(model, index, MODEL_CAPNODE)),
		     "CapNode", index);
	same_pointer(thread->vspace,
		     real_or_null(model_bound(model, index, MODEL_SPACE)),
		     "VSpace", index);
	same_pointer(thread->buffer,
		     real_or_null(model_bound(model, index, MODEL_BUFFER)),
		     "buffer", index);
	compare_message(index, &thread->context.message);
	same(thread->context.pc, object->thread.registers[0], "pc", index);
	same(thread->context.sp, object->thread.registers[1], "sp", index);
	same(thread->context.argument, object->thread.registers[2], "argument",
	     index);
	same(thread->context.tls, object->thread.registers[3], "TLS pointer",
	     index);
	same_pointer(thread->capsule, real_or_null(object->thread.capsule),
		     "capsule", index);
	same((thread->flags & THREAD_FROZEN) != 0, object->thread.is_frozen,
	     "being frozen", index);
	same(thread->refusals, object->thread.refusals, "refusals", index);
	same(thread->faults, object->thread.faults, "faults", index);
	same_pointer(thread->endpoint, real_or_null(object->thread.endpoint),
		     "endpoint", index);
	same_pointer(thread->receiving, real_or_null(object->thread.receiving),
		     "Reply it waits with", index);
	same_pointer(thread->reply, real_or_null(object->thread.reply),
		     "Reply that stands for it", index);
	if (object->thread.state == ABI_THREAD_SENDING) {
		same(thread->badge, object->thread.badge, "badge it sends with",
		     index);
		same_pointer(thread->via, real_slot(object->thread.via),
			     "the capability it waits through", index);
	}
}

static void compare_endpoint(int index)
{
	const struct model_object *object = &model->objects[index];
	const struct endpoint *endpoint = real(index);
	const struct thread *thread = endpoint->head;

	for (int i = 0; i < object->queue.count; i++) {
		same_pointer(thread, real(object->queue.threads[i]),
			     "a place in the queue", index);
		thread = thread->next;
	}
	same_pointer(thread, NULL, "the end of the queue", index);
	if (object->queue.count) {
		same(endpoint->has_receivers, object->queue.has_receivers,
		     "the kind of queue", index);
	}
}

/* A table that can be reached has in it what hangs there, and nothing else. */
static void compare_table(int index)
{
	const uint64_t *entries = real(index);
	uint64_t is = 0, should = 0;
	int top = index;

	while (top != MODEL_NONE &&
	       model->objects[top].type == ABI_TYPE_PAGE_TABLE) {
		top = model->objects[top].above;
	}
	if (top == MODEL_NONE) {
		return;
	}
	for (int i = 0; i < 512; i++) {
		is += entries[i] != 0;
	}
	for (int i = 0; i < MODEL_MAPPED; i++) {
		const struct model_page *page = &model->mapped[i];
		if (page->table != index) {
			continue;
		}
		should++;
		same(arch_pte_address(entries[page->index]).a,
		     model->address + model->objects[page->frame].start,
		     "a page", index);
		same(fake_pte_access(entries[page->index]), page->access,
		     "access", index);
	}
	for (int i = 0; i < model->object_count; i++) {
		const struct model_object *below = &model->objects[i];
		if (!below->is_live || below->type != ABI_TYPE_PAGE_TABLE ||
		    below->above != index) {
			continue;
		}
		should++;
		same(arch_pte_address(entries[below->index]).a,
		     model->address + below->start, "a table", index);
	}
	same(is, should, "entries", index);
}

static void compare_capsule(int index)
{
	const struct model_object *object = &model->objects[index];
	const struct capsule *capsule = real(index);

	same(capsule->state, (uint64_t)object->life.state, "state", index);
	same(capsule->id, object->life.id, "id", index);
	same(capsule->reason, object->life.reason, "reason", index);
	same(capsule->is_configured, object->life.is_configured,
	     "being configured", index);
	same(capsule->thread_count, model_threads(model, index), "threads",
	     index);
	compare_cap(object->first);
}

static void compare_object(int index)
{
	const struct model_object *object = &model->objects[index];
	const struct reply *reply;

	switch (object->type) {
	case ABI_TYPE_CAPNODE:
		compare_node(index);
		break;
	case ABI_TYPE_EXPORT_TABLE:
		compare_node(index);
		compare_tokens(index);
		break;
	case ABI_TYPE_THREAD:
		compare_thread(index);
		break;
	case ABI_TYPE_ENDPOINT:
		compare_endpoint(index);
		break;
	case ABI_TYPE_REPLY:
		reply = real(index);
		same_pointer(reply->caller, real_or_null(object->caller),
			     "caller", index);
		same_pointer(reply->receiver, real_or_null(object->receiver),
			     "receiver", index);
		break;
	case ABI_TYPE_CAPSULE:
		compare_capsule(index);
		break;
	case ABI_TYPE_VSPACE:
		same(((struct vspace *)real(index))->capsule, object->capsule,
		     "capsule", index);
		same(((struct vspace *)real(index))->page_count,
		     object->page_count, "pages", index);
		break;
	case ABI_TYPE_PAGE_TABLE:
		compare_table(index);
		break;
	case ABI_TYPE_FRAME:
		if (!object->is_device &&
		    memcmp(real(index),
			   model->pages[object->start / ABI_PAGE_SIZE],
			   ABI_PAGE_SIZE) != 0) {
			lockstep_fail("the content of frame %d differs", index);
		}
		break;
	default: /* Untyped: its capability says it all */
		break;
	}
}

static void compare_counts(void)
{
	same(state.refusals, model->refusals, "refusals", MODEL_NONE);
	same(state.capsules, model->capsules, "capsules", MODEL_NONE);
	same(state.faults, model->faults, "faults", MODEL_NONE);
	same(state.system_calls, model->system_calls, "system calls",
	     MODEL_NONE);
}

void compare_caller(const struct model *with, int thread)
{
	model = with;
	generation = state.vspace_generation - model->spaces;
	compare_thread(thread);
	compare_counts();
}

void compare_all(const struct model *with)
{
	model = with;
	generation = state.vspace_generation - model->spaces;
	for (int i = 0; i < model->object_count; i++) {
		if (model->objects[i].is_live) {
			compare_object(i);
		}
	}
	compare_counts();
}
