/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The host's machine, for unit tests: memory is an array, entries of page
 * tables are checked at every use, and what nano does to the machine is
 * recorded here. It is stricter than hardware: a change of a page table that
 * hardware might survive, a lock taken while another is held, or an access
 * outside the memory that exists ends the test.
 */

#include "nano/arch.h"

#define FAKE_RAM_START 0x40000000ull
#define FAKE_RAM_SIZE  0x04000000ull
#define FAKE_RAM_END   (FAKE_RAM_START + FAKE_RAM_SIZE)
#define FAKE_CPU_PAGES 5
#define FAKE_CONSOLE   0x09000000ull
#define FAKE_IRQ_0     0x08000000ull
#define FAKE_IRQ_1     0x080a0000ull
#define FAKE_IRQ_1_END 0x080c0000ull

/* How a function that does not return came back to the test. */
enum fake_end {
	FAKE_RETURNED, /* it did return */
	FAKE_OFF,      /* the machine was switched off */
	FAKE_ENTERED,  /* the kernel runs */
	FAKE_PARKED,   /* this CPU stopped for good */
};

struct fake {
	/* What the machine is like; fake_reset() makes it sound. */
	const char *missing;           /* what arch_cpu_missing() says */
	const char *close_wrong;       /* what arch_machine_close() says */
	bool no_console;               /* arch_console_early() refuses */
	uint32_t guest_levels;         /* 3 or 4 */
	uint64_t nano_start, nano_end; /* not in the window */
	status_t start_answer;         /* of arch_cpu_start() */
	uint32_t up_after;    /* arch_relax()es until a started CPU is up; zero:
				never */
	const char *up_wrong; /* what is wrong with it */
	uint32_t extra_count; /* pages of arch_device_extra() */
	uint32_t console_slow;   /* polls until it takes a byte, less one */
	bool deaf;               /* another CPU does not leave the guest */
	bool lock_busy;          /* arch_try_lock() finds another CPU */
	void (*on_relax)(void);  /* what others do while this CPU waits */
	void (*on_unlock)(void); /* and once they could get a lock */

	/* What nano did. */
	char console[16384];
	uint32_t console_length;
	bool console_moved, activated, closed;
	paddr_t own_root;
	uint32_t cpu_inits;
	struct guest_start start;
	uint32_t injections;
	enum abi_nano_counter injected;
	uint64_t injected_address;
	uint32_t flushes;
	uint32_t locks; /* taken in all */
	uint64_t acked, armed;
	uint32_t relaxed;
	uint64_t stack_end[BOOT_CPUS_MAX];
	uint32_t kicks;       /* arch_cpu_start() calls that were obeyed */
	uint64_t interrupted; /* mask of the last arch_ipi() */
	uint32_t at;          /* the CPU that runs */
	struct cpu *coming;   /* was started and is not up */
};

extern struct fake fake;

/** A sound machine with zeroed memory, which has done nothing. */
void fake_reset(void);

/** Where the host has a physical address; also nano's own memory. */
void *fake_memory(uint64_t pa);

/** Runs a function that may end the machine or enter the kernel. */
enum fake_end fake_run(void (*function)(void *argument), void *argument);

/** Entries that became less permissive and whose range was not flushed. */
uint32_t fake_stale(void);

/** Whether the console holds that text. */
bool fake_said(const char *text);
