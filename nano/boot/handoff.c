/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the kernel's copy of boot_info. Invariant: no address in it lies in a
 * range that is not also in it, devices and I/O ports apart.
 */

#include "nano/handoff.h"

#include "common/assert.h"
#include "common/sha256.h"
#include "common/string.h"
#include "common/types.h"

static_assert(sizeof(struct boot_info) <= ABI_PAGE_SIZE, "one page");
static_assert(SHA256_SIZE <= BOOT_ENTROPY_MAX, "the kernel's entropy fits");

static bool handed_on(const struct boot_range *range)
{
	return range->kind != BOOT_RANGE_NANO &&
	       range->kind != BOOT_RANGE_RESERVED;
}

static uint32_t kind_now(uint32_t kind)
{
	return kind == BOOT_RANGE_BOOT ? BOOT_RANGE_RAM : kind;
}

static void copy_ranges(struct boot_info *kernel, const struct boot_info *own)
{
	struct boot_range *last = NULL;

	for (uint32_t i = 0; i < own->range_count; i++) {
		const struct boot_range *range = &own->ranges[i];
		uint32_t kind = kind_now(range->kind);

		if (!handed_on(range)) {
			continue;
		}
		if (last && kind == BOOT_RANGE_RAM && last->kind == kind &&
		    last->end == range->start) {
			last->end = range->end;
			continue;
		}
		last = &kernel->ranges[kernel->range_count++];
		*last = (struct boot_range){
			.start = range->start,
			.end = range->end,
			.kind = kind,
		};
	}
}

static void copy_images(struct boot_info *kernel, const struct boot_info *own)
{
	for (uint32_t i = 0; i < own->image_count; i++) {
		if (own->images[i].kind != BOOT_IMAGE_NANO) {
			kernel->images[kernel->image_count++] = own->images[i];
		}
	}
}

/* Whether the kernel can read the byte at `address`. */
static bool readable(const struct boot_info *kernel, uint64_t address)
{
	for (uint32_t i = 0; i < kernel->range_count; i++) {
		if (kernel->ranges[i].kind != BOOT_RANGE_DEVICE &&
		    address >= kernel->ranges[i].start &&
		    address < kernel->ranges[i].end) {
			return true;
		}
	}
	return false;
}

/* One way only: who knows the kernel's entropy does not know nano's. */
static void derive_entropy(struct boot_info *kernel,
			   const struct boot_info *own)
{
	static const char purpose[] = "tessera: the kernel's entropy";
	struct sha256 hash;

	if (own->entropy_size == 0) {
		return;
	}
	sha256_init(&hash);
	sha256_update(&hash, purpose, sizeof(purpose));
	sha256_update(&hash, own->entropy, own->entropy_size);
	sha256_final(&hash, kernel->entropy);
	kernel->entropy_size = own->entropy_size < SHA256_SIZE
				       ? own->entropy_size
				       : SHA256_SIZE;
	memset(kernel->entropy + kernel->entropy_size, 0,
	       BOOT_ENTROPY_MAX - kernel->entropy_size);
	memset(&hash, 0, sizeof(hash));
}

void handoff_make(struct boot_info *kernel, const struct boot_info *own,
		  uint64_t authority)
{
	memset(kernel, 0, sizeof(*kernel));
	kernel->magic = own->magic;
	kernel->version = own->version;
	kernel->size = own->size;
	copy_ranges(kernel, own);
	copy_images(kernel, own);
	kernel->archive = own->archive;
	kernel->archive_size = own->archive_size;
	kernel->kernel_root = own->kernel_root;
	if (readable(kernel, own->dtb)) {
		kernel->dtb = own->dtb;
		kernel->dtb_size = own->dtb_size;
	}
	if (readable(kernel, own->rsdp)) {
		kernel->rsdp = own->rsdp;
	}
	kernel->console_kind = own->console_kind;
	kernel->console_address = own->console_address;
	memcpy(kernel->irq_base, own->irq_base, sizeof(kernel->irq_base));
	memcpy(kernel->irq_size, own->irq_size, sizeof(kernel->irq_size));
	kernel->counter_hz = own->counter_hz;
	kernel->timer_hz = own->timer_hz;
	kernel->cpu_count = own->cpu_count;
	memcpy(kernel->cpus, own->cpus, sizeof(kernel->cpus));
	derive_entropy(kernel, own);
	kernel->authority = authority;
}

uint64_t handoff_address(const struct boot_info *own)
{
	for (uint32_t i = 0; i < own->range_count; i++) {
		if (own->ranges[i].kind == BOOT_RANGE_TABLES) {
			return own->ranges[i].start;
		}
	}
	CHECK(!"a checked boot_info has a range of tables");
	return 0;
}
