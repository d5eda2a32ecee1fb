/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the machine that nano keeps or hands on: which registers the
 * kernel's world may reach, the redistributor, the counter, the power switch.
 *
 * The kernel has the GIC's distributor, its own SGI frames and the CPU
 * interface. The RD frames stay nano's: they hold the tables of LPIs, which the
 * GIC reads and writes by physical address. The ITS stays nano's for the same
 * reason, and no range ever names it.
 */

#include "machine.h"

#include "common/assert.h"
#include "nano/arch.h"
#include "nano/own.h"
#include "sysreg.h"

#define FRAME_SIZE 0x10000u /* RD frame, then SGI frame (Arm IHI 0069, 12.10) */
#define STRIDE     0x20000u

#define GICR_TYPER            0x08
#define GICR_TYPER_LAST       (1ull << 4)
#define GICR_WAKER            0x14
#define WAKER_PROCESSOR_SLEEP (1u << 1)
#define WAKER_CHILDREN_ASLEEP (1u << 2)
#define WAIT_LIMIT            1000000u

uint32_t machine_power;

uint64_t machine_firmware(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	__asm__ volatile("smc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
			 :
			 : "memory", "cc", "x4", "x5", "x6", "x7", "x8", "x9",
			   "x10", "x11", "x12", "x13", "x14", "x15", "x16",
			   "x17");
	return x0;
}

static bool within(uint64_t start, uint64_t end, uint64_t base, uint64_t size)
{
	return start >= base && end - base <= size && start < end;
}

/* Whether the range is one of the SGI frames. */
static bool is_sgi_frame(const struct boot_info *boot, uint64_t start,
			 uint64_t end)
{
	uint64_t base = boot->irq_base[1];

	if (!within(start, end, base, boot->irq_size[1])) {
		return false;
	}

	uint64_t offset = (start - base) % STRIDE;
	return offset >= FRAME_SIZE && offset + (end - start) <= STRIDE;
}

uint32_t arch_device_access(const struct boot_info *boot, uint64_t start,
			    uint64_t end)
{
	bool console = boot->console_kind == BOOT_CONSOLE_PL011 &&
		       within(start, end, boot->console_address, ABI_PAGE_SIZE);
	bool distributor =
		within(start, end, boot->irq_base[0], boot->irq_size[0]);

	return console || distributor || is_sgi_frame(boot, start, end)
		       ? TABLE_READ | TABLE_WRITE | TABLE_DEVICE
		       : 0;
}

bool arch_device_extra(const struct boot_info *boot, uint32_t index,
		       struct boot_range *range, uint32_t *access)
{
	(void)boot;
	(void)index;
	(void)range;
	(void)access;
	return false;
}

/* Affinity as GICR_TYPER has it: Aff3.Aff2.Aff1.Aff0 in 32 bits. */
static uint64_t affinity(uint64_t mpidr)
{
	return (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;
}

/* The RD frame of the CPU with that affinity, or NULL. */
static volatile uint8_t *find_frame(const struct boot_info *boot,
				    uint64_t mpidr)
{
	uint64_t count = boot->irq_size[1] / STRIDE;

	for (uint64_t i = 0; i < count && i < BOOT_CPUS_MAX; i++) {
		volatile uint8_t *frame = own_map_device(
			boot->irq_base[1] + i * STRIDE, ABI_PAGE_SIZE);
		uint64_t type = *(volatile uint64_t *)(frame + GICR_TYPER);

		if (type >> 32 == affinity(mpidr)) {
			return frame;
		}
		if (type & GICR_TYPER_LAST) {
			break;
		}
	}
	return NULL;
}

const char *arch_machine_close(const struct boot_info *boot)
{
	volatile uint8_t *frame = find_frame(boot, boot->cpus[0]);

	if (!frame) {
		return "no redistributor is this CPU's";
	}

	volatile uint32_t *waker = (volatile uint32_t *)(frame + GICR_WAKER);
	*waker &= ~WAKER_PROCESSOR_SLEEP;
	for (uint32_t i = 0; i < WAIT_LIMIT; i++) {
		if (!(*waker & WAKER_CHILDREN_ASLEEP)) {
			return NULL;
		}
	}
	return "the redistributor does not wake";
}

void arch_clock(struct boot_info *boot)
{
	uint64_t hz = SYSREG_READ(CNTFRQ_EL0);

	boot->counter_hz = boot->counter_hz ? boot->counter_hz : hz;
	boot->timer_hz = boot->timer_hz ? boot->timer_hz : hz;
}

const char *arch_machine_name(void)
{
	return "EL2";
}

bool arch_dma_confined(void)
{
	return false; /* no driver of the SMMU; no device is reachable below */
}

status_t arch_irq_ack_and_arm(struct cpu *cpu, uint64_t vector, uint64_t ticks)
{
	(void)cpu;
	(void)vector;
	(void)ticks;
	return ST_NOT_SUPPORTED; /* the kernel has the GIC and the timer */
}

_Noreturn void arch_power_off(void)
{
	if (machine_power == BOOT_POWER_PSCI_SMC) {
		machine_firmware(PSCI_SYSTEM_OFF, 0, 0, 0);
	}
	for (;;) {
		__asm__ volatile("wfi");
	}
}
