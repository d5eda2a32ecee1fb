/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that are taken off another CPU: they stand still at once, and lose
 * nothing of what they have in registers. */

#include "tests/system/root/smp/smp.h"

#include <string.h>

#define SUSPENSIONS 60
#define CALLS       200
#define HOLDS       10 /* of each thread, of so many turns: */
#define HOLD_TURNS  30000
#define CODE_MAX    512 /* bytes of turn(), and more */

static void resume(uint64_t thread)
{
	MUST(CALL(thread, ABI_THREAD_resume));
}

static void suspend(uint64_t thread)
{
	MUST(CALL(thread, ABI_THREAD_suspend));
}

static uint64_t turns[2];

static void turn(uint64_t which)
{
	for (;;) {
		turns[which]++; /* nobody else writes it */
		relax();
	}
}

static void wait_for_a_turn(uint64_t which)
{
	uint64_t old = get(&turns[which]);

	while (get(&turns[which]) == old) {
		relax();
	}
}

static bool is_in_turn(uint64_t pc)
{
	return pc >= (uint64_t)turn && pc < (uint64_t)turn + CODE_MAX;
}

/* Its registers are read, and set so that it goes on elsewhere. */
void test_suspend(void)
{
	uint64_t thread = thread_start(turn, 0);
	bool good = true;

	for (uint64_t i = 0; i < SUSPENSIONS && good; i++) {
		uint64_t registers[ABI_MESSAGE_REGISTERS];

		wait_for_a_turn(i % 2);
		suspend(thread);
		const uint64_t at[2] = { get(&turns[0]), get(&turns[1]) };
		MUST(invoke(thread, ABI_THREAD_get_registers, 0, registers));
		for (uint32_t wait = 0; wait < 200; wait++) {
			relax();
		}
		good = is_in_turn(registers[0]) && at[0] == get(&turns[0]) &&
		       at[1] == get(&turns[1]);
		thread_set(thread, turn, (i + 1) % 2);
		resume(thread);
	}
	thread_stop(thread);
	result(good, "a thread that runs on another CPU is suspended at once");
}

void test_running_is_left_alone(void)
{
	uint64_t thread = thread_start(turn, 0);
	uint64_t words[ABI_MESSAGE_REGISTERS];
	bool good = true;

	wait_for_a_turn(0);
	for (uint32_t i = 0; i < 20; i++) {
		good = good &&
		       CALL(thread, ABI_THREAD_set_registers, 0, 0, 0, 0) ==
			       ST_BAD_STATE &&
		       invoke(thread, ABI_THREAD_get_registers, 0, words) ==
			       ST_BAD_STATE &&
		       CALL(thread, ABI_THREAD_configure, CORE_SLOT_CAPNODE,
			    CORE_SLOT_VSPACE, 0, 0) == ST_BAD_STATE &&
		       CALL(thread, ABI_THREAD_resume) == ST_BAD_STATE &&
		       info(thread, 0) == ABI_THREAD_READY;
		wait_for_a_turn(0);
	}
	suspend(thread);
	good = good && CALL(thread, ABI_THREAD_suspend) == ST_BAD_STATE;
	resume(thread);
	wait_for_a_turn(0);
	thread_stop(thread);
	result(good, "nothing is changed of a thread that runs elsewhere");
}

/* --- system calls ------------------------------------------------------------ */

static uint64_t refused, again, other;

static void call_nothing(uint64_t slot)
{
	for (;;) {
		struct tess_registers r = {
			.capability = slot,
			.verb = ABI_VERB_CALL,
		};

		tess_syscall(&r);
		count(r.verb == ST_NO_CAPABILITY ? &refused
		      : r.verb == ST_AGAIN       ? &again
						 : &other);
		relax();
	}
}

/* A system call that a suspension is faster than ends with AGAIN and was not
 * made; every other one is made and counted once. The last one may not have
 * been noted any more. */
void test_suspend_calls(void)
{
	uint64_t thread = thread_start(turn, 0);

	suspend(thread);
	thread_set(thread, call_nothing, CORE_SLOT_FREE - 1);
	uint64_t before = system_count(COUNT_REFUSALS);
	uint64_t counted = info(thread, 1); /* it served other tests */
	resume(thread);
	while (get(&refused) < CALLS / 4) {
		for (uint32_t i = 0; i < CALLS; i++) {
			for (volatile uint32_t n = i * 7 % 61; n; n--) {
			}
			suspend(thread);
			resume(thread);
		}
	}
	thread_stop(thread);
	counted = info(thread, 1) - counted;
	say("# %lu calls made, %lu broken off\n", (unsigned long)refused,
	    (unsigned long)again);
	result(other == 0 && counted - refused <= 1 &&
		       system_count(COUNT_REFUSALS) - before == counted,
	       "a call is made once or not at all # E40");
}

/* --- registers --------------------------------------------------------------- */

static uint64_t held[2 * CPUS_MAX], lost;

static bool hold(uint64_t seed)
{
	uint64_t before[HOLD_WORDS], after[HOLD_WORDS];

	for (uint32_t i = 0; i < HOLD_WORDS; i++) {
		before[i] = seed = seed * 0x9e3779b97f4a7c15 + i + 1;
	}
	memcpy(after, before, sizeof(after));
	hold_registers(after, HOLD_TURNS);
	return memcmp(before, after, sizeof(after)) == 0;
}

static void hold_often(uint64_t which)
{
	for (uint64_t seed = which << 32;; seed++) {
		if (!hold(seed)) {
			count(&lost);
		}
		count(&held[which]);
	}
}

/* More threads than CPUs, so that they move; they are also suspended and go on
 * now and then in the middle of what they do. */
void test_registers(void)
{
	uint64_t threads[2 * CPUS_MAX] = { 0 }, number = 2 * cpus - 1;
	uint64_t switches = system_count(COUNT_SWITCHES);

	for (uint64_t i = 0; i < number; i++) {
		threads[i] = thread_start(hold_often, i);
	}
	for (uint32_t i = 0; i < 3 * number; i++) {
		suspend(threads[i % number]);
		tess_yield();
		resume(threads[i % number]);
		tess_yield();
	}
	for (uint64_t i = 0; i < number; i++) {
		while (get(&held[i]) < HOLDS) {
			tess_yield();
		}
	}
	for (uint64_t i = 0; i < number; i++) {
		thread_stop(threads[i]);
	}
	say("# %lu switches of threads\n",
	    (unsigned long)(system_count(COUNT_SWITCHES) - switches));
	result(lost == 0, "registers survive that threads move # E59");
}
