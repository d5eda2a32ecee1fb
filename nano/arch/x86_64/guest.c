/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel as a guest: how it starts, and what nano makes it feel.
 *
 * Invariant: the two permission maps and the VMCB are filled from the tables
 * of msr.c, ioport.c and intercepts.c before the first VMRUN and opened no
 * further afterwards.
 */
#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/ioport.h"
#include "nano/arch/x86_64/lapic.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/trap.h"

#define PAGE_ALIGNED __attribute__((aligned(ABI_PAGE_SIZE)))

static struct guest first; /* the other CPUs' are in the pool */
static uint8_t msr_map[MSR_MAP_SIZE] PAGE_ALIGNED;
static uint8_t ioport_map[IOPORT_MAP_SIZE] PAGE_ALIGNED;

void arch_guest_prepare(struct cpu *cpu, const struct guest_start *start)
{
	struct guest *guest = machine_cpu(cpu)->guest;
	struct vmcb_start words = {
		.iopm = image_address(ioport_map).a,
		.msrpm = image_address(msr_map).a,
		.nested_cr3 = start->guest_table.a,
		.kernel_cr3 = start->root,
		.entry = start->entry,
	};

	if (cpu->index == 0) {
		guest = &first;
		msr_map_build(msr_map);
		ioport_map_build(ioport_map);
	}
	vmcb_build(&guest->vmcb, &words);
	guest->registers.rdi = start->argument;
	guest->cpu = machine_cpu(cpu);
	guest->stack = guest->cpu->stack;
	guest->vmcb_address = image_address(&guest->vmcb).a;
	guest->host_address = image_address(guest->host).a;
	guest->cpu->guest = guest;

	msr_write(MSR_VM_HSAVE_PA, image_address(guest->hsave).a);
	__asm__ volatile("vmsave %%rax" ::"a"(guest->host_address) : "memory");
}

_Noreturn void arch_guest_enter(struct cpu *cpu)
{
	struct guest *guest = machine_cpu(cpu)->guest;

	shoot_enter(&guest->shoot); /* the VMCB asks for a flush already */
	guest_run(guest);
}

void arch_guest_inject(struct cpu *cpu, enum abi_nano_counter kind,
		       uint64_t address)
{
	struct vmcb *vmcb = &machine_cpu(cpu)->guest->vmcb;
	uint32_t wanted =
		kind == ABI_NANO_COUNTER_INSTRUCTION ? VECTOR_UD : VECTOR_GP;
	uint32_t vector = vmcb_combine(vmcb->exit_event, wanted);

	if (vector == VECTOR_NONE) {
		trap_hopeless(
			"the kernel cannot take its double fault, address",
			address);
	}
	vmcb_inject(vmcb, vector);
}

status_t arch_irq_ack_and_arm(struct cpu *cpu, uint64_t vector, uint64_t ticks)
{
	(void)cpu; /* its own APIC answers */
	if (ticks > UINT32_MAX || vector > UINT8_MAX ||
	    (vector != 0 && !lapic_serves((uint32_t)vector))) {
		return ST_BAD_ARGUMENT;
	}
	if (vector != 0) {
		lapic_end();
	}
	if (ticks != 0) {
		lapic_arm((uint32_t)ticks);
	}
	return ST_OK;
}
