/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel finds in registers at its start, and nano's memory by every
 * way that translation has, from EL1 and from EL0. */

#include "machine.h"

#define TCR_EPD0 (1ull << 7)
#define RET      0xd65f03c0u

/* --- start ------------------------------------------------------------------ */

static bool registers_scrubbed(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(start_registers); i++) {
		if (start_registers[i] != 0) {
			attack_effect("register %u of %lu holds 0x%lx of "
				      "nano's",
				      i, ARRAY_SIZE(start_registers),
				      start_registers[i]);
			return false;
		}
	}
	return true;
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
	if (any != 0) {
		attack_effect("a vector register holds 0x%lx", any);
	}
	return any == 0;
}

/* --- nano's memory by other ways --------------------------------------------- */

static void jump(uint64_t address)
{
	__asm__ volatile("blr %0" ::"r"(address) : "x30", "memory");
}

/* One instruction of nano's code: the first return there is. */
static void run_a_return(uint64_t address)
{
	for (uint64_t at = address; at < address + ABI_PAGE_SIZE; at += 4) {
		if (*(const volatile uint32_t *)at == RET) {
			jump(at);
			attack_effect("ran nano's code at its offset 0x%lx",
				      at - address);
			return;
		}
	}
}

static bool execute_refused(uint64_t page)
{
	uint64_t address = (uint64_t)machine_map_as(page | PAGE | ACCESSED |
						    INNER | READ_ONLY | UXN);

	if (!attack_faults(attack_read_word, address)) {
		attack_faults(run_a_return, address);
		return false;
	}
	return attack_refused(ABI_NANO_COUNTER_MEMORY, jump, address) &&
	       attack_fault.pc == address;
}

static bool execute_nano(void)
{
	return execute_refused(attack_nano_page());
}

static bool execute_reserved(void)
{
	return attack_reserved(execute_refused);
}

/* The fault of a stage-1 walk that found a descriptor and did not like it; a
 * walk that nano stops ends in an external abort. */
#define FAULT_KIND(esr)   ((esr) & 0x3c)
#define FAULT_TRANSLATION 0x04

/* Loads through a walk; if that went on where it may not, it told something. */
static bool walk_refused(uint64_t address, const char *through)
{
	bool refused = attack_refused(ABI_NANO_COUNTER_MEMORY, attack_read_word,
				      address);

	if (!refused &&
	    FAULT_KIND(attack_fault.syndrome) == FAULT_TRANSLATION) {
		attack_effect("a walk read a descriptor in %s", through);
	}
	return refused;
}

/* The last page, which holds nothing: what is there must not even be told. */
static bool nano_page_as_table(void)
{
	machine_root()[ROOT_ENTRY] =
		(attack_nano_end() - ABI_PAGE_SIZE) | TABLE;
	machine_synchronize();

	bool refused = walk_refused(SCRATCH, "nano's page");
	machine_root()[ROOT_ENTRY] = 0;
	machine_synchronize();
	return refused;
}

static bool nano_page_as_root(void)
{
	uint64_t tcr;

	__asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
	__asm__ volatile("msr ttbr0_el1, %0; msr tcr_el1, %1; isb" ::"r"(
				 attack_nano_end() - ABI_PAGE_SIZE),
			 "r"(tcr & ~TCR_EPD0));
	machine_synchronize();

	bool refused = walk_refused(0x200000, "nano's page");
	__asm__ volatile("msr ttbr0_el1, xzr; msr tcr_el1, %0; isb" ::"r"(tcr));
	machine_synchronize();
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
	machine_root()[ROOT_ENTRY] =
		(attack_nano_end() - ABI_PAGE_SIZE) | TABLE;
	machine_synchronize();

	translated = 1;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_MEMORY, translate, SCRATCH);
	machine_root()[ROOT_ENTRY] = 0;
	machine_synchronize();
	if (translated != 1) {
		attack_effect("PAR_EL1 says 0x%lx of a walk in nano's page",
			      translated);
	}
	return refused && translated == 1;
}

/* A page table in device memory: the walk must not reach the device. */
static bool device_as_table(void)
{
	machine_root()[ROOT_ENTRY] = attack_boot->irq_base[0] | TABLE;
	machine_synchronize();

	bool refused = walk_refused(SCRATCH, "a device");
	machine_root()[ROOT_ENTRY] = 0;
	machine_synchronize();
	return refused;
}

/* Device memory is not executable, whatever stage 1 says. */
static bool execute_device(void)
{
	uint64_t console = attack_boot->console_address;
	uint64_t address = (uint64_t)machine_map_as(console | PAGE | ACCESSED |
						    INNER | READ_ONLY | UXN);

	return attack_refused(ABI_NANO_COUNTER_MEMORY, jump, address);
}

/* --- from EL0 ------------------------------------------------------------------ */

#define USER_PAGE 0x200000ull
#define EL0_MAY   (1ull << 6)
#define SAME_PAGE 0xfffull

/* Runs code of the user page at EL0, by `how`, with `pa` mapped behind it.
 * Returns whether an exception came back from there. */
static bool run_user(void (*how)(uint64_t), const char *code, uint64_t pa)
{
	static uint64_t low[4][ENTRIES] __attribute__((aligned(4096)));
	const uint64_t page = PAGE | ACCESSED | INNER | EL0_MAY | PXN;
	uint64_t tcr, offset = (uint64_t)code & SAME_PAGE;

	low[0][0] = attack_physical(low[1]) | TABLE;
	low[1][0] = attack_physical(low[2]) | TABLE;
	low[2][1] = attack_physical(low[3]) | TABLE;
	low[3][0] = attack_physical(code - offset) | page | READ_ONLY;
	low[3][1] = pa | page | UXN;
	__asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
	__asm__ volatile("msr ttbr0_el1, %0; msr tcr_el1, %1; isb" ::"r"(
				 attack_physical(low[0])),
			 "r"(tcr & ~TCR_EPD0));
	machine_synchronize();

	bool faulted = attack_faults(how, USER_PAGE + offset);
	__asm__ volatile("msr ttbr0_el1, xzr; msr tcr_el1, %0; isb" ::"r"(tcr));
	machine_synchronize();
	return faulted && attack_fault.pc - USER_PAGE < ABI_PAGE_SIZE;
}

static bool from_user(const char *code, enum abi_nano_counter counter,
		      uint64_t pa, uint64_t rise, uint64_t class)
{
	uint64_t before = attack_counter(counter);
	bool faulted = run_user(attack_user, code, pa);
	uint64_t after = attack_counter(counter);

	return faulted && CLASS(attack_fault.syndrome) == class &&
	       after == before + rise;
}

/* Each ends before its SVC. A CPU without AArch32 refuses to go there. */
static bool old_registers_from_user(void)
{
	for (const char *at = user_words; at < user_words_end; at += 8) {
		if (!run_user(attack_user32, at, attack_boot->kernel_root)) {
			if (CLASS(attack_fault.syndrome) == CLASS_ILLEGAL) {
				return attack_nano_answers();
			}
			attack_note("word 0x%x",
				    *(const uint32_t *)(const void *)at);
			return false;
		}
		if (CLASS(attack_fault.syndrome) == CLASS_CALL32) {
			attack_effect("word 0x%x was done at EL0",
				      *(const uint32_t *)(const void *)at);
			return false;
		}
	}
	return attack_nano_answers();
}

/* --- to other levels ------------------------------------------------------------ */

static uint64_t level; /* CurrentEL */

static void return_to(uint64_t pstate)
{
	level = attack_return(pstate);
}

/* An illegal return stays where it is, and the next instruction is refused. */
static bool return_to_el2(void)
{
	static const uint64_t modes[] = { 0x3c9, 0x3c8, 0x3cd, 0x3cc, 0x1da };

	for (uint32_t i = 0; i < ARRAY_SIZE(modes); i++) {
		level = 0;
		bool faulted = attack_faults(return_to, modes[i]);

		if (level >> 2 > 1) {
			attack_effect_last("we are at EL%lu", level >> 2);
		}
		if (!faulted || CLASS(attack_fault.syndrome) != CLASS_ILLEGAL) {
			attack_note("mode 0x%lx", modes[i]);
			return false;
		}
	}
	return attack_nano_answers();
}

/* HVC does not exist at EL0: the kernel is told, nano is not. The exit that is
 * counted is the second reading of the counter. */
static bool call_from_user(void)
{
	uint64_t self = attack_boot->kernel_root;

	return from_user(user_call, ABI_NANO_COUNTER_CALL, self, 0,
			 CLASS_UNDEFINED) &&
	       from_user(user_call, ABI_NANO_COUNTER_EXITS, self, 1,
			 CLASS_UNDEFINED);
}

/* The fault goes to the kernel, as one from EL0. If there is none, EL0 goes on
 * to an SVC with what it read in x1, which entry.S keeps in TPIDR_EL1. */
static bool load_from_user(void)
{
	uint64_t read = 0;

	__asm__ volatile("msr tpidr_el1, xzr");
	bool refused = from_user(user_load, ABI_NANO_COUNTER_MEMORY,
				 attack_nano_page(), 1, CLASS_LOWER_DATA);
	if (CLASS(attack_fault.syndrome) == CLASS_CALL) {
		__asm__ volatile("mrs %0, tpidr_el1" : "=r"(read));
		attack_effect("EL0 read 0x%lx of nano's page", read);
	}
	return refused;
}

static void zero_line(uint64_t address)
{
	__asm__ volatile("dc zva, %0" ::"r"(address) : "memory");
}

static void swap_word(uint64_t address)
{
	__asm__ volatile("1: ldxr x9, [%0]; mvn x9, x9\n\t"
			 "stxr w10, x9, [%0]; cbnz w10, 1b" ::"r"(address)
			 : "x9", "x10", "memory");
}

/* Writes of nano's page in some way; what it changed is put back. */
static bool change_refused(void (*attempt)(uint64_t))
{
	uint64_t address = (uint64_t)attack_map(attack_nano_page(), false);
	bool readable = !attack_faults(attack_read_word, address);
	uint64_t old = attack_sink;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_MEMORY, attempt, address);

	if (!refused && readable && !attack_faults(attack_read_word, address) &&
	    attack_sink != old) {
		*(volatile uint64_t *)address = old;
		attack_effect("nano's word was 0x%lx and is 0x%lx", old,
			      attack_sink);
	}
	return refused;
}

static bool other_accesses(void)
{
	uint64_t address = (uint64_t)attack_map(attack_nano_page(), false);

	return change_refused(swap_word) && change_refused(zero_line) &&
	       attack_refused(ABI_NANO_COUNTER_MEMORY, attack_read_word,
			      address + 4093);
}

/* One that spans nano's first page and the last of ours before it. */
static void copy_out(uint64_t address)
{
	uint64_t a, b;

	__asm__ volatile("ldp %0, %1, [%2]"
			 : "=&r"(a), "=&r"(b)
			 : "r"(address)
			 : "memory");
	attack_sink = a ^ b;
}

static void add_word(uint64_t address)
{
	__asm__ volatile("1: ldaxr x9, [%0]; add x9, x9, #1\n\t"
			 "stlxr w10, x9, [%0]; cbnz w10, 1b" ::"r"(address)
			 : "x9", "x10", "memory");
}

static void maintain(uint64_t address)
{
	__asm__ volatile("dc civac, %0; dc cvac, %0; dc ivac, %0" ::"r"(address)
			 : "memory");
}

static bool pairs_and_atomics(void)
{
	uint64_t address = (uint64_t)attack_map(attack_nano_page(), false);

	return change_refused(add_word) &&
	       attack_refused(ABI_NANO_COUNTER_MEMORY, copy_out, address);
}

/* Whether the CPU faults is its own affair; nano's page stays what it is. */
static bool cache_by_address(void)
{
	uint64_t address = (uint64_t)attack_map(attack_nano_page(), false);

	attack_faults(maintain, address);
	return attack_nano_answers() &&
	       attack_read_refused(attack_nano_page(), false);
}

static const struct attack attacks[] = {
	ATTACK("registers at the start", "B9", registers_scrubbed),
	ATTACK("vector registers at the start", "B9", vectors_scrubbed),
	ATTACK("execute nano's first page", "A1", execute_nano),
	ATTACK("execute a reserved page", "A39", execute_reserved),
	ATTACK("cache and exclusive instructions on nano's page", "A1",
	       other_accesses),
	ATTACK("pairs and atomics on nano's page", "A1", pairs_and_atomics),
	ATTACK("cache maintenance of nano's page", "A1", cache_by_address),
	ATTACK("nano's page as a table of stage 1", "A1", nano_page_as_table),
	ATTACK("nano's page as the root of stage 1", "A1", nano_page_as_root),
	ATTACK("translate through nano's page", "A1", translate_through_nano),
	ATTACK("page table in a device", "A1", device_as_table),
	ATTACK("execute device memory", "A2", execute_device),
	ATTACK("nano call from EL0", "A5", call_from_user),
	ATTACK("return to EL2 and beyond", "A1", return_to_el2),
	ATTACK("coprocessor registers from AArch32 at EL0", "A2",
	       old_registers_from_user),
	ATTACK("read nano's page from EL0", "A1", load_from_user),
};

const struct attack_group machine_memory = ATTACK_GROUP(attacks);
