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

/** One attempt. The ids name the threats of docs/nano.md. */
struct attack {
	const char *name;
	const char *ids;
	bool (*repelled)(void);
};

/* --- what a machine provides ---------------------------------------------- */

/** Its attacks, run after the generic ones, in order. */
extern const struct attack attack_machine[];
extern const uint32_t attack_machine_count;

/** Takes exceptions of the attack kernel; called first on each CPU. */
void attack_machine_init(void);

/** Where the second CPU enters: keeps what its registers hold, as the first
 * entry did, and runs attack_cpu_main() with its argument. */
extern const char attack_cpu_entry[];

/** Where the CPUs behind the second one enter: runs attack_helper_main() with
 * its argument, which is also its stack. It takes no exceptions. */
extern const char attack_helper_entry[];

/** What a loop that waits for another CPU does. */
void attack_relax(void);

/** Writes to the console device itself, without nano. */
void attack_console_byte(char byte);

/** An attack: has the second CPU interrupted as far as nano does that. */
bool attack_interrupt_second(void);

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

/* --- what attack.c provides ------------------------------------------------ */

/** Where entry code goes on. */
_Noreturn void attack_main(const struct boot_info *boot);

/** The same of the second CPU. */
_Noreturn void attack_cpu_main(uint64_t argument);

/** The same of the CPUs behind it. */
_Noreturn void attack_helper_main(uint64_t stack);

/** What nano handed over. */
extern const struct boot_info *attack_boot;

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
 * stage-1 mapping that the attack kernel makes itself. */
bool attack_read_refused(uint64_t pa, bool device);
bool attack_write_refused(uint64_t pa, bool device);

/** A page of nano's: the start of the hole that nano leaves in memory. */
uint64_t attack_nano_page(void);

/* --- what cpus.c provides -------------------------------------------------- */

extern const struct attack attack_cpus[];
extern const uint32_t attack_cpus_count;

/** Runs something on the second CPU while this one waits. */
bool attack_on_second(bool (*what)(void));

/** The second CPU writes to the console for ever; it has begun. */
void attack_flood(void);

/** Prints a formatted comment (fmt.h) behind "# ". */
void attack_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
