/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Everything that brings the kernel's world to nano, in one table: what it is,
 * what nano then does, and why (intercept_list.h, which also says why the rest is
 * the kernel's own business). The table programs the VMCB and chooses the answer
 * at an exit.
 */
#include <stddef.h>
#include <stdint.h>

struct vmcb;

enum intercept_action {
	INTERCEPT_STOP,      /* one line, power off with status 126 */
	INTERCEPT_UNDEFINED, /* #UD, counter INSTRUCTION */
	INTERCEPT_PROTECTED, /* #GP, counter REGISTER */
	INTERCEPT_HOST,      /* let nano take the pending event, then go on */
	INTERCEPT_CPUID,
	INTERCEPT_PORT,
	INTERCEPT_MSR,
	INTERCEPT_CALL,
	INTERCEPT_MEMORY,
	INTERCEPT_INVALID,
};

/* Exit codes that are no bit of an intercept word (appendix C). */
#define EXIT_CALL    0x081u
#define EXIT_MEMORY  0x400u
#define EXIT_INVALID 0xffffffffu

/* Exit codes below are bits of the intercept words. */
#define INTERCEPT_BITS 0xc0u

/** One row: `count` exit codes from `exit` on. */
struct intercept {
	uint32_t exit, count;
	enum intercept_action action;
	const char *name;
	const char *reason;
};

extern const struct intercept intercepts[];
extern const size_t intercept_count;

/** Sets the bits of every row in the intercept words, which must be zero. */
void intercepts_program(struct vmcb *vmcb);

/** The row of an exit code, or NULL: nothing that nano asked for. */
const struct intercept *intercept_find(uint32_t exit);
