/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The hostile kernel's own machine: what its files share. Addresses of devices
 * are those of QEMU's virt machine; on another one they lie in nothing, which
 * must fault as well. */

#include "tests/attack/attack.h"

#include "common/assert.h"

/* The kernel's own tables, 48 bits, 4 KiB (Arm ARM D8.3). */
#define TABLE      3ull
#define PAGE       3ull
#define DEVICE     (1ull << 2) /* AttrIndx 1 */
#define READ_ONLY  (1ull << 7)
#define INNER      (3ull << 8)
#define ACCESSED   (1ull << 10)
#define PXN        (1ull << 53)
#define UXN        (1ull << 54)
#define ENTRIES    512
#define ROOT_ENTRY 400 /* of TTBR1's root: nothing of the kernel's is there */
#define SCRATCH    (0xffff000000000000ull | (uint64_t)ROOT_ENTRY << 39)

#define TCR_EPD0 (1ull << 7)

/* Classes of exceptions, from ESR. */
#define CLASS(esr)       ((esr) >> 26)
#define CLASS_UNDEFINED  0x00
#define CLASS_ILLEGAL    0x0e /* return to a level that is not below */
#define CLASS_CALL32     0x11 /* SVC in AArch32 */
#define CLASS_CALL       0x15 /* SVC */
#define CLASS_REGISTER   0x18 /* undefined, of the ID space */
#define CLASS_LOWER_DATA 0x24

/** What the general registers held when nano entered. */
extern uint64_t start_registers[29];

/** entry.S: code for EL0, in one page, and the way there. */
extern char user_call[], user_load[];
void attack_user(uint64_t pc);

/** The same in AArch32: instructions of which each must be refused, with an SVC
 * behind each. */
extern char user_words[], user_words_end[];
void attack_user32(uint64_t pc);

/** entry.S: returns from an exception to the level that PSTATE names; gives
 * CurrentEL there. */
uint64_t attack_return(uint64_t pstate);

/** entry.S: what a CPU runs that firmware starts for us: with its MMU off it
 * writes the exception level it has to the address it was given, and waits. */
extern char attack_stolen_cpu[];

/** The scratch page with a descriptor of one's own; see attack_map(). */
volatile void *machine_map_as(uint64_t descriptor);

/** The root of the kernel's tables. */
uint64_t *machine_root(void);

/** Makes what was changed in tables so for this CPU. */
void machine_synchronize(void);

/** Attempts that are refused by nano, or by the CPU, as undefined: the first
 * counted, or not. */
bool machine_all_trapped(void (*const *attempts)(uint64_t), uint32_t count);
bool machine_undefined(void (*attempt)(uint64_t), uint64_t argument);

/** The groups of attacks, one for each file. */
extern const struct attack_group machine_memory, machine_firmware,
	machine_registers, machine_devices, machine_sweeps;
