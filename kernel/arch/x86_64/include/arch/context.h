/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "kernel/registers.h"

/**
 * The registers of a thread that is not running. message.words are r8 r9 r10
 * r12 r13 r14 r15 rbx, message.verb is rax, then rdi rsi rdx as capability,
 * label, info (abi/message.h). From rip on the order is that of an interrupt
 * frame, so that one IRETQ restores them in place.
 *
 * A system call saves neither rcx nor r11, which it loses anyway, nor cs and
 * ss, which are always the same; `full` says that an exception or interrupt
 * saved everything and everything must be restored.
 */
struct arch_context {
	struct message_registers message;
	uint64_t rbp, rcx, r11;
	uint64_t rip, cs, rflags, rsp, ss;
	uint64_t fs_base;
	uint64_t full; /* 0 or 1 */
};

/** x87 and SSE registers as FXSAVE64 lays them out; AVX is off. */
struct arch_vector {
	uint8_t fxsave[512] __attribute__((aligned(16)));
};
