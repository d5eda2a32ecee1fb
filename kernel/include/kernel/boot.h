/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the kernel does once, before the first thread runs: sorts out memory and
 * makes core. Nothing of this is used afterwards.
 */

#include "abi/boot_info.h"
#include "abi/start.h"
#include "common/types.h"
#include "kernel/cap.h"

/** Memory that has not been given to anyone yet. */
struct boot_memory {
	uint32_t range_count;
	struct {
		uint64_t start, end;
	} ranges[BOOT_RANGES_MAX];
};

/** Collects the RAM that boot found and nano left. */
void boot_memory_init(struct boot_memory *memory, const struct boot_info *boot);

/** Takes zeroed pages for what the kernel makes at boot, `size` bytes of them.
 * Running out stops the machine. */
paddr_t boot_memory_take(struct boot_memory *memory, uint64_t size);

/**
 * Turns all that is left into Untyped capabilities of `node`, from slot `first`
 * on, at most `max`, and lists them. Returns how many; `lost` receives the
 * bytes for which there was no slot.
 */
uint32_t boot_memory_to_untyped(struct boot_memory *memory,
				struct capnode *node, uint32_t first,
				uint32_t max, struct core_untyped *list,
				uint64_t *lost);

/** Makes core: its address space, its CapNode with everything there is, and
 * its thread, ready to run. */
struct thread *boot_make_core(const struct boot_info *boot);
