/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the device tree with libfdt. The tree is checked as a whole before
 * anything is looked up; still no length of a property is taken for granted.
 */

#include <arch/tree.h>
#include <libfdt.h>

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/ranges.h"
#include "common/string.h"
#include "common/types.h"

#define REGIONS_LIMIT 1024
#define REDIST_SIZE   0x20000u /* GICv3: the RD frame and the SGI frame */
#define FRAME_SIZE    0x10000u
#define DISTRIB_SIZE  0x10000u

/* A property made of numbers of one or two cells, read from the front. */
struct cells {
	const fdt32_t *at;
	int left;
};

static struct cells cells_of(const void *tree, int node, const char *name)
{
	int length = 0;
	const fdt32_t *at =
		node < 0 ? NULL : fdt_getprop(tree, node, name, &length);

	return (struct cells){ at, at && length > 0 ? length / 4 : 0 };
}

static bool next_number(struct cells *cells, int count, uint64_t *value)
{
	*value = 0;
	if (count < 0 || count > 2 || cells->left < count) {
		return false;
	}
	for (int i = 0; i < count; i++, cells->at++, cells->left--) {
		*value = *value << 32 | fdt32_to_cpu(*cells->at);
	}
	return true;
}

/* The next {start, size} of a `reg` below the node `parent`. */
static bool next_region(const void *tree, int parent, struct cells *cells,
			uint64_t *start, uint64_t *size)
{
	return next_number(cells, fdt_address_cells(tree, parent), start) &&
	       next_number(cells, fdt_size_cells(tree, parent), size) &&
	       *size != 0;
}

void *tree_check(uint64_t address, size_t *size)
{
	void *tree = is_aligned(address, 8)
			     ? arch_memory(address, sizeof(struct fdt_header))
			     : NULL;

	if (!tree || fdt_check_header(tree) != 0) {
		return NULL;
	}
	*size = fdt_totalsize(tree);
	tree = *size > TREE_LIMIT ? NULL : arch_memory(address, *size);
	return tree && fdt_check_full(tree, *size) == 0 ? tree : NULL;
}

/* A compatible node right below the root: `wanted`, else the first, else -1. */
static int find_device(const void *tree, const char *compatible, int wanted)
{
	int found = -1, node;

	fdt_for_each_subnode(node, tree, 0)
	{
		if ((found < 0 || node == wanted) &&
		    fdt_node_check_compatible(tree, node, compatible) == 0) {
			found = node;
		}
	}
	return found;
}

void tree_console(const void *tree, struct boot_info *info)
{
	int chosen = fdt_path_offset(tree, "/chosen"), wanted = -1, length = 0;
	const char *path =
		chosen < 0 ? NULL
			   : fdt_getprop(tree, chosen, "stdout-path", &length);

	if (path && length > 0) {
		/* "path:options"; the path may be an alias. */
		size_t end = strnlen(path, (size_t)length);
		const char *colon = memchr(path, ':', end);

		wanted = fdt_path_offset_namelen(
			tree, path, (int)(colon ? colon - path : (int)end));
	}

	int node = find_device(tree, "arm,pl011", wanted);
	struct cells reg = cells_of(tree, node, "reg");
	uint64_t start, size;
	if (next_region(tree, 0, &reg, &start, &size)) {
		info->console_kind = BOOT_CONSOLE_PL011;
		info->console_address = start;
	}
}

/* Adds every region of a `reg`. */
static enum boot_fault add_regions(const void *tree, int parent, int node,
				   struct boot_info *info,
				   enum boot_range_kind kind)
{
	struct cells reg = cells_of(tree, node, "reg");
	enum boot_fault fault = FAULT_NONE;
	uint64_t start, size;

	while (!fault && next_region(tree, parent, &reg, &start, &size)) {
		fault = ranges_add(info, start, size, kind);
	}
	return fault;
}

static enum boot_fault read_memory(const void *tree, struct boot_info *info)
{
	enum boot_fault fault = FAULT_NONE;
	int node;

	fdt_for_each_subnode(node, tree, 0)
	{
		int length;
		const char *type =
			fdt_getprop(tree, node, "device_type", &length);

		if (!fault && type && length == sizeof("memory") &&
		    memcmp(type, "memory", sizeof("memory")) == 0) {
			fault = add_regions(tree, 0, node, info,
					    BOOT_RANGE_RAM);
		}
	}
	return fault || info->range_count ? fault : FAULT_TREE_MEMORY;
}

/* After the claims, whose memory some loaders list here as well. */
static enum boot_fault read_reserved(const void *tree, struct boot_info *info)
{
	int parent = fdt_path_offset(tree, "/reserved-memory");
	int count = fdt_num_mem_rsv(tree), node;
	enum boot_fault fault = FAULT_NONE;

	for (int i = 0; i < count && !fault; i++) {
		uint64_t start, size;

		if (i >= REGIONS_LIMIT ||
		    fdt_get_mem_rsv(tree, i, &start, &size)) {
			return FAULT_TREE_MEMORY;
		}
		fault = ranges_add(info, start, size, BOOT_RANGE_RESERVED);
	}
	if (parent < 0) {
		return fault;
	}
	fdt_for_each_subnode(node, tree, parent)
	{
		fault = fault ? fault
			      : add_regions(tree, parent, node, info,
					    BOOT_RANGE_RESERVED);
	}
	return fault;
}

static bool chosen_number(const void *tree, int chosen, const char *name,
			  uint64_t *value)
{
	struct cells cells = cells_of(tree, chosen, name);

	return cells.left > 0 && next_number(&cells, cells.left, value);
}

static enum boot_fault read_archive(const void *tree, int chosen,
				    struct boot_info *info)
{
	uint64_t start, end;

	if (!chosen_number(tree, chosen, "linux,initrd-start", &start) ||
	    !chosen_number(tree, chosen, "linux,initrd-end", &end) ||
	    start >= end || start == 0) {
		return FAULT_NO_ARCHIVE;
	}
	if (!is_aligned(start, ABI_PAGE_SIZE)) {
		return FAULT_NOT_ALIGNED;
	}
	if (end > RANGES_END) {
		return FAULT_NOT_IN_RAM;
	}
	info->archive = start;
	info->archive_size = end - start;
	return ranges_claim(info, start, align_up(end, ABI_PAGE_SIZE),
			    BOOT_RANGE_ARCHIVE);
}

static void read_seed(void *tree, int chosen, struct boot_info *info)
{
	int length = 0;
	const void *seed =
		chosen < 0 ? NULL
			   : fdt_getprop(tree, chosen, "rng-seed", &length);

	if (!seed || length <= 0) {
		return;
	}
	info->entropy_size =
		length < BOOT_ENTROPY_MAX ? (uint32_t)length : BOOT_ENTROPY_MAX;
	memcpy(info->entropy, seed, info->entropy_size);
	fdt_nop_property(tree, chosen, "rng-seed");
	fdt_nop_property(tree, chosen, "kaslr-seed");
}

static enum boot_fault read_psci(const void *tree, struct boot_info *info)
{
	int node = fdt_path_offset(tree, "/psci"), length;

	if (node < 0) {
		return FAULT_NONE;
	}
	const char *method = fdt_getprop(tree, node, "method", &length);
	if (!method || length != sizeof("smc") ||
	    memcmp(method, "smc", sizeof("smc")) != 0) {
		return FAULT_TREE_PSCI;
	}
	info->power_kind = BOOT_POWER_PSCI_SMC;
	return FAULT_NONE;
}

static enum boot_fault read_cpus(const void *tree, struct boot_info *info,
				 uint64_t self)
{
	int parent = fdt_path_offset(tree, "/cpus"), node;

	if (parent < 0) {
		return FAULT_NO_CPU;
	}
	fdt_for_each_subnode(node, tree, parent)
	{
		struct cells reg = cells_of(tree, node, "reg");
		int length;
		const char *type =
			fdt_getprop(tree, node, "device_type", &length);
		uint64_t id;

		if (!type || length != sizeof("cpu") ||
		    memcmp(type, "cpu", sizeof("cpu")) != 0) {
			continue;
		}
		if (!next_number(&reg, fdt_address_cells(tree, parent), &id)) {
			return FAULT_TREE;
		}
		enum boot_fault fault = cpus_add(info, id, self);
		if (fault != FAULT_NONE) {
			return fault;
		}
	}
	return info->cpu_count && info->cpus[0] == self ? FAULT_NONE
							: FAULT_NO_CPU;
}

/* The distributor and, for each CPU, one redistributor of two frames. */
static enum boot_fault read_gic(const void *tree, struct boot_info *info)
{
	int node = find_device(tree, "arm,gic-v3", -1);
	struct cells reg = cells_of(tree, node, "reg");
	uint64_t need = info->cpu_count * (uint64_t)REDIST_SIZE;

	if (node < 0 ||
	    !next_region(tree, 0, &reg, &info->irq_base[0],
			 &info->irq_size[0]) ||
	    !next_region(tree, 0, &reg, &info->irq_base[1],
			 &info->irq_size[1]) ||
	    info->irq_size[0] < DISTRIB_SIZE || info->irq_size[1] < need ||
	    !is_aligned(info->irq_base[0] | info->irq_base[1], FRAME_SIZE)) {
		return FAULT_TREE_GIC;
	}
	info->irq_size[0] = DISTRIB_SIZE;
	info->irq_size[1] = need;
	return FAULT_NONE;
}

/* Registers lie where nothing else does. */
static enum boot_fault add_device(struct boot_info *info, uint64_t start,
				  uint64_t size)
{
	if (!is_aligned(start | size, ABI_PAGE_SIZE) || start >= RANGES_END ||
	    size > RANGES_END - start) {
		return FAULT_DEVICE_PLACE;
	}
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];

		if (range->start < start + size && start < range->end) {
			return FAULT_DEVICE_PLACE;
		}
	}
	return ranges_add(info, start, size, BOOT_RANGE_DEVICE);
}

/* What the kernel's world may reach by itself. The redistributors' other frame
 * holds the LPI registers, which name memory: that one is nano's alone. */
static enum boot_fault add_devices(struct boot_info *info)
{
	enum boot_fault fault =
		add_device(info, info->irq_base[0], info->irq_size[0]);

	for (uint32_t i = 0; i < info->cpu_count && !fault; i++) {
		fault = add_device(info,
				   info->irq_base[1] +
					   i * (uint64_t)REDIST_SIZE +
					   FRAME_SIZE,
				   FRAME_SIZE);
	}
	if (!fault && info->console_kind == BOOT_CONSOLE_PL011) {
		fault = add_device(info, info->console_address, ABI_PAGE_SIZE);
	}
	return fault;
}

enum boot_fault tree_read(void *tree, struct boot_info *info, uint64_t start,
			  uint64_t end, uint64_t self)
{
	int chosen = fdt_path_offset(tree, "/chosen");
	enum boot_fault fault = read_memory(tree, info);

	fault = fault ? fault : ranges_claim(info, start, end, BOOT_RANGE_BOOT);
	fault = fault ? fault
		      : ranges_claim(info, align_down(info->dtb, ABI_PAGE_SIZE),
				     align_up(info->dtb + info->dtb_size,
					      ABI_PAGE_SIZE),
				     BOOT_RANGE_ARCHIVE);
	fault = fault ? fault : read_archive(tree, chosen, info);
	fault = fault ? fault : read_reserved(tree, info);
	fault = fault ? fault : read_psci(tree, info);
	fault = fault ? fault : read_cpus(tree, info, self);
	fault = fault ? fault : read_gic(tree, info);
	fault = fault ? fault : add_devices(info);
	read_seed(tree, chosen, info);
	return fault;
}
