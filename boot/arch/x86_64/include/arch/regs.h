/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Numbers that entry.S and machine.c share. Plain, so that both can read them.
 * Sources: AMD64 APM volume 2; multiboot2 3.1; Xen's elfnote.h. */

#define BOOT_STACK_SIZE  0x4000
#define CODE_SELECTOR    0x08
#define DATA_SELECTOR    0x10
#define FLAT_CODE        0x00af9b000000ffff /* present, ring 0, long */
#define FLAT_DATA        0x00cf93000000ffff
#define CR0_LONG         0x80010033 /* PG WP NE ET MP PE: paging, W^X for ring 0 */
#define CR4_PAE          0x20
#define MSR_EFER         0xc0000080
#define EFER_LONG        0x900 /* LME NXE */
#define IDENTITY         0xe3  /* present, writable, accessed, dirty, large */
#define TABLE            0x03
#define PD_ENTRIES       2048 /* 4 GiB in pages of 2 MiB */
#define CPUID_EXTENDED   0x80000000
#define CPUID_FEATURES   0x80000001
#define CPUID_LONG_BIT   29 /* of edx */
#define COM1             0x3f8
#define COM1_STATUS      0x3fd
#define COM1_SENT_BIT    0x20
#define MB2_HEADER_MAGIC 0xe85250d6
#define MB2_TAG_REQUEST  1
#define MB2_TAG_ALIGN    6
#define XEN_PHYS32_ENTRY 18
#define PVH_MAGIC        0x336ec578
