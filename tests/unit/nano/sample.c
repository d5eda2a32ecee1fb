/* SPDX-License-Identifier: Apache-2.0 */
/* The sound hand-over from which tests break one thing at a time. */

#include "sample.h"

#include <string.h>

#include "abi/message.h"
#include "nano/console.h"
#include "nano/cpu.h"
#include "nano/pool.h"
#include "nano/power.h"
#include "nano/start.h"
#include "nano/world.h"

static void add_range(struct boot_info *boot, uint64_t start, uint64_t end,
		      enum boot_range_kind kind)
{
	boot->ranges[boot->range_count++] = (struct boot_range){
		.start = start,
		.end = end,
		.kind = kind,
	};
}

static void add_image(struct boot_info *boot, enum boot_image_kind kind,
		      uint64_t address, uint64_t virtual_address)
{
	struct boot_image *image = &boot->images[boot->image_count++];

	*image = (struct boot_image){
		.kind = kind,
		.address = address,
		.size = SAMPLE_IMAGE_SIZE,
		.virtual_address = virtual_address,
		.entry = virtual_address + 16,
		.segment_count = 2,
		.segments = {
			{ 0, 0x4000, ABI_ACCESS_READ | ABI_ACCESS_EXECUTE, 0 },
			{ 0x5000, SAMPLE_IMAGE_SIZE,
			  ABI_ACCESS_READ | ABI_ACCESS_WRITE, 0 },
		},
	};
	memset(image->sha256, 0xa0 + (int)kind, sizeof(image->sha256));
}

static void add_ranges(struct boot_info *boot)
{
	add_range(boot, FAKE_IRQ_0, FAKE_IRQ_0 + 0x10000, BOOT_RANGE_DEVICE);
	add_range(boot, FAKE_IRQ_1 + 0x10000, FAKE_IRQ_1_END,
		  BOOT_RANGE_DEVICE);
	add_range(boot, FAKE_CONSOLE, FAKE_CONSOLE + 0x1000, BOOT_RANGE_DEVICE);
	add_range(boot, SAMPLE_BOOT_1, SAMPLE_RAM_1, BOOT_RANGE_BOOT);
	add_range(boot, SAMPLE_RAM_1, SAMPLE_NANO, BOOT_RANGE_RAM);
	add_range(boot, SAMPLE_NANO, SAMPLE_NANO_END, BOOT_RANGE_NANO);
	add_range(boot, SAMPLE_KERNEL, SAMPLE_TABLES, BOOT_RANGE_KERNEL);
	add_range(boot, SAMPLE_TABLES, SAMPLE_CORE, BOOT_RANGE_TABLES);
	add_range(boot, SAMPLE_CORE, SAMPLE_ARCHIVE, BOOT_RANGE_CORE);
	add_range(boot, SAMPLE_ARCHIVE, SAMPLE_RESERVED, BOOT_RANGE_ARCHIVE);
	add_range(boot, SAMPLE_RESERVED, SAMPLE_RAM_2, BOOT_RANGE_RESERVED);
	add_range(boot, SAMPLE_RAM_2, SAMPLE_BOOT_2, BOOT_RANGE_RAM);
	add_range(boot, SAMPLE_BOOT_2, FAKE_RAM_END, BOOT_RANGE_BOOT);
}

void sample_make(struct boot_info *boot)
{
	fake_reset();
	fake.nano_start = SAMPLE_NANO;
	fake.nano_end = SAMPLE_NANO_END;
	world_kernel.operational = false;
	cpu_others = false;
	power_ending = false;
	power_breaker = NULL;
	console_over = false;

	memset(boot, 0, sizeof(*boot));
	boot->magic = BOOT_INFO_MAGIC;
	boot->version = BOOT_INFO_VERSION;
	boot->size = sizeof(*boot);
	add_ranges(boot);
	add_image(boot, BOOT_IMAGE_NANO, SAMPLE_NANO,
		  (uint64_t)fake_memory(SAMPLE_NANO));
	add_image(boot, BOOT_IMAGE_KERNEL, SAMPLE_KERNEL, KERNEL_BASE);
	add_image(boot, BOOT_IMAGE_CORE, SAMPLE_CORE, CORE_BASE);
	boot->archive = SAMPLE_ARCHIVE;
	boot->archive_size = 0x12345;
	boot->nano_root = SAMPLE_NANO_END - ABI_PAGE_SIZE;
	boot->kernel_root = SAMPLE_TABLES + 0x2000;
	boot->dtb = SAMPLE_DTB;
	boot->dtb_size = 0x1234;
	boot->console_kind = BOOT_CONSOLE_PL011;
	boot->console_address = FAKE_CONSOLE;
	boot->power_kind = BOOT_POWER_PSCI_SMC;
	boot->irq_base[0] = FAKE_IRQ_0;
	boot->irq_size[0] = 0x10000;
	boot->irq_base[1] = FAKE_IRQ_1;
	boot->irq_size[1] = FAKE_IRQ_1_END - FAKE_IRQ_1;
	boot->cpu_count = 2;
	boot->cpus[1] = 1;
	boot->entropy_size = 32;
	memset(boot->entropy, 0x5a, 32);
	boot->nano_pool_start = SAMPLE_NANO + SAMPLE_IMAGE_SIZE;
	boot->nano_pool_end = SAMPLE_NANO_END - 4 * ABI_PAGE_SIZE;
}

void sample_pool(void)
{
	uint64_t start = SAMPLE_NANO + SAMPLE_IMAGE_SIZE;

	pool_init(start, SAMPLE_NANO_END, fake_memory(start));
}

static void run_start(void *argument)
{
	nano_start(*(const uint64_t *)argument);
}

enum fake_end sample_start(const struct boot_info *boot)
{
	uint64_t at = SAMPLE_INFO;

	memcpy(fake_memory(at), boot, sizeof(*boot));
	return fake_run(run_start, &at);
}

uint64_t sample_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}
