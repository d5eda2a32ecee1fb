/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPU as nano itself needs it: what it must have, and its final state.
 * Speculation of a kernel that reads nano's memory is not stopped here
 * (CAVEATS.md).
 */
#include "nano/arch.h"
#include "nano/arch/x86_64/cpuid.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/machine.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/ticket.h"

#define CR4_MCE (1ull << 6)

void arch_lock(struct spinlock *lock) __attribute__((no_thread_safety_analysis))
{
	ticket_take(&lock->held);
}

bool arch_try_lock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	return ticket_try(&lock->held);
}

void arch_unlock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	ticket_give(&lock->held);
}

void arch_relax(void)
{
	pause();
}

const char *arch_cpu_missing(void)
{
	if (cpuid(CPUID_EXTENDED, 0).eax < CPUID_SVM) {
		return "SVM";
	}

	struct cpuid_result features = cpuid(CPUID_EXTENDED_FEATURES, 0);
	if (!(features.edx & CPUID_8_1_EDX_NX)) {
		return "NX";
	}
	if (!(features.ecx & CPUID_8_1_ECX_SVM)) {
		return "SVM";
	}
	if (!(cpuid(CPUID_SVM, 0).edx & CPUID_SVM_EDX_NPT)) {
		return "nested paging (NPT)";
	}
	if (!(cpuid(CPUID_FEATURES, 0).edx & CPUID_1_EDX_APIC)) {
		return "local APIC";
	}

	uint64_t vm_cr = msr_read(MSR_VM_CR);
	if ((vm_cr & VM_CR_SVMDIS) && (vm_cr & VM_CR_LOCK)) {
		return "SVM that the firmware leaves on";
	}
	return NULL;
}

struct cpu *arch_cpu_at(uint32_t index)
{
	CHECK(index < BOOT_CPUS_MAX);
	return &machine_cpus[index].cpu;
}

struct cpu *arch_cpu(void)
{
	struct machine_cpu *cpu;

	__asm__("movq %%gs:%c1, %0"
		: "=r"(cpu)
		: "i"(offsetof(struct machine_cpu, self)));
	return &cpu->cpu;
}

void arch_own_activate(paddr_t root)
{
	cr3_write(root.a);
}

static uint64_t own_cr4(void)
{
	struct cpuid_result basic = cpuid(CPUID_FEATURES, 0);
	struct cpuid_result more = { 0 };

	if (cpuid(0, 0).eax >= CPUID_FEATURES2) {
		more = cpuid(CPUID_FEATURES2, 0);
	}
	return CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT |
	       (basic.edx & CPUID_1_EDX_MCE ? CR4_MCE : 0) |
	       (more.ebx & CPUID_7_EBX_SMEP ? CR4_SMEP : 0) |
	       (more.ebx & CPUID_7_EBX_SMAP ? CR4_SMAP : 0) |
	       (more.ecx & CPUID_7_ECX_UMIP ? CR4_UMIP : 0);
}

/* Whatever firmware set, the guest finds no breakpoint and no CPU number. */
static void clear_leftovers(void)
{
	uint64_t zero = 0;

	__asm__ volatile("mov %0, %%dr7\n\t"
			 "mov %1, %%dr0\n\t"
			 "mov %1, %%dr1\n\t"
			 "mov %1, %%dr2\n\t"
			 "mov %1, %%dr3\n\t"
			 "mov %2, %%dr6" ::"r"(DR7_RESET),
			 "r"(zero), "r"(DR6_RESET));

	bool has_aux =
		cpuid(CPUID_EXTENDED_FEATURES, 0).edx & CPUID_8_1_EDX_RDTSCP;
	if (cpuid(0, 0).eax >= CPUID_FEATURES2) {
		has_aux |= (cpuid(CPUID_FEATURES2, 0).ecx &
			    CPUID_7_ECX_RDPID) != 0;
	}
	if (has_aux) {
		msr_write(MSR_TSC_AUX, 0);
	}
}

void arch_cpu_init(struct cpu *cpu)
{
	CHECK(arch_cpu() == cpu);

	cr0_write(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);
	cr4_write(own_cr4());
	msr_write(MSR_VM_CR, (msr_read(MSR_VM_CR) & ~VM_CR_SVMDIS) |
				     VM_CR_R_INIT | VM_CR_DIS_A20M);
	msr_write(MSR_EFER, EFER_SVME | EFER_NXE | EFER_LMA | EFER_LME);
	msr_write(MSR_PAT, PAT_RESET);
	clear_leftovers();
}
