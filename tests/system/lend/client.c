/* SPDX-License-Identifier: Apache-2.0 */
/* Is lent sessions, and does with them what it may, and what it may not. */

#include <tess/ipc.h>
#include <tess/objects.h>
#include <tess/start.h>
#include <tess/tap.h>

#include "lend.h"

#define ALL_OPS 0x7fffffff

static tess_handle_t bank, friend;

static status_t open(uint64_t delegation, tess_handle_t *session)
{
	struct tess_message message = {
		.length = 1,
		.words = { delegation },
		.accept = 1,
	};
	status_t status = tess_invoke(bank, BANK_OPEN, &message);

	*session = message.cap_count == 1 ? message.caps[0] : TESS_NONE;
	return status;
}

static status_t use(tess_handle_t session)
{
	struct tess_message message = { .length = 0 };

	return tess_invoke(session, BANK_BADGE, &message);
}

/* Tells the friend how many to accept, and hands one over. */
static status_t put(uint32_t accept, tess_handle_t handle, bool give)
{
	struct tess_message message = { .length = 1, .words = { accept } };

	tess_invoke(friend, FRIEND_ACCEPT, &message);
	message = (struct tess_message){ .length = 0 };
	if (give) {
		tess_give(&message, handle);
	} else {
		tess_lend(&message, handle);
	}
	return tess_invoke(friend, FRIEND_PUT, &message);
}

static void test_session(tess_handle_t session)
{
	struct tess_message message = { .length = 0 };

	tap_is(tess_invoke(session, BANK_BADGE, &message), ST_OK,
	       "a session that was lent with an answer works # C11 C12");
	tap_ok(message.words[0] > TESS_BADGE_OWN,
	       "and has the badge that the server chose # C14");
	message.length = 1;
	tap_is(tess_invoke(session, BANK_OPEN, &message), ST_NO_RIGHT,
	       "but none of the methods that it was minted without # C13 C16");
	tess_lend(&message, session);
	tap_is(tess_invoke(session, BANK_BADGE, &message), ST_NO_RIGHT,
	       "and nothing goes along it # C11 C16");
}

static void test_derive(tess_handle_t session)
{
	struct tess_limits limits = { .ops = 1u << BANK_BADGE };
	tess_handle_t copy = TESS_NONE, made = TESS_NONE;

	tap_ok(tess_copy(session, &copy) == ST_OK && use(copy) == ST_OK,
	       "a copy works as well # C9");
	limits.ops = ALL_OPS;
	tap_is(tess_mint(session, &limits, &made), ST_NO_RIGHT,
	       "none is minted with more methods # C13 E38");
	limits = (struct tess_limits){ .ops = 1u << BANK_BADGE,
				       .delegation = 1 };
	tap_is(tess_mint(session, &limits, &made), ST_NO_RIGHT,
	       "nor with more delegation # C13 E36 E38");
	limits = (struct tess_limits){ .badge = TESS_BADGE_OWN };
	tap_is(tess_mint(session, &limits, &made), ST_NO_RIGHT,
	       "nor with another badge # C14");
	tap_ok(tess_delete(session) == ST_OK && use(copy) == ST_NO_CAPABILITY &&
		       use(session) == ST_NO_CAPABILITY,
	       "a copy ends with what it is of # C15");
}

static void test_depth(void)
{
	tess_handle_t session, deep;
	struct tess_message message = { .accept = 1 };
	uint64_t node = tess_start_info()->capnode;

	open(1, &session);
	tap_is(put(1, session, false), ST_NO_RIGHT,
	       "what was lent for one capsule cannot be lent on # E36");
	tap_is(put(1, session, true), ST_NO_RIGHT, "nor given # E36");
	tap_ok(put(1, bank, false) == ST_NO_RIGHT &&
		       put(1, START_SLOT_CORE, true) == ST_NO_RIGHT &&
		       put(1, node, true) == ST_NO_RIGHT,
	       "nor are routes, core or the CapNode # C16 E36");
	tap_ok(open(2, &deep) == ST_OK && put(1, deep, false) == ST_OK,
	       "what was lent for two goes on to the second # C11 E36");
	tap_is(tess_invoke(friend, FRIEND_USE, &message), ST_OK,
	       "which can use it # C11");
	tap_is(message.words[1], ST_NO_RIGHT,
	       "but not lend it to anybody else # E36");
	tap_ok(tess_revoke(deep) == ST_OK && use(deep) == ST_OK,
	       "who lent it takes it back and keeps it # C15");
	message = (struct tess_message){ .length = 0 };
	tap_is(tess_invoke(friend, FRIEND_USE, &message), ST_NO_CAPABILITY,
	       "and the other has it no more # C15");
	tap_ok(put(1, deep, true) == ST_OK && use(deep) == ST_NO_CAPABILITY,
	       "what is given is gone here # C10 C11");
	message = (struct tess_message){ .length = 0 };
	tap_is(tess_invoke(friend, FRIEND_USE, &message), ST_OK, "and there");
	message = (struct tess_message){ .length = 0 };
	tap_is(tess_invoke(bank, BANK_CLOSE, &message), ST_OK,
	       "the server takes all sessions back");
	message = (struct tess_message){ .length = 0 };
	tap_ok(use(session) == ST_NO_CAPABILITY &&
		       tess_invoke(friend, FRIEND_USE, &message) ==
			       ST_NO_CAPABILITY,
	       "wherever they are # C15 E42");
}

/* Whoever receives must have said so, and have room. */
static void test_room(void)
{
	const struct start_info *info = tess_start_info();
	struct tess_message message = { .length = 1, .words = { 1 } };
	tess_handle_t session, last = TESS_NONE;
	uint32_t count = 0;

	tap_is(tess_invoke(bank, BANK_OPEN, &message), ST_SLOT_FULL,
	       "none comes with an answer to who accepts none # C11");
	open(2, &session);
	tap_is(put(0, session, false), ST_SLOT_FULL,
	       "nor with a message # C11");
	tap_ok(tess_delete(bank) == ST_DENIED &&
		       tess_delete(START_SLOT_CORE) == ST_DENIED &&
		       tess_delete(info->capnode) == ST_DENIED,
	       "what a capsule started with is not deleted by accident");
	message = (struct tess_message){ .accept = 5 };
	tap_is(tess_call(bank, &message), ST_BAD_ARGUMENT,
	       "four at most may come with one message");
	while (tess_copy(session, &last) == ST_OK) {
		count++;
	}
	/* One is the session. */
	tap_is(count, info->slots_end - info->slots_start - 1,
	       "a capsule fills the slots of its quota");
	tap_is(tess_copy(session, &last), ST_LIMIT, "and not one more");
	message = (struct tess_message){ .length = 1,
					 .words = { 1 },
					 .accept = 1 };
	tap_is(tess_invoke(bank, BANK_OPEN, &message), ST_LIMIT,
	       "then nothing can come");
	tap_ok(use(last) == ST_OK && tess_delete(last) == ST_OK &&
		       tess_invoke(bank, BANK_OPEN, &message) == ST_OK &&
		       message.caps[0] >> 32 > last >> 32 &&
		       use(last) == ST_NO_CAPABILITY &&
		       use(message.caps[0]) == ST_OK,
	       "until one is deleted; its handle is not that of the next # C28");
}

/* The capability of its own CapNode shows a capsule its own slots, and does
 * nothing else but what the library does with it. */
static void test_own_node(void)
{
	const struct start_info *info = tess_start_info();
	uint64_t facts[4], made[1];
	bool good = true;

	for (uint64_t slot = 1; slot < info->slots_end; slot++) {
		status_t status =
			tess_capnode_inspect(info->capnode, slot, facts);
		good = good && status == ST_OK &&
		       (facts[0] == ABI_TYPE_NULL ||
			facts[0] == ABI_TYPE_ENDPOINT ||
			facts[0] == ABI_TYPE_CAPNODE ||
			facts[0] == ABI_TYPE_REPLY);
	}
	tap_ok(good, "a capsule sees its own slots # E45");
	tap_is(tess_capnode_inspect(info->capnode, info->slots_end, facts),
	       ST_BAD_ARGUMENT, "and no others # E44 E45");
	tap_ok(tess_capnode_move(info->capnode, info->slots_start, bank,
				 made) == ST_NO_RIGHT &&
		       tess_capnode_rotate(info->capnode, 1, 2, bank) ==
			       ST_NO_RIGHT &&
		       tess_capnode_info(info->capnode, made) == ST_NO_RIGHT,
	       "and has the methods that it needs # C5 C16");
}

int main(void)
{
	tess_handle_t session;

	bank = tess_route("bank");
	friend = tess_route("friend");
	tap_plan(35);
	tap_is(tess_source("nothing"), TESS_NONE,
	       "nothing is made of an offer that there is not");
	tap_is(open(1, &session), ST_OK, "a server mints and lends a session");
	test_session(session);
	test_derive(session);
	test_depth();
	test_own_node();
	test_room();
	struct tess_message message = { .length = 0 };
	tess_invoke(bank, BANK_CLOSE, &message);
	tap_is(tess_call(bank, &message), ST_OK, "the routes are all there");
	return tap_end();
}
