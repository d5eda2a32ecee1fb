/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What root tests are written with. A root test is a program that the kernel
 * starts in the place of core: it has every capability there is, makes objects
 * and threads by hand, and prints TAP. tests/system/component.mk lists those
 * that there are, run.sh boots one. All threads share the program's address
 * space and CapNode; only the first prints.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tess/ipc.h>
#include <tess/syscall.h>

#include "abi/objects.h"
#include "abi/start.h"
#include "abi/status.h"

/** What the kernel says of the machine. */
extern const struct core_info *root_info;

/** The slot of the largest Untyped, and of the endpoint to which threads of
 * thread_start() send their faults. */
extern uint64_t root_untyped, root_faults;

/** The test itself. The machine is switched off when it returns. */
void root_main(void);

/* --- kernel objects ------------------------------------------------------- */

/** CALL on a kernel object; `words` are arguments in, results out. */
status_t invoke(uint64_t object, uint32_t method, uint32_t argument_count,
		uint64_t words[ABI_MESSAGE_REGISTERS]);

/** The same with the arguments behind the method; results are lost. */
#define CALL(object, method, ...)                                \
	invoke(object, method,                                   \
	       sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, \
	       (uint64_t[9]){ 0, ##__VA_ARGS__ } + 1)

/** What must not be refused: ends the run if it is. */
#define MUST(call) must((call), #call)
void must(status_t status, const char *call);

/** A slot that is empty. */
uint64_t root_slot(void);

/** The slot of a new object, of those size bits, and of one without a size of its
 * own to choose. */
uint64_t make_of_size(enum abi_object_type type, uint64_t bits);
uint64_t make(enum abi_object_type type);

/** A second capability for the same object. */
uint64_t copy(uint64_t slot);

/** One of the results of the object's method `info`. */
uint64_t info(uint64_t object, uint32_t word);

/** Fills in the page tables for one page at `address`. */
void make_tables(uint64_t address);

/* What SystemControl's `info` counts. */
enum { COUNT_REFUSALS, COUNT_FAULTS, COUNT_CALLS, COUNT_SWITCHES, COUNT_TICKS };

/** One of them. */
uint64_t system_count(uint32_t which);

/* --- threads -------------------------------------------------------------- */

#define ROOT_THREADS_MAX 48

/* How far below the end of its stack a thread begins. */
#if defined(__x86_64__)
#define STACK_BIAS 8 /* as if the entry had been called */
#else
#define STACK_BIAS 0
#endif

/** A thread that runs entry(argument), which never returns: its slot. The
 * kernel chooses the CPU. */
uint64_t thread_start(void (*entry)(uint64_t argument), uint64_t argument);

/** Suspends it; a later thread_start() uses it anew. */
void thread_stop(uint64_t thread);

/** While it is suspended: where it goes on, on an empty stack. */
void thread_set(uint64_t thread, void (*entry)(uint64_t argument),
		uint64_t argument);

/** Waits until a thread is in a state, giving way meanwhile. */
void thread_await(uint64_t thread, enum abi_thread_state state);

/** Never comes back and does nothing: waits for a message that nobody sends. */
_Noreturn void thread_rest(void);

/** Loads almost all registers from memory, does nothing for so many turns, and
 * stores them there again. */
#define HOLD_WORDS 96
void hold_registers(uint64_t words[HOLD_WORDS], uint64_t turns);

/** What a loop that waits for another thread does; does not enter the kernel. */
static inline void relax(void)
{
#if defined(__x86_64__)
	__asm__ volatile("pause" : : : "memory");
#else
	__asm__ volatile("yield" : : : "memory");
#endif
}

/** Timer ticks of a CPU that is busy: one for each quantum. */
#define ROOT_TICKS_PER_SECOND 200

/** Ticks of root_clock() in a second. The first call takes a moment to find out,
 * in which no other thread may run. */
uint64_t root_clock_hz(void);

/** The time. */
static inline uint64_t root_clock(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
#else
	uint64_t value;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
	return value;
#endif
}

static inline uint64_t get(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void put(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline void count(uint64_t *word)
{
	__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
}

/** Until a word is at least `value`; without a system call. */
static inline void wait_for(const uint64_t *word, uint64_t value)
{
	while (get(word) < value) {
		relax();
	}
}

/* --- results -------------------------------------------------------------- */

/** Prints a formatted line (common/fmt.h), such as a plan or a comment. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** One result of the plan. */
void result(bool good, const char *name);
