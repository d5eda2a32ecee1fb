/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the fake machine shows to tests: everything the kernel asked of it. It
 * is stricter than hardware: what would be silently wrong there ends the test
 * here.
 */

#include <setjmp.h>

#include "kernel/arch.h"

#define FAKE_CONSOLE_SIZE 4096
#define FAKE_RESERVATIONS 64
#define FAKE_CALL_BYTES   4 /* of a system call instruction */

struct fake_cpu {
	struct thread *running; /* as arch_switch was told */
	uint64_t switches;
	uint64_t timer;      /* last arch_timer_arm */
	bool is_started;     /* by nano */
	bool is_stale;       /* its TLB holds what it must forget */
	bool is_interrupted; /* by arch_ipi; the test takes the interrupt */
	uint64_t interrupts; /* arch_ipi calls for it */
	uint64_t forgets;    /* arch_tlb_forget calls */
	jmp_buf entered;
};

struct fake {
	uint8_t *ram;

	/* The boot path and whatever ends the machine jump back to the test. */
	jmp_buf back;
	bool expects_end; /* power off and halt are what the test wants */
	int end_status;   /* of power off, -1 before */

	uint32_t cpu; /* in whose name the test runs */
	struct fake_cpu cpus[BOOT_CPUS_MAX];
	uint32_t slow;       /* so often nano says that a CPU is not up yet */
	uint64_t deaf;       /* CPUs that nano starts and that never come */
	void (*relax)(void); /* lets other CPUs go on; NULL if none can */

	struct thread *started; /* by arch_start on the first CPU */
	uint64_t now;           /* the counter */
	uint64_t asid_count;
	uint32_t page_bits_max;

	uint64_t rewinds; /* arch_context_rewind calls */

	uint64_t flushes; /* arch_tlb_flush calls, and the last one */
	uint16_t flush_asid;
	uint64_t flush_start, flush_end;
	uint64_t code_written; /* the last page of arch_code_written */

	uint16_t port; /* the last port access */
	uint64_t port_value;

	char console[FAKE_CONSOLE_SIZE]; /* through nano */
	size_t console_length;
	uint32_t slow_console; /* not zero: it takes two bytes at most */
	bool is_operational;

	/* What nano has: no access to it until it is back. */
	struct fake_reservation {
		uint64_t start, pages, name; /* pages: so far; 0: none */
		bool is_whole, is_revoked;
	} reservations[FAKE_RESERVATIONS];
	uint64_t reservation_names; /* given so far */
};

extern struct fake fake;

/** A fresh machine, its memory full of rubbish. */
void fake_reset(void);

/** Lets the test itself look at, or write, what nano has; or ends that. */
void fake_reserved_show(bool shown);

/** Ends the test if the TLB remembers what the tables do not say any more, then
 * has it remember all that they say. */
void fake_tlb_check(void);

/* For arch.c only. */
struct nano_result fake_reservation_call(enum abi_hypercall number,
					 const uint64_t arguments[6]);
void fake_tlb_flush(uint16_t asid, uint64_t start, uint64_t end);
void fake_tlb_reset(void);
