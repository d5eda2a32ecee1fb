/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: those that write memory by themselves, and those that are nano's. */

#include "machine.h"

#define PRIMECELL_ID 0xfe0

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

/* --- devices -------------------------------------------------------------------- */

static void read_half(uint64_t address)
{
	attack_sink = *(volatile uint32_t *)address;
}

/* A device is refused, and the register that would tell what it is tells
 * nothing. */
static bool device_refused(uint64_t pa, uint64_t tells)
{
	uint64_t address = (uint64_t)attack_map(pa, true);

	attack_sink = 0;
	if (!attack_faults(read_half, address + tells) && attack_sink != 0 &&
	    attack_sink != UINT32_MAX) {
		attack_effect("the device at 0x%lx tells 0x%lx", pa,
			      attack_sink);
		return false;
	}

	bool refused =
		attack_read_refused(pa, true) && attack_write_refused(pa, true);
	if (!refused) {
		attack_note("device 0x%lx", pa);
	}
	return refused;
}

/* --- fw_cfg -------------------------------------------------------------------- */

/* Its DMA knows no page tables: it gets physical addresses. */
static volatile struct {
	uint32_t control, length;
	uint64_t address;
} request __attribute__((aligned(16)));

#define FW_CFG_DMA      0x10
#define DMA_READ_ITEM_0 0x0a /* select item 0, the signature, and read it */

static void start_dma(uint64_t address)
{
	*(volatile uint64_t *)(address + FW_CFG_DMA) =
		__builtin_bswap64(attack_physical(&request));
}

static bool dma_refused(uint64_t to)
{
	uint64_t address = (uint64_t)attack_map(FW_CFG, true);

	request.control = __builtin_bswap32(DMA_READ_ITEM_0);
	request.length = __builtin_bswap32(sizeof(uint32_t));
	request.address = __builtin_bswap64(to);
	return attack_refused(ABI_NANO_COUNTER_MEMORY, start_dma, address) &&
	       request.control == __builtin_bswap32(DMA_READ_ITEM_0);
}

/* First at a word of ours, to see that it works, then at nano. */
static bool fw_cfg(void)
{
	static volatile uint32_t word;
	bool good = dma_refused(attack_physical(&word));

	good = dma_refused(attack_nano_page()) && good;
	if (word != 0) {
		attack_effect("0x%x came to memory by its physical address",
			      word);
		return false;
	}
	return good && device_refused(FW_CFG, 0);
}

/* --- the interrupt controller ----------------------------------------------------- */

#define FRAME_ID       0xffe8
#define FRAME_PENDBASE 0x78

/* The GIC reads and writes the tables of LPIs by physical address. */
static void point_at_nano(uint64_t address)
{
	volatile uint64_t *tables =
		(volatile uint64_t *)(address + FRAME_PENDBASE);
	uint64_t old = *tables;

	*tables = attack_nano_page();
	attack_sink = *tables;
	*tables = old;
}

static bool interrupt_tables(void)
{
	uint64_t frame = attack_boot->irq_base[1];
	uint64_t address = (uint64_t)attack_map(frame, true);

	attack_sink = 0;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_MEMORY, point_at_nano, address);
	if ((attack_sink & ~(uint64_t)(ABI_PAGE_SIZE - 1)) ==
	    attack_nano_page()) {
		attack_effect("the GIC has its table in nano's page at 0x%lx",
			      attack_nano_page());
	}
	return refused;
}

static bool interrupt_translation(void)
{
	return device_refused(ITS, FRAME_ID & 0xfff) &&
	       device_refused(ITS + 0x10000, 0);
}

static bool redistributors(void)
{
	uint64_t base = attack_boot->irq_base[1];

	for (uint32_t i = 0; i < 4; i++) {
		if (!device_refused(base + i * REDIST_STEP, 0x8)) {
			return false;
		}
	}
	return device_refused(base + 0xf000, FRAME_ID & 0xfff);
}

static bool virtio_mmio(void)
{
	return device_refused(VIRTIO_MMIO, 0) &&
	       device_refused(VIRTIO_MMIO + 0x3000, 0);
}

static bool smmu(void)
{
	return device_refused(SMMU, 0) && device_refused(SMMU + 0x10000, 0);
}

static bool pci(void)
{
	return device_refused(ECAM_HIGH, 0) && device_refused(ECAM_LOW, 0) &&
	       device_refused(PCI_MEMORY, 0);
}

static bool other_devices(void)
{
	return device_refused(RTC, PRIMECELL_ID) &&
	       device_refused(GPIO, PRIMECELL_ID) && device_refused(FLASH, 0);
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

static const struct attack attacks[] = {
	ATTACK("fw_cfg", "A2", fw_cfg),
	ATTACK("interrupt translation service", "A2", interrupt_translation),
	ATTACK("tables of LPIs in nano's memory", "A2", interrupt_tables),
	ATTACK("RD frames of the redistributors", "A2", redistributors),
	ATTACK("virtio-mmio", "A2", virtio_mmio),
	ATTACK("SMMU", "A2", smmu),
	ATTACK("PCI configuration and memory", "A2", pci),
	ATTACK("flash, clock, GPIO", "A2", other_devices),
	ATTACK("switch the console off", "A2", console_switched_off),
};

const struct attack_group machine_devices = ATTACK_GROUP(attacks);
