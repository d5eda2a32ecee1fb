/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods of an ExportTable. An import compares everything that could be
 * wrong with a name and only then looks whether anything was, so that neither
 * the answer nor the time it takes tells an entry that is empty, or that was
 * withdrawn, or that does not exist, from a token that is wrong.
 */

#include "common/string.h"
#include "kernel/invoke.h"
#include "kernel/sweep.h"
#include "kernel/token.h"

/* The capsule that a table counts as one of: no capsule has this id, so
 * exporting is a step of delegation for everybody, and importing is none. */
#define NOBODY UINT64_MAX

static uint64_t *token_of(struct capnode *table, uint32_t index)
{
	return (uint64_t *)(void *)capnode_slot(table, 1u << table->bits) +
	       (uint64_t)index * TOKEN_WORDS;
}

void token_table_init(struct capnode *table, uint32_t bits)
{
	capnode_init(table, bits);
	table->capsule = NOBODY;
}

void token_forget(const struct slot *entry)
{
	struct capnode *table = slot_node(entry);
	uint64_t index = (uint64_t)(entry - capnode_slot(table, 0));

	memset(token_of(table, (uint32_t)index), 0,
	       TOKEN_WORDS * sizeof(uint64_t));
}

/* The entry of that name and token, or NULL, always with the same instructions
 * up to the last comparison. Slot 0, the table's head, reads as empty. */
static struct slot *find_entry(struct capnode *table, uint64_t name,
			       const uint64_t token[TOKEN_WORDS])
{
	uint32_t index = (uint32_t)name & (table->count - 1);
	struct slot *entry = capnode_slot(table, index);
	const uint64_t *own = token_of(table, index);
	uint64_t wrong = name ^ (index | (uint64_t)entry->incarnation << 32);

	for (uint32_t i = 0; i < TOKEN_WORDS; i++) {
		wrong |= own[i] ^ token[i];
	}
	wrong |= entry->type == ABI_TYPE_NULL;
	return wrong ? NULL : entry;
}

/* Whether what an address names may be exported, and as what. */
static status_t check_export(const struct invocation *call,
			     struct capnode *table, struct slot **source,
			     struct cap_limits *limits)
{
	struct slot *from = cap_find(call->caller->capnode, call->words[1]);
	status_t status = from ? sweep_admit(from) : ST_NO_CAPABILITY;

	if (status != ST_OK) {
		return status;
	}
	if (!(from->rights & ABI_RIGHT_EXPORT)) {
		return ST_NO_RIGHT;
	}
	*source = from;
	status = cap_limits_in(table, from, limits);
	if (status == ST_OK) {
		status = cap_check_derive(from, limits);
	}
	return status == ST_OK && !state.has_tokens ? ST_NOT_SUPPORTED : status;
}

static status_t export(struct invocation *call)
{
	struct capnode *table = slot_object(call->slot);
	struct slot *entry, *from;
	struct cap_limits limits;
	uint64_t number = call->words[0];
	status_t status = capnode_find_empty(table, number, &entry);

	if (status == ST_OK) {
		status = check_export(call, table, &from, &limits);
	}
	if (status != ST_OK) {
		return status;
	}
	cap_derive(table, entry, from, &limits);
	entry->flags = SLOT_EXPORTED;
	uint64_t *token = token_of(table, (uint32_t)number);
	token_draw(token);
	call->words[0] = number | (uint64_t)entry->incarnation << 32;
	memcpy(call->words + 1, token, TOKEN_WORDS * sizeof(*token));
	call->result_count = 1 + TOKEN_WORDS;
	return ST_OK;
}

/* The caller's own slot comes first: with it, nothing is told of the table. */
static status_t import(struct invocation *call)
{
	struct capnode *root = call->caller->capnode;
	struct slot *to;
	uint64_t number = call->words[1 + TOKEN_WORDS];
	status_t status = capnode_find_empty(root, number, &to);

	if (status != ST_OK) {
		return status;
	}
	struct slot *entry = find_entry(slot_object(call->slot), call->words[0],
					call->words + 1);
	if (!entry || sweep_holds(entry)) {
		return ST_NOT_FOUND;
	}
	struct cap_limits limits = cap_limits_of(entry);
	status = cap_check_derive(entry, &limits);
	if (status != ST_OK) {
		return status;
	}
	cap_derive(root, to, entry, &limits);
	call->words[0] = number | (uint64_t)to->incarnation << 32;
	call->result_count = 1;
	return ST_OK;
}

static status_t methods(struct invocation *call)
{
	const struct capnode *table = slot_object(call->slot);

	switch (call->method) {
	case ABI_EXPORT_TABLE_export:
		return export(call);
	case ABI_EXPORT_TABLE_import:
		return import(call);
	case ABI_EXPORT_TABLE_withdraw:
		return capnode_take_back(call, true);
	default:
		CHECK(call->method == ABI_EXPORT_TABLE_info);
		call->words[0] = table->count;
		call->words[1] = table->filled;
		call->result_count = 2;
		return ST_OK;
	}
}

status_t token_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
