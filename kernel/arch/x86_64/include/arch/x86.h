/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Names for the numbers of the machine (AMD64 manual volume 2: 3.1 control
 * registers and EFER, 4.8 descriptors, 6.1 system calls, 8.2 vectors). Plain
 * numbers without suffixes of C, because assembly reads this too.
 */

/* Selectors, in the order that SYSCALL and SYSRET want. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

/* STAR: SYSCALL loads CS with the first field and SS with it + 8; SYSRET loads
 * SS with the second + 8 and CS with it + 16. */
#define STAR_SYSCALL_SHIFT 32
#define STAR_SYSRET_SHIFT  48

#define RFLAGS_FIXED 0x00002 /* always one */
#define RFLAGS_TF    0x00100
#define RFLAGS_IF    0x00200
#define RFLAGS_DF    0x00400
#define RFLAGS_IOPL  0x03000
#define RFLAGS_NT    0x04000
#define RFLAGS_RF    0x10000
#define RFLAGS_AC    0x40000

#define CR0_MP 0x00000002
#define CR0_EM 0x00000004
#define CR0_TS 0x00000008
#define CR0_NE 0x00000020
#define CR0_WP 0x00010000
#define CR0_AM 0x00040000

#define CR4_PAE        0x000020
#define CR4_MCE        0x000040
#define CR4_PGE        0x000080
#define CR4_OSFXSR     0x000200
#define CR4_OSXMMEXCPT 0x000400
#define CR4_UMIP       0x000800
#define CR4_SMEP       0x100000
#define CR4_SMAP       0x200000

#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_SFMASK         0xc0000084
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

#define EFER_SCE 0x001
#define EFER_NXE 0x800

#define VECTOR_DE        0 /* divide */
#define VECTOR_DB        1 /* debug */
#define VECTOR_NMI       2
#define VECTOR_BP        3  /* breakpoint */
#define VECTOR_UD        6  /* invalid opcode */
#define VECTOR_DF        8  /* double fault */
#define VECTOR_TS        10 /* invalid TSS */
#define VECTOR_NP        11 /* segment not present */
#define VECTOR_SS        12 /* stack */
#define VECTOR_GP        13 /* general protection */
#define VECTOR_PF        14 /* page fault */
#define VECTOR_MF        16 /* x87 */
#define VECTOR_AC        17 /* alignment check */
#define VECTOR_MC        18 /* machine check */
#define VECTOR_XF        19 /* SIMD */
#define VECTOR_CP        21 /* control protection */
#define VECTOR_HV        28 /* hypervisor injection */
#define VECTOR_VC        29 /* VMM communication */
#define VECTOR_SX        30 /* security */
#define VECTOR_INTERRUPT 32 /* the first that is no exception */
#define VECTOR_COUNT     256

/* Error code of a page fault. */
#define PF_WRITE   0x02
#define PF_EXECUTE 0x10
