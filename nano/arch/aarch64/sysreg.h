/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * System registers and barriers. Registers that the assembler knows only with
 * newer architectures are named by their encoding, S<op0>_<op1>_C<n>_C<m>_<op2>
 * (Arm ARM D19).
 */

#include <stdint.h>

#define SYSREG_READ(name)                                                    \
	({                                                                   \
		uint64_t value_;                                             \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory"); \
		value_;                                                      \
	})
#define SYSREG_WRITE(name, value)                                     \
	__asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) \
			 : "memory")

#define ICC_SRE_EL2  S3_4_C12_C9_5
#define ICH_HCR_EL2  S3_4_C12_C11_0
#define HCRX_EL2     S3_4_C1_C2_2
#define MPAM2_EL2    S3_4_C10_C5_0
#define HFGRTR_EL2   S3_4_C1_C1_4
#define HFGWTR_EL2   S3_4_C1_C1_5
#define HFGITR_EL2   S3_4_C1_C1_6
#define HDFGRTR_EL2  S3_4_C3_C1_4
#define HDFGWTR_EL2  S3_4_C3_C1_5
#define HAFGRTR_EL2  S3_4_C3_C1_6
#define APIAKEYLO    S3_0_C2_C1_0
#define ID_MMFR2_EL1 S3_0_C0_C7_2
#define ID_ISAR2_EL1 S3_0_C0_C6_2

/* One more level, so that the names above are replaced before they are made a
 * string. */
#define SYSREG_READ_BY(name)         SYSREG_READ(name)
#define SYSREG_WRITE_BY(name, value) SYSREG_WRITE(name, value)

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}
