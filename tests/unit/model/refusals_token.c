/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals of ExportTables; see refusals_test.c. */

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "refusals.h"

#define TABLE        FREE
#define WITHDRAW(at) call(TABLE, ABI_EXPORT_TABLE_withdraw, at)

/* The token of the entry that was exported last. */
static uint64_t token[4];

static status_t export(uint64_t entry, uint64_t capability)
{
	status_t status =
		call(TABLE, ABI_EXPORT_TABLE_export, entry, capability);

	if (status == ST_OK) {
		memcpy(token, lockstep_model.drawn, sizeof(token));
	}
	return status;
}

/* By that token and a name, with one of these words changed. */
static status_t import_wrong(uint64_t entry, unsigned int which,
			     uint64_t change, uint64_t slot)
{
	uint64_t words[8] = { entry,    token[0], token[1],
			      token[2], token[3], slot };

	words[which] ^= change;
	return lockstep_invoke(TABLE, ABI_EXPORT_TABLE_import, 6, words);
}

static status_t import(uint64_t entry, uint64_t slot)
{
	return import_wrong(entry, 0, 0, slot);
}

void refusals_export(void **unused)
{
	(void)unused;
	make(TABLE, ABI_TYPE_EXPORT_TABLE, 4);
	R(ST_BAD_ARGUMENT, export(0, MEET));
	R(ST_BAD_ARGUMENT, export(16, MEET));
	R(ST_BAD_ARGUMENT, export(1ull << 32 | 1, MEET));
	R(ST_NO_CAPABILITY, export(1, SPARE));
	R(ST_NO_CAPABILITY, export(1, 1ull << 32 | MEET));
	R(ST_WRONG_TYPE, export(1, SLOT_ARENA));
	R(ST_WRONG_TYPE, export(1, ANSWER));
	R(ST_WRONG_TYPE, export(1, IN_NODE2(7)));
	M(MINT(SPARE, MEET, (ALL & ~ABI_RIGHT_EXPORT) | LEFT, 1, 0));
	R(ST_NO_RIGHT, export(1, SPARE));
	M(call(SLOT_NODE, ABI_CAPNODE_delete, SPARE));
	M(MINT(SPARE, MEET, ALL, 1, 0));
	R(ST_NO_RIGHT, export(1, 1ull << 32 | SPARE));
	M(call(SLOT_NODE, ABI_CAPNODE_delete, 1ull << 32 | SPARE));
	lockstep_set_no_tokens(true);
	R(ST_NOT_SUPPORTED, export(1, MEET));
	lockstep_set_no_tokens(false);
	M(export(1, MEET));
	R(ST_SLOT_FULL, export(1, MEET));
	R(ST_BAD_ARGUMENT, WITHDRAW(0));
	R(ST_BAD_ARGUMENT, WITHDRAW(16));
	R(ST_NO_CAPABILITY, WITHDRAW(2));
	R(ST_NO_CAPABILITY, WITHDRAW(1ull << 32 | 1));
	M(WITHDRAW(1));
	R(ST_NO_CAPABILITY, WITHDRAW(1));
	M(call0(TABLE, ABI_EXPORT_TABLE_info));
}

void refusals_import(void **unused)
{
	(void)unused;
	make(TABLE, ABI_TYPE_EXPORT_TABLE, 4);
	R(ST_NOT_FOUND, import_wrong(0, 0, 0, SPARE));
	M(export(3, MEET));
	R(ST_BAD_ARGUMENT, import(3, 0));
	R(ST_BAD_ARGUMENT, import(3, 16));
	R(ST_BAD_ARGUMENT, import(3, 1ull << 32 | SPARE));
	R(ST_SLOT_FULL, import(3, MEET));
	for (unsigned int word = 0; word < 5; word++) {
		R(ST_NOT_FOUND, import_wrong(3, word, 1, SPARE));
		R(ST_NOT_FOUND, import_wrong(3, word, 1ull << 63, SPARE));
	}
	R(ST_NOT_FOUND, import(3 + 16, SPARE));
	M(import(3, SPARE));
	M(WITHDRAW(3));
	R(ST_NO_CAPABILITY, call0(SPARE, 0));
	R(ST_NOT_FOUND, import(3, SPARE));
	R(ST_NOT_FOUND, import(1ull << 32 | 3, SPARE));
}

/* One that can be exported, and then not imported any more. */
void refusals_token_depth(void **unused)
{
	(void)unused;
	make(TABLE, ABI_TYPE_EXPORT_TABLE, 4);
	make(SPARE, ABI_TYPE_CAPNODE, 6);
	uint64_t deep = MEET;
	for (uint64_t slot = 1; slot < ABI_DERIVATION_MAX - 2; slot++) {
		M(call(SPARE, ABI_CAPNODE_copy, slot, deep));
		deep = SPARE | (slot + 1) << 4;
	}
	M(export(3, deep));
	M(call(SLOT_NODE, ABI_CAPNODE_delete, ANSWER));
	R(ST_TOO_DEEP, import(3, ANSWER));
	M(call(SPARE, ABI_CAPNODE_copy, 63, deep));
	R(ST_TOO_DEEP, export(4, SPARE | 64ull << 4));
}
