/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables as objects: zeroed memory that fills one gap of one address
 * space. A table is used at one place; its capability remembers where.
 *
 * A table may be taken out while something hangs in it. What is below is
 * reached no more from then on, and stays bound to that place until it is taken
 * out or unmapped itself. The table is emptied, so what is filled in anywhere
 * never brings mappings along.
 */

#include "common/string.h"
#include "kernel/invoke.h"
#include "kernel/sweep.h"
#include "kernel/vspace.h"

static status_t map(struct invocation *call)
{
	struct slot *table = call->slot, *vspace;
	uint64_t *entry;
	uint32_t level;
	status_t status = cap_find_live(call->caller->capnode, call->words[0],
					ABI_TYPE_VSPACE, 0, &vspace);

	if (status == ST_OK) {
		status = vspace_find_gap(slot_object(vspace), call->words[1],
					 &entry, &level);
	}
	if (status != ST_OK) {
		return status;
	}
	if (table->where) {
		return ST_MAPPED;
	}
	table->where = ((struct vspace *)slot_object(vspace))->name;
	table->mapped_at = call->words[1];
	table->level = level;
	vspace_fill_gap(entry, arch_window_address(slot_object(table)));
	call->words[0] = level;
	call->result_count = 1;
	return ST_OK;
}

void table_release(struct slot *table)
{
	struct vspace *vspace = vspace_named(table->where);

	if (vspace) {
		vspace_take_table(vspace, table->mapped_at,
				  (uint32_t)table->level,
				  arch_window_address(slot_object(table)));
	}
	table->where = 0;
	table->mapped_at = 0;
	table->level = 0;
}

/* The address space, or the table above, may have ended long ago: the memory is
 * still full of what was mapped then. */
static status_t unmap(struct slot *table)
{
	if (!table->where) {
		return ST_NOT_MAPPED;
	}
	table_release(table);
	memset(slot_object(table), 0, ABI_PAGE_SIZE);
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	switch (call->method) {
	case ABI_PAGE_TABLE_map:
		return map(call);
	case ABI_PAGE_TABLE_unmap:
		return unmap(call->slot);
	default:
		CHECK(call->method == ABI_PAGE_TABLE_info);
		call->words[0] = call->slot->level;
		call->result_count = 1;
		return ST_OK;
	}
}

status_t table_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
