/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved registers of threads, and the part of a switch that they do not hold.
 *
 * Invariant: the program counter of every context is canonical, so that neither
 * SYSRET nor IRETQ can fault in the kernel, and the flags of user contexts are
 * what user code may have: interrupts on, no I/O privilege.
 */

#include "kernel/arch.h"

#include <arch/cpu.h>

#include "common/assert.h"
#include "kernel/thread.h"

/* All exceptions masked, round to nearest, double extended precision. */
#define FCW_INITIAL   0x037f
#define MXCSR_INITIAL 0x1f80
#define FXSAVE_FCW    0
#define FXSAVE_MXCSR  24

#define SYSCALL_BYTES 2 /* the instruction, AMD64 manual volume 3 */

/* In entry.S. */
void idle_loop(void);

void arch_context_init(struct arch_context *context)
{
	context->cs = SELECTOR_USER_CODE;
	context->ss = SELECTOR_USER_DATA;
	context->rflags = RFLAGS_FIXED | RFLAGS_IF;
	context->full = 1;
}

void arch_context_init_idle(struct arch_context *context, struct cpu *cpu)
{
	context->cs = SELECTOR_KERNEL_CODE;
	context->ss = SELECTOR_KERNEL_DATA;
	context->rflags = RFLAGS_FIXED | RFLAGS_IF;
	context->rip = (uint64_t)idle_loop;
	context->rsp = cpu->stack_top;
	context->full = 1;
}

void arch_vector_init(struct arch_vector *vector)
{
	vector->fxsave[FXSAVE_FCW] = FCW_INITIAL & 0xff;
	vector->fxsave[FXSAVE_FCW + 1] = FCW_INITIAL >> 8;
	vector->fxsave[FXSAVE_MXCSR] = MXCSR_INITIAL & 0xff;
	vector->fxsave[FXSAVE_MXCSR + 1] = MXCSR_INITIAL >> 8;
}

static void fs_base_write(struct machine_cpu *machine, uint64_t base)
{
	machine->fs_base = base;
	msr_write(MSR_FS_BASE, base);
}

status_t arch_context_set(struct arch_context *context,
			  const uint64_t registers[4])
{
	/* A stack may end where user memory does. A thread pointer is only ever
	 * added to, but must be canonical to be loaded. */
	if (registers[0] >= USER_END || registers[1] > USER_END ||
	    registers[3] > USER_END) {
		return ST_BAD_ARGUMENT;
	}

	context->rip = registers[0];
	context->rsp = registers[1];
	context->message.capability = registers[2];
	context->fs_base = registers[3];
	if (context == &arch_cpu()->current->context) {
		fs_base_write(machine_self(), registers[3]);
	}
	return ST_OK;
}

void arch_context_get(const struct arch_context *context, uint64_t registers[4])
{
	registers[0] = context->rip;
	registers[1] = context->rsp;
	registers[2] = context->message.capability;
	registers[3] = context->fs_base;
}

void arch_context_rewind(struct arch_context *context)
{
	context->rip -= SYSCALL_BYTES;
}

/*
 * User code may load null or user selectors into the data segment registers,
 * where the next thread could read them: a way to talk that no capability
 * opened. So they are null when another address space comes. GS base would not
 * survive a load on every CPU.
 */
static void selectors_clear(struct cpu *cpu)
{
	uint32_t ds, es, fs, gs;

	__asm__ volatile("movl %%ds, %0" : "=r"(ds));
	__asm__ volatile("movl %%es, %0" : "=r"(es));
	__asm__ volatile("movl %%fs, %0" : "=r"(fs));
	__asm__ volatile("movl %%gs, %0" : "=r"(gs));
	if (__builtin_expect((ds | es | fs | gs) == 0, 1)) {
		return;
	}
	__asm__ volatile("movl %0, %%ds\n\t"
			 "movl %0, %%es\n\t"
			 "movl %0, %%fs\n\t"
			 "movl %0, %%gs"
			 :
			 : "r"(0)
			 : "memory");
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

/* FNINIT first: where the restored image has no x87 exception pending, FXRSTOR
 * of AMD CPUs leaves the addresses of the last x87 instruction and operand as
 * they are, which are the other thread's. */
static void vector_switch(struct thread *from, struct thread *to)
{
	if (!(from->flags & THREAD_IDLE)) {
		__asm__ volatile("fxsave64 %0" : "+m"(from->vector));
	}
	if (!(to->flags & THREAD_IDLE)) {
		__asm__ volatile("fninit\n\t"
				 "fxrstor64 %0"
				 :
				 : "m"(to->vector));
	}
}

/*
 * The idle thread has the tables of no address space, so that no CPU walks those
 * of one that may end meanwhile.
 * FS base: user code can make its own zero by loading a selector, so its value
 * is certain only between threads of one address space, where it is theirs.
 */
void arch_switch(struct thread *from, struct thread *to)
{
	struct machine_cpu *machine = machine_self();
	struct cpu *cpu = arch_cpu();

	vector_switch(from, to);
	if (to->vspace == NULL) {
		vspace_unload(cpu);
	} else if (to->vspace != cpu->vspace) {
		cpu->vspace = to->vspace;
		cr3_write(to->vspace->top);
		selectors_clear(cpu);
		fs_base_write(machine, to->context.fs_base);
	} else if (to->context.fs_base != machine->fs_base) {
		fs_base_write(machine, to->context.fs_base);
	}
}

void arch_forget(struct thread *thread)
{
	/* Vector registers are saved at every switch; nothing is owed. */
	(void)thread;
}
