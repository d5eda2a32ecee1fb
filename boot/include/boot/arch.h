/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The port contract: what each machine gives to the generic part of boot.
 * boot/arch/fake implements the functions on an array for the host's tests,
 * where the descriptions and parsers of both machines are linked together.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/boot_info.h"
#include "boot/fault.h"
#include "boot/tables.h"

/** What of a machine is plain data. */
struct boot_arch {
	uint32_t machine;   /* IMAGE_MACHINE_* */
	uint64_t nano_base; /* where nano is linked to */
	uint64_t reach;     /* boot reads and writes physical [0, reach) */
	bool lapic_read;    /* the kernel may read page irq_base[0] */
	struct table_format nano, kernel;
};

extern const struct boot_arch boot_x86_64, boot_aarch64;

/** The machine that this boot runs on. */
extern const struct boot_arch *const arch_self;

/** The page that holds the last instructions of arch_enter(). */
uint64_t arch_switch_page(void);

/** Physical [address, address + size) as a pointer; null if out of reach. */
void *arch_memory(uint64_t address, uint64_t size);

/** Writes one character to the console, if one is known. */
void arch_put(char c);

/**
 * Fills in what the machine's firmware tells, beginning with the console:
 * ranges (RAM, RESERVED, ARCHIVE, DEVICE), archive, rsdp or dtb, console,
 * power, interrupt controllers, CPUs, entropy. Checks everything it reads, and
 * that the CPU can carry nano.
 *
 * @param first, second  what the loader left in its two registers
 * @param entropy        set to the name of the entropy source, or "none"
 */
enum boot_fault arch_describe(struct boot_info *info, uint64_t first,
			      uint64_t second, const char **entropy);

/** Makes nano's tables the machine's and jumps to nano. */
_Noreturn void arch_enter(const struct boot_info *info);

_Noreturn void arch_halt(void);

/** Where the entry code goes on, with what the loader left in two registers. */
_Noreturn void boot_main(uint64_t first, uint64_t second);
