/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of boot: describe the machine, measure the archive, place the
 * images, build their tables, enter nano. Each step is complete before the
 * next begins, and the first that fails ends boot with one line.
 */

#include "boot/arch.h"

#include "abi/layout.h"
#include "boot/fault.h"
#include "boot/handoff.h"
#include "boot/ranges.h"
#include "common/assert.h"
#include "common/types.h"

static_assert(sizeof(struct boot_info) <= ABI_PAGE_SIZE, "one page");

/* What nano gets; it lies in boot's range and is wiped with it. */
static struct boot_info info __attribute__((aligned(ABI_PAGE_SIZE)));

void boot_main(uint64_t first, uint64_t second)
{
	static const char *const consoles[] = { "none", "16550", "PL011" };
	const char *entropy = "none";
	struct archive_view view;

	info.magic = BOOT_INFO_MAGIC;
	info.version = BOOT_INFO_VERSION;
	info.size = sizeof(info);
	stop_on(arch_describe(&info, first, second, &entropy));
	say("%lu MiB of memory, %u CPU%s, console %s, entropy %s",
	    ranges_memory(&info) >> 20, info.cpu_count,
	    info.cpu_count == 1 ? "" : "s", consoles[info.console_kind],
	    info.entropy_size ? entropy : "none: no keys, no tokens");
	measure_archive(&info, arch_self, &view);
	stop_on(handoff_place(&info, arch_self, &view));
	stop_on(handoff_map(&info, arch_self));
	arch_enter(&info);
}
