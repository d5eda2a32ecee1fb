/* SPDX-License-Identifier: Apache-2.0 */
/* Translations that other CPUs have must be gone when a call that takes them
 * away returns; and CPUs that wait for each other's must all go on. */

#include "tests/system/root/smp/smp.h"

#include "abi/hypercalls.h"
#include "abi/layout.h"

#define PAGE   0x40000000 /* the page that comes and goes */
#define ALIAS  0x40010000 /* where it can be seen meanwhile */
#define OTHERS 0x40020000 /* pages of threads, one each */

#define ROUNDS   15
#define MAPPINGS 20

static uint64_t *at(uint64_t address)
{
	return (uint64_t *)address;
}

static void map(uint64_t frame, uint64_t address, uint64_t access)
{
	MUST(CALL(frame, ABI_FRAME_map, CORE_SLOT_VSPACE, address, access));
}

/* The fault of one of the threads, in the page at PAGE. */
static bool take_fault(uint64_t reply)
{
	struct tess_message fault;

	return tess_recv_with(root_faults, reply, &fault) == ST_OK &&
	       fault.flags & (uint32_t)ABI_MESSAGE_KERNEL &&
	       fault.words[ABI_FAULT_KIND] == ABI_FAULT_MEMORY &&
	       fault.words[ABI_FAULT_ADDRESS] / ABI_PAGE_SIZE ==
		       PAGE / ABI_PAGE_SIZE;
}

static void answer_fault(uint64_t reply)
{
	const struct tess_message resume = { .label = ABI_FAULT_RESUME };

	MUST(tess_reply_with(reply, &resume));
}

/* Two pages that take turns at PAGE, and threads that use it on other CPUs. */
struct users {
	uint64_t frames[2], aliases[2];
	uint64_t threads[CPUS_MAX], replies[CPUS_MAX];
};

static uint64_t uses[CPUS_MAX];

static void users_start(struct users *users, void (*entry)(uint64_t which))
{
	make_tables(PAGE);
	for (uint32_t i = 0; i < 2; i++) {
		users->frames[i] = make(ABI_TYPE_FRAME);
		users->aliases[i] = copy(users->frames[i]);
	}
	for (uint64_t i = 1; i < cpus; i++) {
		uses[i] = 0;
		users->replies[i] = make(ABI_TYPE_REPLY);
		users->threads[i] = thread_start(entry, i);
	}
}

/* All have faulted. They use the page from here on, each of them. */
static void users_let(const struct users *users)
{
	uint64_t seen[CPUS_MAX] = { 0 };

	for (uint64_t i = 1; i < cpus; i++) {
		seen[i] = get(&uses[i]);
		answer_fault(users->replies[i]);
	}
	for (uint64_t i = 1; i < cpus; i++) {
		wait_for(&uses[i], seen[i] + 3);
	}
}

static bool users_fault(const struct users *users)
{
	bool good = true;

	for (uint64_t i = 1; i < cpus; i++) {
		good = take_fault(users->replies[i]) && good;
	}
	return good;
}

static void users_stop(const struct users *users)
{
	for (uint64_t i = 1; i < cpus; i++) {
		thread_stop(users->threads[i]);
	}
}

/* --- reading ----------------------------------------------------------------- */

static uint64_t gone, stale;

/* The page of round n holds n, and `gone` is the round that is over: what is
 * read later than that is newer. */
static void reader(uint64_t which)
{
	for (;;) {
		uint64_t before = get(&gone);

		if (get(at(PAGE)) <= before) {
			count(&stale);
		}
		count(&uses[which]);
	}
}

void test_unmap(void)
{
	struct users users = { 0 };
	bool good = true;

	users_start(&users, reader);
	for (uint64_t round = 1; round <= ROUNDS && good; round++) {
		uint64_t alias = users.aliases[round % 2];

		good = users_fault(&users);
		map(alias, ALIAS, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
		put(at(ALIAS), round);
		MUST(CALL(alias, ABI_FRAME_unmap));
		map(users.frames[round % 2], PAGE, ABI_ACCESS_READ);
		users_let(&users);
		MUST(CALL(users.frames[round % 2], ABI_FRAME_unmap));
		put(&gone, round);
	}
	good = users_fault(&users) && good;
	users_stop(&users);
	say("# %lu stale reads\n", (unsigned long)stale);
	result(good && stale == 0,
	       "a page that is unmapped is gone on every CPU # A67");
}

/* --- writing ----------------------------------------------------------------- */

static void writer(uint64_t which)
{
	for (;;) {
		count(&at(PAGE)[which]);
		count(&uses[which]);
	}
}

/* When unmapping has returned nothing changes in the page any more. */
void test_unmap_written(void)
{
	struct users users = { 0 };
	bool good = true;

	users_start(&users, writer);
	map(users.aliases[0], ALIAS, ABI_ACCESS_READ);
	for (uint64_t round = 1; round <= ROUNDS && good; round++) {
		uint64_t last[CPUS_MAX] = { 0 };

		good = users_fault(&users);
		map(users.frames[0], PAGE, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
		users_let(&users);
		MUST(CALL(users.frames[0], ABI_FRAME_unmap));
		for (uint64_t i = 1; i < cpus; i++) {
			last[i] = get(&at(ALIAS)[i]);
		}
		for (uint32_t wait = 0; wait < 500; wait++) {
			relax();
		}
		for (uint64_t i = 1; i < cpus; i++) {
			good = good && last[i] == get(&at(ALIAS)[i]) &&
			       last[i] > 0;
		}
	}
	good = users_fault(&users) && good;
	users_stop(&users);
	MUST(CALL(users.aliases[0], ABI_FRAME_unmap));
	result(good, "a page that is unmapped changes no more # A67");
}

/* --- waiting for each other ---------------------------------------------------- */

static uint64_t done[CPUS_MAX + 1];

/* Each unmapping waits for all CPUs that use this address space. */
static void unmap_once(uint64_t frame, uint64_t which)
{
	uint64_t page = OTHERS + which * ABI_PAGE_SIZE;

	map(frame, page, ABI_ACCESS_READ);
	if (get(at(page)) != 0) {
		thread_rest();
	}
	MUST(CALL(frame, ABI_FRAME_unmap));
	count(&done[which]);
}

static void unmap_often(uint64_t frame_and_which)
{
	for (uint32_t i = 0; i < MAPPINGS; i++) {
		unmap_once(frame_and_which >> 8, frame_and_which & 0xff);
	}
	thread_rest();
}

static void unmap_for_ever(uint64_t frame_and_which)
{
	for (;;) {
		unmap_once(frame_and_which >> 8, frame_and_which & 0xff);
	}
}

/* Is in nano most of the time. */
static void nano_once(uint64_t which)
{
	MUST(CALL(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_nano_counter,
		  which % ABI_NANO_COUNTER_COUNT));
	count(&done[which]);
}

static void call_nano(uint64_t which)
{
	for (uint32_t i = 0; i < MAPPINGS; i++) {
		nano_once(which);
	}
	thread_rest();
}

static void nano_for_ever(uint64_t which)
{
	for (;;) {
		nano_once(which);
	}
}

static void turn(uint64_t which)
{
	for (;;) {
		count(&done[which]);
		relax();
	}
}

static bool are_done(uint64_t threads)
{
	bool all = true;

	for (uint64_t i = 0; i < threads; i++) {
		all = all && get(&done[i]) == MAPPINGS;
	}
	return all;
}

/* CPUs that wait for others with interrupts masked: some that unmap, one that
 * calls nano, and this one, which takes a thread off another one all the time.
 * All come to an end. */
void test_waiting_for_each_other(void)
{
	uint64_t threads[CPUS_MAX] = { 0 }, suspensions = 0;
	uint64_t turner = thread_start(turn, CPUS_MAX);

	make_tables(OTHERS);
	for (uint64_t i = 0; i < cpus - 1; i++) {
		threads[i] = thread_start(unmap_often,
					  make(ABI_TYPE_FRAME) << 8 | i);
	}
	threads[cpus - 1] = thread_start(call_nano, cpus - 1);
	while (!are_done(cpus)) {
		MUST(CALL(turner, ABI_THREAD_suspend));
		MUST(CALL(turner, ABI_THREAD_resume));
		suspensions++;
	}
	say("# %lu suspensions meanwhile\n", (unsigned long)suspensions);
	thread_stop(turner);
	for (uint64_t i = 0; i < cpus; i++) {
		thread_stop(threads[i]);
	}
	result(true, "CPUs that wait for each other all go on # A67");
}

/* For the end of the run: the CPU that switches off holds the kernel's lock and
 * is in nano, which takes the memory from all others, while some of these wait
 * for the lock with interrupts masked, one of them asks others for their
 * translations, and some are in nano. */
void leave_all_busy(void)
{
	make_tables(OTHERS);
	for (uint64_t i = 0; i < cpus; i++) {
		put(&done[i], 0);
		if (i % 2 == 0) {
			thread_start(unmap_for_ever,
				     make(ABI_TYPE_FRAME) << 8 | i);
		} else {
			thread_start(nano_for_ever, i);
		}
	}
	for (uint64_t i = 0; i < cpus; i++) {
		wait_for(&done[i], 1);
	}
}
