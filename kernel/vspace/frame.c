/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames and VSpaces as objects. A Frame capability remembers the one place it
 * is mapped at; to map a page twice takes two capabilities. A mapping is never
 * writable and executable, and never allows what the capability does not.
 */

#include "kernel/invoke.h"
#include "kernel/sweep.h"
#include "kernel/vspace.h"

static uint32_t access_of(uint8_t rights)
{
	return (rights & ABI_RIGHT_READ ? ABI_ACCESS_READ : 0) |
	       (rights & ABI_RIGHT_WRITE ? ABI_ACCESS_WRITE : 0) |
	       (rights & ABI_RIGHT_EXECUTE ? ABI_ACCESS_EXECUTE : 0);
}

/* Reading is part of every mapping; writing and executing exclude each other,
 * and registers of a device are never code. Neither are large pages, because on
 * some machines making code visible takes time with its size. */
static status_t check_access(const struct slot *frame, uint64_t access)
{
	uint64_t both = ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE;

	if (access & ~(both | ABI_ACCESS_READ) || !(access & ABI_ACCESS_READ) ||
	    (access & both) == both ||
	    (access & ABI_ACCESS_EXECUTE &&
	     (frame->memory.is_device ||
	      frame->memory.bits != ABI_PAGE_BITS))) {
		return ST_BAD_ARGUMENT;
	}
	return access & ~(uint64_t)access_of(frame->rights) ? ST_NO_RIGHT
							    : ST_OK;
}

static status_t map(const struct invocation *call)
{
	struct slot *frame = call->slot, *vspace;
	uint64_t address = call->words[1], access = call->words[2], *entry;
	status_t status = cap_find_live(call->caller->capnode, call->words[0],
					ABI_TYPE_VSPACE, 0, &vspace);

	if (status == ST_OK) {
		status = check_access(frame, access);
	}
	if (status == ST_OK && frame->memory.bits > arch_page_bits_max()) {
		status = ST_NOT_SUPPORTED;
	}
	if (status == ST_OK) {
		status = vspace_find_page(slot_object(vspace), address,
					  frame->memory.bits, &entry);
	}
	if (status != ST_OK) {
		return status;
	}
	if (vspace_named(frame->where) || arch_pte_present(*entry)) {
		return ST_MAPPED;
	}
	frame->where = ((struct vspace *)slot_object(vspace))->name;
	frame->mapped_at = address;
	vspace_map_page(slot_object(vspace), entry, (paddr_t){ frame->object },
			frame->memory.bits, (uint32_t)access,
			frame->memory.is_device);
	return ST_OK;
}

void frame_release(struct slot *frame)
{
	struct vspace *vspace = vspace_named(frame->where);

	if (vspace) {
		vspace_unmap_page(vspace, frame->mapped_at,
				  (paddr_t){ frame->object },
				  frame->memory.bits);
	}
	frame->where = 0;
	frame->mapped_at = 0;
}

/* Also where the table above was taken out: then it only says so. */
static status_t unmap(struct slot *frame)
{
	if (!vspace_named(frame->where)) {
		return ST_NOT_MAPPED;
	}
	frame_release(frame);
	return ST_OK;
}

static status_t frame_methods(struct invocation *call)
{
	switch (call->method) {
	case ABI_FRAME_map:
		return map(call);
	case ABI_FRAME_unmap:
		return unmap(call->slot);
	default:
		CHECK(call->method == ABI_FRAME_info);
		call->words[0] = 1ull << call->slot->memory.bits;
		call->words[1] = vspace_named(call->slot->where) != NULL;
		call->words[2] = call->slot->memory.is_device;
		call->result_count = 3;
		return ST_OK;
	}
}

status_t frame_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, frame_methods(&call));
}

status_t vspace_invoke(struct thread *caller, struct slot *slot,
		       uint32_t method)
{
	const struct vspace *vspace = slot_object(slot);

	CHECK(method == ABI_VSPACE_info);
	caller->context.message.words[0] = vspace->page_count;
	caller->context.message.info = 1;
	return ST_OK;
}
