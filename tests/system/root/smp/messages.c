/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between threads on different CPUs: none is lost, each comes in its
 * turn, and whoever waits is woken. */

#include "tests/system/root/smp/smp.h"

#define ROUNDS    20
#define WAKES     10000 /* or, once SECONDS have passed, at least */
#define WAKES_MIN 200
#define SECONDS   3
#define CALLS     300
#define REFUSALS  1000

static uint64_t endpoint, other_endpoint, reply;

static void make_endpoints(void)
{
	endpoint = make(ABI_TYPE_ENDPOINT);
	other_endpoint = make(ABI_TYPE_ENDPOINT);
	reply = make(ABI_TYPE_REPLY);
}

/* --- order ------------------------------------------------------------------- */

static uint64_t answered;

static void call_once(uint64_t token)
{
	struct tess_message message = { .length = 1, .words = { token } };

	if (tess_call(endpoint, &message) == ST_OK &&
	    message.words[0] == token + 1) {
		count(&answered);
	}
	thread_rest();
}

/* Who came first is served first, on whatever CPU it waits. */
void test_order(void)
{
	uint64_t threads[2 * CPUS_MAX] = { 0 };
	bool good = true;

	make_endpoints();
	for (uint64_t round = 0; round < ROUNDS; round++) {
		for (uint64_t i = 0; i < 2 * cpus; i++) {
			threads[i] = thread_start(call_once, round << 8 | i);
			thread_await(threads[i], ABI_THREAD_SENDING);
		}
		for (uint64_t i = 0; i < 2 * cpus; i++) {
			struct tess_message message;

			good = tess_recv_with(endpoint, reply, &message) ==
				       ST_OK &&
			       message.words[0] == (round << 8 | i) && good;
			message.words[0]++;
			MUST(tess_reply_with(reply, &message));
		}
		for (uint64_t i = 0; i < 2 * cpus; i++) {
			thread_await(threads[i], ABI_THREAD_SENDING);
			thread_stop(threads[i]);
		}
	}
	result(good && answered == 2 * cpus * ROUNDS,
	       "callers on all CPUs are served in the order they came in");
}

/* --- waking ------------------------------------------------------------------ */

/* Where CPUs are threads of a machine that is busy, waking one takes long. So
 * after some time fewer messages are enough. */
static uint64_t time_from_now(void)
{
	return root_clock() + SECONDS * root_clock_hz();
}

static bool goes_on(uint64_t times, uint64_t end)
{
	return times < WAKES_MIN || (times < WAKES && root_clock() < end);
}

static uint64_t woken;

static void receive(uint64_t from)
{
	for (;;) {
		struct tess_message message;

		MUST(tess_recv_with(from, reply, &message));
		put(&woken, message.words[0]);
	}
}

/* The receiver's CPU idles each time; this one only looks. */
void test_wake(void)
{
	uint64_t end = time_from_now(), times = 0;

	make_endpoints();
	uint64_t thread = thread_start(receive, endpoint);
	while (goes_on(times, end)) {
		const struct tess_message message = { .length = 1,
						      .words = { ++times } };

		MUST(tess_send(endpoint, &message));
		wait_for(&woken, times);
	}
	thread_stop(thread);
	say("# %lu times\n", (unsigned long)times);
	result(woken == times, "a CPU that idles is woken by a message");
}

static void echo(uint64_t from)
{
	for (;;) {
		struct tess_message message;

		MUST(tess_recv_with(from, reply, &message));
		message.length = 1;
		message.words[0]++;
		MUST(tess_send(other_endpoint, &message));
	}
}

/* Both sides wait, each time; so all CPUs idle unless one has been woken. */
void test_ping_pong(void)
{
	uint64_t own_reply = make(ABI_TYPE_REPLY);
	uint64_t end = time_from_now(), times = 0;
	bool good = true;

	make_endpoints();
	uint64_t thread = thread_start(echo, endpoint);
	while (good && goes_on(times, end)) {
		struct tess_message message = { .length = 1,
						.words = { times++ } };

		MUST(tess_send(endpoint, &message));
		MUST(tess_recv_with(other_endpoint, own_reply, &message));
		good = message.words[0] == times;
	}
	thread_stop(thread);
	say("# %lu times\n", (unsigned long)times);
	result(good, "no message there or back is lost while all wait");
}

/* --- counts ------------------------------------------------------------------ */

static uint64_t done[CPUS_MAX], last_number[CPUS_MAX], wrong;

static void serve(uint64_t nothing)
{
	struct tess_message message;
	uint64_t served = 0;

	(void)nothing;
	MUST(tess_recv_with(endpoint, reply, &message));
	for (;;) {
		message = (struct tess_message){
			.length = 2,
			.words = { ++served, message.words[0] },
		};
		MUST(tess_reply_recv_with(endpoint, reply, &message));
	}
}

/* Every answer is for its own question, and the numbers only rise. */
static void ask(uint64_t which)
{
	for (uint64_t i = 1; i <= CALLS; i++) {
		uint64_t token = which << 32 | i;
		struct tess_message message = { .length = 1,
						.words = { token } };

		if (tess_call(endpoint, &message) != ST_OK ||
		    message.length != 2 || message.words[1] != token ||
		    message.words[0] <= last_number[which]) {
			count(&wrong);
		}
		last_number[which] = message.words[0];
		count(&done[which]);
	}
	thread_rest();
}

/* Every thread comes to its end before others are stopped. */
static void all_done(uint64_t *threads, uint64_t each)
{
	for (uint64_t i = 0; i < cpus; i++) {
		while (get(&done[i]) < each) {
			tess_yield();
		}
		thread_stop(threads[i]);
		done[i] = 0;
	}
}

void test_one_server(void)
{
	uint64_t threads[CPUS_MAX] = { 0 }, highest = 0;

	make_endpoints();
	uint64_t server = thread_start(serve, 0);
	for (uint64_t i = 0; i < cpus; i++) {
		threads[i] = thread_start(ask, i);
	}
	all_done(threads, CALLS);
	for (uint64_t i = 0; i < cpus; i++) {
		highest = last_number[i] > highest ? last_number[i] : highest;
	}
	thread_stop(server);
	result(wrong == 0 && highest == cpus * CALLS,
	       "a server that all CPUs call keeps exact counts # E40");
}

static void be_refused(uint64_t which)
{
	for (uint32_t i = 0; i < REFUSALS; i++) {
		CALL(CORE_SLOT_FREE - 1, 0);
		count(&done[which]);
	}
	thread_rest();
}

void test_refusals(void)
{
	uint64_t before = system_count(COUNT_REFUSALS);
	uint64_t threads[CPUS_MAX] = { 0 };

	for (uint64_t i = 0; i < cpus; i++) {
		threads[i] = thread_start(be_refused, i);
	}
	all_done(threads, REFUSALS);
	result(system_count(COUNT_REFUSALS) - before == cpus * REFUSALS,
	       "every refusal of every CPU is counted once # E40");
}
