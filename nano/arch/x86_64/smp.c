/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several CPUs of a PC: their memory, their start by INIT and start-up
 * interrupts, and the signals between them.
 *
 * A CPU starts in real mode in a page below 1 MiB that boot found free and that
 * the kernel's world never has. The page holds start.S and struct start_page;
 * it is mapped at its physical address, because the CPU is there while it
 * switches paging on, and cannot be written from then on.
 */
#include "common/string.h"
#include "nano/arch/x86_64/cpuid.h"
#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/lapic.h"
#include "nano/own.h"
#include "nano/pool.h"

#define GUEST_PAGES (sizeof(struct guest) / ABI_PAGE_SIZE)
#define STACK_PAGES (STACK_SIZE / ABI_PAGE_SIZE)
#define IST_PAGES   (IST_SIZE / ABI_PAGE_SIZE)

static_assert(sizeof(struct guest) % ABI_PAGE_SIZE == 0, "whole pages");
static_assert(1 + STACK_PAGES + IST_COUNT * (1 + IST_PAGES) <= OWN_STACK_PAGES,
	      "the stacks and the pages below them");

/* 64-bit code for the far jump (AMD64 manual volume 2, 4.8). */
#define START_CODE 0x00af9b000000ffffull

/* An id of the memory-mapped APIC that is one CPU's. */
#define APIC_ID_ALL 0xffu

#define SEND_POLLS  1000u      /* of the APIC in one call; it takes few */
#define SHOOT_LIMIT 100000000u /* polls; far more than an NMI takes */

extern const char start_code[], start_long[], start_code_end[];
extern const char secondary_entry[]; /* entry.S */

static uint32_t start_page;                        /* zero: there is none */
static struct cpuid_result told[CPUID_LISTED_MAX]; /* on the first CPU */

/* What the guest is told of this CPU, leaf by leaf: noted on the first, the same
 * on all others. */
static bool tells_the_same(bool first)
{
	uint32_t leaf, subleaf;
	bool same = true;

	for (uint32_t i = 0; cpuid_listed(i, &leaf, &subleaf); i++) {
		struct cpuid_result now = cpuid(leaf, subleaf);

		cpuid_filter(leaf, subleaf, &now);
		if (first) {
			told[i] = now;
		}
		same = same && memcmp(&told[i], &now, sizeof(now)) == 0;
	}
	return same;
}

uint64_t arch_cpu_pages(void)
{
	return GUEST_PAGES + STACK_PAGES + IST_COUNT * IST_PAGES;
}

void arch_cpu_memory(struct cpu *cpu, paddr_t memory)
{
	struct machine_cpu *machine = machine_cpu(cpu);

	machine->guest = pool_pointer(memory);
	memory.a += sizeof(struct guest);
	machine->stack = own_map_stack(memory, STACK_SIZE);
	memory.a += STACK_SIZE;
	for (uint32_t i = 0; i < IST_COUNT; i++) {
		machine->ist[i] = own_map_stack(memory, IST_SIZE);
		memory.a += IST_SIZE;
	}
}

void smp_prepare(const struct boot_info *boot, paddr_t root)
{
	paddr_t page = { boot->start_page };
	size_t size = (size_t)(start_code_end - start_code);
	uint64_t data = align_up(size, _Alignof(struct start_page));
	uint8_t *at = (uint8_t *)page.a; // NOLINT

	tells_the_same(true);
	if (page.a == 0 || cpu_count == 1 || root.a > UINT32_MAX) {
		return;
	}
	CHECK(data + sizeof(struct start_page) <= ABI_PAGE_SIZE);
	own_map_start(page, TABLE_READ | TABLE_WRITE);
	memset(at, 0, ABI_PAGE_SIZE);
	memcpy(at, start_code, size);

	struct start_page *words = (struct start_page *)(at + data);
	words->gdt[1] = START_CODE;
	words->gdt_limit = sizeof(words->gdt) - 1;
	words->gdt_base = (uint32_t)(page.a + data);
	words->root = (uint32_t)root.a;
	words->far_offset =
		(uint32_t)(page.a + (uint64_t)(start_long - start_code));
	words->far_selector = sizeof(words->gdt[0]);
	words->entry = (uint64_t)secondary_entry;
	own_protect_start(page, TABLE_READ | TABLE_EXECUTE);
	start_page = (uint32_t)page.a;
}

/* INIT and the first start-up signal at once: no AMD CPU with SVM wants the 10
 * milliseconds between them that older ones did. */
status_t arch_cpu_start(struct cpu *cpu, bool again)
{
	if (start_page == 0 || cpu->hardware_id >= APIC_ID_ALL) {
		return ST_NOT_SUPPORTED;
	}

	uint32_t id = (uint32_t)cpu->hardware_id, polls = SEND_POLLS;
	if (!again) {
		lapic_send(id, ICR_INIT, &polls);
	}
	lapic_send(id, ICR_START | start_page / ABI_PAGE_SIZE, &polls);
	return ST_OK;
}

_Noreturn void smp_main(struct machine_cpu *cpu)
{
	arch_cpu_init(&cpu->cpu);

	const char *wrong = lapic_init();
	if (!wrong && !tells_the_same(false)) {
		wrong = "CPUID does not say what it says on the first";
	}
	cpu_enter(&cpu->cpu, wrong);
}

_Noreturn void arch_cpu_park(void)
{
	for (;;) {
		__asm__ volatile("cli\n\thlt");
	}
}

status_t arch_ipi(uint64_t mask)
{
	uint32_t polls = SEND_POLLS;
	bool sent = true;

	for (uint32_t i = 0; i < cpu_count && sent; i++) {
		if (mask >> i & 1) {
			sent = lapic_send((uint32_t)arch_cpu_at(i)->hardware_id,
					  ICR_FIXED | ABI_IPI_VECTOR_X86_64,
					  &polls);
		}
	}
	return sent ? ST_OK : ST_AGAIN;
}

bool smp_shoot(void)
{
	uint64_t epoch = shoot_begin();
	uint32_t polls = SHOOT_LIMIT;

	for (uint32_t i = 0; i < cpu_count; i++) {
		const struct machine_cpu *other = &machine_cpus[i];

		if (!other->guest || shoot_done(&other->guest->shoot, epoch)) {
			continue;
		}
		lapic_send((uint32_t)other->cpu.hardware_id, ICR_NMI, &polls);
		while (!shoot_done(&other->guest->shoot, epoch)) {
			if (polls == 0) {
				return false;
			}
			polls--;
			pause();
		}
	}
	return true;
}
