/* SPDX-License-Identifier: Apache-2.0 */
/* Malformed calls to core: each gets an error, and the next one works. */

#include <string.h>

#include <tess/core.h>
#include <tess/ipc.h>
#include <tess/tap.h>

#include "abi/start.h"

static uint64_t call(uint32_t method, uint32_t length, uint64_t word)
{
	struct tess_message message = { .length = length, .words = { word } };

	return tess_invoke(START_SLOT_CORE, method, &message);
}

static void test_log(void)
{
	tap_is(call(CORE_log, 0, 0), ST_BAD_ARGUMENT,
	       "a log message without a size is refused");
	tap_is(call(CORE_log, 2, 0), ST_BAD_ARGUMENT,
	       "words without bytes are refused");
	tap_is(call(CORE_log, 2, 9), ST_BAD_ARGUMENT,
	       "bytes without words are refused");
	tap_is(call(CORE_log, 504, 503 * 8), ST_BAD_ARGUMENT,
	       "too much text is refused");
	tap_is(call(CORE_log, 2, UINT64_MAX), ST_BAD_ARGUMENT,
	       "a size that wraps is refused");
	tap_is(call(CORE_log, 1, 0), ST_OK, "no text at all is fine");
}

static void test_memory(void)
{
	tap_is(call(CORE_grow, 0, 4096), ST_BAD_ARGUMENT,
	       "growing without an argument is refused");
	tap_is(call(CORE_grow, 2, 4096), ST_BAD_ARGUMENT,
	       "growing with two arguments is refused");
	tap_is(call(CORE_grow, 1, 4095), ST_BAD_ARGUMENT,
	       "growing by half a page is refused");
	tap_is(call(CORE_grow, 1, 1ull << 63), ST_LIMIT,
	       "growing beyond all addresses is refused # E51");
	tap_is(call(CORE_grow, 1, 4096), ST_OK, "then growing works");
}

static void test_others(void)
{
	bool good = true;

	tap_is(call(CORE_exit, 1, 256), ST_BAD_ARGUMENT,
	       "an exit status above 255 is refused");
	tap_is(call(CORE_exit, 0, 0), ST_BAD_ARGUMENT,
	       "an exit without a status is refused");
	for (uint32_t method = CORE_info + 1; method < 32; method++) {
		good = call(method, 1, 1) == ST_NO_RIGHT && good;
	}
	tap_ok(good, "core has no other method for a capsule # D23");
	good = true;
	for (uint64_t slot = START_SLOT_REPLY; slot < 16; slot++) {
		struct tess_message message = { .length = 0 };
		good = tess_call(slot, &message) == ST_NO_CAPABILITY && good;
	}
	tap_ok(good,
	       "a capsule without routes has one capability # D23 E3 E21");
	good = true;
	for (uint64_t number = 16; number < 1u << 16; number++) {
		struct tess_message message = { .length = 0 };
		good = tess_call(number, &message) == ST_NO_CAPABILITY && good;
	}
	tap_ok(good, "slot numbers of others are all the same nothing # E45");
}

/* Output without a call: nobody waits for the answer. */
static void test_send(void)
{
	struct tess_message message = { .label = CORE_log, .words = { 5 } };

	tess_put_bytes(&message, 1, "sent\n", 5);
	tap_is(tess_send(START_SLOT_CORE, &message), ST_OK,
	       "output may be sent without waiting");
	message = (struct tess_message){ .label = CORE_grow,
					 .length = 1,
					 .words = { 4096 } };
	tap_is(tess_send(START_SLOT_CORE, &message), ST_OK,
	       "what needs no answer gets none");
}

int main(void)
{
	tap_plan(18);
	test_log();
	test_memory();
	test_others();
	test_send();
	return tap_end();
}
