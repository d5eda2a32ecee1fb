/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a subverted kernel can try from EL1. Addresses are those of QEMU's virt
 * machine; on another one they lie in nothing, which must fault as well.
 */

#include "attack.h"
#include "common/assert.h"

/* The kernel's own tables, 48 bits, 4 KiB (Arm ARM D8.3). */
#define TABLE      3ull
#define PAGE       3ull
#define DEVICE     (1ull << 2) /* AttrIndx 1 */
#define READ_ONLY  (1ull << 7)
#define INNER      (3ull << 8)
#define ACCESSED   (1ull << 10)
#define PXN        (1ull << 53)
#define UXN        (1ull << 54)
#define ENTRIES    512
#define ROOT_ENTRY 400 /* of TTBR1's root: nothing of the kernel's is there */
#define SCRATCH    (0xffff000000000000ull | (uint64_t)ROOT_ENTRY << 39)

#define TCR_EPD0 (1ull << 7)

#define PSCI_VERSION       0x84000000ull
#define PSCI_FEATURES      0x8400000aull
#define PSCI_NOT_SUPPORTED UINT64_MAX

/* QEMU virt. */
#define FLASH       0x00000000ull
#define ITS         0x08080000ull
#define RTC         0x09010000ull
#define FW_CFG      0x09020000ull
#define GPIO        0x09030000ull
#define SMMU        0x09050000ull
#define VIRTIO_MMIO 0x0a000000ull
#define PCI_MEMORY  0x10000000ull
#define ECAM_LOW    0x3f000000ull
#define ECAM_HIGH   0x4010000000ull
#define REDIST_STEP 0x20000ull

extern uint64_t start_registers[29];
extern char user_call[], user_load[]; /* code for EL0, in one page */
void attack_user(uint64_t pc);

static uint64_t tables[3][ENTRIES] __attribute__((aligned(4096)));

static void synchronize(void)
{
	__asm__ volatile("dsb ishst; tlbi vmalle1; dsb ish; isb" ::: "memory");
}

/* Where something of the attack kernel's image lies physically. */
static uint64_t physical(const void *at)
{
	for (uint32_t i = 0; i < attack_boot->image_count; i++) {
		const struct boot_image *image = &attack_boot->images[i];

		if (image->kind == BOOT_IMAGE_KERNEL) {
			return image->address +
			       ((uint64_t)at - image->virtual_address);
		}
	}
	CHECK(!"the kernel's image");
	return 0;
}

static uint64_t *root(void)
{
	return (uint64_t *)(KERNEL_WINDOW + attack_boot->kernel_root);
}

static volatile void *map_as(uint64_t descriptor)
{
	root()[ROOT_ENTRY] = physical(tables[0]) | TABLE;
	tables[0][0] = physical(tables[1]) | TABLE;
	tables[1][0] = physical(tables[2]) | TABLE;
	tables[2][0] = descriptor;
	synchronize();
	return (volatile void *)SCRATCH;
}

volatile void *attack_map(uint64_t pa, bool device)
{
	return map_as(pa | PAGE | ACCESSED | PXN | UXN |
		      (device ? DEVICE : INNER));
}

void attack_machine_init(void)
{
	/* entry.S has set the vectors. */
}

static void load(uint64_t address)
{
	(void)*(volatile uint64_t *)address;
}

void attack_relax(void)
{
	__asm__ volatile("yield");
}

void attack_console_byte(char byte)
{
	*(volatile uint32_t *)(KERNEL_WINDOW + attack_boot->console_address) =
		(uint32_t)byte;
}

/* The kernel has the GIC itself, so nano interrupts nobody. */
bool attack_interrupt_second(void)
{
	const uint64_t second[6] = { 2 };

	return attack_call_refused(ABI_HYPERCALL_ipi, second, ST_NOT_SUPPORTED);
}

/* --- start ------------------------------------------------------------------ */

static bool registers_scrubbed(void)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(start_registers); i++) {
		any |= start_registers[i];
	}
	return any == 0;
}

/* Vector registers: the attack kernel opens them itself, compiled code of it
 * has used none before. */
static bool vectors_scrubbed(void)
{
	uint64_t any = 0, word;

	__asm__ volatile("msr cpacr_el1, %0; isb" ::"r"(3ull << 20));
	/* umov; the instruction is written as a word because this program is
	 * compiled for general registers. */
#define VECTOR(n)                                                    \
	__asm__ volatile(".inst 0x4e083c00 | %c1 << 5\n\tmov %0, x0" \
			 : "=r"(word)                                \
			 : "i"(n)                                    \
			 : "x0");                                    \
	any |= word;                                                 \
	__asm__ volatile(".inst 0x4e183c00 | %c1 << 5\n\tmov %0, x0" \
			 : "=r"(word)                                \
			 : "i"(n)                                    \
			 : "x0");                                    \
	any |= word;
	VECTOR(0)
	VECTOR(1)
	VECTOR(7)
	VECTOR(15)
	VECTOR(16)
	VECTOR(30)
	VECTOR(31)
#undef VECTOR
	__asm__ volatile("msr cpacr_el1, xzr; isb");
	return any == 0;
}

/* --- nano's memory by other ways --------------------------------------------- */

static void jump(uint64_t address)
{
	__asm__ volatile("blr %0" ::"r"(address) : "x30", "memory");
}

static bool execute_nano(void)
{
	uint64_t page = attack_nano_page();
	uint64_t address = (uint64_t)map_as(page | PAGE | ACCESSED | INNER |
					    READ_ONLY | UXN);

	return attack_refused(ABI_NANO_COUNTER_MEMORY, jump, address) &&
	       attack_fault.pc == address;
}

static bool nano_page_as_table(void)
{
	root()[ROOT_ENTRY] = attack_nano_page() | TABLE;
	synchronize();

	bool refused = attack_refused(ABI_NANO_COUNTER_MEMORY, load, SCRATCH);
	root()[ROOT_ENTRY] = 0;
	synchronize();
	return refused;
}

static bool nano_page_as_root(void)
{
	uint64_t tcr;

	__asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
	__asm__ volatile("msr ttbr0_el1, %0; msr tcr_el1, %1; isb" ::"r"(
				 attack_nano_page()),
			 "r"(tcr & ~TCR_EPD0));
	synchronize();

	bool refused = attack_refused(ABI_NANO_COUNTER_MEMORY, load, 0x200000);
	__asm__ volatile("msr ttbr0_el1, xzr; msr tcr_el1, %0; isb" ::"r"(tcr));
	synchronize();
	return refused;
}

static uint64_t translated; /* PAR_EL1 */

static void translate(uint64_t address)
{
	__asm__ volatile("at s1e1r, %1; isb; mrs %0, par_el1"
			 : "=r"(translated)
			 : "r"(address)
			 : "memory");
}

/* A walk by an instruction instead of an access: it must tell nothing of
 * nano's memory. The CPU gives EL2 the fault, so it counts like an access. */
static bool translate_through_nano(void)
{
	root()[ROOT_ENTRY] = attack_nano_page() | TABLE;
	synchronize();

	translated = 1;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_MEMORY, translate, SCRATCH);
	root()[ROOT_ENTRY] = 0;
	synchronize();
	return refused && translated == 1;
}

/* --- from EL0 ------------------------------------------------------------------ */

#define USER_PAGE  0x200000ull
#define EL0_MAY    (1ull << 6)
#define SAME_PAGE  0xfffull
#define CLASS(esr) ((esr) >> 26)
#define UNDEFINED  0x00
#define LOWER_DATA 0x24

/* Runs code of the user page at EL0, with `pa` mapped behind it. */
static bool from_user(const char *code, enum abi_nano_counter counter,
		      uint64_t pa, uint64_t rise, uint64_t class)
{
	static uint64_t low[4][ENTRIES] __attribute__((aligned(4096)));
	const uint64_t page = PAGE | ACCESSED | INNER | EL0_MAY | PXN;
	uint64_t tcr, offset = (uint64_t)code & SAME_PAGE;

	low[0][0] = physical(low[1]) | TABLE;
	low[1][0] = physical(low[2]) | TABLE;
	low[2][1] = physical(low[3]) | TABLE;
	low[3][0] = physical(code - offset) | page | READ_ONLY;
	low[3][1] = pa | page | UXN;
	__asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
	__asm__ volatile("msr ttbr0_el1, %0; msr tcr_el1, %1; isb" ::"r"(
				 physical(low[0])),
			 "r"(tcr & ~TCR_EPD0));
	synchronize();

	uint64_t before = attack_counter(counter);
	bool faulted = attack_faults(attack_user, USER_PAGE + offset);
	uint64_t after = attack_counter(counter);
	__asm__ volatile("msr ttbr0_el1, xzr; msr tcr_el1, %0; isb" ::"r"(tcr));
	synchronize();
	return faulted && CLASS(attack_fault.syndrome) == class &&
	       attack_fault.pc - USER_PAGE < ABI_PAGE_SIZE &&
	       after == before + rise;
}

/* HVC does not exist at EL0: the kernel is told, nano is not. The exit that is
 * counted is the second reading of the counter. */
static bool call_from_user(void)
{
	uint64_t self = physical(tables);

	return from_user(user_call, ABI_NANO_COUNTER_CALL, self, 0,
			 UNDEFINED) &&
	       from_user(user_call, ABI_NANO_COUNTER_EXITS, self, 1, UNDEFINED);
}

/* The fault goes to the kernel, as one from EL0. */
static bool load_from_user(void)
{
	return from_user(user_load, ABI_NANO_COUNTER_MEMORY, attack_nano_page(),
			 1, LOWER_DATA);
}

static void zero_line(uint64_t address)
{
	__asm__ volatile("dc zva, %0" ::"r"(address) : "memory");
}

static void swap_word(uint64_t address)
{
	uint64_t value = 1;
	uint32_t failed;

	__asm__ volatile("ldxr %0, [%2]; stxr %w1, %0, [%2]"
			 : "+r"(value), "=&r"(failed)
			 : "r"(address)
			 : "memory");
}

static bool other_accesses(void)
{
	uint64_t address = (uint64_t)attack_map(attack_nano_page(), false);

	return attack_refused(ABI_NANO_COUNTER_MEMORY, zero_line, address) &&
	       attack_refused(ABI_NANO_COUNTER_MEMORY, swap_word, address) &&
	       attack_refused(ABI_NANO_COUNTER_MEMORY, load, address + 4093);
}

/* --- firmware ------------------------------------------------------------------ */

static uint64_t firmware(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	__asm__ volatile("smc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory",
			   "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17");
	return x0;
}

static bool firmware_refused(uint64_t function, uint64_t a, uint64_t b)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	uint64_t got = firmware(function, a, b, 0);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);

	return got == PSCI_NOT_SUPPORTED && after == before + 1;
}

static bool start_a_cpu(void)
{
	uint64_t entry = physical((const void *)(uintptr_t)jump);

	return firmware_refused(0xc4000003, 1, entry) &&
	       firmware_refused(0x84000003, 1, entry);
}

static bool switch_off(void)
{
	static const uint64_t functions[] = {
		0x84000008, 0x84000009, 0x84000012,     0xc4000012,
		0x84000002, 0x84000001, 0xc4000001,     0xc400000e,
		0x80000000, 0,          0xdeadbeefcafe,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!firmware_refused(functions[i], 0, 0)) {
			attack_note("function 0x%lx", functions[i]);
			return false;
		}
	}
	return true;
}

static bool firmware_version(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	uint64_t version = firmware(PSCI_VERSION, 0, 0, 0);
	uint64_t about = firmware(PSCI_FEATURES, 0xc4000003, 0, 0);
	uint64_t after = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);

	return version == 0x10000 && about == PSCI_NOT_SUPPORTED &&
	       after == before;
}

/* --- registers ------------------------------------------------------------------ */

/* One function for each register, because an instruction names it. */
#define READS(name, reg)                                        \
	static void read_##name(uint64_t unused)                \
	{                                                       \
		uint64_t value;                                 \
		(void)unused;                                   \
		__asm__ volatile("mrs %0, " reg : "=r"(value)); \
	}
#define WRITES(name, reg)                                         \
	static void write_##name(uint64_t value)                  \
	{                                                         \
		__asm__ volatile("msr " reg ", %0" ::"r"(value)); \
	}
#define DOES(name, instruction)                                        \
	static void do_##name(uint64_t value)                          \
	{                                                              \
		__asm__ volatile(instruction ::"r"(value) : "memory"); \
	}

READS(hcr, "hcr_el2")
WRITES(hcr, "hcr_el2")
READS(vbar, "vbar_el2")
WRITES(vbar, "vbar_el2")
WRITES(vttbr, "vttbr_el2")
WRITES(sctlr2, "sctlr_el2")
WRITES(elr2, "elr_el2")
READS(tpidr2, "tpidr_el2")
WRITES(sre2, "s3_4_c12_c9_5")
WRITES(ich, "s3_4_c12_c11_0")
WRITES(cnthp, "cnthp_ctl_el2")
DOES(alle2, "tlbi alle2\n\tmov x9, %0")
DOES(ipas2, "tlbi ipas2e1, %0")
DOES(at12, "at s12e1r, %0")

/* EL1 cannot even ask: undefined without a word of nano. */
static bool registers_of_el2(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_hcr,     write_hcr,  read_vbar,   write_vbar, write_vttbr,
		write_sctlr2, write_elr2, read_tpidr2, write_sre2, write_ich,
		write_cnthp,  do_alle2,   do_ipas2,    do_at12,
	};
	uint64_t before = attack_counter(ABI_NANO_COUNTER_REGISTER);

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!attack_faults(attempts[i], 0) ||
		    attack_fault.syndrome >> 26 != 0) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return attack_counter(ABI_NANO_COUNTER_REGISTER) == before;
}

static bool all_refused(enum abi_nano_counter counter,
			void (*const *attempts)(uint64_t), uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!attack_refused(counter, attempts[i], 0) ||
		    attack_fault.syndrome >> 26 != 0) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return true;
}

READS(pmcr, "pmcr_el0")
WRITES(pmcr, "pmcr_el0")
READS(pmccntr, "pmccntr_el0")
WRITES(pmuserenr, "pmuserenr_el0")
WRITES(pmccfiltr, "pmccfiltr_el0")
WRITES(pmcntenset, "pmcntenset_el0")
READS(pmceid0, "pmceid0_el0")

static bool performance_monitors(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_pmcr,       write_pmcr,      read_pmccntr,
		write_pmuserenr, write_pmccfiltr, write_pmcntenset,
		read_pmceid0,
	};

	return all_refused(ABI_NANO_COUNTER_REGISTER, attempts,
			   ARRAY_SIZE(attempts));
}

READS(mdscr, "mdscr_el1")
WRITES(mdscr, "mdscr_el1")
WRITES(breakpoint, "dbgbvr0_el1")
WRITES(breakpoint_control, "dbgbcr0_el1")
WRITES(watchpoint, "dbgwvr0_el1")
WRITES(oslar, "oslar_el1")
READS(mdrar, "mdrar_el1")

static bool debug_registers(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_mdscr,       write_mdscr,
		write_breakpoint, write_breakpoint_control,
		write_watchpoint, write_oslar,
		read_mdrar,
	};

	return all_refused(ABI_NANO_COUNTER_REGISTER, attempts,
			   ARRAY_SIZE(attempts));
}

READS(actlr, "actlr_el1")
WRITES(actlr, "actlr_el1")
DOES(clean_set, "dc cisw, %0")
DOES(invalidate_set, "dc isw, %0")

static bool makers_registers(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_actlr,
		write_actlr,
		do_clean_set,
		do_invalidate_set,
	};

	return all_refused(ABI_NANO_COUNTER_REGISTER, attempts,
			   ARRAY_SIZE(attempts));
}

/* QEMU 7.2 has a few such registers, constant zero, and lets EL1 at them
 * whatever HCR_EL2.TIDCP says; a CPU that obeys it counts both accesses. */
static uint64_t makers_word;

static void use_makers_register(uint64_t value)
{
	__asm__ volatile("msr s3_1_c15_c2_0, %0" ::"r"(value));
	__asm__ volatile("mrs %0, s3_1_c15_c2_0" : "=r"(makers_word));
}

static bool implementation_defined(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_REGISTER);

	makers_word = 0;
	bool faulted = attack_faults(use_makers_register, UINT64_MAX);
	uint64_t counted = attack_counter(ABI_NANO_COUNTER_REGISTER) - before;
	return makers_word == 0 && counted <= faulted;
}

WRITES(physical_control, "cntp_ctl_el0")
WRITES(physical_value, "cntp_cval_el0")
READS(physical_value, "cntp_tval_el0")

static bool physical_timer(void)
{
	static void (*const attempts[])(uint64_t) = {
		write_physical_control,
		write_physical_value,
		read_physical_value,
	};

	return all_refused(ABI_NANO_COUNTER_REGISTER, attempts,
			   ARRAY_SIZE(attempts));
}

/* What nano withholds the kernel is not told of. */
static bool id_registers(void)
{
	uint64_t pfr0, pfr1, dfr0, other, revision;

	__asm__ volatile("mrs %0, id_aa64pfr0_el1" : "=r"(pfr0));
	__asm__ volatile("mrs %0, id_aa64pfr1_el1" : "=r"(pfr1));
	__asm__ volatile("mrs %0, id_aa64dfr0_el1" : "=r"(dfr0));
	__asm__ volatile("mrs %0, s3_0_c0_c4_4" : "=r"(other));
	__asm__ volatile("mrs %0, revidr_el1" : "=r"(revision));
	__asm__ volatile("mrs xzr, id_aa64pfr0_el1");
	return (pfr0 & 0xff) == 0x11 && (pfr0 >> 8 & 0xff) == 0 &&
	       (pfr0 >> 32 & 15) == 0 && (pfr0 >> 44 & 15) == 0 &&
	       (pfr1 >> 8 & 15) == 0 && (dfr0 >> 4 & 0xff) == 0 && other == 0 &&
	       revision == 0;
}

DOES(sve, ".inst 0x04bf5020\n\tmov x9, %0") /* rdvl x0, #1 */
DOES(sme, ".inst 0x04bf5820\n\tmov x9, %0") /* rdsvl x0, #1 */
DOES(halt, "hlt #0xf000\n\tmov x9, %0")     /* semihosting */

static bool wide_vectors(void)
{
	uint64_t exits = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	bool faulted;

	__asm__ volatile("msr cpacr_el1, %0; isb" ::"r"(
		3ull << 16 | 3ull << 20 | 3ull << 24));
	faulted = attack_faults(do_sve, 0) && attack_fault.syndrome >> 26 == 0;
	faulted = attack_faults(do_sme, 0) && faulted;
	__asm__ volatile("msr cpacr_el1, xzr; isb");

	/* Counted where the CPU has them, undefined by itself elsewhere. */
	uint64_t counted = attack_counter(ABI_NANO_COUNTER_INSTRUCTION) - exits;
	return faulted && counted <= 2;
}

static bool semihosting(void)
{
	return attack_faults(do_halt, 0);
}

static bool other_immediate(void)
{
	register uint64_t x0 __asm__("x0") = 0;
	register uint64_t x8 __asm__("x8") = 0;
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);

	__asm__ volatile("hvc #1" : "+r"(x0), "+r"(x8)::"x1", "memory");
	return x0 == ST_BAD_CALL &&
	       attack_counter(ABI_NANO_COUNTER_CALL) == before + 1;
}

/* --- devices -------------------------------------------------------------------- */

static bool device_refused(uint64_t pa)
{
	bool refused =
		attack_read_refused(pa, true) && attack_write_refused(pa, true);

	if (!refused) {
		attack_note("device 0x%lx", pa);
	}
	return refused;
}

static bool fw_cfg(void)
{
	return device_refused(FW_CFG);
}

static bool interrupt_translation(void)
{
	return device_refused(ITS) && device_refused(ITS + 0x10000);
}

static bool redistributors(void)
{
	uint64_t base = attack_boot->irq_base[1];

	for (uint32_t i = 0; i < 4; i++) {
		if (!device_refused(base + i * REDIST_STEP)) {
			return false;
		}
	}
	return device_refused(base + 0xf000);
}

static bool virtio_mmio(void)
{
	return device_refused(VIRTIO_MMIO) &&
	       device_refused(VIRTIO_MMIO + 0x3000);
}

static bool smmu(void)
{
	return device_refused(SMMU) && device_refused(SMMU + 0x10000);
}

static bool pci(void)
{
	return device_refused(ECAM_LOW) && device_refused(ECAM_HIGH) &&
	       device_refused(PCI_MEMORY);
}

static bool other_devices(void)
{
	return device_refused(FLASH) && device_refused(RTC) &&
	       device_refused(GPIO);
}

/* Device memory is not executable, whatever stage 1 says. */
static bool execute_device(void)
{
	uint64_t console = attack_boot->console_address;
	uint64_t address = (uint64_t)map_as(console | PAGE | ACCESSED | INNER |
					    READ_ONLY | UXN);

	return attack_refused(ABI_NANO_COUNTER_MEMORY, jump, address);
}

/* A page table in device memory: the walk must not reach the device. */
static bool device_as_table(void)
{
	root()[ROOT_ENTRY] = attack_boot->irq_base[0] | TABLE;
	synchronize();

	bool refused = attack_refused(ABI_NANO_COUNTER_MEMORY, load, SCRATCH);
	root()[ROOT_ENTRY] = 0;
	synchronize();
	return refused;
}

/* The console is the kernel's as well; whatever it does to it, nano's next line
 * must come out. */
static bool console_switched_off(void)
{
	volatile uint32_t *control =
		(volatile uint32_t *)(KERNEL_WINDOW +
				      attack_boot->console_address + 0x30);

	*control = 0;
	attack_note("the console was off before this line");
	return (*control & 0x101) == 0x101;
}

const struct attack attack_machine[] = {
	{ "registers at the start", "B9", registers_scrubbed },
	{ "vector registers at the start", "B9", vectors_scrubbed },
	{ "execute nano's first page", "A1", execute_nano },
	{ "cache and exclusive instructions on nano's page", "A1",
	  other_accesses },
	{ "nano's page as a table of stage 1", "A1", nano_page_as_table },
	{ "nano's page as the root of stage 1", "A1", nano_page_as_root },
	{ "translate through nano's page", "A1", translate_through_nano },
	{ "page table in a device", "A1", device_as_table },
	{ "nano call from EL0", "A5", call_from_user },
	{ "read nano's page from EL0", "A1", load_from_user },
	{ "start a CPU by SMC", "A2", start_a_cpu },
	{ "switch off by SMC, and other functions", "A2", switch_off },
	{ "PSCI version and features by SMC are answered", "A2",
	  firmware_version },
	{ "registers of EL2", "A2", registers_of_el2 },
	{ "performance monitors", "A2", performance_monitors },
	{ "debug registers", "A2", debug_registers },
	{ "auxiliary control, caches by set and way", "A2", makers_registers },
	{ "implementation defined registers", "A2", implementation_defined },
	{ "the physical timer", "A2", physical_timer },
	{ "ID registers tell nothing that is withheld", "A2", id_registers },
	{ "SVE and SME", "A2", wide_vectors },
	{ "semihosting", "A2", semihosting },
	{ "HVC with another immediate", "A5", other_immediate },
	{ "fw_cfg", "A2", fw_cfg },
	{ "interrupt translation service", "A2", interrupt_translation },
	{ "RD frames of the redistributors", "A2", redistributors },
	{ "virtio-mmio", "A2", virtio_mmio },
	{ "SMMU", "A2", smmu },
	{ "PCI configuration and memory", "A2", pci },
	{ "flash, clock, GPIO", "A2", other_devices },
	{ "execute device memory", "A2", execute_device },
	{ "switch the console off", "A2", console_switched_off },
};
const uint32_t attack_machine_count = ARRAY_SIZE(attack_machine);
