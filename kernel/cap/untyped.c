/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Untyped memory and retype, the only way an object comes to be. Objects are
 * carved off the front of the memory and `used` is the mark up to which it is
 * objects, so none overlaps another. Decode checks everything and changes
 * nothing; commit makes the objects and fills the slots, and cannot fail. Once
 * all objects of an Untyped are gone, the next one lies at its start again.
 *
 * Objects are made of zeroes. In between, at most STEP_BYTES are zeroed at a time
 * and the call begins anew, so that no interrupt waits for a large one. `clean`
 * is what is zeroed beyond `used` already. It only grows upwards, over a gap if
 * need be, or begins anew at a lower place, so that threads that make different
 * objects of one Untyped at the same time all come to an end.
 */

#include "common/string.h"
#include "kernel/capsule.h"
#include "kernel/endpoint.h"
#include "kernel/invoke.h"
#include "kernel/sweep.h"
#include "kernel/token.h"
#include "kernel/vspace.h"

#define UNIT_BITS  ABI_SLOT_BITS /* of the watermark */
#define STEP_BYTES 0x40000       /* zeroed at a time */

/* More is not used of one Untyped, for the watermark ends there. */
#define BYTES_MAX ((uint64_t)UINT32_MAX << UNIT_BITS)

struct plan {
	enum abi_object_type type;
	uint32_t bits;       /* an object is 2^bits bytes */
	uint64_t start, end; /* bytes from the start of the Untyped */
	struct capnode *node;
	uint32_t first, count;
	uint16_t asid; /* of a VSpace, free */
};

/* Whether the type exists, and may be made of this Untyped. */
static status_t check_type(const struct slot *untyped, uint64_t type)
{
	if (type == ABI_TYPE_NULL || type >= ABI_TYPE_COUNT) {
		return ST_BAD_ARGUMENT;
	}
	if (untyped->memory.is_device && type != ABI_TYPE_FRAME &&
	    type != ABI_TYPE_UNTYPED) {
		return ST_WRONG_TYPE;
	}
	return ST_OK;
}

/* Bytes from the start that are objects. */
static uint64_t used_bytes(const struct slot *untyped)
{
	return untyped->child ? (uint64_t)untyped->memory.used << UNIT_BITS : 0;
}

/* Where the objects would lie: behind what is used, aligned to their size. */
static status_t place(const struct slot *untyped, struct plan *plan)
{
	uint64_t size = 1ull << plan->bits, room = 1ull << untyped->memory.bits;

	plan->start = align_up(used_bytes(untyped), size);
	plan->end = plan->start + ((uint64_t)plan->count << plan->bits);
	return plan->end <= room && plan->end <= BYTES_MAX ? ST_OK
							   : ST_NO_MEMORY;
}

/* The destination: `count` empty slots of one node, which permits copies. */
static status_t find_slots(const struct invocation *call, struct plan *plan)
{
	struct slot *node;
	uint64_t first = call->words[4];
	status_t status =
		cap_find_live(call->caller->capnode, call->words[3],
			      ABI_TYPE_CAPNODE, 1u << ABI_CAPNODE_copy, &node);

	if (status != ST_OK) {
		return status;
	}
	plan->node = slot_object(node);
	if (first == 0 || first >= plan->node->count ||
	    plan->count > plan->node->count - first) {
		return ST_BAD_ARGUMENT;
	}
	plan->first = (uint32_t)first;
	for (uint32_t i = 0; i < plan->count; i++) {
		if (capnode_slot(plan->node, plan->first + i)->type !=
		    ABI_TYPE_NULL) {
			return ST_SLOT_FULL;
		}
	}
	return ST_OK;
}

static status_t decode(const struct invocation *call, struct plan *plan)
{
	const uint64_t *words = call->words;
	status_t status = check_type(call->slot, words[0]);

	if (status != ST_OK) {
		return status;
	}
	plan->type = (enum abi_object_type)words[0];
	plan->bits = abi_object_bits(plan->type, words[1]);
	plan->count = (uint32_t)words[2];
	if (!plan->bits || words[2] == 0 || words[2] > ABI_RETYPE_COUNT_MAX ||
	    (plan->type == ABI_TYPE_VSPACE && plan->count != 1)) {
		return ST_BAD_ARGUMENT;
	}
	if (call->slot->depth >= ABI_DERIVATION_MAX) {
		return ST_TOO_DEEP;
	}
	status = place(call->slot, plan);
	if (status == ST_OK) {
		status = find_slots(call, plan);
	}
	if (status == ST_OK && plan->type == ABI_TYPE_VSPACE) {
		plan->asid = vspace_asid_find();
		status = plan->asid ? ST_OK : ST_NO_MEMORY;
	}
	return status == ST_OK ? sweep_admit(call->slot) : status;
}

/* Makes one object of zeroed memory and its first capability. */
static void make(const struct invocation *call, const struct plan *plan,
		 uint32_t index)
{
	struct slot *slot = capnode_slot(plan->node, plan->first + index);
	paddr_t address = { call->slot->object + plan->start +
			    ((uint64_t)index << plan->bits) };
	cap_make_original(plan->node, slot, call->slot, plan->type,
			  cap_is_memory(plan->type)
				  ? address.a
				  : (uint64_t)arch_window(address));
	switch (plan->type) {
	case ABI_TYPE_UNTYPED:
	case ABI_TYPE_FRAME:
	case ABI_TYPE_RESERVED:
		slot->memory.bits = (uint8_t)plan->bits;
		slot->memory.is_device = call->slot->memory.is_device;
		break;
	case ABI_TYPE_CAPNODE:
		capnode_init(slot_object(slot), plan->bits - ABI_SLOT_BITS);
		break;
	case ABI_TYPE_EXPORT_TABLE:
		token_table_init(slot_object(slot),
				 plan->bits - ABI_EXPORT_TABLE_BITS);
		break;
	case ABI_TYPE_CAPSULE:
		capsule_init(slot_object(slot));
		break;
	case ABI_TYPE_THREAD:
		thread_init(slot_object(slot));
		break;
	case ABI_TYPE_VSPACE:
		vspace_init(slot_object(slot), plan->asid);
		break;
	default: /* the others are born as zeros */
		break;
	}
}

/* What was made of it is gone, and left its contents behind. From its start it
 * is used only when nothing is left of any CapNode that lay in it. */
static status_t begin_anew(struct slot *untyped)
{
	if (untyped->child || !untyped->memory.used) {
		return ST_OK;
	}
	status_t status = sweep_finish();
	if (status == ST_OK) {
		untyped->memory.used = 0;
		untyped->clean.start = untyped->clean.end = 0;
	}
	return status;
}

/* One step towards zeroed memory for the objects; true when it is all zero. */
static bool zero_step(struct slot *untyped, const struct plan *plan)
{
	uint64_t from = (uint64_t)untyped->clean.end << UNIT_BITS;

	if (plan->start < (uint64_t)untyped->clean.start << UNIT_BITS ||
	    untyped->clean.end <= untyped->memory.used) {
		untyped->clean.start = (uint32_t)(plan->start >> UNIT_BITS);
		from = plan->start;
	}
	if (from < plan->end) {
		uint64_t left = plan->end - from;
		uint64_t size = left < STEP_BYTES ? left : STEP_BYTES;
		memset(arch_window((paddr_t){ untyped->object + from }), 0,
		       size);
		from += size;
		untyped->clean.end = (uint32_t)(from >> UNIT_BITS);
	}
	return from >= plan->end;
}

/* What becomes Untyped is zeroed when something is made of it, a Reserved by
 * nano. Registers of a device are not for the kernel to write. */
static bool needs_zeroes(const struct slot *untyped, const struct plan *plan)
{
	return plan->type != ABI_TYPE_UNTYPED &&
	       plan->type != ABI_TYPE_RESERVED && !untyped->memory.is_device;
}

static void commit(const struct invocation *call, const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->count; i++) {
		make(call, plan, i);
	}
	call->slot->memory.used = (uint32_t)(plan->end >> UNIT_BITS);
}

static status_t retype(const struct invocation *call)
{
	struct plan plan = { 0 };
	status_t status = decode(call, &plan);

	if (status != ST_OK) {
		return status;
	}
	status = begin_anew(call->slot);
	if (status != ST_OK) {
		return status;
	}
	if (needs_zeroes(call->slot, &plan) && !zero_step(call->slot, &plan)) {
		return KERNEL_RESTART;
	}
	commit(call, &plan);
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	const struct slot *slot = call->slot;

	if (call->method == ABI_UNTYPED_retype) {
		return retype(call);
	}
	call->words[0] = slot->object;
	call->words[1] = 1ull << slot->memory.bits;
	call->words[2] = used_bytes(slot);
	call->words[3] = slot->memory.is_device;
	call->result_count = 4;
	return ST_OK;
}

status_t untyped_invoke(struct thread *caller, struct slot *slot,
			uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
