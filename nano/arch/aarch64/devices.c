/* SPDX-License-Identifier: Apache-2.0 */
/* The allow-list of registers. */

#include "devices.h"

#include "common/types.h"
#include "nano/table.h"

static bool within(uint64_t start, uint64_t end, uint64_t base, uint64_t size)
{
	return start >= base && start < end && end - base <= size;
}

/* Whether the range lies in one of the SGI frames. */
static bool in_sgi_frame(const struct boot_info *boot, uint64_t start,
			 uint64_t end)
{
	uint64_t base = boot->irq_base[1];

	if (!within(start, end, base, boot->irq_size[1])) {
		return false;
	}

	uint64_t offset = (start - base) % DEVICES_REDIST_STRIDE;
	return offset >= DEVICES_REDIST_FRAME &&
	       end - start <= DEVICES_REDIST_STRIDE - offset;
}

uint32_t devices_access(const struct boot_info *boot, uint64_t start,
			uint64_t end)
{
	bool console = boot->console_kind == BOOT_CONSOLE_PL011 &&
		       within(start, end, boot->console_address, ABI_PAGE_SIZE);
	bool distributor =
		within(start, end, boot->irq_base[0], boot->irq_size[0]);

	return console || distributor || in_sgi_frame(boot, start, end)
		       ? TABLE_READ | TABLE_WRITE | TABLE_DEVICE
		       : 0;
}
