/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of refusals_test.c share. */

#include "worlds.h"

/* Slots of the first node, see worlds_big(), and one that is empty. */
enum {
	NODE2 = 6,
	THREAD2,
	THREAD3,
	SPACE2,
	PAGE2,
	PAGE3,
	MEET,
	ANSWER,
	FREE,
	SPARE,
};

#define R(...)         refused(__LINE__, __VA_ARGS__)
#define M(...)         must(__LINE__, __VA_ARGS__)
#define IN_NODE2(slot) (NODE2 | ((uint64_t)(slot) + 1) << 4)
#define ALL            ABI_RIGHTS_ALL
#define LEFT           (255ull << 8)

static inline void refused(int line, status_t wanted, status_t status)
{
	if (status != wanted) {
		lockstep_fail("line %d answers %u", line, status);
	}
}

static inline void must(int line, status_t status)
{
	refused(line, ST_OK, status);
}

#define call(...) lockstep_call(__VA_ARGS__)

static inline status_t call0(uint64_t capability, uint64_t method)
{
	return lockstep_invoke(capability, method, 0, (uint64_t[8]){ 0 });
}

/* One object of a type in an empty slot of the first node. */
static inline void make(uint64_t slot, uint64_t type, uint64_t bits)
{
	must(__LINE__, call(SLOT_ARENA, ABI_UNTYPED_retype, type, bits, 1,
			    SLOT_NODE, slot));
}

#define MINT(...) call(SLOT_NODE, ABI_CAPNODE_mint, __VA_ARGS__)

/** The tests of refusals_more.c. */
void refusals_capsule_configure(void **unused);
void refusals_capsule_bind(void **unused);
void refusals_capsule_arrows(void **unused);
void refusals_capsule_fails(void **unused);
void refusals_send(void **unused);
void refusals_receive(void **unused);
void refusals_reply(void **unused);
void refusals_transfer(void **unused);
void refusals_no_slot(void **unused);
void refusals_wrong_slot(void **unused);
void refusals_answer_transfer(void **unused);
void refusals_late_transfer(void **unused);
void refusals_export(void **unused);
void refusals_import(void **unused);
void refusals_token_depth(void **unused);
void refusals_reserved(void **unused);
