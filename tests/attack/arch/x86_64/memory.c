/* SPDX-License-Identifier: Apache-2.0 */
/* What a PC's kernel finds in registers at its start, and memory that is not
 * its own, by every way that page tables have. */

#include "helpers.h"

#include "common/assert.h"
#include "common/string.h"

#define FIRST_MIB   0x100000u
#define RET         0xc3u
#define HOST_MARKER 0xf00du

/* nano's registers must not be left for the kernel to read. */
static bool registers_scrubbed(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(machine_start.general); i++) {
		if (machine_start.general[i] != 0) {
			attack_effect("register %u holds 0x%lx of nano's", i,
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
			attack_effect("vector register %u holds 0x%lx", i,
				      machine_start.vector[i][0]);
			return false;
		}
	}
	return machine_start.mxcsr == 0x1f80 && machine_start.fcw == 0x37f;
}

static bool read_refused(uint64_t address, uint64_t pa)
{
	attack_sink = ATTACK_MARK;
	bool good = machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP,
				    attack_read_word, address);

	if (attack_sink != ATTACK_MARK) {
		attack_effect("read 0x%lx at 0x%lx", attack_sink, pa);
	}
	return good;
}

static bool large_pages_over_nano(void)
{
	uint64_t page = attack_nano_page();

	return read_refused(machine_map_large(page, 2), page) &&
	       read_refused(machine_map_large(page, 3), page);
}

/* A walk that nano does not stop finds an entry: it ends in a page fault, or
 * wherever nano's entry leads. */
static bool table_in_nano(void)
{
	uint64_t page = attack_nano_end() - ABI_PAGE_SIZE;

	attack_sink = ATTACK_MARK;
	bool refused =
		machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP,
				attack_read_word, machine_use_table(page));
	if (attack_sink != ATTACK_MARK) {
		attack_effect("an entry in nano's page led to 0x%lx",
			      attack_sink);
	} else if (!refused && fault_vector() == FAULT_PF) {
		attack_effect("a walk read an entry in nano's page, error %lu",
			      attack_fault.syndrome & UINT32_MAX);
	}
	return refused;
}

/* A walk sets bits in the entries that it uses: with the local APIC's page as a
 * table it would write to each of its registers. */
static bool table_in_apic(void)
{
	uint64_t lapic = attack_boot->irq_base[0];
	uint64_t address = machine_use_table(lapic);

	for (uint64_t i = 0; i < ABI_PAGE_SIZE / sizeof(uint64_t); i++) {
		if (!machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP,
				     attack_read_word,
				     address + i * ABI_PAGE_SIZE)) {
			attack_note("entry %lu", i);
			return false;
		}
	}
	return true;
}

static void jump(uint64_t address)
{
	__asm__ volatile("call *%0" ::"r"(address) : "memory");
}

/* One instruction of nano's code: the first return there is. */
static void run_a_return(uint64_t address)
{
	for (uint64_t at = address; at < address + ABI_PAGE_SIZE; at++) {
		if (*(const volatile uint8_t *)at == RET) {
			jump(at);
			attack_effect("ran nano's code at its offset 0x%lx",
				      at - address);
			return;
		}
	}
}

static bool execute_refused(uint64_t pa)
{
	uint64_t page = (uint64_t)attack_map(pa, false);

	if (!attack_faults(attack_read_word, page)) {
		attack_faults(run_a_return, page);
		return false;
	}
	return machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, jump, page);
}

static bool execute_nano(void)
{
	return execute_refused(attack_nano_page());
}

static bool execute_reserved(void)
{
	return attack_reserved(execute_refused);
}

static bool execute_apic(void)
{
	uint64_t page = (uint64_t)attack_map(attack_boot->irq_base[0], false);

	return machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, jump, page);
}

/* Real-mode vectors, the warm reset vector, where other CPUs wait. */
static bool low_memory(void)
{
	for (uint64_t page = 0; page < FIRST_MIB; page += ABI_PAGE_SIZE) {
		if (!attack_read_refused(page, false)) {
			return false;
		}
	}
	return attack_write_refused(0, false);
}

/* --- the page from which CPUs start ----------------------------------------- */

/* How nano's begins: cli; cld; mov ax, cs; mov ds, ax. */
static const uint8_t start_code[] = { 0xfa, 0xfc, 0x8c, 0xc8, 0x8e, 0xd8 };

/* Ours: cli; mov ax, cs; mov ds, ax; mov word [0xff0], HOST_MARKER; hlt; jmp. */
static const uint8_t own_code[] = { 0xfa, 0x8c, 0xc8, 0x8e, 0xd8, 0xc7, 0x06,
				    0xf0, 0x0f, 0x0d, 0xf0, 0xf4, 0xeb, 0xfd };

#define MARKER_OFFSET 0xff0

/* Puts our code in the place of nano's, has nano start a CPU, and looks whether
 * it ran: in real mode, with no world around it. */
static void use_start_page(uint64_t address)
{
	const uint64_t start[6] = { 1, (uint64_t)attack_cpu_entry, 0 };
	volatile uint8_t *page = (volatile uint8_t *)address;
	volatile uint16_t *marker =
		(volatile uint16_t *)(address + MARKER_OFFSET);

	for (uint32_t i = 0; i < sizeof(own_code); i++) {
		page[i] = own_code[i];
	}
	for (uint32_t i = 0; i < 1000 && *marker != HOST_MARKER; i++) {
		attack_call_all(ABI_HYPERCALL_cpu_start, start);
	}
	if (*marker == HOST_MARKER) {
		attack_effect_last(
			"CPU 1 ran our code in the host's real mode");
	}
}

static bool begins_as_nanos(const volatile uint8_t *at)
{
	for (uint32_t i = 0; i < sizeof(start_code); i++) {
		if (at[i] != start_code[i]) {
			return false;
		}
	}
	return true;
}

static bool start_page(void)
{
	bool refused = true;

	for (uint64_t pa = 0; pa < FIRST_MIB; pa += ABI_PAGE_SIZE) {
		uint64_t address = (uint64_t)attack_map(pa, false);

		if (attack_faults(attack_read_word, address)) {
			continue;
		}
		refused = false;
		if (begins_as_nanos((const volatile uint8_t *)address)) {
			attack_faults(use_start_page, address);
		}
	}
	return refused && attack_nano_answers();
}

/* --- what CPUID tells --------------------------------------------------------- */

static bool cpuid_hides(void)
{
	struct machine_cpuid basic = cpuid(1, 0);
	struct machine_cpuid extended = cpuid(0x80000001, 0);
	struct machine_cpuid svm = cpuid(0x8000000a, 0);

	if (extended.ecx & 1 << 2 || svm.ebx != 0) {
		attack_effect("CPUID tells of SVM with %u ASIDs", svm.ebx);
	}
	return !(extended.ecx & 1 << 2) && !(extended.edx & 1 << 27) &&
	       svm.eax == 0 && svm.ebx == 0 && svm.edx == 0 &&
	       basic.ebx >> 16 == 0 &&
	       !(basic.ecx & (1u << 3 | 1u << 21 | 1u << 27)) &&
	       basic.ecx >> 31 && cpuid(0x0b, 0).edx == 0 &&
	       cpuid(0x40000000, 0).ebx == 0x73736554; /* "Tess" */
}

static const struct attack attacks[] = {
	ATTACK("registers at the start", "B9", registers_scrubbed),
	ATTACK("vector registers at the start", "B9", vectors_scrubbed),
	ATTACK("execute nano's first page", "A1", execute_nano),
	ATTACK("execute a reserved page", "A39", execute_reserved),
	ATTACK("large pages over nano's memory", "A1", large_pages_over_nano),
	ATTACK("nano's page as a page table", "A1", table_in_nano),
	ATTACK("the local APIC as a page table", "A1 A2", table_in_apic),
	ATTACK("execute the local APIC's page", "A2", execute_apic),
	ATTACK("the first MiB", "A2", low_memory),
	ATTACK("rewrite the page from which CPUs start", "A2 A28", start_page),
	ATTACK("CPUID tells nothing that is withheld", "A2", cpuid_hides),
};

const struct attack_group machine_memory = ATTACK_GROUP(attacks);
