/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nano's descriptor tables and what happens when one of its vectors is used.
 *
 * Every vector has a stack that the CPU switches to by itself, so an exception
 * is reported even when the stack is the reason. No interrupt has a vector:
 * nano runs with interrupts masked, and the guest's do not exit.
 */
#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/power.h"

/* Descriptors (AMD64 manual volume 2, 4.8): 64-bit code, data, a TSS. */
#define SELECTOR_CODE   0x08
#define SELECTOR_DATA   0x10
#define SELECTOR_TSS    0x18
#define DESCRIPTOR_CODE 0x00af9b000000ffffull
#define DESCRIPTOR_DATA 0x00cf93000000ffffull
#define DESCRIPTOR_TSS  0x0000890000000000ull

/* An interrupt gate: present, CPL 0, interrupts masked. */
#define GATE_INTERRUPT 0x8e00ull

struct gate {
	uint64_t low, high;
};

struct table_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

/** What entry.S leaves on the stack of an exception. */
struct host_frame {
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

extern const uint8_t vectors[VECTOR_COUNT][VECTOR_SIZE];

_Noreturn void host_exception(const struct host_frame *frame);

struct machine_cpu machine_cpus[BOOT_CPUS_MAX];
static struct gate gates[VECTOR_COUNT];

static uint64_t stack_of(uint32_t vector)
{
	switch (vector) {
	case VECTOR_NMI:
		return IST_NMI;
	case VECTOR_DF:
		return IST_DF;
	case VECTOR_MC:
		return IST_MC;
	default:
		return IST_FAULT;
	}
}

static void fill_gates(void)
{
	for (uint32_t i = 0; i < VECTOR_COUNT; i++) {
		uint64_t address = (uint64_t)vectors[i];

		gates[i].low = (address & 0xffff) | SELECTOR_CODE << 16 |
			       stack_of(i) << 32 | GATE_INTERRUPT << 32 |
			       (address >> 16 & 0xffff) << 48;
		gates[i].high = address >> 32;
	}
}

static void fill_tables(struct machine_cpu *cpu)
{
	uint64_t tss = (uint64_t)&cpu->tss;

	for (uint32_t i = 0; i < IST_COUNT; i++) {
		cpu->tss.ist[i][0] = (uint32_t)cpu->ist[i];
		cpu->tss.ist[i][1] = (uint32_t)(cpu->ist[i] >> 32);
	}
	cpu->tss.io_map = sizeof(cpu->tss);

	cpu->gdt[SELECTOR_CODE / 8] = DESCRIPTOR_CODE;
	cpu->gdt[SELECTOR_DATA / 8] = DESCRIPTOR_DATA;
	cpu->gdt[SELECTOR_TSS / 8] = DESCRIPTOR_TSS | (sizeof(cpu->tss) - 1) |
				     (tss & 0xffffff) << 16 |
				     (tss >> 24 & 0xff) << 56;
	cpu->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
}

void descriptors_load(struct machine_cpu *cpu)
{
	if (cpu == machine_cpus) { /* the gates are the same for all */
		image_stacks(cpu);
		fill_gates();
	}
	fill_tables(cpu);

	struct table_pointer gdt = { sizeof(cpu->gdt) - 1, (uint64_t)cpu->gdt };
	struct table_pointer idt = { sizeof(gates) - 1, (uint64_t)gates };

	__asm__ volatile("lgdt %0\n\t"
			 "lidt %1\n\t"
			 "pushq %2\n\t"
			 "leaq 1f(%%rip), %%rax\n\t"
			 "pushq %%rax\n\t"
			 "lretq\n"
			 "1:\tmovl %3, %%eax\n\t"
			 "movl %%eax, %%ss\n\t"
			 "movl %%eax, %%ds\n\t"
			 "movl %%eax, %%es\n\t"
			 "xorl %%eax, %%eax\n\t"
			 "movl %%eax, %%fs\n\t"
			 "movl %%eax, %%gs\n\t"
			 "lldt %%ax\n\t"
			 "movl %4, %%eax\n\t"
			 "ltr %%ax" ::"m"(gdt),
			 "m"(idt), "i"(SELECTOR_CODE), "i"(SELECTOR_DATA),
			 "i"(SELECTOR_TSS)
			 : "rax", "memory");

	cpu->self = cpu;
	msr_write(MSR_FS_BASE, 0);
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

_Noreturn void host_exception(const struct host_frame *frame)
{
	power_broken("exception %lu at 0x%lx, error code 0x%lx, cr2 0x%lx",
		     frame->vector, frame->rip, frame->error, cr2_read());
}
