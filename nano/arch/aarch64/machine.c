/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the machine that nano keeps or hands on: the
 * redistributor, the counter, the power switch.
 */

#include "machine.h"

#include "devices.h"
#include "nano/arch.h"
#include "nano/own.h"
#include "sysreg.h"

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

uint32_t arch_device_access(const struct boot_info *boot, uint64_t start,
			    uint64_t end)
{
	return devices_access(boot, start, end);
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

/* Remembers where each CPU's RD frame is. The frames lie one after the other in
 * an order of the machine's own. */
static void find_frames(const struct boot_info *boot)
{
	uint64_t count = boot->irq_size[1] / DEVICES_REDIST_STRIDE;

	for (uint64_t i = 0; i < count && i < BOOT_CPUS_MAX; i++) {
		volatile uint8_t *frame = own_map_device(
			boot->irq_base[1] + i * DEVICES_REDIST_STRIDE,
			ABI_PAGE_SIZE);
		uint64_t type = *(volatile uint64_t *)(frame + GICR_TYPER);

		for (uint32_t n = 0; n < cpu_count; n++) {
			struct arm_cpu *cpu = arm_cpu_of(arch_cpu_at(n));

			if (type >> 32 == affinity(cpu->cpu.hardware_id)) {
				cpu->redist = frame;
			}
		}
		if (type & GICR_TYPER_LAST) {
			break;
		}
	}
}

const char *machine_wake(struct arm_cpu *cpu)
{
	if (!cpu->redist) {
		return "no redistributor is this CPU's";
	}

	volatile uint32_t *waker =
		(volatile uint32_t *)(cpu->redist + GICR_WAKER);
	*waker &= ~WAKER_PROCESSOR_SLEEP;
	for (uint32_t i = 0; i < WAIT_LIMIT; i++) {
		if (!(*waker & WAKER_CHILDREN_ASLEEP)) {
			return NULL;
		}
	}
	return "the redistributor does not wake";
}

const char *arch_machine_close(const struct boot_info *boot)
{
	find_frames(boot);
	smp_prepare(boot);
	return machine_wake(arm_cpu_of(arch_cpu()));
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

status_t arch_ipi(uint64_t mask)
{
	(void)mask;
	return ST_NOT_SUPPORTED; /* the kernel has the GIC */
}

_Noreturn void arch_power_off(void)
{
	if (machine_power == BOOT_POWER_PSCI_SMC) {
		machine_firmware(PSCI_SYSTEM_OFF, 0, 0, 0);
	}
	arch_cpu_park();
}
