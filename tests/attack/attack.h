/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A hostile kernel. nano enters it in the place of the kernel, it tries what a
 * subverted kernel would, and prints one TAP line for each attempt. An attack
 * is repelled only when an effect was observed: a fault arrived, one counter of
 * nano rose by exactly one, a value stayed what it was.
 *
 * attack.c drives and has the attacks that are the same on both machines,
 * cpus.c those with several CPUs; arch/<machine>/attacks.c has the others, and
 * entry.S the entry and the calls.
 */

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/types.h"

/** One attempt; the ids name requirements. What `repelled` says counts only if
 * no effect was seen, see attack_effect(). A sweep takes long: it is tried on
 * one CPU, and left out once an effect was seen. */
struct attack {
	const char *name;
	const char *ids;
	bool (*repelled)(void);
	bool sweep;
};

/** Attacks that belong together, run in order. */
struct attack_group {
	const struct attack *attacks;
	uint32_t count;
};
#define ATTACK(name, ids, repelled) { name, ids, repelled, false }
#define SWEEP(name, ids, repelled)  { name, ids, repelled, true }
#define ATTACK_GROUP(list)          { list, ARRAY_SIZE(list) }

/* --- what a machine provides ---------------------------------------------- */

/** Its attacks, run after the generic ones, in order; tried on the second CPU
 * as well. */
extern const struct attack_group *const attack_machine[];
extern const uint32_t attack_machine_count;

/** Attacks of the machine with a second CPU that runs. */
extern const struct attack_group attack_machine_cpus;

/** Takes exceptions of the attack kernel; called first on each CPU. */
void attack_machine_init(void);

/** Where the second CPU enters: keeps what its registers hold, as the first
 * entry did, and runs attack_cpu_main() with its argument. */
extern const char attack_cpu_entry[];

/** Where the CPUs behind the second one enter: runs attack_helper_main() with
 * its argument, which is also its stack. It takes no exceptions. */
extern const char attack_helper_entry[];

/** Forgets this CPU's translations. */
void attack_flush(void);

/** What a loop that waits for another CPU does. */
void attack_relax(void);

/** Writes to the console device itself, without nano. */
void attack_console_byte(char byte);

/** An attack: has the second CPU interrupted as far as nano does that. */
bool attack_interrupt_second(void);

/** The machine's clock, after all that was before it. */
uint64_t attack_clock(void);

/** A loop of two instructions, `turns` times. */
void attack_spin(uint64_t turns);

struct attack_result {
	uint64_t status, value;
};

/** One nano call with every register that carries something. */
struct attack_result attack_call_all(uint64_t number,
				     const uint64_t arguments[6]);

/**
 * Runs attempt(argument). True if an exception ended it, in which case it did
 * not return; attack_fault says which. Attempts do not nest.
 */
bool attack_faults(void (*attempt)(uint64_t argument), uint64_t argument);

/** The last exception: the syndrome or vector and error code as the machine
 * has it, the address it was about, the instruction. */
struct attack_fault {
	uint64_t syndrome, address, pc;
};
extern struct attack_fault attack_fault;

/**
 * Maps the page at a physical address (whole pages) into a scratch page of the
 * attack kernel's own tables, readable and writable, `device` uncached; what
 * was mapped there before is gone. It does not touch the page.
 */
volatile void *attack_map(uint64_t pa, bool device);

/** Where something of the attack kernel's image lies physically. */
uint64_t attack_physical(const volatile void *at);

/* --- what attack.c provides ------------------------------------------------ */

/** Where entry code goes on. */
_Noreturn void attack_main(const struct boot_info *boot);

/** The same of the second CPU. */
_Noreturn void attack_cpu_main(uint64_t argument);

/** The same of the CPUs behind it. */
_Noreturn void attack_helper_main(uint64_t stack);

/** What nano handed over. */
extern const struct boot_info *attack_boot;

/**
 * The attack under way did what nobody may do; this is what was seen of it. An
 * attack says so only after it has looked: memory or a register that changed,
 * something that nobody told it, another CPU that ran its code. Then it counts
 * as not repelled.
 */
void attack_effect(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** The same, after which nothing else can be tried: the run ends. */
_Noreturn void attack_effect_last(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** Whether an effect was seen since the run began. */
bool attack_bitten(void);

/** A nano call with at most two arguments. */
struct attack_result attack_call(uint64_t number, uint64_t a, uint64_t b);

/** Whether nano answers calls as it should. */
bool attack_nano_answers(void);

/** A call that must end with `status`, be counted once, and give nothing. */
bool attack_call_refused(uint64_t number, const uint64_t arguments[6],
			 status_t status);

/** What nano has counted so far. */
uint64_t attack_counter(enum abi_nano_counter which);

/**
 * True if the attempt faulted, `counter` rose by exactly one, and nano still
 * answers.
 */
bool attack_refused(enum abi_nano_counter counter,
		    void (*attempt)(uint64_t argument), uint64_t argument);

/** The same for an attempt to read, or to write, the word at `pa` through a
 * stage-1 mapping that the attack kernel makes itself. A word that could be read
 * and does not look like an empty bus, and one that did change, is an effect;
 * what was changed is put back. */
bool attack_read_refused(uint64_t pa, bool device);
bool attack_write_refused(uint64_t pa, bool device);

/** A page of nano's: the start of the hole that nano leaves in memory. */
uint64_t attack_nano_page(void);

/** One past the end of that hole. */
uint64_t attack_nano_end(void);

/** The last word that a read of these helpers read. */
extern volatile uint64_t attack_sink;

/** Reads the word at a virtual address into attack_sink; an attempt. */
void attack_read_word(uint64_t address);

/** The next of a row of numbers that is the same in every run. */
uint64_t attack_random(void);

/** What the attacks try to write. */
#define ATTACK_MARK 0x6b63617474617474

/* --- what generic.c, fuzz.c and races.c provide ----------------------------- */

extern const struct attack_group attack_generic, attack_fuzz, attack_races,
	attack_last;

/* --- what reserve.c provides ------------------------------------------------- */

extern const struct attack_group attack_reserve, attack_reserve_cpus;

/** Whole 2 MiB of memory that nothing else lies in, ATTACK_AREA of them. */
uint64_t attack_area(void);
#define ATTACK_AREA 4ull

/** Reserves a page, asks about it, and gives it back. */
bool attack_reserved(bool (*refused)(uint64_t page));

/* --- what cpus.c provides -------------------------------------------------- */

extern const struct attack_group attack_cpus;

/** Runs something on the second CPU while this one waits. */
bool attack_on_second(bool (*what)(void));

/** The same while this one does something else: posts it, and then waits for
 * its end; false if it does not come. */
void attack_second_begin(bool (*what)(void));
bool attack_second_end(bool *result);

/** Waits until *at is `value`; false if that takes too long. */
bool attack_becomes(const uint32_t *at, uint32_t value);

/** Rises as long as the second CPU waits for something to do. */
extern uint32_t attack_beat;

/** Whether it does so now. */
bool attack_second_beats(void);

/** Starts the CPU again or anew; for what nano answers, see cpu_start. */
struct attack_result attack_start(uint64_t index, uint64_t entry,
				  uint64_t argument);

/** For ever, and already begun: the second CPU writes to the console, every
 * other one behind it calls nano, and the rest wait for another CPU. */
void attack_flood(void);

/* --- what cost.c provides -------------------------------------------------- */

extern const struct attack_group attack_costs, attack_costs_cpus;

/** Whether the clock counts instructions. */
bool attack_counts(void);

/** A call, and what the clock counted from before it to after it. */
uint64_t attack_cost(uint64_t number, const uint64_t arguments[6],
		     struct attack_result *result);

/** The longest call of cpu_start so far. */
extern uint64_t attack_start_cost;

/** Prints a formatted comment (fmt.h) behind "# ". */
void attack_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
