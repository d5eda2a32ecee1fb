/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks through what only a PC with SVM has: page tables, the APICs, I/O
 * ports, model-specific and control registers, SVM's own instructions. The
 * lists here are written out by hand and not taken from nano's tables, so that
 * a row too many there is found here.
 */
#include "machine.h"

#include "common/assert.h"

/* --- instructions ----------------------------------------------------------- */

static struct {
	uint32_t eax, ebx, ecx, edx;
} cpuid_out;

static void cpuid(uint32_t leaf, uint32_t subleaf)
{
	__asm__ volatile("cpuid"
			 : "=a"(cpuid_out.eax), "=b"(cpuid_out.ebx),
			   "=c"(cpuid_out.ecx), "=d"(cpuid_out.edx)
			 : "a"(leaf), "c"(subleaf));
}

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)));
}

/* --- helpers ---------------------------------------------------------------- */

/** attack_refused(), and the fault had that vector. */
static bool refused(enum abi_nano_counter counter, uint32_t vector,
		    void (*attempt)(uint64_t argument), uint64_t argument)
{
	bool good = attack_refused(counter, attempt, argument);

	if (good && fault_vector() != vector) {
		attack_note("vector %u", fault_vector());
	}
	return good && fault_vector() == vector;
}

/** Runs attempt(i) for every i of [start, end) that `allowed` does not hold;
 * each must fault, and `counter` rise by their number. */
static bool all_refused(enum abi_nano_counter counter,
			void (*attempt)(uint64_t argument), uint64_t start,
			uint64_t end, bool (*allowed)(uint64_t argument))
{
	uint64_t before = attack_counter(counter);
	uint64_t tried = 0, faulted = 0;

	for (uint64_t i = start; i < end; i++) {
		if (!allowed(i)) {
			tried++;
			faulted += attack_faults(attempt, i);
		}
	}

	uint64_t counted = attack_counter(counter) - before;
	if (faulted != tried || counted != tried) {
		attack_note("tried %lu, faulted %lu, counted %lu", tried,
			    faulted, counted);
	}
	return faulted == tried && counted == tried;
}

/* --- the start --- */

/* nano's registers must not be left for the kernel to read. */
static bool registers_scrubbed(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(machine_start.general); i++) {
		if (machine_start.general[i] != 0) {
			attack_note("register %u: 0x%lx", i,
				    machine_start.general[i]);
			return false;
		}
	}
	return true;
}

static bool vectors_scrubbed(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(machine_start.vector); i++) {
		if (machine_start.vector[i][0] != 0 ||
		    machine_start.vector[i][1] != 0) {
			attack_note("vector register %u", i);
			return false;
		}
	}
	return machine_start.mxcsr == 0x1f80 && machine_start.fcw == 0x37f;
}

/* --- memory ----------------------------------------------------------------- */

static volatile uint64_t sink;

static void read_word(uint64_t address)
{
	sink = *(volatile uint64_t *)address;
}

static void write_half(uint64_t address)
{
	*(volatile uint32_t *)address = 0x4500; /* an INIT, for an ICR */
}

static bool large_pages_over_nano(void)
{
	uint64_t page = attack_nano_page();

	return refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, read_word,
		       machine_map_large(page, 2)) &&
	       refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, read_word,
		       machine_map_large(page, 3));
}

static bool table_in_nano(void)
{
	return refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, read_word,
		       machine_use_table(attack_nano_page()));
}

static void jump(uint64_t address)
{
	__asm__ volatile("call *%0" ::"r"(address) : "memory");
}

static bool execute_nano(void)
{
	uint64_t page = (uint64_t)attack_map(attack_nano_page(), false);

	return refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, jump, page);
}

/* Real-mode vectors, the warm reset vector, where other CPUs wait. */
static bool low_memory(void)
{
	for (uint64_t page = 0; page < 0x100000; page += ABI_PAGE_SIZE) {
		if (!attack_read_refused(page, false)) {
			return false;
		}
	}
	return attack_write_refused(0, false);
}

/* --- interrupt controllers --------------------------------------------------- */

#define LAPIC_VERSION 0x030
#define LAPIC_LDR     0x0d0
#define LAPIC_ICR     0x300

static bool lapic_is_read_only(void)
{
	uint64_t lapic = (uint64_t)attack_map(attack_boot->irq_base[0], true);

	if (attack_faults(read_word, lapic + LAPIC_VERSION)) {
		attack_note("the local APIC cannot be read");
		return false;
	}
	for (uint64_t r = 0; r < ABI_PAGE_SIZE; r += 0x10) {
		if (!refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, write_half,
			     lapic + r)) {
			attack_note("register 0x%lx", r);
			return false;
		}
	}
	return true;
}

static bool ioapic_is_absent(void)
{
	return attack_read_refused(attack_boot->irq_base[1], true) &&
	       attack_write_refused(attack_boot->irq_base[1], true);
}

/* Flash, HPET, TPM and PCI windows: what q35 has between RAM and 4 GiB. */
static bool devices_are_absent(void)
{
	static const uint64_t pages[] = {
		0xb0000000, 0xe0000000, 0xfed00000,   0xfed1c000,
		0xfed40000, 0xfed80000, 0xfed90000,   0xfee01000,
		0xffc00000, 0xfffff000, 0xe000000000,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(pages); i++) {
		if (!attack_read_refused(pages[i], true) ||
		    !attack_write_refused(pages[i], true)) {
			attack_note("page 0x%lx", pages[i]);
			return false;
		}
	}
	return true;
}

static bool ack_refused(uint64_t vector, uint64_t ticks)
{
	return attack_call(ABI_HYPERCALL_irq_ack_and_arm, vector, ticks)
		       .status == ST_BAD_ARGUMENT;
}

/* The one interrupt there is works, once; no other can be had. */
static bool only_the_timer(void)
{
	uint64_t before = machine_ticks;
	struct attack_result armed =
		attack_call(ABI_HYPERCALL_irq_ack_and_arm, 0, 1000);

	for (uint32_t i = 0; i < 1000000 && machine_ticks == before; i++) {
		__asm__ volatile("sti\n\tnop\n\tpause\n\tcli");
	}
	if (armed.status != ST_OK || machine_ticks != before + 1) {
		attack_note("status %lu, %lu ticks", armed.status,
			    machine_ticks - before);
		return false;
	}

	bool bad = ack_refused(2, 0) && ack_refused(0x21, 0) &&
		   ack_refused(ABI_TIMER_VECTOR_X86_64 + 256, 0) &&
		   ack_refused(UINT64_MAX, 0) && ack_refused(0, 1ull << 32);
	bool ended = attack_call(ABI_HYPERCALL_irq_ack_and_arm,
				 ABI_TIMER_VECTOR_X86_64, 0)
			     .status == ST_OK;
	return bad && ended && ack_refused(ABI_TIMER_VECTOR_X86_64, 0);
}

static bool take_one_ipi(void)
{
	uint64_t before = machine_ipis;

	for (uint32_t i = 0; i < 100000000 && machine_ipis == before; i++) {
		__asm__ volatile("sti\n\tnop\n\tpause\n\tcli");
	}

	bool other = ack_refused(ABI_TIMER_VECTOR_X86_64, 0);
	bool ended = attack_call(ABI_HYPERCALL_irq_ack_and_arm,
				 ABI_IPI_VECTOR_X86_64, 0)
			     .status == ST_OK;
	if (machine_ipis != before + 1 || !other || !ended) {
		attack_note("%lu interrupts, ended %u", machine_ipis - before,
			    ended);
	}
	return machine_ipis == before + 1 && other && ended &&
	       ack_refused(ABI_IPI_VECTOR_X86_64, 0);
}

/* It comes once, to that CPU only, with its own vector; nobody gets it twice
 * for one call that names both. */
bool attack_interrupt_second(void)
{
	bool both = attack_call(ABI_HYPERCALL_ipi, 2, 0).status == ST_OK &&
		    attack_on_second(take_one_ipi) &&
		    attack_call(ABI_HYPERCALL_ipi, 3, 0).status == ST_OK &&
		    take_one_ipi() && attack_on_second(take_one_ipi);
	uint64_t before = machine_ipis;

	for (uint32_t i = 0; i < 1000; i++) {
		__asm__ volatile("sti\n\tnop\n\tpause\n\tcli");
	}
	return both && machine_ipis == before &&
	       attack_call(ABI_HYPERCALL_ipi, 0, 0).status == ST_OK;
}

/* --- ports ------------------------------------------------------------------- */

static void in_byte(uint64_t port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"(port));
	sink = value;
}

static void in_word(uint64_t port)
{
	uint16_t value;

	__asm__ volatile("inw %w1, %0" : "=a"(value) : "d"(port));
	sink = value;
}

static void in_long(uint64_t port)
{
	uint32_t value;

	__asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(port));
	sink = value;
}

/* Value in the upper half of the argument. */
static void out_byte(uint64_t argument)
{
	__asm__ volatile("outb %b0, %w1" ::"a"(argument >> 32), "d"(argument));
}

static void out_long(uint64_t argument)
{
	__asm__ volatile("outl %k0, %w1" ::"a"(argument >> 32), "d"(argument));
}

static void out_string(uint64_t port)
{
	uint64_t zero = 0;
	const uint64_t *from = &zero;
	uint64_t count = 2;

	__asm__ volatile("rep outsl"
			 : "+S"(from), "+c"(count)
			 : "d"(port)
			 : "memory");
}

static bool port_refused(void (*attempt)(uint64_t argument), uint64_t port,
			 uint64_t value)
{
	return refused(ABI_NANO_COUNTER_PORT, FAULT_GP, attempt,
		       value << 32 | port);
}

/* The DMA of fw_cfg knows no page tables: aim it at nano. */
static bool fw_cfg_dma(void)
{
	static volatile struct {
		uint32_t control, length;
		uint64_t address;
	} request __attribute__((aligned(16)));

	request.control = __builtin_bswap32(0x0a); /* select item 0, read */
	request.length = __builtin_bswap32(8);
	request.address = __builtin_bswap64(attack_nano_page());

	uint64_t pa = machine_address(&request);
	bool good = port_refused(out_long, 0x514,
				 __builtin_bswap32((uint32_t)(pa >> 32))) &&
		    port_refused(out_long, 0x518,
				 __builtin_bswap32((uint32_t)pa)) &&
		    port_refused(out_string, 0x518, 0) &&
		    port_refused(in_byte, 0x511, 0);
	return good && request.control == __builtin_bswap32(0x0a);
}

static bool a20_and_reset(void)
{
	return port_refused(out_byte, 0x92, 0) &&
	       port_refused(out_byte, 0x92, 1) &&
	       port_refused(out_byte, 0x64, 0xd1) &&
	       port_refused(out_byte, 0x60, 0xdd) &&
	       port_refused(out_byte, 0x64, 0xfe) &&
	       port_refused(out_byte, 0xcf9, 6);
}

static bool pci_configuration(void)
{
	return port_refused(out_long, 0xcf8, 0x80000000) &&
	       port_refused(in_long, 0xcfc, 0) &&
	       port_refused(out_long, 0xcfc, 6) &&
	       port_refused(out_byte, 0xcfe, 0);
}

static bool cmos_and_power(void)
{
	return port_refused(out_byte, 0x70, 0x0f) &&
	       port_refused(out_byte, 0x71, 0x0a) &&
	       port_refused(out_byte, 0xb2, 0) &&
	       port_refused(out_long, 0x604, 0x2000);
}

static bool old_interrupts(void)
{
	return port_refused(out_byte, 0x21, 0) &&
	       port_refused(out_byte, 0xa1, 0) &&
	       port_refused(out_byte, 0x20, 0x11) &&
	       port_refused(out_byte, 0x43, 0x34) &&
	       port_refused(out_byte, 0x61, 3);
}

/* An access is refused if any of its bytes is. */
static bool ports_by_the_edge(void)
{
	return port_refused(in_word, 0x3f7, 0) &&
	       port_refused(in_word, 0x3ff, 0) &&
	       port_refused(in_long, 0x3fd, 0) &&
	       port_refused(in_long, 0x3f5, 0) &&
	       port_refused(in_word, 0xffff, 0);
}

static bool is_console(uint64_t port)
{
	return port >= 0x3f8 && port < 0x400;
}

static bool every_port(void)
{
	return all_refused(ABI_NANO_COUNTER_PORT, in_byte, 0, 0x10000,
			   is_console);
}

/* nano's lines still come out: this one's result is the proof. */
static bool console_left_in_a_mess(void)
{
	out_byte(0x3f9 | 0x0full << 32); /* all interrupts */
	out_byte(0x3fc | 0x10ull << 32); /* loopback */
	out_byte(0x3fb | 0x80ull << 32); /* the divisor instead of data */
	out_byte(0x3f8);
	return true;
}

/* --- registers ---------------------------------------------------------------- */

static void read_msr(uint64_t msr)
{
	sink = rdmsr((uint32_t)msr);
}

static void write_msr(uint64_t msr)
{
	wrmsr((uint32_t)msr, 0);
}

static uint64_t msr_value;

static void write_msr_value(uint64_t msr)
{
	wrmsr((uint32_t)msr, msr_value);
}

static bool msr_write_refused(uint32_t msr, uint64_t value)
{
	msr_value = value;
	return refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, write_msr_value,
		       msr);
}

#define MSR_APIC_BASE 0x0000001b
#define MSR_EFER      0xc0000080
#define EFER_SCE      (1ull << 0)
#define EFER_LME      (1ull << 8)
#define EFER_LMA      (1ull << 10)
#define EFER_NXE      (1ull << 11)
#define EFER_SVME     (1ull << 12)

static bool svm_registers(void)
{
	uint64_t page = attack_nano_page();

	return msr_write_refused(0xc0010117, page) &&   /* VM_HSAVE_PA */
	       msr_write_refused(0xc0010114, 1 << 4) && /* VM_CR */
	       msr_write_refused(0xc0010015, 0) &&      /* HWCR */
	       msr_write_refused(0xc0010010, 0) &&      /* SYSCFG */
	       msr_write_refused(0xc0010111, page) &&   /* SMBASE */
	       refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, read_msr,
		       0xc0010117);
}

static bool apic_base(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return msr_write_refused(MSR_APIC_BASE, attack_nano_page() | 1 << 11) &&
	       msr_write_refused(MSR_APIC_BASE, 0) &&
	       rdmsr(MSR_APIC_BASE) == base;
}

static bool efer(void)
{
	uint64_t old = rdmsr(MSR_EFER);
	bool good = old == (EFER_LME | EFER_LMA | EFER_NXE) &&
		    msr_write_refused(MSR_EFER, old | EFER_SVME) &&
		    msr_write_refused(MSR_EFER, old & ~EFER_LME) &&
		    msr_write_refused(MSR_EFER, old | 1 << 13) &&
		    msr_write_refused(MSR_EFER, old | 1 << 14) &&
		    msr_write_refused(MSR_EFER, old | 1ull << 63) &&
		    rdmsr(MSR_EFER) == old;

	wrmsr(MSR_EFER, old | EFER_SCE);
	good = good && rdmsr(MSR_EFER) == (old | EFER_SCE);
	wrmsr(MSR_EFER, old);
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

static bool is_writable(uint64_t msr)
{
	return is_readable(msr) && msr >= 0xc0000081;
}

static bool every_msr(void)
{
	static const uint64_t starts[] = { 0, 0xc0000000, 0xc0010000,
					   0x40000000, 0x4b564d00 };

	for (uint32_t i = 0; i < ARRAY_SIZE(starts); i++) {
		uint64_t end = starts[i] + (i < 3 ? 0x2000 : 0x20);

		if (!all_refused(ABI_NANO_COUNTER_REGISTER, read_msr, starts[i],
				 end, is_readable)) {
			attack_note("reads from 0x%lx", starts[i]);
			return false;
		}
	}
	return true;
}

/* EFER is tried with zero, which is refused like the others. */
static bool every_msr_write(void)
{
	static const uint64_t starts[] = { 0, 0xc0000000, 0xc0010000 };

	for (uint32_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (!all_refused(ABI_NANO_COUNTER_REGISTER, write_msr,
				 starts[i], starts[i] + 0x2000, is_writable)) {
			attack_note("writes from 0x%lx", starts[i]);
			return false;
		}
	}
	return true;
}

static uint64_t cr0(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
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

/* Without PG or PE some machines forget nested paging. */
static bool paging_off(void)
{
	static const uint32_t bits[] = { 31, 0, 16, 5, 30, 29, 18 };
	uint64_t old = cr0();

	for (uint32_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (!refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, write_cr0,
			     old ^ 1ull << bits[i])) {
			attack_note("CR0 bit %u", bits[i]);
			return false;
		}
	}
	return cr0() == old;
}

static bool reserved_control_bits(void)
{
	uint64_t root = attack_boot->kernel_root, cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	for (uint32_t bit = 52; bit < 63; bit++) {
		if (!attack_faults(write_cr3, root | 1ull << bit) ||
		    fault_vector() != FAULT_GP) {
			attack_note("CR3 bit %u", bit);
			return false;
		}
	}
	return attack_faults(write_cr4, cr4 | 1ull << 31) &&
	       attack_faults(write_cr4, cr4 | 1ull << 63) &&
	       attack_call(ABI_HYPERCALL_null, 0, 0).status == ST_OK;
}

static void read_dr0(uint64_t unused)
{
	(void)unused;
	__asm__ volatile("mov %%dr0, %0" : "=r"(sink));
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
	return refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, write_dr0,
		       NANO_BASE_X86_64) &&
	       refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, write_dr7, 0x402) &&
	       refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP, read_dr0, 0);
}

/* --- instructions that are nano's ------------------------------------------------ */

#define ATTEMPT(name, text)                                           \
	static void name(uint64_t argument)                           \
	{                                                             \
		__asm__ volatile(text ::"a"(argument), "c"(0), "d"(0) \
				 : "memory");                         \
	}
ATTEMPT(do_vmrun, "vmrun %%rax")
ATTEMPT(do_vmload, "vmload %%rax")
ATTEMPT(do_vmsave, "vmsave %%rax")
ATTEMPT(do_stgi, "stgi")
ATTEMPT(do_clgi, "clgi")
ATTEMPT(do_invlpga, "invlpga %%rax, %%ecx")
ATTEMPT(do_sgdt, "sgdt -16(%%rsp)")
ATTEMPT(do_sidt, "sidt -16(%%rsp)")
ATTEMPT(do_sldt, "sldt %%eax")
ATTEMPT(do_str, "str %%eax")
ATTEMPT(do_invd, "invd")
ATTEMPT(do_wbinvd, "wbinvd")
ATTEMPT(do_rdpmc, "rdpmc")
ATTEMPT(do_monitor, "monitor")
ATTEMPT(do_mwait, "mwait")
ATTEMPT(do_xsetbv, "xsetbv")

static bool instruction_refused(void (*attempt)(uint64_t argument))
{
	return refused(ABI_NANO_COUNTER_INSTRUCTION, FAULT_UD, attempt,
		       attack_nano_page());
}

static bool svm_instructions(void)
{
	return instruction_refused(do_vmrun) &&
	       instruction_refused(do_vmload) &&
	       instruction_refused(do_vmsave) && instruction_refused(do_stgi) &&
	       instruction_refused(do_clgi) && instruction_refused(do_invlpga);
}

/* They tell user mode which CPU this is, where the CPU has no UMIP. */
static bool table_registers(void)
{
	static void (*const reads[])(uint64_t) = { do_sgdt, do_sidt, do_sldt,
						   do_str };
	bool good = true;

	for (uint32_t i = 0; i < ARRAY_SIZE(reads); i++) {
		good = good && refused(ABI_NANO_COUNTER_REGISTER, FAULT_GP,
				       reads[i], 0);
	}
	return good;
}

static bool cache_instructions(void)
{
	return instruction_refused(do_invd) && instruction_refused(do_wbinvd);
}

static bool counter_instruction(void)
{
	return instruction_refused(do_rdpmc);
}

/* Refused by nano or, if the CPU has none or CR4 forbids it, by the CPU
 * itself: never done. */
static bool undefined(void (*attempt)(uint64_t argument), uint64_t argument)
{
	return attack_faults(attempt, argument) && fault_vector() == FAULT_UD;
}

static bool waiting_instructions(void)
{
	uint64_t page = (uint64_t)attack_map(attack_boot->kernel_root, false);

	return undefined(do_monitor, page) && undefined(do_mwait, 0);
}

static bool xsetbv(void)
{
	return undefined(do_xsetbv, 7);
}

static bool call_from_ring_3(void)
{
	return refused(ABI_NANO_COUNTER_INSTRUCTION, FAULT_UD,
		       machine_enter_user, 0) &&
	       attack_fault.pc == machine_user_page() + 2;
}

/* --- what CPUID tells -------------------------------------------------------------- */

static bool cpuid_hides(void)
{
	cpuid(0x80000001, 0);
	bool good = !(cpuid_out.ecx & 1 << 2) && !(cpuid_out.edx & 1 << 27);
	cpuid(0x8000000a, 0);
	good = good && cpuid_out.eax == 0 && cpuid_out.ebx == 0 &&
	       cpuid_out.edx == 0;
	cpuid(1, 0);
	good = good && cpuid_out.ebx >> 16 == 0 &&
	       !(cpuid_out.ecx & (1u << 3 | 1u << 21 | 1u << 27)) &&
	       cpuid_out.ecx >> 31;
	cpuid(0x0b, 0);
	good = good && cpuid_out.edx == 0;
	cpuid(0x40000000, 0);
	return good && cpuid_out.ebx == 0x73736554; /* "Tess" */
}

const struct attack attack_machine[] = {
	{ "registers at the start", "B9", registers_scrubbed },
	{ "vector registers at the start", "B9", vectors_scrubbed },
	{ "execute nano's first page", "A1", execute_nano },
	{ "large pages over nano's memory", "A1", large_pages_over_nano },
	{ "nano's page as a page table", "A1", table_in_nano },
	{ "the first MiB", "A2", low_memory },
	{ "CMOS, SMI and power ports", "A2", cmos_and_power },
	{ "switch address line 20, reset", "A2", a20_and_reset },
	{ "write to each register of the local APIC", "A2",
	  lapic_is_read_only },
	{ "I/O APIC", "A2", ioapic_is_absent },
	{ "other devices in memory", "A2", devices_are_absent },
	{ "have another interrupt than the timer's", "A2", only_the_timer },
	{ "write nano's memory through fw_cfg", "A2", fw_cfg_dma },
	{ "PCI configuration", "A2", pci_configuration },
	{ "the old interrupt controllers and timer", "A2", old_interrupts },
	{ "accesses that begin or end at an open port", "A2",
	  ports_by_the_edge },
	{ "read every other port", "A2", every_port },
	{ "leave the console in a mess", "A2", console_left_in_a_mess },
	{ "registers of SVM and firmware", "A2", svm_registers },
	{ "move the local APIC", "A2", apic_base },
	{ "leave or extend the modes of EFER", "A2", efer },
	{ "read every other MSR", "A2", every_msr },
	{ "write every other MSR", "A2", every_msr_write },
	{ "switch paging or protection off", "A2", paging_off },
	{ "reserved bits of CR3 and CR4", "A2", reserved_control_bits },
	{ "breakpoints on nano", "A2", debug_registers },
	{ "read where descriptor tables are", "A2 E66", table_registers },
	{ "the instructions of SVM", "A2", svm_instructions },
	{ "throw caches away", "A2", cache_instructions },
	{ "performance counters", "A2", counter_instruction },
	{ "MONITOR and MWAIT", "A2", waiting_instructions },
	{ "more register state", "A2", xsetbv },
	{ "CPUID tells nothing that is withheld", "A2", cpuid_hides },
	{ "call nano from ring 3", "A5", call_from_ring_3 },
};

const uint32_t attack_machine_count = ARRAY_SIZE(attack_machine);
