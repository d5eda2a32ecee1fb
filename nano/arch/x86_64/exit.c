/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the guest came, and what nano does about it: the table of intercepts
 * says which answer an exit gets, the functions below give it. Some emulated
 * instructions may carry prefixes; then the guest continues inside its own
 * instruction, which harms only the guest.
 */
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/intercepts.h"
#include "nano/arch/x86_64/machine.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/power.h"
#include "nano/trap.h"

#define CPUID_LENGTH 2
#define MSR_LENGTH   2

/* EXITINFO1 of a nested page fault (15.25.6) and of an MSR access. */
#define MEMORY_WRITE (1ull << 1)
#define MEMORY_FETCH (1ull << 4)
#define MSR_WRITE    1ull

/* A state that VMRUN refuses is found by trying: each refusal costs an
 * injected fault, and a guest that does nothing else has gone wrong. */
#define INVALID_LIMIT 64

static void advance(struct vmcb *vmcb, uint64_t length)
{
	vmcb->rip += length;
	vmcb->interrupt_shadow = 0;
}

static void do_call(struct guest *guest)
{
	struct vmcb *vmcb = &guest->vmcb;
	struct guest_registers *r = &guest->registers;

	if (vmcb->cpl != 0) {
		trap_refuse(&guest->cpu->cpu, ABI_NANO_COUNTER_INSTRUCTION,
			    false);
		return;
	}

	struct trap_call call = {
		.number = vmcb->rax,
		.arguments = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 },
	};

	advance(vmcb, VMMCALL_LENGTH);
	vmcb->rax = trap_call(&guest->cpu->cpu, &call);
	r->rdx = call.result;
}

static void do_cpuid(struct guest *guest)
{
	struct vmcb *vmcb = &guest->vmcb;
	struct guest_registers *r = &guest->registers;
	uint32_t leaf = (uint32_t)vmcb->rax;
	uint32_t subleaf = (uint32_t)r->rcx;
	struct cpuid_result result = cpuid(leaf, subleaf);

	trap_count(&guest->cpu->cpu);
	cpuid_filter(leaf, subleaf, &result);
	vmcb->rax = result.eax;
	r->rbx = result.ebx;
	r->rcx = result.ecx;
	r->rdx = result.edx;
	advance(vmcb, CPUID_LENGTH);
}

/* EFER alone is filtered; what the map allows does not come here. */
static void do_msr(struct guest *guest)
{
	struct vmcb *vmcb = &guest->vmcb;
	struct guest_registers *r = &guest->registers;
	bool write = vmcb->exit_info1 & MSR_WRITE;
	uint64_t value = (r->rdx << 32) | (uint32_t)vmcb->rax;

	if ((uint32_t)r->rcx != MSR_EFER ||
	    (write && !msr_efer_write(&vmcb->efer, value))) {
		trap_refuse(&guest->cpu->cpu, ABI_NANO_COUNTER_REGISTER, false);
		return;
	}
	trap_count(&guest->cpu->cpu);
	if (!write) {
		value = msr_efer_seen(vmcb->efer);
		vmcb->rax = (uint32_t)value;
		r->rdx = value >> 32;
	}
	advance(vmcb, MSR_LENGTH);
}

/* A fault on the way of an event goes before the event: if nano finds the
 * access allowed by now, the event is delivered again. */
static void do_memory(struct guest *guest)
{
	struct vmcb *vmcb = &guest->vmcb;
	uint64_t info = vmcb->exit_info1;
	uint32_t access = info & MEMORY_FETCH   ? TABLE_EXECUTE
			  : info & MEMORY_WRITE ? TABLE_WRITE
						: TABLE_READ;
	bool delivering =
		(vmcb->exit_event & EVENT_VALID) &&
		(vmcb->exit_event & EVENT_TYPE) == EVENT_TYPE_EXCEPTION;

	trap_memory(&guest->cpu->cpu, vmcb->exit_info2, access, delivering);
	if (!(vmcb->event & EVENT_VALID)) {
		vmcb_redeliver(vmcb);
	}
}

/* If nothing was delivered since nano injected, VMRUN itself refused. */
static void do_invalid(struct guest *guest)
{
	guest->invalid_count++;
	if (guest->invalid_count > INVALID_LIMIT ||
	    (guest->vmcb.exit_event & EVENT_VALID)) {
		trap_hopeless("the kernel's state is invalid, rip",
			      guest->vmcb.rip);
	}
	trap_refuse(&guest->cpu->cpu, ABI_NANO_COUNTER_REGISTER, false);
}

static void do_other(struct guest *guest, const struct intercept *intercept)
{
	struct cpu *cpu = &guest->cpu->cpu;

	switch (intercept->action) {
	case INTERCEPT_UNDEFINED:
		trap_refuse(cpu, ABI_NANO_COUNTER_INSTRUCTION, false);
		return;
	case INTERCEPT_PROTECTED:
		trap_refuse(cpu, ABI_NANO_COUNTER_REGISTER, false);
		return;
	case INTERCEPT_PORT:
		trap_refuse(cpu, ABI_NANO_COUNTER_PORT, false);
		return;
	case INTERCEPT_HOST:
		trap_count(cpu);
		host_events();
		return;
	case INTERCEPT_CPUID:
		do_cpuid(guest);
		return;
	case INTERCEPT_MSR:
		do_msr(guest);
		return;
	case INTERCEPT_CALL:
		do_call(guest);
		return;
	case INTERCEPT_MEMORY:
		do_memory(guest);
		return;
	case INTERCEPT_INVALID:
		do_invalid(guest);
		return;
	case INTERCEPT_STOP:
		break;
	}
	power_fail("the kernel ended in: %s, rip 0x%lx", intercept->name,
		   guest->vmcb.rip);
}

void exit_handle(struct guest *guest)
{
	uint32_t code = (uint32_t)guest->vmcb.exit_code;

	shoot_leave(&guest->shoot);
	if (code != EXIT_INVALID) {
		guest->invalid_count = 0;
	}
	if (code == EXIT_CALL) {
		do_call(guest);
	} else {
		const struct intercept *intercept = intercept_find(code);

		if (!intercept) {
			trap_hopeless("an exit that nano did not ask for,",
				      code);
		}
		do_other(guest, intercept);
	}
	guest->vmcb.tlb_control = shoot_enter(&guest->shoot)
					  ? VMCB_TLB_FLUSH_ALL
					  : VMCB_TLB_DO_NOTHING;
}
