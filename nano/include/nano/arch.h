/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The whole port contract of nano: what each folder below nano/arch/ provides
 * to the generic code, which is everything else. nano/arch/fake is the host's
 * and stricter than hardware.
 *
 * The way through nano: the entry code of the machine switches to nano's own
 * stack and calls nano_start() (nano/start.h) with interrupts masked on boot's
 * page tables; nano_start() calls the functions below in the order in which
 * they stand here and ends in arch_guest_enter(). From then on, nano runs only
 * when the kernel's world enters it; the machine's exit code decodes why and
 * calls trap_call() or trap_refuse() and its kin (nano/trap.h).
 *
 * Half-open ranges everywhere. "Own" is nano's address space, "guest" what the
 * kernel's world sees of physical memory (stage 2, nested page tables).
 */

#include "abi/boot_info.h"
#include "abi/hypercalls.h"
#include "abi/status.h"
#include "common/lock.h"
#include "common/types.h"
#include "nano/cpu.h"
#include "nano/table.h"

/* --- locks --------------------------------------------------------------- */

/*
 * The order of nano's locks: there is none to keep, because nobody takes one
 * while holding another (arch/fake ends a test that does). They are those of
 * the console, the book, the guest tables, the authorities and the start of
 * CPUs. Each is held for a bounded time, and by no CPU that waits for the
 * kernel's world: who waits for other CPUs (arch_tlb_flush()) waits for those
 * outside nano only.
 */

/** Takes a lock, after all that asked for it before. */
void arch_lock(struct spinlock *lock) ACQUIRE(lock);
/** Takes it if nobody has it; never waits. */
bool arch_try_lock(struct spinlock *lock) TRY_ACQUIRE(lock);
void arch_unlock(struct spinlock *lock) RELEASE(lock);

/** What a loop that waits for another CPU does each time. */
void arch_relax(void);

/* --- start-up: before nano's own tables are in use ------------------------- */

/**
 * Where nano sees physical memory that is not its own: NANO_WINDOW on a
 * machine. `size` bytes from `pa` are RAM that the caller may touch; the fake
 * checks that they exist.
 */
void *arch_window(paddr_t pa, uint64_t size);

/** Zeroes such memory, whole pages, for whoever looks at it: also for one who
 * reads past caches, or writes what is zero there. */
void arch_wipe(paddr_t pa, uint64_t size);

/**
 * Makes arch_console_put() work on boot's page tables, for the messages of
 * checks that fail, and arch_power_off() after them. Looks at the console and
 * power fields of `boot` only, which nobody has checked yet; false when it
 * cannot use what they say.
 */
bool arch_console_early(const struct boot_info *boot);

/**
 * Writes one byte, '\n' as it is, once the device takes it. Looks at the device
 * at most *polls times, and takes those off; false: it was not written. Without
 * a console it does nothing and says true.
 */
bool arch_console_put(char c, uint32_t *polls);

/** The name of the first feature nano needs and this CPU lacks, such as "SVM",
 * or NULL. Changes nothing. */
const char *arch_cpu_missing(void);

/**
 * How the kernel's world may reach device registers at [start, end): TABLE_*
 * bits with TABLE_DEVICE, or 0 when they are not on the machine's list. An
 * allow-list: what is not known to be harmless is refused.
 */
uint32_t arch_device_access(const struct boot_info *boot, uint64_t start,
			    uint64_t end);

/**
 * Registers on the machine's list that no range of boot_info holds: page
 * number `index` of them, whole pages, with its access; false past the last.
 */
bool arch_device_extra(const struct boot_info *boot, uint32_t index,
		       struct boot_range *range, uint32_t *access);

/* --- page tables ----------------------------------------------------------- */

/*
 * nano/mem/table.c walks both kinds of tables: 512 entries of 8 bytes a page,
 * level 1 maps 4 KiB, level 2 2 MiB. A leaf is a level 1 entry or a level 2
 * entry that is not a table. The functions up to arch_pte_access() are pure.
 */

/** Levels of a kind of table, 3 or 4. */
uint32_t arch_pte_levels(enum table_kind kind);

/** An entry that points to the next table, which lies in nano's pool. */
uint64_t arch_pte_table(enum table_kind kind, paddr_t table);

/** A leaf of level 1 or 2 that maps `pa` with TABLE_* `access`, not 0. */
uint64_t arch_pte_leaf(enum table_kind kind, paddr_t pa, uint32_t level,
		       uint32_t access);

bool arch_pte_present(enum table_kind kind, uint64_t pte);

/** Whether a present entry of this level points to another table. */
bool arch_pte_is_table(enum table_kind kind, uint64_t pte, uint32_t level);

/** What a present entry points to or maps. */
paddr_t arch_pte_address(enum table_kind kind, uint64_t pte);

/** The TABLE_* bits a leaf was made with. */
uint32_t arch_pte_access(enum table_kind kind, uint64_t pte);

/** Stores an entry so that a table walker of any CPU sees it whole, and sees
 * it before anything that this CPU does later. */
void arch_pte_write(uint64_t *entry, uint64_t pte);

/**
 * Forgets what any CPU's TLB holds for [start, end) of that kind of table.
 * When it returns, no access through an old entry is under way. Called after
 * entries became less permissive, and between the two stores that replace a
 * block by a table. A CPU that is inside nano need not answer: it forgets
 * before it goes back. nano's own tables become less permissive only while no
 * other CPU runs. False: some CPU does not answer. It checks nothing, because at
 * the end of a run a nano that is broken calls it.
 */
bool arch_tlb_flush(enum table_kind kind, uint64_t start, uint64_t end);

/* --- start-up: nano's own address space and this CPU ----------------------- */

/** One part of nano's image with one set of rights, in virtual memory. */
struct own_section {
	uint64_t start, end; /* whole pages */
	uint32_t access;     /* TABLE_* */
};

/** The section of that index; false past the last one. What no section covers
 * (guard pages of stacks) is not mapped. The first starts at NANO_BASE. */
bool arch_own_section(uint32_t index, struct own_section *section);

/**
 * Prepares the console for nano's own tables, which are complete but not yet
 * in use; maps the device with own_map_device() if it is memory. From here to
 * arch_own_activate() nothing is printed. `boot` is checked.
 */
void arch_console_move(const struct boot_info *boot);

/** Puts nano's own tables to use on this CPU and forgets boot's. */
void arch_own_activate(paddr_t root);

/** The CPU structure of that index, below BOOT_CPUS_MAX: the first member of
 * the machine's larger one. */
struct cpu *arch_cpu_at(uint32_t index);

/** The CPU that runs this; valid after arch_cpu_init(). */
struct cpu *arch_cpu(void);

/** Final state of this CPU as far as nano itself needs it: vectors or
 * descriptor tables, control registers, protections. */
void arch_cpu_init(struct cpu *cpu);

/* --- other CPUs -------------------------------------------------------------- */

/** Pages of the pool that each CPU but the first takes. */
uint64_t arch_cpu_pages(void);

/** Gives a CPU but the first its arch_cpu_pages() zeroed pages: stacks, each
 * above a page that is not mapped (own_map_stack()), and what else it needs. */
void arch_cpu_memory(struct cpu *cpu, paddr_t memory);

/**
 * Makes the machine start that CPU in nano's entry code, from where it comes to
 * cpu_enter(). `again`: it was told once and did not come. Does not wait for
 * it. OK; NOT_SUPPORTED: the machine has no such way, nothing was done; GONE:
 * firmware refuses.
 */
status_t arch_cpu_start(struct cpu *cpu, bool again);

/** Stops this CPU for good. */
_Noreturn void arch_cpu_park(void);

/** The call ipi, for CPUs that run. OK or NOT_SUPPORTED. */
status_t arch_ipi(uint64_t mask);

/* --- start-up: the machine ------------------------------------------------- */

/**
 * Once, on the first CPU, after the guest tables are complete: takes the parts
 * of the machine that nano keeps (interrupt routing, DMA). `boot` is checked.
 * Returns NULL, or what is wrong as one phrase.
 */
const char *arch_machine_close(const struct boot_info *boot);

/** Fills in counter_hz and timer_hz where they are zero: measures them, or
 * knows them. */
void arch_clock(struct boot_info *boot);

/** How nano runs here, for the boot line: "EL2", "SVM". */
const char *arch_machine_name(void);

/** Whether devices reach only what nano grants them. */
bool arch_dma_confined(void);

/* --- the guest -------------------------------------------------------------- */

/** How the kernel starts. Every other register is zero or as the machine's
 * page of docs/nano.md says. */
struct guest_start {
	uint64_t entry;      /* virtual */
	uint64_t root;       /* its top page table, physical */
	uint64_t argument;   /* virtual: its struct boot_info */
	paddr_t guest_table; /* root of the guest tables */
};

/**
 * Programs every intercept and trap of this CPU and the state the kernel
 * starts with. After it the CPU would run the kernel confined.
 */
void arch_guest_prepare(struct cpu *cpu, const struct guest_start *start);

/** Scrubs what is left of nano in registers and runs the kernel. */
_Noreturn void arch_guest_enter(struct cpu *cpu);

/**
 * Makes the guest continue at its own exception handler, as if what it last
 * tried had failed: MEMORY a synchronous external abort (Arm) or #GP (AMD) at
 * `address`, every other kind an undefined instruction (Arm) or, where the
 * architecture says so, #GP (AMD). The guest's exit is the current one.
 */
void arch_guest_inject(struct cpu *cpu, enum abi_nano_counter kind,
		       uint64_t address);

/** The call irq_ack_and_arm; OK, BAD_ARGUMENT or NOT_SUPPORTED. */
status_t arch_irq_ack_and_arm(struct cpu *cpu, uint64_t vector, uint64_t ticks);

/* --- the end ---------------------------------------------------------------- */

/** Switches the machine off; if that is impossible stops this CPU for good.
 * Works from the first instruction of nano_start(). */
_Noreturn void arch_power_off(void);
