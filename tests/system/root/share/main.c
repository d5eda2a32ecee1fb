/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How threads share the CPUs. Instructions are the clock, and CPUs take turns,
 * so what is counted here is the same in each run and bounds can be narrow.
 */

#include "tests/system/root/root.h"

#include "common/types.h"

#define CPUS_MAX 8
#define WARM_UP  5 /* turns of the baton until all have a CPU */
#define TURNS    50
#define CALLS    1000
#define QUANTA   16 /* how long each CPU is watched */
#define STEPS    5  /* counted between two turns of another CPU */
#define BURNS    1000
#define LOOKS    500 /* such steps between two looks at the clock */

static uint64_t cpus;
static uint64_t threads[2 * CPUS_MAX], turns[2 * CPUS_MAX];

static void stop(uint64_t number)
{
	for (uint64_t i = 0; i < number; i++) {
		thread_stop(threads[i]);
	}
}

/* Threads 0 to number - 1, from no turns on. */
static void start(uint64_t number, void (*entry)(uint64_t which))
{
	for (uint64_t i = 0; i < number; i++) {
		turns[i] = 0;
		threads[i] = thread_start(entry, i);
	}
}

/* --- at once ---------------------------------------------------------------- */

static uint64_t baton;

static void take_baton(uint64_t number)
{
	while (get(&baton) != number) {
		relax();
	}
	put(&baton, number + 1);
}

static void pass_on(uint64_t which)
{
	for (uint64_t number = which + 1;; number += cpus) {
		take_baton(number);
	}
}

/* As many threads as CPUs hand a word on through memory, without a system call.
 * With one CPU less each turn would take a switch. */
static void test_at_once(void)
{
	uint64_t number = 0, before = 0;

	start(cpus - 1, pass_on);
	for (uint64_t i = 0; i < WARM_UP + TURNS; i++, number += cpus) {
		if (i == WARM_UP) {
			before = system_count(COUNT_SWITCHES);
		}
		take_baton(number);
	}
	uint64_t switches = system_count(COUNT_SWITCHES) - before;
	stop(cpus - 1);
	result(switches == 0, "as many threads as CPUs run at the same time");
}

/* --- shares ----------------------------------------------------------------- */

/* Whether none of threads 0 to number - 1 did a quarter less than another. */
static bool is_even(uint64_t number)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (uint64_t i = 0; i < number; i++) {
		least = turns[i] < least ? turns[i] : least;
		most = turns[i] > most ? turns[i] : most;
	}
	say("# from %lu to %lu\n", (unsigned long)least, (unsigned long)most);
	return least > 0 && most - least <= most / 4;
}

/* CPUs take turns, so all threads must do the same in theirs. */
static void step(uint64_t which)
{
	for (uint32_t i = 0; i < STEPS; i++) {
		put(&turns[which], get(&turns[which]) + 1);
	}
	relax();
}

static void spin(uint64_t which)
{
	for (;;) {
		step(which);
	}
}

/* This thread takes part, so that there are as many on each CPU, or one more on
 * one of them. */
static void spread(uint64_t number, const char *name)
{
	uint64_t end = system_count(COUNT_TICKS) + QUANTA * cpus;

	start(number, spin);
	while (system_count(COUNT_TICKS) < end) {
		for (uint32_t i = 0; i < LOOKS; i++) {
			step(number);
		}
	}
	stop(number);
	result(is_even(number), name);
}

static void test_spread(void)
{
	spread(2 * cpus - 1, "two threads for each CPU share evenly # E59");
	spread(cpus, "one thread more than CPUs: all share evenly # E59");
}

static void call(uint64_t which)
{
	for (;;) {
		tess_yield();
		count(&turns[which]);
	}
}

/* Every CPU wants the kernel all the time. */
static void test_lock(void)
{
	bool all = false;

	start(cpus - 1, call);
	while (!all) {
		all = true;
		for (uint64_t i = 0; i < cpus - 1; i++) {
			all = all && get(&turns[i]) >= CALLS;
		}
		tess_yield();
	}
	stop(cpus - 1);
	result(true, "every CPU gets into the kernel while all want to");
}

/* --- idle ------------------------------------------------------------------- */

static void burn(void)
{
	for (volatile uint32_t i = 0; i < BURNS; i++) {
	}
	relax();
}

static void burn_on(uint64_t which)
{
	(void)which;
	for (;;) {
		burn();
	}
}

/* Timer ticks of the machine in so many of this thread's turns. */
static uint64_t ticks_in(uint64_t span)
{
	uint64_t before = system_count(COUNT_TICKS), begin = root_clock();

	while (root_clock() - begin < span) {
		burn();
	}
	return system_count(COUNT_TICKS) - before;
}

/* While this thread is alone, one CPU ticks; while all CPUs are busy, each. */
static void test_idle(void)
{
	uint64_t span = root_clock_hz() * QUANTA / ROOT_TICKS_PER_SECOND;
	uint64_t alone = ticks_in(span);

	start(cpus - 1, burn_on);
	uint64_t busy = ticks_in(span);
	stop(cpus - 1);
	say("# %lu ticks alone, %lu with all CPUs busy\n", (unsigned long)alone,
	    (unsigned long)busy);
	result(alone >= QUANTA - 2 && alone <= QUANTA + 2 &&
		       busy >= cpus * (QUANTA - 3),
	       "CPUs that idle have no timer ticks");
}

void root_main(void)
{
	cpus = root_info->cpu_count < CPUS_MAX ? root_info->cpu_count
					       : CPUS_MAX;
	say("1..5\n");
	test_at_once();
	test_spread();
	test_lock();
	test_idle();
}
