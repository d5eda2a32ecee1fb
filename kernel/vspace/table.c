/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables as objects: zeroed memory that fills one gap of one address
 * space. A table is used at one place; its capability remembers the level.
 */

#include "kernel/invoke.h"
#include "kernel/vspace.h"

static status_t map(struct invocation *call)
{
	struct slot *table = call->slot, *vspace;
	uint64_t *entry;
	uint32_t level;
	status_t status = cap_find_type(call->caller->capnode, call->words[0],
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
	table->where = (uint64_t)slot_object(vspace);
	table->level = level;
	vspace_fill_gap(entry, arch_window_address(slot_object(table)));
	call->words[0] = level;
	call->result_count = 1;
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	if (call->method == ABI_PAGE_TABLE_map) {
		return map(call);
	}
	call->words[0] = call->slot->level;
	call->result_count = 1;
	return ST_OK;
}

status_t table_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
