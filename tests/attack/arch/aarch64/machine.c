/* SPDX-License-Identifier: Apache-2.0 */
/* Scratch page tables of the hostile kernel, and what the attacks of this
 * machine have in common. */

#include "machine.h"

static uint64_t tables[3][ENTRIES] __attribute__((aligned(4096)));

void machine_synchronize(void)
{
	__asm__ volatile("dsb ishst; tlbi vmalle1; dsb ish; isb" ::: "memory");
}

uint64_t attack_physical(const volatile void *at)
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

uint64_t *machine_root(void)
{
	return (uint64_t *)(KERNEL_WINDOW + attack_boot->kernel_root);
}

volatile void *machine_map_as(uint64_t descriptor)
{
	machine_root()[ROOT_ENTRY] = attack_physical(tables[0]) | TABLE;
	tables[0][0] = attack_physical(tables[1]) | TABLE;
	tables[1][0] = attack_physical(tables[2]) | TABLE;
	tables[2][0] = descriptor;
	machine_synchronize();
	return (volatile void *)SCRATCH;
}

volatile void *attack_map(uint64_t pa, bool device)
{
	return machine_map_as(pa | PAGE | ACCESSED | PXN | UXN |
			      (device ? DEVICE : INNER));
}

void attack_machine_init(void)
{
	/* entry.S has set the vectors. */
}

void attack_flush(void)
{
	machine_synchronize();
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

bool machine_undefined(void (*attempt)(uint64_t), uint64_t argument)
{
	return attack_faults(attempt, argument) &&
	       (CLASS(attack_fault.syndrome) == CLASS_UNDEFINED ||
		CLASS(attack_fault.syndrome) == CLASS_REGISTER);
}

bool machine_all_trapped(void (*const *attempts)(uint64_t), uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!attack_refused(ABI_NANO_COUNTER_REGISTER, attempts[i],
				    0) ||
		    CLASS(attack_fault.syndrome) != CLASS_UNDEFINED) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return true;
}

const struct attack_group *const attack_machine[] = {
	&machine_memory,  &machine_firmware, &machine_registers,
	&machine_devices, &machine_sweeps,
};

const uint32_t attack_machine_count = ARRAY_SIZE(attack_machine);

uint64_t attack_clock(void)
{
	uint64_t count;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb"
			 : "=r"(count)::"memory");
	return count;
}

void attack_spin(uint64_t turns)
{
	__asm__ volatile("1:\tsubs %0, %0, #1\n\tb.ne 1b" : "+r"(turns)::"cc");
}
