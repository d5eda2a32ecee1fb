/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What nano keeps for each CPU of x86_64, and what its own files tell each
 * other.
 */
#include "nano/arch.h"
#include "nano/arch/x86_64/shoot.h"
#include "nano/arch/x86_64/vmcb.h"

#define STACK_SIZE 0x4000
#define IST_SIZE   ABI_PAGE_SIZE

/* Stacks of their own for exceptions: any time one, with one exception each,
 * and one for all the others, none of which is expected. */
enum { IST_NMI = 1, IST_DF, IST_MC, IST_FAULT, IST_COUNT = IST_FAULT };

/* Exceptions: how many, which push an error code, the room for one stub. */
#define VECTOR_COUNT       32
#define VECTORS_WITH_ERROR 0x60227d00
#define VECTOR_SIZE        16

#define VMMCALL_LENGTH 3
#define MXCSR_RESET    0x1f80

/** The guest's registers that VMRUN does not keep. */
struct guest_registers {
	uint64_t rbx, rcx, rdx, rsi, rdi, rbp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};

/**
 * The guest of one CPU. While it runs, the host's stack pointer, which VMRUN
 * keeps, points to this, so that the exit code reaches all of it without a
 * free register.
 */
struct guest {
	struct vmcb vmcb;
	uint8_t host[ABI_PAGE_SIZE];  /* VMSAVE of nano's own state */
	uint8_t hsave[ABI_PAGE_SIZE]; /* the CPU's, for VMRUN */
	struct guest_registers registers;
	struct machine_cpu *cpu;
	uint64_t stack;        /* of nano on this CPU: its end, virtual */
	uint64_t vmcb_address; /* physical */
	uint64_t host_address; /* physical */
	struct shoot shoot;
	uint32_t invalid_count; /* exits in a row with an invalid state */
} __attribute__((aligned(ABI_PAGE_SIZE)));

/** The 64-bit task state segment (AMD64 manual volume 2, 12.2.5). */
struct tss {
	uint32_t zero_0;
	uint32_t rsp[6];
	uint32_t zero_1c[2];
	uint32_t ist[7][2];
	uint32_t zero_5c[2];
	uint16_t zero_64;
	uint16_t io_map;
};
static_assert(sizeof(struct tss) == 0x68, "12.2.5");

#define GDT_ENTRIES 5

/** One CPU of the machine. */
struct machine_cpu {
	struct cpu cpu;
	struct machine_cpu *self; /* read through GS */
	struct guest *guest;
	uint64_t stack;          /* nano's: its end */
	uint64_t ist[IST_COUNT]; /* those of exceptions */
	uint64_t gdt[GDT_ENTRIES];
	struct tss tss;
};
static_assert(offsetof(struct machine_cpu, cpu) == 0, "arch_cpu_at()");

/** All CPUs, in the order of boot_info. */
extern struct machine_cpu machine_cpus[BOOT_CPUS_MAX];

static inline struct machine_cpu *machine_cpu(struct cpu *cpu)
{
	return (struct machine_cpu *)(void *)cpu;
}

/* descriptors.c */

/** Loads descriptor tables, the task register and GS for this CPU, so that
 * every exception ends in one clear line. Entry code calls it first. */
void descriptors_load(struct machine_cpu *cpu);

/* smp.c */

/** Prepares the page from which the other CPUs start. `boot` is checked; all
 * CPUs start with the tables whose root is given. */
void smp_prepare(const struct boot_info *boot, paddr_t root);

/** The C part of another CPU's start; its descriptor tables are loaded. */
_Noreturn void smp_main(struct machine_cpu *cpu);

/** Makes every CPU that runs the guest leave it and forget its translations
 * before it goes back; returns when they have left, or false when one does not
 * in a long time. */
bool smp_shoot(void);

/* start.S */

/** What a CPU finds in the page from which it starts, after its code: filled in
 * by smp_prepare(), read by start.S in real mode. */
struct start_page {
	uint64_t gdt[3];    /* null, 64-bit code, 16-bit code */
	uint16_t gdt_limit; /* what LGDT reads */
	uint32_t gdt_base;
	uint32_t root;       /* CR3 */
	uint32_t far_offset; /* where 64-bit code goes on, in the page */
	uint16_t far_selector;
	uint64_t entry; /* and from there, in nano's image */
} __attribute__((packed, aligned(8)));

/* clock.c */

/** Masks both PICs and stops the PIT: nobody uses them from here on. */
void legacy_quiet(void);

/* pci.c */

/** Clears the bus-master bit of every PCI function. */
void pci_confine(void);

/* power.c */

/** Remembers how to switch off, from a boot_info that nobody checked yet. */
void power_note(const struct boot_info *boot);

/* exit.c */

/** Decides about the last exit of a guest; called by enter.S. */
void exit_handle(struct guest *guest);

/* enter.S */

/** Scrubs the registers that no VMCB keeps, and runs the guest for ever. */
_Noreturn void guest_run(struct guest *guest);

/** Lets a pending NMI or SMI reach nano. */
void host_events(void);
