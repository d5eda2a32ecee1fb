/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a PC that nano takes from everybody: interrupt controllers and,
 * as far as it can without an IOMMU, the devices' way to memory.
 */
#include "nano/arch/x86_64/machine.h"

#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/lapic.h"
#include "nano/own.h"

/* What boot_info's irq_base means on this machine. */
enum { IRQ_LAPIC, IRQ_IOAPIC };

/* The I/O APIC: an index and a data register; two words an entry. */
#define IOAPIC_DATA    (0x10 / sizeof(uint32_t))
#define IOAPIC_VERSION 0x01
#define IOAPIC_ENTRY   0x10
#define ENTRY_MASKED   (1u << 16)

#define PIC1_MASK 0x21
#define PIC2_MASK 0xa1
#define PIC_ALL   0xff

/* Channel 0 of the PIT: waits for a count that never comes. */
#define PIT_CONTROL 0x43
#define PIT_IDLE_0  0x30

static uint32_t ioapic_read(volatile uint32_t *ioapic, uint32_t index)
{
	ioapic[0] = index;
	return ioapic[IOAPIC_DATA];
}

static void ioapic_write(volatile uint32_t *ioapic, uint32_t index,
			 uint32_t value)
{
	ioapic[0] = index;
	ioapic[IOAPIC_DATA] = value;
}

static void ioapic_mask(uint64_t base, uint64_t size)
{
	volatile uint32_t *ioapic = own_map_device(base, size);
	uint32_t last = ioapic_read(ioapic, IOAPIC_VERSION) >> 16 & 0xff;

	for (uint32_t i = 0; i <= last; i++) {
		ioapic_write(ioapic, IOAPIC_ENTRY + 2 * i, ENTRY_MASKED);
		ioapic_write(ioapic, IOAPIC_ENTRY + 2 * i + 1, 0);
	}
}

/* The kernel's world reads the local APIC; who writes to it is nano. Nothing
 * else of a PC is known to be harmless. */
#define LAPIC_ACCESS (TABLE_READ | TABLE_DEVICE)

uint32_t arch_device_access(const struct boot_info *boot, uint64_t start,
			    uint64_t end)
{
	uint64_t lapic = boot->irq_base[IRQ_LAPIC];

	return start == lapic && end == lapic + ABI_PAGE_SIZE ? LAPIC_ACCESS
							      : 0;
}

/* boot tells where the APIC is, but gives it no range. */
bool arch_device_extra(const struct boot_info *boot, uint32_t index,
		       struct boot_range *range, uint32_t *access)
{
	uint64_t lapic = boot->irq_base[IRQ_LAPIC];

	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].start <= lapic &&
		    lapic < boot->ranges[i].end) {
			return false;
		}
	}
	if (index > 0 || boot->irq_size[IRQ_LAPIC] == 0) {
		return false;
	}
	range->start = lapic;
	range->end = lapic + ABI_PAGE_SIZE;
	*access = LAPIC_ACCESS;
	return true;
}

const char *arch_machine_close(const struct boot_info *boot)
{
	image_note(boot);
	if (boot->irq_size[IRQ_LAPIC] == 0) {
		return "boot found no local APIC";
	}

	out8(PIC1_MASK, PIC_ALL);
	out8(PIC2_MASK, PIC_ALL);
	out8(PIT_CONTROL, PIT_IDLE_0);
	if (boot->irq_size[IRQ_IOAPIC] != 0) {
		ioapic_mask(boot->irq_base[IRQ_IOAPIC],
			    boot->irq_size[IRQ_IOAPIC]);
	}
	pci_confine();
	lapic_map(boot->irq_base[IRQ_LAPIC], boot->irq_size[IRQ_LAPIC]);
	smp_prepare(boot, own_root());
	return lapic_init();
}

const char *arch_machine_name(void)
{
	return "SVM";
}

bool arch_dma_confined(void)
{
	return false;
}
