/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One to sixteen threads of one capsule at a time, each with a stack and a
 * thread pointer of its own, which it keeps; and their end.
 */

#include "objects.h"

#include "tests/system/root/root.h"

#include "abi/layout.h"

#define THREADS 16
#define ROUNDS  3
#define LOCALS  64

static struct worker {
	uint64_t thread, reply, number;
	uint64_t storage[2]; /* thread-local: its own address, the number */
	uint64_t on_stack, kept;
	uint8_t stack[ABI_PAGE_SIZE] __attribute__((aligned(16)));
} workers[THREADS];

static uint64_t door, capsule;

/* What the thread pointer points to; its first word is its own address. */
static uint64_t *storage(void)
{
	uint64_t *pointer;

#if defined(__x86_64__)
	__asm__ volatile("movq %%fs:0, %0" : "=r"(pointer));
#else
	__asm__ volatile("mrs %0, tpidr_el0" : "=r"(pointer));
#endif
	return pointer;
}

static void tell(enum abi_verb verb, uint64_t number)
{
	struct tess_registers r = {
		.capability = door,
		.info = 1,
		.words = { number },
		.verb = verb,
	};

	tess_syscall(&r);
}

/* Its number on its stack, which it looks at each time that all the others have
 * come as far. */
static void work(uint64_t argument)
{
	struct worker *worker = (struct worker *)argument;
	volatile uint64_t locals[LOCALS];
	bool kept = true;

	for (uint64_t i = 0; i < LOCALS; i++) {
		locals[i] = worker->number << 32 | i;
	}
	worker->on_stack =
		(uint64_t)locals >= (uint64_t)worker->stack &&
		(uint64_t)locals < (uint64_t)worker->stack + ABI_PAGE_SIZE;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		tell(ABI_VERB_CALL, worker->number);
		kept = kept && storage() == worker->storage &&
		       storage()[1] == worker->number;
		for (uint64_t i = 0; i < LOCALS; i++) {
			kept = kept && locals[i] == (worker->number << 32 | i);
		}
	}
	worker->kept = kept;
	tell(ABI_VERB_SEND, worker->number);
	thread_rest();
}

/* At its beginning, with nothing done. */
static void place(struct worker *worker)
{
	worker->on_stack = worker->kept = 0;
	MUST(CALL(worker->thread, ABI_THREAD_set_registers, (uint64_t)work,
		  (uint64_t)worker->stack + sizeof(worker->stack) - STACK_BIAS,
		  (uint64_t)worker, (uint64_t)worker->storage));
}

static void add(struct worker *worker, uint64_t number)
{
	worker->number = number;
	worker->thread = make(ABI_TYPE_THREAD);
	worker->reply = make(ABI_TYPE_REPLY);
	worker->storage[0] = (uint64_t)worker->storage;
	worker->storage[1] = number;
	MUST(CALL(worker->thread, ABI_THREAD_configure, CORE_SLOT_CAPNODE,
		  CORE_SLOT_VSPACE, make(ABI_TYPE_FRAME), root_faults));
	place(worker);
	MUST(CALL(capsule, ABI_CAPSULE_bind, worker->thread));
}

/* Runs so many. The first one runs with the capsule. */
static void start(uint64_t number)
{
	if (number == 1) {
		MUST(CALL(capsule, ABI_CAPSULE_start));
		return;
	}
	for (uint64_t i = 0; i < number; i++) {
		if (i + 1 < number) { /* it has run before */
			place(&workers[i]);
		}
		MUST(CALL(workers[i].thread, ABI_THREAD_resume));
	}
}

/* Hears from so many, with a Reply for each; a bit for each that came once. */
static uint64_t hear(uint64_t number)
{
	uint64_t heard = 0;

	for (uint64_t i = 0; i < number; i++) {
		struct tess_message message = { .length = 0 };
		MUST(tess_recv_with(door, workers[i].reply, &message));
		heard ^= 1ull << message.words[0];
	}
	return heard;
}

/* Lets them go on together, as often as they come, and waits for their ends.
 * Whether all of them came each time. */
static bool join(uint64_t number)
{
	const struct tess_message answer = { .length = 0 };
	uint64_t all = (1ull << number) - 1;
	bool good = true;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		good = hear(number) == all && good;
		for (uint64_t i = 0; i < number; i++) {
			MUST(tess_reply_with(workers[i].reply, &answer));
		}
	}
	good = hear(number) == all && good;
	for (uint64_t i = 0; i < number; i++) {
		MUST(CALL(workers[i].thread, ABI_THREAD_suspend));
	}
	return good;
}

void test_threads(void)
{
	bool counted = true, all = true, on_stack = true, kept = true;

	capsule = make(ABI_TYPE_CAPSULE);
	door = make(ABI_TYPE_ENDPOINT);
	MUST(CALL(capsule, ABI_CAPSULE_configure, CORE_SLOT_VSPACE,
		  CORE_SLOT_CAPNODE, 0));
	for (uint64_t number = 1; number <= THREADS; number++) {
		add(&workers[number - 1], number - 1);
		counted = counted && info(capsule, 3) == number;
		start(number);
		all = join(number) && all;
		for (uint64_t i = 0; i < number; i++) {
			on_stack = on_stack && workers[i].on_stack;
			kept = kept && workers[i].kept;
		}
	}
	result(counted, "a capsule has one to sixteen threads # E13");
	result(all, "all of them run at a time, and each ends once # E13");
	result(on_stack, "each on a stack of its own # E13");
	result(kept, "which it keeps, and its own thread pointer # E13");
	MUST(CALL(capsule, ABI_CAPSULE_stop));
}
