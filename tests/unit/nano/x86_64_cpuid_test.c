/* SPDX-License-Identifier: Apache-2.0 */
/* The one CPU everybody sees: what a CPU that has everything becomes.
 * Shows A2 E66. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nano/arch/x86_64/cpuid.h"

#define ALL 0xffffffffu

static struct cpuid_result of_all(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_result r = { ALL, ALL, ALL, ALL };

	cpuid_filter(leaf, subleaf, &r);
	return r;
}

static bool is_zero(struct cpuid_result r)
{
	return (r.eax | r.ebx | r.ecx | r.edx) == 0;
}

static bool in_list(uint32_t leaf)
{
	return leaf == 0 || leaf == 1 || leaf == 7 || leaf == 0x40000000 ||
	       (leaf >= 0x80000000 && leaf <= 0x80000004) ||
	       leaf == 0x80000007 || leaf == 0x80000008;
}

static void test_leaves(void **unused)
{
	(void)unused;
	static const uint32_t starts[] = { 0,          0x40000000, 0x80000000,
					   0x8fff0000, 0xc0000000, ALL - 255 };

	for (size_t i = 0; i < 6; i++) {
		for (uint32_t j = 0; j < 256; j++) {
			uint32_t leaf = starts[i] + j;

			assert_int_equal(is_zero(of_all(leaf, 0)),
					 !in_list(leaf));
		}
	}
	assert_true(is_zero(of_all(7, 1)));
}

static void test_limits(void **unused)
{
	(void)unused;
	assert_int_equal(of_all(0, 0).eax, 7);
	assert_int_equal(of_all(0x40000000, 0).eax, 0x40000000);
	assert_int_equal(of_all(0x80000000, 0).eax, 0x80000008);
}

static void test_name(void **unused)
{
	(void)unused;
	struct cpuid_result r = of_all(0x40000000, 5);
	uint32_t name[3] = { r.ebx, r.ecx, r.edx };

	assert_memory_equal(name, "TesseraNano", 12);
}

static void test_hidden(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t leaf, ecx, edx;
	} hidden[] = {
		/* MONITOR, VMX, SMX, x2APIC, deadline timer, XSAVE, OSXSAVE,
		 * AVX, F16C, FMA; SYSENTER, MCE, MCA, MTRR, HTT, DE. */
		{ 1,
		  1u << 3 | 1u << 5 | 1u << 6 | 1u << 21 | 1u << 24 | 7u << 26 |
			  1u << 29 | 1u << 12,
		  1u << 11 | 1u << 7 | 1u << 14 | 1u << 12 | 1u << 28 |
			  1u << 2 },
		/* PKU, LA57, RDPID; speculation controls. */
		{ 7, 1u << 3 | 1u << 16 | 1u << 22, 0x3fu << 26 },
		/* SVM, SKINIT, topology; RDTSCP, FFXSR. */
		{ 0x80000001, 1u << 2 | 1u << 12 | 1u << 22,
		  1u << 27 | 1u << 25 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct cpuid_result r = of_all(hidden[i].leaf, 0);

		assert_int_equal(r.ecx & hidden[i].ecx, 0);
		assert_int_equal(r.edx & hidden[i].edx, 0);
	}
}

/* APIC ids and counts of CPUs, wherever CPUs tell them. */
static void test_no_identity(void **unused)
{
	(void)unused;
	assert_int_equal(of_all(1, 0).ebx >> 16, 0);
	assert_true(is_zero(of_all(0x0b, 0)));
	assert_true(is_zero(of_all(0x1f, 0)));
	assert_int_equal(of_all(0x80000008, 0).ecx, 0);
	assert_true(is_zero(of_all(0x8000001e, 0)));
}

/* What programs of ours are built for, and what the kernel looks for. */
static void test_offered(void **unused)
{
	(void)unused;
	uint32_t base = 1u << 0 | 1u << 8 | 1u << 15 | 1u << 23 | 1u << 24 |
			1u << 25 | 1u << 26;

	assert_int_equal(of_all(1, 0).edx & base, base);
	assert_true(of_all(1, 0).ecx >> 30 & 1); /* RDRAND */
	assert_true(of_all(1, 0).ecx >> 31 & 1); /* a hypervisor */
	assert_true(of_all(7, 0).ebx & CPUID_7_EBX_SMEP);
	assert_true(of_all(7, 0).ebx & CPUID_7_EBX_SMAP);
	assert_true(of_all(7, 0).ecx & CPUID_7_ECX_UMIP);
	assert_true(of_all(0x80000001, 0).edx & CPUID_8_1_EDX_NX);
}

/* A bit that the CPU lacks is never added. */
static void test_never_more(void **unused)
{
	(void)unused;
	struct cpuid_result r = { 0, 0, 0, 0 };

	cpuid_filter(7, 0, &r);
	assert_true(is_zero(r));
	cpuid_filter(0x80000001, 0, &r);
	assert_true(is_zero(r));
	cpuid_filter(1, 0, &r);
	assert_int_equal(r.ecx, 1u << 31);
	assert_int_equal(r.eax | r.ebx | r.edx, 0);
}

/* The list for who compares CPUs has every leaf that tells anything. */
static void test_listed(void **unused)
{
	(void)unused;
	uint32_t leaf, subleaf, count = 0;

	for (uint32_t i = 0; cpuid_listed(i, &leaf, &subleaf); i++) {
		assert_true(in_list(leaf) && subleaf == 0);
		count++;
	}
	assert_int_equal(count, 11);
	assert_false(cpuid_listed(ALL, &leaf, &subleaf));
}

/* Nothing in what is told is one CPU's: no APIC id, no topology, no number. */
static void test_no_number_of_a_cpu(void **unused)
{
	(void)unused;
	assert_int_equal(of_all(1, 0).ebx & 0xffff0000, 0);
	assert_true(is_zero(of_all(0xb, 0)));
	assert_true(is_zero(of_all(0x1f, 0)));
	assert_true(is_zero(of_all(0x8000001e, 0)));
	assert_int_equal(of_all(0x80000008, 0).ecx, 0);
	assert_int_equal(of_all(7, 0).ecx & CPUID_7_ECX_RDPID, 0);
	assert_int_equal(of_all(0x80000001, 0).edx & CPUID_8_1_EDX_RDTSCP, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_no_number_of_a_cpu),
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_no_identity),
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_never_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
