/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The one CPU that everybody above nano sees: an allow-list of CPUID leaves
 * and of the bits in them, the same on every CPU of the machine.
 */
#include <stdbool.h>
#include <stdint.h>

struct cpuid_result {
	uint32_t eax, ebx, ecx, edx;
};

#define CPUID_FEATURES          0x00000001u
#define CPUID_FEATURES2         0x00000007u
#define CPUID_HYPERVISOR        0x40000000u
#define CPUID_EXTENDED          0x80000000u
#define CPUID_EXTENDED_FEATURES 0x80000001u
#define CPUID_SVM               0x8000000au

#define CPUID_1_EDX_MCE      (1u << 7)
#define CPUID_1_EDX_APIC     (1u << 9)
#define CPUID_7_EBX_SMEP     (1u << 7)
#define CPUID_7_EBX_SMAP     (1u << 20)
#define CPUID_7_ECX_UMIP     (1u << 2)
#define CPUID_7_ECX_RDPID    (1u << 22)
#define CPUID_8_1_ECX_SVM    (1u << 2)
#define CPUID_8_1_EDX_NX     (1u << 20)
#define CPUID_8_1_EDX_RDTSCP (1u << 27)
#define CPUID_SVM_EDX_NPT    (1u << 0)

#define CPUID_LISTED_MAX 16

/** The leaf in the list with that index; false past the last. */
bool cpuid_listed(uint32_t index, uint32_t *leaf, uint32_t *subleaf);

/**
 * Turns what the CPU answered to (leaf, subleaf) into what the guest gets.
 * Leaves that are not in the list are all zero.
 */
void cpuid_filter(uint32_t leaf, uint32_t subleaf, struct cpuid_result *result);
