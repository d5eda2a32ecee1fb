/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Measures the archive, places its three images in memory and builds the first
 * page tables. Before this, info describes the machine; after it, info is
 * complete and nano can be entered.
 */
#include "abi/boot_info.h"
#include "boot/arch.h"
#include "boot/fault.h"
#include "boot/tables.h"
#include "common/archive.h"

#define HANDOFF_POOL_LEAST  (4u << 20)
#define HANDOFF_FRAME_BYTES 48u         /* of nano's pool for each frame */
#define HANDOFF_CPU_BYTES   (64u << 10) /* and for each CPU */

/**
 * Checks the archive at info->archive and hashes every byte of it before
 * anything of it is used; then checks that nano, kernel and core are sound
 * images for this machine. Prints what was measured; stops with one line at
 * the first thing that is wrong. What lies behind the archive's end in its
 * module is not looked at and no longer counts: info->archive_size shrinks.
 *
 * @param view  set to the checked archive
 */
void measure_archive(struct boot_info *info, const struct boot_arch *arch,
		     struct archive_view *view);

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
