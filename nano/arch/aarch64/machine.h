/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "abi/boot_info.h"
#include "cpu.h"

/** How the machine is switched off, enum boot_power_kind; known once
 * arch_console_early() has run. */
extern uint32_t machine_power;

/**
 * Calls firmware: SMC with the function and three arguments, the first result.
 * Only for functions of PSCI (Arm DEN 0022).
 */
uint64_t machine_firmware(uint64_t function, uint64_t a, uint64_t b,
			  uint64_t c);

/** Prepares the start of the other CPUs; nano's own tables are in use. */
void smp_prepare(const struct boot_info *boot);

/** Wakes this CPU's redistributor. Returns NULL, or what is wrong as one
 * phrase. */
const char *machine_wake(struct arm_cpu *cpu);

/** The C part of another CPU's start, called by entry.S. */
_Noreturn void smp_main(struct arm_cpu *cpu);

#define PSCI_CPU_ON        0xc4000003u
#define PSCI_VERSION       0x84000000u
#define PSCI_FEATURES      0x8400000au
#define PSCI_SYSTEM_OFF    0x84000008u
#define PSCI_NOT_SUPPORTED UINT64_MAX
#define PSCI_VERSION_TOLD  0x10000u /* 1.0, the first with FEATURES */
