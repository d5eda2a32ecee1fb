/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What boot tells nano, and, less what is nano's, nano tells the kernel.
 *
 * boot masks interrupts and enters nano with one pointer to this structure in
 * rdi / x0, a physical address below nano's window: the receiver reads it at
 * NANO_WINDOW + address. nano copies it, checks every field again, and enters
 * the kernel with a pointer in the kernel's window to its own copy. All other
 * registers are zero. All addresses here are physical.
 */
#include <stdint.h>

#define BOOT_INFO_MAGIC   0x4f464e4941535354 /* "TSSAINFO" */
#define BOOT_INFO_VERSION 1

#define BOOT_RANGES_MAX  64
#define BOOT_IMAGES_MAX  4
#define BOOT_CPUS_MAX    64
#define BOOT_ENTROPY_MAX 64

/*
 * X(number, name, text). Ranges are sorted, do not overlap, and are whole
 * pages. BOOT becomes RAM once nano has wiped it. The first page of TABLES is
 * zero and free: nano puts the kernel's copy of this structure there.
 */
#define BOOT_RANGE_KINDS(X)                                         \
	X(1, RAM, "free memory")                                    \
	X(2, NANO, "nano's image and pool, 2 MiB aligned")          \
	X(3, KERNEL, "the kernel's image, 2 MiB aligned")           \
	X(4, TABLES, "the kernel's first page tables, and this")    \
	X(5, CORE, "core's flat image")                             \
	X(6, ARCHIVE, "the boot archive; the device tree")          \
	X(7, BOOT, "boot itself, its stack and scratch memory")     \
	X(8, RESERVED, "firmware's: never mapped, never handed on") \
	X(9, DEVICE, "registers that the kernel's world may reach")

enum boot_range_kind {
#define X(number, name, text) BOOT_RANGE_##name = (number),
	BOOT_RANGE_KINDS(X)
#undef X
};

struct boot_range {
	uint64_t start, end;
	uint32_t kind; /* enum boot_range_kind */
	uint32_t zero;
};

enum boot_image_kind {
	BOOT_IMAGE_NANO = 1,
	BOOT_IMAGE_KERNEL,
	BOOT_IMAGE_CORE
};

#define BOOT_SEGMENTS_MAX 8

/** A part of an image that is mapped alike; whole pages, in order. */
struct boot_segment {
	uint64_t start, end; /* bytes from the image's address */
	uint32_t access;     /* ABI_ACCESS_* of abi/message.h: never W and X */
	uint32_t zero;
};

/** One flat image where boot placed it, and the measure of its archive entry. */
struct boot_image {
	uint32_t kind; /* enum boot_image_kind */
	uint32_t zero;
	uint64_t address, size;   /* physical; size as in memory, whole pages */
	uint64_t virtual_address; /* what `address` is mapped at */
	uint64_t entry;           /* virtual */
	uint8_t sha256[32];
	uint32_t segment_count;
	uint32_t zero2;
	struct boot_segment segments[BOOT_SEGMENTS_MAX];
};

enum boot_console_kind {
	BOOT_CONSOLE_NONE = 0,
	BOOT_CONSOLE_16550 = 1, /* address is an I/O port */
	BOOT_CONSOLE_PL011 = 2, /* address is memory */
};

enum boot_power_kind {
	BOOT_POWER_NONE = 0,
	BOOT_POWER_ACPI_PORT =
		1,               /* write `value` (16 bits) to port `address` */
	BOOT_POWER_PSCI_SMC = 2, /* SYSTEM_OFF through SMC */
};

struct boot_info {
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* of this structure, bytes */

	uint32_t range_count, image_count;
	struct boot_range ranges[BOOT_RANGES_MAX];
	struct boot_image images[BOOT_IMAGES_MAX];

	uint64_t archive, archive_size;

	/* Top-level page tables that boot built. nano_root is zero in the
	 * kernel's copy. On Arm kernel_root is for TTBR1_EL1. */
	uint64_t nano_root, kernel_root;

	uint64_t rsdp;          /* zero without ACPI */
	uint64_t dtb, dtb_size; /* zero without a device tree */

	uint32_t console_kind; /* enum boot_console_kind */
	uint32_t power_kind;   /* enum boot_power_kind; NONE for the kernel */
	uint64_t console_address;
	uint64_t power_address;
	uint64_t power_value;

	/* Interrupt controllers. x86_64: LAPIC, IOAPIC. aarch64: GICv3
	 * distributor, redistributors (stride 0x20000). */
	uint64_t irq_base[2];
	uint64_t irq_size[2];

	/* Ticks per second of the free-running counter (TSC, CNTVCT) and of the
	 * one-shot timer (LAPIC; the same as the counter on Arm). nano fills in
	 * what boot leaves zero. */
	uint64_t counter_hz, timer_hz;

	uint32_t cpu_count;    /* the first is the one that runs now */
	uint32_t entropy_size; /* bytes valid in entropy; zero: none found */
	uint64_t cpus[BOOT_CPUS_MAX]; /* APIC id; MPIDR affinity */
	uint8_t entropy[BOOT_ENTROPY_MAX];

	uint64_t authority; /* nano's interface authority; zero from boot */

	/* The free part of nano's pool, whole pages, all zero; between it and
	 * the end of nano's range lie nano's first page tables. Zero in the
	 * kernel's copy. */
	uint64_t nano_pool_start, nano_pool_end;

	/* x86_64: a page of RAM below 1 MiB that nobody uses, in a range that
	 * is RESERVED, from which other CPUs start; zero: there is none. Zero in
	 * the kernel's copy. */
	uint64_t start_page;
	uint64_t zero;
};
