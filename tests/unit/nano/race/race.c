/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nano's lock and its shoot-down on CPUs that really run at the same time: host
 * threads, under the thread sanitizer, which knows no other order than the one
 * that the code's own atomic accesses make. What they guard is written without
 * atomics, so a missing or weak one is a report.
 *
 * The shoot-down is played with a table of one entry: it says which of two
 * pages is mapped. CPUs in the guest write to the page that their TLB holds; the
 * one that changes the entry takes the old page for itself once it is told that
 * nobody uses it, and gives it back full of zeros.
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nano/arch.h"
#include "nano/arch/x86_64/shoot.h"
#include "nano/ticket.h"

#define CPUS    4
#define ROUNDS  20000
#define CHANGES 100
#define WORDS   8

static uint32_t failed;

static void check(bool good, const char *what)
{
	if (!good) {
		printf("Bail out! %s\n", what);
		fflush(stdout);
		_Exit(1);
	}
}

void arch_relax(void)
{
	sched_yield();
}

static void run(void *(*what)(void *cpu))
{
	pthread_t threads[CPUS];

	for (uintptr_t i = 0; i < CPUS; i++) {
		check(!pthread_create(&threads[i], NULL, what, (void *)i),
		      "a thread starts");
	}
	for (uint32_t i = 0; i < CPUS; i++) {
		pthread_join(threads[i], NULL);
	}
}

static void result(uint32_t number, bool good, const char *name)
{
	failed += !good;
	printf("%sok %u %s\n", good ? "" : "not ", number, name);
}

/* --- the lock ----------------------------------------------------------------- */

static uint32_t word;
static uint64_t guarded;
static uint64_t tried[CPUS]; /* times that ticket_try() had it */

static void *locker(void *cpu)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		if (i % 3 == 0 && !ticket_try(&word)) {
			continue;
		}
		if (i % 3 != 0) {
			ticket_take(&word);
		} else {
			tried[(uintptr_t)cpu]++;
		}
		guarded++;
		ticket_give(&word);
	}
	return NULL;
}

static void test_lock(void)
{
	uint64_t want = (uint64_t)CPUS * (ROUNDS - (ROUNDS + 2) / 3);

	run(locker);
	for (uint32_t i = 0; i < CPUS; i++) {
		want += tried[i];
	}
	result(1, guarded == want && word >> 16 == (word & 0xffff),
	       "lock: what it guards is written by one at a time");
}

/* --- the shoot-down ----------------------------------------------------------- */

static uint64_t pages[2][CPUS][WORDS];
static uint32_t entry; /* the page that is mapped */
static struct shoot cpus[CPUS];
static bool kicked[CPUS]; /* an NMI is pending */
static uint32_t over;
static uint32_t changer;      /* a lock: tables are changed by one at a time */
static uint64_t shot, spared; /* guarded by it */

/* One stay in the guest, until an NMI or for a while. */
static void visit(uintptr_t cpu, uint32_t *tlb)
{
	if (shoot_enter(&cpus[cpu])) {
		/* A walker finds what was written before the entry was. */
		*tlb = __atomic_load_n(&entry, __ATOMIC_ACQUIRE);
	}
	for (uint32_t i = 0; i < 64; i++) {
		if (__atomic_exchange_n(&kicked[cpu], false,
					__ATOMIC_RELAXED)) {
			break;
		}
		pages[*tlb][cpu][i % WORDS]++;
	}
	shoot_leave(&cpus[cpu]);
}

/* Maps the other page, and uses the one that was mapped. */
static void change(uintptr_t cpu)
{
	ticket_take(&changer);
	uint32_t old = __atomic_load_n(&entry, __ATOMIC_RELAXED);
	__atomic_store_n(&entry, !old, __ATOMIC_SEQ_CST);

	uint64_t epoch = shoot_begin();
	for (uintptr_t i = 0; i < CPUS; i++) {
		if (i == cpu || shoot_done(&cpus[i], epoch)) {
			spared++;
			continue;
		}
		shot++;
		__atomic_store_n(&kicked[i], true, __ATOMIC_RELAXED);
		while (!shoot_done(&cpus[i], epoch)) {
			arch_relax();
		}
	}
	memset(pages[old], 0, sizeof(pages[old]));
	ticket_give(&changer);
}

/* Two of them change tables, also at the same time. */
static void *guest(void *argument)
{
	uintptr_t cpu = (uintptr_t)argument;
	uint32_t tlb = 0;

	for (uint32_t i = 0;
	     __atomic_load_n(&over, __ATOMIC_RELAXED) < 2 && i < 100000000;
	     i++) {
		visit(cpu, &tlb);
		if (cpu < 2 && i < CHANGES) {
			change(cpu);
		} else if (cpu < 2 && i == CHANGES) {
			__atomic_fetch_add(&over, 1, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

static void test_shoot(void)
{
	run(guest);
	printf("# %lu CPUs were kicked out, %lu were not in the guest\n",
	       (unsigned long)shot, (unsigned long)spared);
	result(2, shot > 0 && spared > 0,
	       "shoot-down: nobody uses a page that was taken away");
}

int main(void)
{
	printf("1..2\n");
	test_lock();
	test_shoot();
	return failed != 0;
}
