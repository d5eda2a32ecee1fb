/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What differs between machines above the kernel; one folder of core/arch/ for
 * each. */

#include <stddef.h>
#include <stdint.h>

#include "abi/start.h"

/** e_machine of programs that run here. */
uint16_t arch_elf_machine(void);

/** One thread's block of thread-local storage. Offsets in bytes from its start,
 * which is page-aligned. */
struct tls_layout {
	uint64_t size;
	uint64_t data;    /* where the template goes */
	uint64_t pointer; /* what the thread pointer points to */
};

/**
 * Lays a block out for a template of `memory_size` bytes whose alignment is a
 * power of two up to the page size (ELF Handling For Thread-Local Storage:
 * variant II on x86_64, variant I on aarch64).
 */
struct tls_layout arch_tls_layout(uint64_t memory_size, uint64_t align);

/** The word that stands at the thread pointer of a block at `address`. */
uint64_t arch_tls_word(const struct tls_layout *layout, uint64_t address);

/** Takes hold of the console; without one, output goes nowhere. */
void arch_console_init(const struct core_info *info);

/** Writes bytes to the console as they are, waiting while it is busy. */
void arch_console_write(const char *bytes, size_t size);
