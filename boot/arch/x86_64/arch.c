/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry bits of x86_64 (AMD64 Architecture Programmer's Manual, volume 2,
 * 5.3). Accessed and dirty are set from the start, so that the processor never
 * writes to these tables. The kernel's pages are global, nano's need not be.
 */

#include "boot/arch.h"
#include "abi/image.h"
#include "abi/layout.h"

#define P  (1ull << 0) /* present */
#define W  (1ull << 1) /* writable */
#define UC (3ull << 3) /* uncached: PWT and PCD */
#define A  (1ull << 5) /* accessed */
#define AD (3ull << 5) /* accessed and dirty */
#define PS (1ull << 7) /* a large page */
#define G  (1ull << 8) /* global */
#define NX (1ull << 63)

#define LEAVES(more)                                             \
	{                                                        \
		[TABLE_TEXT] = P | AD | (more),                  \
		[TABLE_RODATA] = P | AD | NX | (more),           \
		[TABLE_DATA] = P | W | AD | NX | (more),         \
		[TABLE_DEVICE] = P | W | UC | AD | NX | (more),  \
		[TABLE_DEVICE_READ] = P | UC | AD | NX | (more), \
	}

const struct boot_arch boot_x86_64 = {
	.machine = IMAGE_MACHINE_X86_64,
	.nano_base = NANO_BASE_X86_64,
	.reach = 1ull << 32, /* what entry.S maps */
	.lapic_read = true,
	.nano = { .pointer = P | W | A,
		  .page = LEAVES(0),
		  .large = LEAVES(PS) },
	.kernel = { .pointer = P | W | A,
		    .page = LEAVES(G),
		    .large = LEAVES(G | PS) },
};
