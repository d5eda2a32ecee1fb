/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry bits of aarch64, 4 KiB granule (Arm Architecture Reference Manual,
 * D8.3). MAIR has normal write-back memory at index 0 and device memory
 * (nGnRE) at index 1. EL2 has one execute-never bit and wants AP[1] set; in the
 * kernel's tables nothing is for EL0. Pages with code are guarded (BTI); a CPU
 * without BTI ignores that bit.
 */

#include "boot/arch.h"
#include "abi/image.h"
#include "abi/layout.h"

#define TABLE  3ull
#define PAGE   3ull        /* a leaf of the last level */
#define BLOCK  1ull        /* a leaf above it */
#define DEVICE (1ull << 2) /* AttrIndx 1 */
#define EL2    (1ull << 6) /* AP[1] */
#define RO     (1ull << 7) /* AP[2] */
#define INNER  (3ull << 8) /* inner shareable */
#define AF     (1ull << 10)
#define NG     (1ull << 11) /* not global: the kernel has an ASID */
#define GP     (1ull << 50)
#define PXN    (1ull << 53)
#define XN     (1ull << 54) /* EL2: XN; EL1: UXN */

#define LEAVES(more, text, never)                                          \
	{                                                                  \
		[TABLE_TEXT] = (more) | AF | INNER | RO | GP | (text),     \
		[TABLE_RODATA] = (more) | AF | INNER | RO | (never),       \
		[TABLE_DATA] = (more) | AF | INNER | (never),              \
		[TABLE_DEVICE] = (more) | AF | DEVICE | (never),           \
		[TABLE_DEVICE_READ] = (more) | AF | DEVICE | RO | (never), \
	}

const struct boot_arch boot_aarch64 = {
	.machine = IMAGE_MACHINE_AARCH64,
	.nano_base = NANO_BASE_AARCH64,
	.reach = 1ull << 46, /* the MMU is off: everything */
	.lapic_read = false,
	.nano = { .pointer = TABLE,
		  .page = LEAVES(PAGE | EL2, 0, XN),
		  .large = LEAVES(BLOCK | EL2, 0, XN) },
	.kernel = { .pointer = TABLE,
		    .page = LEAVES(PAGE | NG, XN, XN | PXN),
		    .large = LEAVES(BLOCK | NG, XN, XN | PXN) },
};
