/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Model-specific, control and debug registers. What is open is written out here
 * by hand, so that a row too many in nano's list is found.
 */

#include "helpers.h"

#include "common/assert.h"

static void read_msr(uint64_t msr)
{
	attack_sink = rdmsr((uint32_t)msr);
}

static void write_msr(uint64_t msr)
{
	wrmsr((uint32_t)msr, 0);
	attack_sink = 0;
}

static uint64_t msr_value;

static void write_msr_value(uint64_t msr)
{
	wrmsr((uint32_t)msr, msr_value);
}

/* Writes; if that was done, looks whether the register is different then, and
 * puts it back. */
static bool msr_refused(uint32_t msr, uint64_t value)
{
	attack_sink = value;
	bool readable = !attack_faults(read_msr, msr);
	uint64_t old = attack_sink;

	msr_value = value;
	bool refused = machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				       write_msr_value, msr);
	if (refused || !readable || attack_faults(read_msr, msr) ||
	    attack_sink == old) {
		return refused;
	}

	uint64_t now = attack_sink;
	msr_value = old;
	attack_faults(write_msr_value, msr);
	attack_effect("MSR 0x%x was 0x%lx and is 0x%lx", msr, old, now);
	return false;
}

#define MSR_APIC_BASE   0x0000001b
#define MSR_VM_HSAVE_PA 0xc0010117
#define MSR_EFER        0xc0000080
#define EFER_SCE        (1ull << 0)
#define EFER_LME        (1ull << 8)
#define EFER_LMA        (1ull << 10)
#define EFER_NXE        (1ull << 11)
#define EFER_SVME       (1ull << 12)

static bool svm_registers(void)
{
	uint64_t page = attack_nano_page();

	attack_sink = 0;
	bool refused = machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				       read_msr, MSR_VM_HSAVE_PA);
	if (attack_sink >= page && attack_sink < attack_nano_end()) {
		attack_effect("nano keeps the host's state at 0x%lx",
			      attack_sink);
		return false;
	}
	return refused && msr_refused(MSR_VM_HSAVE_PA, page) &&
	       msr_refused(0xc0010114, 1 << 4) && /* VM_CR */
	       msr_refused(0xc0010115, 0) &&      /* IGNNE */
	       msr_refused(0xc0010116, 0) &&      /* SMM_CTL */
	       msr_refused(0xc0010118, 1);        /* SVM key */
}

static bool system_registers(void)
{
	return msr_refused(0xc0010010, 0) && /* SYSCFG */
	       msr_refused(0xc0010015, 0) && /* HWCR */
	       msr_refused(0xc001001a, 0) && /* top of memory */
	       msr_refused(0xc001001d, 0) &&
	       msr_refused(0xc0010111, attack_nano_page()) && /* SMBASE */
	       msr_refused(0xc0010112, 0) && /* and where SMM lies */
	       msr_refused(0xc0010113, 3);
}

/* Who changes the type of nano's memory reads what nano has not written back. */
static bool memory_types(void)
{
	return msr_refused(0x2ff, 1 << 11) && /* MTRRdefType: on, uncached */
	       msr_refused(0x200, attack_nano_page()) &&
	       msr_refused(0x201, 0xffffe00000ull | 1 << 11) &&
	       msr_refused(0x250, 0) && msr_refused(0x26f, 0);
}

static bool page_attributes(void)
{
	return msr_refused(0x277, 0);
}

static bool machine_checks(void)
{
	return msr_refused(0x17a, 4) && msr_refused(0x179, 0) &&
	       msr_refused(0x17b, 0) && msr_refused(0x400, 0x55) &&
	       msr_refused(0x401, 1ull << 63);
}

/* The 32-bit system call, which nobody uses and nobody switches. */
static bool system_enter(void)
{
	return msr_refused(0x174, 8) && msr_refused(0x175, KERNEL_BASE) &&
	       msr_refused(0x176, KERNEL_BASE) &&
	       msr_refused(0xc0000083, KERNEL_BASE); /* CSTAR */
}

/* A clock that one world sets is wrong in the others. */
static bool clocks(void)
{
	return msr_refused(0x10, 0) && msr_refused(0x3b, 1 << 20) &&
	       msr_refused(0x6e0, 1) && msr_refused(0xc0000104, 0);
}

static bool cpu_number(void)
{
	return msr_refused(0xc0000103, 0x55);
}

static bool counters_and_branches(void)
{
	return msr_refused(0xc0010000, 0x530076) &&
	       msr_refused(0xc0010004, 0) && msr_refused(0xc0010200, 0) &&
	       msr_refused(0x186, 0) && msr_refused(0xc1, 0) &&
	       msr_refused(0x1d9, 1) && msr_refused(0x1db, 0) &&
	       msr_refused(0xc0011030, 0) && msr_refused(0xc0011033, 0);
}

static bool microcode_and_speculation(void)
{
	return msr_refused(0x8b, 0) && msr_refused(0x79, 0) &&
	       msr_refused(0xc0010020, KERNEL_BASE) && msr_refused(0x48, 1) &&
	       msr_refused(0x49, 1) && msr_refused(0xc001011f, 0) &&
	       msr_refused(0xc0011029, 0);
}

static bool apic_base(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return msr_refused(MSR_APIC_BASE, attack_nano_page() | 1 << 11) &&
	       rdmsr(MSR_APIC_BASE) == base;
}

/* The same registers as MSRs, which no page table hides. */
static bool x2apic(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return msr_refused(MSR_APIC_BASE, base | 1 << 10) &&
	       msr_refused(0x830, 0x4500) && msr_refused(0x808, 0) &&
	       msr_refused(0x80b, 0) && msr_refused(0x83f, 0x21) &&
	       rdmsr(MSR_APIC_BASE) == base;
}

/* What does not end the run is tried first. */
static bool efer(void)
{
	uint64_t old = rdmsr(MSR_EFER);
	bool good = old == (EFER_LME | EFER_LMA | EFER_NXE) &&
		    msr_refused(MSR_EFER, old & ~EFER_LME) &&
		    msr_refused(MSR_EFER, old | EFER_SVME) &&
		    msr_refused(MSR_EFER, old | 1 << 13) &&
		    msr_refused(MSR_EFER, old | 1 << 14) &&
		    msr_refused(MSR_EFER, old | 1ull << 63) &&
		    rdmsr(MSR_EFER) == old;

	if (good) {
		wrmsr(MSR_EFER, old | EFER_SCE);
		good = rdmsr(MSR_EFER) == (old | EFER_SCE);
		wrmsr(MSR_EFER, old);
	}
	return good && rdmsr(MSR_EFER) == old;
}

static bool is_readable(uint64_t msr)
{
	switch (msr) {
	case 0x10:
	case MSR_APIC_BASE:
	case 0x277:
	case MSR_EFER:
	case 0xc0000081:
	case 0xc0000082:
	case 0xc0000084:
	case 0xc0000100:
	case 0xc0000101:
	case 0xc0000102:
		return true;
	default:
		return false;
	}
}

/* EFER is tried with zero, which is refused like the others. */
static bool is_writable(uint64_t msr)
{
	return is_readable(msr) && msr >= 0xc0000081;
}

static bool sweep_msrs(uint64_t start, uint64_t size,
		       void (*attempt)(uint64_t argument),
		       bool (*allowed)(uint64_t argument))
{
	return machine_all_refused(&(struct machine_sweep){
		.counter = ABI_NANO_COUNTER_REGISTER,
		.attempt = attempt,
		.start = start,
		.end = start + size,
		.allowed = allowed,
	});
}

static bool every_msr(void)
{
	return sweep_msrs(0, 0x2000, read_msr, is_readable) &&
	       sweep_msrs(0xc0000000, 0x2000, read_msr, is_readable) &&
	       sweep_msrs(0xc0010000, 0x2000, read_msr, is_readable) &&
	       sweep_msrs(0x40000000, 0x200, read_msr, is_readable) &&
	       sweep_msrs(0x4b564d00, 0x20, read_msr, is_readable);
}

static bool every_msr_write(void)
{
	return sweep_msrs(0, 0x2000, write_msr, is_writable) &&
	       sweep_msrs(0xc0000000, 0x2000, write_msr, is_writable) &&
	       sweep_msrs(0xc0010000, 0x2000, write_msr, is_writable) &&
	       sweep_msrs(0x40000000, 0x200, write_msr, is_writable);
}

/* Outside the ranges that the bitmap has, which exit always. */
static bool random_msrs(void)
{
	for (uint32_t i = 0; i < 2000; i++) {
		uint64_t msr = attack_random() >> 32;

		if (!is_readable(msr) &&
		    (!machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				      read_msr, msr) ||
		     !machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				      write_msr, msr))) {
			attack_note("MSR 0x%lx", msr);
			return false;
		}
	}
	return true;
}

/* --- control registers ---------------------------------------------------------- */

static uint64_t cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static uint64_t cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static void write_cr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" ::"r"(value) : "memory");
}

static void write_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" ::"r"(value) : "memory");
}

static void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" ::"r"(value) : "memory");
}

static void load_machine_status(uint64_t value)
{
	__asm__ volatile("lmsw %w0" ::"r"(value));
}

static bool cr0_refused(void (*attempt)(uint64_t value), uint64_t value)
{
	uint64_t old = cr0();
	bool refused = machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				       attempt, value);
	uint64_t now = cr0();

	if (now != old) {
		attack_faults(write_cr0, old);
		attack_effect("CR0 was 0x%lx and is 0x%lx", old, now);
	}
	return refused;
}

/* Without PG or PE some machines forget nested paging. The bits that do not end
 * the run are tried first. */
static bool paging_off(void)
{
	static const uint32_t bits[] = { 16, 5, 18, 30, 29, 31, 0 };

	for (uint32_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (!cr0_refused(write_cr0, cr0() ^ 1ull << bits[i])) {
			attack_note("CR0 bit %u", bits[i]);
			return false;
		}
	}
	return true;
}

/* The old way to write the low bits of CR0: here EM. */
static bool machine_status_word(void)
{
	return cr0_refused(load_machine_status, (cr0() & 0xf) | 4);
}

static bool reserved_control_bits(void)
{
	uint64_t root = attack_boot->kernel_root;

	for (uint32_t bit = 52; bit < 63; bit++) {
		if (!attack_faults(write_cr3, root | 1ull << bit) ||
		    fault_vector() != FAULT_GP) {
			attack_note("CR3 bit %u", bit);
			return false;
		}
	}
	return attack_faults(write_cr4, cr4() | 1ull << 31) &&
	       attack_faults(write_cr4, cr4() | 1ull << 63) &&
	       attack_call(ABI_HYPERCALL_null, 0, 0).status == ST_OK;
}

/* Each alone: it is refused, or it is the kernel's and nano does not mind. PAE
 * is what the kernel stands on. */
static bool every_bit_of_cr4(void)
{
	uint64_t old = cr4();

	for (uint32_t bit = 0; bit < 64; bit++) {
		if (bit == 5) {
			continue;
		}
		bool faulted = attack_faults(write_cr4, old ^ 1ull << bit);
		bool alive = attack_nano_answers() &&
			     attack_counter(ABI_NANO_COUNTER_EXITS) > 0;

		write_cr4(old);
		if (!alive || cr4() != old ||
		    (faulted && fault_vector() != FAULT_GP)) {
			attack_note("CR4 bit %u", bit);
			return false;
		}
	}
	return true;
}

/* --- debug registers -------------------------------------------------------------- */

static void read_dr0(uint64_t unused)
{
	(void)unused;
	__asm__ volatile("mov %%dr0, %0" : "=r"(attack_sink));
}

static void read_dr7(uint64_t unused)
{
	(void)unused;
	__asm__ volatile("mov %%dr7, %0" : "=r"(attack_sink));
}

static void write_dr0(uint64_t value)
{
	__asm__ volatile("mov %0, %%dr0" ::"r"(value));
}

static void write_dr7(uint64_t value)
{
	__asm__ volatile("mov %0, %%dr7" ::"r"(value));
}

/* Breakpoints on nano's own addresses. */
static bool debug_registers(void)
{
	bool refused = machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				       write_dr0, NANO_BASE_X86_64);

	if (!attack_faults(read_dr0, 0) && attack_sink == NANO_BASE_X86_64) {
		attack_effect("a breakpoint stands at nano's 0x%lx",
			      attack_sink);
	}
	return refused &&
	       machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, write_dr7,
			       0x402) &&
	       machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, read_dr7,
			       0) &&
	       machine_refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, read_dr0,
			       0);
}

/* The trap flag is set when nano is called: it must trap here, not there. */
static void step_into_call(uint64_t number)
{
	__asm__ volatile("pushfq\n\t"
			 "orq $0x100, (%%rsp)\n\t"
			 "popfq\n\t"
			 "vmmcall\n\t"
			 "nop\n\t"
			 "nop" ::"a"(number),
			 "D"(0), "S"(0), "d"(0)
			 : "memory", "cc");
}

static bool single_step(void)
{
	bool good = attack_faults(step_into_call, ABI_HYPERCALL_null) &&
		    fault_vector() == FAULT_DB;

	return attack_faults(step_into_call, ABI_HYPERCALL_counter) &&
	       fault_vector() == FAULT_DB && good && attack_nano_answers();
}

/* --- where tables are --------------------------------------------------------------- */

static void read_gdt(uint64_t unused)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) table;

	(void)unused;
	__asm__ volatile("sgdt %0" : "=m"(table));
	attack_sink = table.base;
}

static void read_idt(uint64_t unused)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) table;

	(void)unused;
	__asm__ volatile("sidt %0" : "=m"(table));
}

static void read_ldt(uint64_t unused)
{
	(void)unused;
	__asm__ volatile("sldt %%eax" ::: "rax");
}

static void read_task(uint64_t unused)
{
	(void)unused;
	__asm__ volatile("str %%eax" ::: "rax");
}

/* They tell user mode which CPU this is, where the CPU has no UMIP. */
static bool table_registers(void)
{
	static void (*const reads[])(uint64_t) = { read_gdt, read_idt, read_ldt,
						   read_task };
	bool good = true;

	attack_sink = 0;
	for (uint32_t i = 0; i < ARRAY_SIZE(reads); i++) {
		good = good && machine_refused(ABI_NANO_COUNTER_REGISTER,
					       FAULT_GP, reads[i], 0);
	}
	if (attack_sink != 0) {
		attack_effect("SGDT tells 0x%lx", attack_sink);
	}
	return good;
}

static const struct attack attacks[] = {
	ATTACK("registers of SVM", "A2", svm_registers),
	ATTACK("registers of firmware", "A2", system_registers),
	ATTACK("types of memory", "A2", memory_types),
	ATTACK("page attributes", "A2", page_attributes),
	ATTACK("machine checks", "A2", machine_checks),
	ATTACK("the 32-bit system call", "A2", system_enter),
	ATTACK("clocks", "A2", clocks),
	ATTACK("the CPU's number", "A2", cpu_number),
	ATTACK("counters, branch records, sampling", "A2",
	       counters_and_branches),
	ATTACK("microcode and speculation", "A2", microcode_and_speculation),
	ATTACK("move the local APIC", "A2", apic_base),
	ATTACK("the local APIC by MSRs", "A2", x2apic),
	ATTACK("leave or extend the modes of EFER", "A2", efer),
	ATTACK("switch paging or protection off", "A2", paging_off),
	ATTACK("the machine status word", "A2", machine_status_word),
	ATTACK("reserved bits of CR3 and CR4", "A2", reserved_control_bits),
	ATTACK("every bit of CR4", "A2", every_bit_of_cr4),
	ATTACK("breakpoints on nano", "A2", debug_registers),
	ATTACK("single steps into nano", "A2", single_step),
	ATTACK("read where descriptor tables are", "A2 E66", table_registers),
	SWEEP("read every other MSR", "A2", every_msr),
	SWEEP("write every other MSR", "A2", every_msr_write),
	SWEEP("random MSRs", "A2", random_msrs),
};

const struct attack_group machine_registers = ATTACK_GROUP(attacks);
