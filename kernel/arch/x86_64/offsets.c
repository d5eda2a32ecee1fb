/* SPDX-License-Identifier: Apache-2.0 */
/* What entry.S needs to know of C's structures. */

#include "mk/offsets.h"

#include <arch/cpu.h>

#include "kernel/state.h"
#include "kernel/thread.h"

#define CONTEXT(name, member) \
	OFFSET(CONTEXT_##name, struct thread, context.member)

void offsets(void);
void offsets(void)
{
	OFFSET(CPU_CURRENT, struct cpu, current);
	OFFSET(CPU_STACK_TOP, struct cpu, stack_top);
	OFFSET(CPU_USER_RSP, struct cpu, scratch[SCRATCH_USER_RSP]);
	EMIT(STACK_SIZE, KERNEL_STACK_SIZE);
	EMIT(STACKS_SIZE,
	     (KERNEL_STACK_SIZE + KERNEL_STACK_HOLE) * KERNEL_CPUS_MAX);
	OFFSET(STATE_SPURIOUS, struct state, spurious);

	CONTEXT(RDI, message.capability);
	CONTEXT(RSI, message.label);
	CONTEXT(RDX, message.info);
	CONTEXT(R8, message.words[0]);
	CONTEXT(R9, message.words[1]);
	CONTEXT(R10, message.words[2]);
	CONTEXT(R12, message.words[3]);
	CONTEXT(R13, message.words[4]);
	CONTEXT(R14, message.words[5]);
	CONTEXT(R15, message.words[6]);
	CONTEXT(RBX, message.words[7]);
	CONTEXT(RAX, message.verb);
	CONTEXT(RBP, rbp);
	CONTEXT(RCX, rcx);
	CONTEXT(R11, r11);
	CONTEXT(RIP, rip);
	CONTEXT(CS, cs);
	CONTEXT(RFLAGS, rflags);
	CONTEXT(RSP, rsp);
	CONTEXT(SS, ss);
	CONTEXT(FULL, full);

	OFFSET(FRAME_VECTOR, struct exception_frame, vector);
	OFFSET(FRAME_CS, struct exception_frame, cs);
}
