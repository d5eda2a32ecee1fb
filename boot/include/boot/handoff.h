/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Places the three images in memory and builds the first page tables. Before
 * this, info describes the machine and the archive is measured; after it, info
 * is complete and nano can be entered.
 */
#include "abi/boot_info.h"
#include "boot/arch.h"
#include "boot/fault.h"
#include "boot/tables.h"
#include "common/archive.h"

#define HANDOFF_POOL_LEAST  (4u << 20)
#define HANDOFF_FRAME_BYTES 48u         /* of nano's pool for each frame */
#define HANDOFF_CPU_BYTES   (64u << 10) /* and for each CPU */

/** Bytes of pool that nano needs for this memory and these CPUs. */
uint64_t handoff_pool_size(const struct boot_info *info);

/**
 * Finds room for nano, kernel, core and the tables, copies the images there
 * and zeroes the rest of each range; fills in images, ranges and nano's pool.
 *
 * @param view  an archive that measure_archive() accepted
 * @return FAULT_IMAGE_BASE, FAULT_NO_ROOM, FAULT_NANO_SPAN, FAULT_RANGES
 */
enum boot_fault handoff_place(struct boot_info *info,
			      const struct boot_arch *arch,
			      const struct archive_view *view);

/**
 * Builds nano's and the kernel's tables for placed images and fills in the two
 * roots and what is left of nano's pool.
 */
enum boot_fault handoff_map(struct boot_info *info,
			    const struct boot_arch *arch);

/** The only range of that kind; a broken invariant if there is none. */
const struct boot_range *handoff_range(const struct boot_info *info,
				       enum boot_range_kind kind);
