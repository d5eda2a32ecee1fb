/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of boot_info, in an order in which each may rely on the ones
 * before it: first counts, then ranges, then what must lie inside ranges.
 * Sizes and addresses are compared with a limit before they are added.
 */

#include "nano/check.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "common/types.h"

/* The window bounds every physical address that nano or the kernel can use. */
#define PHYSICAL_LIMIT (NANO_WINDOW_END - NANO_WINDOW)

/* What a CPU of a PC can start from. */
#define START_LIMIT 0x100000u

static bool all_zero(const void *at, size_t size)
{
	const unsigned char *bytes = at;
	unsigned char any = 0;

	for (size_t i = 0; i < size; i++) {
		any |= bytes[i];
	}
	return any == 0;
}

static bool known_kind(uint32_t kind)
{
	switch (kind) {
#define X(number, name, text)   \
	case BOOT_RANGE_##name: \
		return true;
		BOOT_RANGE_KINDS(X)
#undef X
	default:
		return false;
	}
}

static enum check_error check_counts(const struct boot_info *boot)
{
	if (boot->magic != BOOT_INFO_MAGIC) {
		return CHECK_MAGIC;
	}
	if (boot->version != BOOT_INFO_VERSION) {
		return CHECK_VERSION;
	}
	if (boot->size != sizeof(*boot)) {
		return CHECK_SIZE;
	}
	if (boot->range_count == 0 || boot->range_count > BOOT_RANGES_MAX) {
		return CHECK_RANGE_COUNT;
	}
	if (boot->image_count != 3) {
		return CHECK_IMAGE_COUNT;
	}
	if (boot->cpu_count == 0 || boot->cpu_count > BOOT_CPUS_MAX) {
		return CHECK_CPUS;
	}
	if (boot->entropy_size > BOOT_ENTROPY_MAX) {
		return CHECK_ENTROPY;
	}
	return CHECK_OK;
}

/* Words that mean nothing, and what lies behind the counted entries. */
static enum check_error check_reserved(const struct boot_info *boot)
{
	const struct boot_range *ranges = boot->ranges + boot->range_count;
	const struct boot_image *images = boot->images + boot->image_count;
	const uint64_t *cpus = boot->cpus + boot->cpu_count;
	const uint8_t *entropy = boot->entropy + boot->entropy_size;

	if (boot->zero != 0 ||
	    !all_zero(ranges, sizeof(*ranges) *
				      (BOOT_RANGES_MAX - boot->range_count)) ||
	    !all_zero(images, sizeof(*images) *
				      (BOOT_IMAGES_MAX - boot->image_count)) ||
	    !all_zero(cpus,
		      sizeof(*cpus) * (BOOT_CPUS_MAX - boot->cpu_count)) ||
	    !all_zero(entropy, BOOT_ENTROPY_MAX - boot->entropy_size)) {
		return CHECK_RESERVED;
	}
	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].zero != 0) {
			return CHECK_RESERVED;
		}
	}
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if ((boot->images[i].zero | boot->images[i].zero2) != 0) {
			return CHECK_RESERVED;
		}
	}
	return boot->authority == 0 ? CHECK_OK : CHECK_AUTHORITY;
}

static enum check_error check_ranges(const struct boot_info *boot)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (!known_kind(range->kind)) {
			return CHECK_RANGE_KIND;
		}
		if (!is_aligned(range->start | range->end, ABI_PAGE_SIZE) ||
		    range->start >= range->end || range->end > PHYSICAL_LIMIT) {
			return CHECK_RANGE_PLACE;
		}
		if (range->start < end) {
			return CHECK_RANGE_ORDER;
		}
		end = range->end;
	}
	return CHECK_OK;
}

/* The only range of that kind, or NULL. */
static const struct boot_range *single(const struct boot_info *boot,
				       uint32_t kind)
{
	const struct boot_range *found = NULL;

	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].kind == kind) {
			if (found) {
				return NULL;
			}
			found = &boot->ranges[i];
		}
	}
	return found;
}

static enum check_error check_singles(const struct boot_info *boot)
{
	const struct boot_range *nano = single(boot, BOOT_RANGE_NANO);
	const struct boot_range *kernel = single(boot, BOOT_RANGE_KERNEL);

	if (!nano || !kernel || !single(boot, BOOT_RANGE_CORE)) {
		return CHECK_RANGE_SINGLE;
	}
	if (!is_aligned(nano->start | nano->end | kernel->start | kernel->end,
			ABI_LARGE_SIZE)) {
		return CHECK_RANGE_LARGE;
	}
	return CHECK_OK;
}

/* Whether `size` bytes (not zero) at `start` lie in one range of that kind. */
static bool inside(const struct boot_info *boot, uint32_t kind, uint64_t start,
		   uint64_t size)
{
	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (range->kind == kind && start >= range->start &&
		    start < range->end && size != 0 &&
		    size <= range->end - start) {
			return true;
		}
	}
	return false;
}

/* Whether anything in [start, start + size) is memory of any kind. */
static bool overlaps_memory(const struct boot_info *boot, uint64_t start,
			    uint64_t size)
{
	for (uint32_t i = 0; i < boot->range_count; i++) {
		const struct boot_range *range = &boot->ranges[i];

		if (range->kind != BOOT_RANGE_DEVICE && start < range->end &&
		    range->start < start + size) {
			return true;
		}
	}
	return false;
}

static const struct boot_image *image_of(const struct boot_info *boot,
					 uint32_t kind)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == kind) {
			return &boot->images[i];
		}
	}
	return NULL;
}

static bool segment_sound(const struct boot_segment *segment, uint64_t from,
			  uint64_t size)
{
	const uint32_t all =
		ABI_ACCESS_READ | ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE;
	const uint32_t both = ABI_ACCESS_WRITE | ABI_ACCESS_EXECUTE;

	return is_aligned(segment->start | segment->end, ABI_PAGE_SIZE) &&
	       segment->start >= from && segment->start < segment->end &&
	       segment->end <= size && segment->access != 0 &&
	       (segment->access & ~all) == 0 &&
	       (segment->access & both) != both && segment->zero == 0;
}

/* In order, disjoint, inside the image; what is not counted is zero. */
static bool segments_sound(const struct boot_image *image)
{
	uint64_t from = 0;

	if (image->segment_count == 0 ||
	    image->segment_count > BOOT_SEGMENTS_MAX) {
		return false;
	}
	for (uint32_t i = 0; i < image->segment_count; i++) {
		if (!segment_sound(&image->segments[i], from, image->size)) {
			return false;
		}
		from = image->segments[i].end;
	}

	uint32_t unused = BOOT_SEGMENTS_MAX - image->segment_count;
	return all_zero(&image->segments[image->segment_count],
			sizeof(image->segments[0]) * unused);
}

/* Whether the entry lies in a segment that may be executed. */
static bool entry_sound(const struct boot_image *image)
{
	uint64_t offset = image->entry - image->virtual_address;

	for (uint32_t i = 0; i < image->segment_count; i++) {
		const struct boot_segment *segment = &image->segments[i];

		if ((segment->access & ABI_ACCESS_EXECUTE) &&
		    offset >= segment->start && offset < segment->end) {
			return true;
		}
	}
	return false;
}

static enum check_error check_image(const struct boot_info *boot,
				    const struct boot_image *image,
				    uint32_t range_kind)
{
	if (!is_aligned(image->address | image->size | image->virtual_address,
			ABI_PAGE_SIZE) ||
	    !inside(boot, range_kind, image->address, image->size)) {
		return CHECK_IMAGE_PLACE;
	}
	if (!segments_sound(image)) {
		return CHECK_IMAGE_SEGMENTS;
	}
	return entry_sound(image) ? CHECK_OK : CHECK_IMAGE_ENTRY;
}

static enum check_error check_images(const struct boot_info *boot,
				     uint64_t own_base, uint64_t own_size)
{
	const struct boot_image *nano = image_of(boot, BOOT_IMAGE_NANO);
	const struct boot_image *kernel = image_of(boot, BOOT_IMAGE_KERNEL);
	const struct boot_image *core = image_of(boot, BOOT_IMAGE_CORE);

	if (!nano || !kernel || !core) {
		return CHECK_IMAGE_KIND;
	}

	enum check_error error = check_image(boot, nano, BOOT_RANGE_NANO);
	if (error == CHECK_OK) {
		error = check_image(boot, kernel, BOOT_RANGE_KERNEL);
	}
	if (error == CHECK_OK) {
		error = check_image(boot, core, BOOT_RANGE_CORE);
	}
	if (error != CHECK_OK) {
		return error;
	}

	if (nano->virtual_address != own_base || nano->size < own_size ||
	    nano->address != single(boot, BOOT_RANGE_NANO)->start) {
		return CHECK_IMAGE_SELF;
	}
	if (kernel->virtual_address != KERNEL_BASE ||
	    kernel->address != single(boot, BOOT_RANGE_KERNEL)->start ||
	    kernel->size > KERNEL_END - KERNEL_BASE) {
		return CHECK_IMAGE_KERNEL;
	}
	return CHECK_OK;
}

/* The pool lies behind the image; boot's tables for nano may lie behind it. */
static enum check_error check_pool(const struct boot_info *boot)
{
	const struct boot_range *range = single(boot, BOOT_RANGE_NANO);
	const struct boot_image *image = image_of(boot, BOOT_IMAGE_NANO);
	uint64_t start = boot->nano_pool_start, end = boot->nano_pool_end;

	if (!is_aligned(start | end, ABI_PAGE_SIZE) || start > end ||
	    start < image->address + image->size || end > range->end ||
	    range->end - range->start > NANO_SPAN / 2) {
		return CHECK_POOL;
	}
	return CHECK_OK;
}

static enum check_error check_places(const struct boot_info *boot)
{
	if (!inside(boot, BOOT_RANGE_ARCHIVE, boot->archive,
		    boot->archive_size) ||
	    !is_aligned(boot->archive, ABI_PAGE_SIZE)) {
		return CHECK_ARCHIVE;
	}
	if (!is_aligned(boot->nano_root | boot->kernel_root, ABI_PAGE_SIZE) ||
	    !inside(boot, BOOT_RANGE_TABLES, boot->kernel_root,
		    ABI_PAGE_SIZE) ||
	    (!inside(boot, BOOT_RANGE_NANO, boot->nano_root, ABI_PAGE_SIZE) &&
	     !inside(boot, BOOT_RANGE_BOOT, boot->nano_root, ABI_PAGE_SIZE))) {
		return CHECK_ROOTS;
	}
	if (boot->nano_root >= boot->nano_pool_start &&
	    boot->nano_root < boot->nano_pool_end) {
		return CHECK_ROOTS;
	}
	if ((boot->dtb | boot->dtb_size) != 0 &&
	    !inside(boot, BOOT_RANGE_ARCHIVE, boot->dtb, boot->dtb_size)) {
		return CHECK_DTB;
	}
	return CHECK_OK;
}

/* The kernel's copy goes to the first page of the first range of tables. */
static enum check_error check_tables(const struct boot_info *boot)
{
	const struct boot_range *range = NULL;

	for (uint32_t i = 0; i < boot->range_count && !range; i++) {
		if (boot->ranges[i].kind == BOOT_RANGE_TABLES) {
			range = &boot->ranges[i];
		}
	}
	return range && boot->kernel_root != range->start ? CHECK_OK
							  : CHECK_TABLES;
}

/* Nobody else may have the page from which CPUs start. */
static enum check_error check_start(const struct boot_info *boot)
{
	uint64_t page = boot->start_page;

	if (page != 0 &&
	    (!is_aligned(page, ABI_PAGE_SIZE) || page >= START_LIMIT ||
	     !inside(boot, BOOT_RANGE_RESERVED, page, ABI_PAGE_SIZE))) {
		return CHECK_START;
	}
	return CHECK_OK;
}

static enum check_error check_hardware(const struct boot_info *boot)
{
	if (boot->console_kind > BOOT_CONSOLE_PL011) {
		return CHECK_CONSOLE;
	}
	if (boot->console_kind == BOOT_CONSOLE_16550 &&
	    boot->console_address > UINT16_MAX - 8) {
		return CHECK_CONSOLE;
	}
	if (boot->console_kind == BOOT_CONSOLE_PL011 &&
	    (!is_aligned(boot->console_address, ABI_PAGE_SIZE) ||
	     boot->console_address >= PHYSICAL_LIMIT ||
	     overlaps_memory(boot, boot->console_address, ABI_PAGE_SIZE))) {
		return CHECK_CONSOLE;
	}
	if (boot->power_kind > BOOT_POWER_PSCI_SMC) {
		return CHECK_POWER;
	}
	if (boot->power_kind == BOOT_POWER_ACPI_PORT &&
	    (boot->power_address > UINT16_MAX - 2 ||
	     boot->power_value > UINT16_MAX)) {
		return CHECK_POWER;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(boot->irq_base); i++) {
		uint64_t base = boot->irq_base[i], size = boot->irq_size[i];

		if (!is_aligned(base | size, ABI_PAGE_SIZE) || size == 0 ||
		    base >= PHYSICAL_LIMIT || size > PHYSICAL_LIMIT - base ||
		    overlaps_memory(boot, base, size)) {
			return CHECK_IRQ;
		}
	}
	for (uint32_t i = 0; i < boot->cpu_count; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (boot->cpus[i] == boot->cpus[j]) {
				return CHECK_CPUS;
			}
		}
	}
	return CHECK_OK;
}

/* The structure itself must outlive boot's wiping and not be the kernel's copy
 * only by chance. */
static enum check_error check_self(const struct boot_info *boot, uint64_t at)
{
	if (is_aligned(at, _Alignof(struct boot_info)) &&
	    (inside(boot, BOOT_RANGE_BOOT, at, sizeof(*boot)) ||
	     inside(boot, BOOT_RANGE_TABLES, at, sizeof(*boot)))) {
		return CHECK_OK;
	}
	return CHECK_SELF;
}

enum check_error check_boot_info(const struct boot_info *boot, uint64_t at,
				 uint64_t own_base, uint64_t own_size)
{
	enum check_error error = check_counts(boot);

	if (error == CHECK_OK) {
		error = check_reserved(boot);
	}
	if (error == CHECK_OK) {
		error = check_ranges(boot);
	}
	if (error == CHECK_OK) {
		error = check_singles(boot);
	}
	if (error == CHECK_OK) {
		error = check_images(boot, own_base, own_size);
	}
	if (error == CHECK_OK) {
		error = check_pool(boot);
	}
	if (error == CHECK_OK) {
		error = check_places(boot);
	}
	if (error == CHECK_OK) {
		error = check_tables(boot);
	}
	if (error == CHECK_OK) {
		error = check_hardware(boot);
	}
	if (error == CHECK_OK) {
		error = check_start(boot);
	}
	if (error == CHECK_OK) {
		error = check_self(boot, at);
	}
	return error;
}

const char *check_error_text(enum check_error error)
{
	static const char *const texts[CHECK_ERROR_COUNT] = {
#define X(name, text) text,
		CHECK_ERRORS(X)
#undef X
	};

	return error < CHECK_ERROR_COUNT ? texts[error] : "is beyond words";
}
