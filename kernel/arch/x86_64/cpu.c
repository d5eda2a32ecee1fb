/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a CPU the kernel's: descriptor tables, the system call entry, the
 * protections it has, and the pointer by which it finds itself.
 *
 * Invariant after arch_cpu_init(): interrupts and exceptions of user code
 * arrive on the stack at cpu->stack_top, which is empty whenever user code or
 * the idle thread runs; double faults, NMIs and machine checks arrive on stacks
 * of their own, because they may strike where the stack pointer is not a stack.
 */

#include "kernel/arch.h"

#include <arch/cpu.h>

#include "common/assert.h"
#include "kernel/state.h"

#define FATAL_STACK_SIZE 4096

/* Task state segment (AMD64 manual volume 2, 12.2.5). */
struct tss {
	uint32_t zero0;
	uint64_t rsp[3]; /* by privilege level */
	uint64_t zero1;
	uint64_t stacks[7]; /* STACK_*, from 1 */
	uint64_t zero2;
	uint16_t zero3, port_map; /* beyond the limit: user code has no ports */
} __attribute__((packed));
static_assert(sizeof(struct tss) == 104, "TSS layout");

struct table_pointer {
	uint16_t limit;
	const void *base;
} __attribute__((packed));

#define GDT_ENTRIES (SELECTOR_TSS / 8 + 2)

/* Access bytes, and the long mode bit of code (volume 2, 4.8). */
#define SEGMENT(type)    ((uint64_t)(type) << 40)
#define SEGMENT_LONG     (1ull << 53)
#define TYPE_KERNEL_CODE 0x9b
#define TYPE_KERNEL_DATA 0x93
#define TYPE_USER_DATA   0xf3
#define TYPE_USER_CODE   0xfb
#define TYPE_TSS         0x89

static struct machine_cpu machines[KERNEL_CPUS_MAX];
static uint64_t gdts[KERNEL_CPUS_MAX][GDT_ENTRIES];
static struct tss tsss[KERNEL_CPUS_MAX];
static struct gate gates[VECTOR_COUNT] __attribute__((aligned(4096)));
static uint8_t fatal_stacks[KERNEL_CPUS_MAX][3][FATAL_STACK_SIZE]
	__attribute__((aligned(16)));

/* The longest line there can be. */
static char features[] = "SMEP SMAP UMIP";

/* In entry.S. */
extern uint8_t cpu_stacks[KERNEL_CPUS_MAX]
			 [KERNEL_STACK_SIZE + KERNEL_STACK_HOLE];
void _start(void);
void _start_secondary(void);
void syscall_entry(void);

static void descriptors_init(uint32_t index, uint64_t stack_top)
{
	struct tss *tss = &tsss[index];
	uint64_t *gdt = gdts[index];
	uint64_t base = (uint64_t)tss;

	tss->rsp[0] = stack_top;
	for (uint32_t i = 0; i < 3; i++) {
		tss->stacks[i] =
			(uint64_t)(fatal_stacks[index][i] + FATAL_STACK_SIZE);
	}
	tss->port_map = sizeof(*tss);

	gdt[SELECTOR_KERNEL_CODE / 8] =
		SEGMENT(TYPE_KERNEL_CODE) | SEGMENT_LONG;
	gdt[SELECTOR_KERNEL_DATA / 8] = SEGMENT(TYPE_KERNEL_DATA);
	gdt[SELECTOR_USER_DATA / 8] = SEGMENT(TYPE_USER_DATA);
	gdt[SELECTOR_USER_CODE / 8] = SEGMENT(TYPE_USER_CODE) | SEGMENT_LONG;
	gdt[SELECTOR_TSS / 8] = SEGMENT(TYPE_TSS) | (sizeof(*tss) - 1) |
				(base & 0xffffff) << 16 |
				(base >> 24 & 0xff) << 56;
	gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
}

/* Data segments are null: the machine does not look at them in long mode. */
static void descriptors_load(uint32_t index)
{
	struct table_pointer gdt = { sizeof(gdts[index]) - 1, gdts[index] };
	struct table_pointer idt = { sizeof(gates) - 1, gates };
	uint64_t scratch;

	__asm__ volatile("lgdt %[gdt]\n\t"
			 "pushq %[code]\n\t"
			 "leaq 1f(%%rip), %[scratch]\n\t"
			 "pushq %[scratch]\n\t"
			 "lretq\n"
			 "1:\n\t"
			 "movl %[data], %%ss\n\t"
			 "movl %[null], %%ds\n\t"
			 "movl %[null], %%es\n\t"
			 "movl %[null], %%fs\n\t"
			 "movl %[null], %%gs\n\t"
			 "lldt %w[null]\n\t"
			 "ltr %w[tss]\n\t"
			 "lidt %[idt]"
			 : [scratch] "=&r"(scratch)
			 : [gdt] "m"(gdt), [idt] "m"(idt),
			   [code] "i"(SELECTOR_KERNEL_CODE),
			   [data] "r"(SELECTOR_KERNEL_DATA), [null] "r"(0),
			   [tss] "r"(SELECTOR_TSS)
			 : "memory");
}

static void self_init(struct cpu *cpu)
{
	cpu->scratch[SCRATCH_SELF] = (uint64_t)cpu;
	cpu->scratch[SCRATCH_MACHINE] = (uint64_t)&machines[cpu->index];
	msr_write(MSR_FS_BASE, 0);
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
	msr_write(MSR_KERNEL_GS_BASE, 0);
}

static void syscall_init(void)
{
	msr_write(MSR_STAR,
		  (uint64_t)SELECTOR_KERNEL_CODE << STAR_SYSCALL_SHIFT |
			  (uint64_t)(SELECTOR_USER_DATA - 8)
				  << STAR_SYSRET_SHIFT);
	msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
	msr_write(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_IOPL |
				      RFLAGS_NT | RFLAGS_RF | RFLAGS_AC);
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE | EFER_NXE);
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

/* Leaf 7 of CPUID: EBX bits 7 and 20, ECX bit 2. */
static uint64_t protections(void)
{
	if (cpuid(0).eax < 7) {
		return 0;
	}

	struct cpuid leaf = cpuid(7);
	return (leaf.ebx & 1u << 7 ? CR4_SMEP : 0) |
	       (leaf.ebx & 1u << 20 ? CR4_SMAP : 0) |
	       (leaf.ecx & 1u << 2 ? CR4_UMIP : 0);
}

/*
 * Everything not named is off: OSXSAVE and so AVX, FSGSBASE, PCE, debug and
 * virtual-8086 extensions, address space ids, protection keys. Alignment checks
 * are user code's to ask for; kernel code runs with AC clear, which for SMAP
 * means that no access to user memory is ever meant.
 */
static void control_init(void)
{
	uint64_t cr0, cr4;

	__asm__ volatile("movq %%cr0, %0" : "=r"(cr0));
	cr0 &= ~(uint64_t)(CR0_EM | CR0_TS);
	cr0 |= CR0_MP | CR0_NE | CR0_WP | CR0_AM;
	__asm__ volatile("movq %0, %%cr0" : : "r"(cr0) : "memory");

	__asm__ volatile("movq %%cr4, %0" : "=r"(cr4));
	cr4 &= CR4_MCE;
	cr4 |= CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT | protections();
	__asm__ volatile("movq %0, %%cr4" : : "r"(cr4) : "memory");
}

static char *append(char *at, const char *word)
{
	if (at != features) {
		*at++ = ' ';
	}
	while (*word != '\0') {
		*at++ = *word++;
	}
	return at;
}

static void features_init(void)
{
	uint64_t have = protections();
	char *at = features;

	if (have & CR4_SMEP) {
		at = append(at, "SMEP");
	}
	if (have & CR4_SMAP) {
		at = append(at, "SMAP");
	}
	if (have & CR4_UMIP) {
		at = append(at, "UMIP");
	}
	*at = '\0';
}

uint64_t arch_cpu_prepare(struct cpu *cpu)
{
	cpu->stack_top = (uint64_t)&cpu_stacks[cpu->index][KERNEL_STACK_SIZE];
	return (uint64_t)_start_secondary;
}

/* What lies between the stacks: a stack that is too deep runs into the one of
 * the CPU before it. Below the first one the linker script leaves a hole. */
static void holes_make(void)
{
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		vspace_unmap_kernel(&cpu_stacks[i][KERNEL_STACK_SIZE]);
	}
}

void arch_cpu_init(struct cpu *cpu, const struct boot_info *boot)
{
	CHECK(cpu->index < KERNEL_CPUS_MAX);

	if (cpu->index == 0) {
		CHECK((uint64_t)_start == KERNEL_BASE); /* as in link.ld */
		arch_cpu_prepare(cpu);
		interrupt_table_init(gates);
		features_init();
		vspace_machine_init(boot);
		timer_machine_init(boot);
		holes_make();
	}
	descriptors_init(cpu->index, cpu->stack_top);
	descriptors_load(cpu->index);
	self_init(cpu);
	control_init();
	syscall_init();
}

const char *arch_features(void)
{
	return features;
}
