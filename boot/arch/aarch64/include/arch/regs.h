/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Numbers that entry.S and machine.c share. Plain, so that both can read them.
 * Sources: Arm ARM, D17; Linux, Documentation/arch/arm64/booting.rst. */

#define BOOT_STACK_SIZE 0x4000

#define IMAGE_FLAGS 0xa   /* little endian, pages of 4 KiB, placed anywhere */
#define EL2_CURRENT 8     /* CurrentEL */
#define EL2H_MASKED 0x3c9 /* SPSR: EL2 on its own stack pointer, DAIF set */

#define HCR_RW 0x80000000

/* SCTLR_EL2 without MMU and caches: its RES1 bits. */
#define SCTLR_OFF  0x30c50830
#define SCTLR_MMU  0x1
#define SCTLR_DATA 0x4    /* data cache */
#define SCTLR_CODE 0x1000 /* instruction cache */
#define SCTLR_WXN  0x80000
