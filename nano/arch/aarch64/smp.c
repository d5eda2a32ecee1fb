/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of other CPUs through PSCI (Arm DEN 0022, CPU_ON). A CPU comes up
 * at EL2 with its MMU and caches off: what it reads before it switches them on
 * is cleaned to memory, and the page it executes is mapped at its physical
 * address.
 */

#include "common/assert.h"
#include "common/string.h"
#include "features.h"
#include "machine.h"
#include "nano/arch.h"
#include "nano/own.h"
#include "sysreg.h"

#define CTR_LINE(value) (4ull << ((value) >> 16 & 15))

extern const char nano_text_start[], secondary_entry[], secondary_continue[];

static struct arm_start starts[BOOT_CPUS_MAX];
static uint64_t distance; /* of nano's image: virtual minus physical */
static uint64_t features; /* of the first CPU */
static uint64_t told[FEATURES_TOLD];

static paddr_t physical(const void *at)
{
	return (paddr_t){ (uint64_t)at - distance };
}

/* What this CPU has in caches of [at, at + size), a CPU without sees. */
static void clean(const void *at, uint64_t size)
{
	uint64_t line = CTR_LINE(SYSREG_READ(CTR_EL0));
	uint64_t end = (uint64_t)at + size;

	for (uint64_t va = align_down((uint64_t)at, line); va < end;
	     va += line) {
		__asm__ volatile("dc cvac, %0" ::"r"(va) : "memory");
	}
	__asm__ volatile("dsb sy" ::: "memory");
}

void smp_prepare(const struct boot_info *boot)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_NANO) {
			distance = (uint64_t)nano_text_start -
				   boot->images[i].address;
		}
	}
	features = features_of_cpu();
	features_told(told);
	if (cpu_count > 1) {
		paddr_t page = { align_down(physical(secondary_entry).a,
					    ABI_PAGE_SIZE) };

		own_map_start(page, TABLE_READ | TABLE_EXECUTE);
		clean(secondary_entry,
		      (uint64_t)(secondary_continue - secondary_entry));
	}
}

status_t arch_cpu_start(struct cpu *cpu, bool again)
{
	struct arm_start *start = &starts[cpu->index];

	if (machine_power != BOOT_POWER_PSCI_SMC) {
		return ST_NOT_SUPPORTED;
	}
	if (again) {
		return ST_OK; /* firmware loses nothing */
	}
	cpu_translation(start);
	start->stack = arm_cpu_of(cpu)->stack;
	start->cpu = arm_cpu_of(cpu);
	start->entry = (uint64_t)secondary_continue;
	clean(start, sizeof(*start));
	return machine_firmware(PSCI_CPU_ON, cpu->hardware_id,
				physical(secondary_entry).a,
				physical(start).a) == 0
		       ? ST_OK
		       : ST_GONE;
}

_Noreturn void smp_main(struct arm_cpu *cpu)
{
	uint64_t tells[FEATURES_TOLD];

	arch_cpu_init(&cpu->cpu);
	features_told(tells);
	cpu_enter(&cpu->cpu,
		  features_of_cpu() != features
			  ? "it has not what the first CPU has"
		  : memcmp(tells, told, sizeof(told)) != 0
			  ? "its ID registers are not the first CPU's"
			  : machine_wake(cpu));
}

_Noreturn void arch_cpu_park(void)
{
	for (;;) {
		__asm__ volatile("wfi");
	}
}
