/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allow-list of CPUID (AMD64 manual volume 3, appendix E).
 *
 * Left out on purpose: SVM; what identifies a CPU or counts them (APIC ids,
 * topology); RDTSCP and RDPID, which read a CPU's number; MONITOR; XSAVE and
 * all that needs it, because nobody switches that state; x2APIC and the TSC
 * deadline timer, whose MSRs are nano's; machine checks, MTRRs and SYSENTER,
 * whose MSRs are refused; LA57 and protection keys, which nobody switches;
 * speculation controls, whose MSRs are refused.
 */
#include "nano/arch/x86_64/cpuid.h"

#include <stddef.h>

#include "common/assert.h"

struct rule {
	uint32_t leaf, subleaf;
	struct cpuid_result keep, add;
};

#define ANY_SUBLEAF UINT32_MAX

/* SSE3, PCLMUL, SSSE3, CX16, PCID, SSE4.1, SSE4.2, MOVBE, POPCNT, AES,
 * RDRAND. Added: a hypervisor is there. */
#define LEAF_1_ECX 0x42da2203u
#define HYPERVISOR 0x80000000u
/* FPU, PSE, TSC, MSR, PAE, CX8, APIC, PGE, CMOV, PAT, PSE36, CLFLUSH, MMX,
 * FXSR, SSE, SSE2. */
#define LEAF_1_EDX 0x078ba379u
/* The size of a cache line for CLFLUSH. */
#define LEAF_1_EBX 0x0000ff00u
/* FSGSBASE, BMI1, SMEP, BMI2, ERMS, INVPCID, RDSEED, ADX, SMAP, CLFLUSHOPT,
 * CLWB, SHA. */
#define LEAF_7_EBX 0x219c0789u
/* UMIP. FSRM. */
#define LEAF_7_ECX 0x00000004u
#define LEAF_7_EDX 0x00000010u
/* LAHF, LZCNT, SSE4A, misaligned SSE, PREFETCHW. */
#define EXTENDED_1_ECX 0x000001e1u
/* Those of leaf 1 that AMD repeats, SYSCALL, NX, MMX extensions, 1 GiB pages,
 * long mode. */
#define EXTENDED_1_EDX 0x25d3ab79u
/* Invariant TSC. */
#define EXTENDED_7_EDX 0x00000100u
/* Sizes of physical and linear addresses. */
#define EXTENDED_8_EAX 0x0000ffffu

#define ALL 0xffffffffu

#define LEAF_MAX       0x00000007u
#define HYPERVISOR_MAX 0x40000000u
#define EXTENDED_MAX   0x80000008u

/* "TesseraNano" and a zero, as ebx ecx edx carry it. */
#define NAME_EBX 0x73736554u
#define NAME_ECX 0x4e617265u
#define NAME_EDX 0x006f6e61u

static const struct rule rules[] = {
	{ 0x00000000,
	  ANY_SUBLEAF,
	  { 0, ALL, ALL, ALL },
	  { LEAF_MAX, 0, 0, 0 } },
	{ 0x00000001,
	  ANY_SUBLEAF,
	  { ALL, LEAF_1_EBX, LEAF_1_ECX, LEAF_1_EDX },
	  { 0, 0, HYPERVISOR, 0 } },
	{ 0x00000007,
	  0,
	  { 0, LEAF_7_EBX, LEAF_7_ECX, LEAF_7_EDX },
	  { 0, 0, 0, 0 } },
	{ 0x40000000,
	  ANY_SUBLEAF,
	  { 0, 0, 0, 0 },
	  { HYPERVISOR_MAX, NAME_EBX, NAME_ECX, NAME_EDX } },
	{ 0x80000000,
	  ANY_SUBLEAF,
	  { 0, ALL, ALL, ALL },
	  { EXTENDED_MAX, 0, 0, 0 } },
	{ 0x80000001,
	  ANY_SUBLEAF,
	  { ALL, 0, EXTENDED_1_ECX, EXTENDED_1_EDX },
	  { 0, 0, 0, 0 } },
	{ 0x80000002, ANY_SUBLEAF, { ALL, ALL, ALL, ALL }, { 0, 0, 0, 0 } },
	{ 0x80000003, ANY_SUBLEAF, { ALL, ALL, ALL, ALL }, { 0, 0, 0, 0 } },
	{ 0x80000004, ANY_SUBLEAF, { ALL, ALL, ALL, ALL }, { 0, 0, 0, 0 } },
	{ 0x80000007,
	  ANY_SUBLEAF,
	  { 0, 0, 0, EXTENDED_7_EDX },
	  { 0, 0, 0, 0 } },
	{ 0x80000008,
	  ANY_SUBLEAF,
	  { EXTENDED_8_EAX, 0, 0, 0 },
	  { 0, 0, 0, 0 } },
};

static_assert(sizeof(rules) / sizeof(rules[0]) <= CPUID_LISTED_MAX,
	      "who compares CPUs has room for all");

static const struct rule nothing;

static const struct rule *find(uint32_t leaf, uint32_t subleaf)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].leaf == leaf && (rules[i].subleaf == ANY_SUBLEAF ||
					      rules[i].subleaf == subleaf)) {
			return &rules[i];
		}
	}
	return &nothing;
}

bool cpuid_listed(uint32_t index, uint32_t *leaf, uint32_t *subleaf)
{
	if (index >= sizeof(rules) / sizeof(rules[0])) {
		return false;
	}
	*leaf = rules[index].leaf;
	*subleaf =
		rules[index].subleaf == ANY_SUBLEAF ? 0 : rules[index].subleaf;
	return true;
}

void cpuid_filter(uint32_t leaf, uint32_t subleaf, struct cpuid_result *result)
{
	const struct rule *rule = find(leaf, subleaf);

	result->eax = (result->eax & rule->keep.eax) | rule->add.eax;
	result->ebx = (result->ebx & rule->keep.ebx) | rule->add.ebx;
	result->ecx = (result->ecx & rule->keep.ecx) | rule->add.ecx;
	result->edx = (result->edx & rule->keep.edx) | rule->add.edx;
}
