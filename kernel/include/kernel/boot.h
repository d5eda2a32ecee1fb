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

/**
 * Takes zeroed pages for what the kernel makes at boot, `size` bytes of them, off
 * the RAM ranges of `boot`, which shrink. Running out stops the machine. The
 * second one takes them at a multiple of `alignment`, a power of two.
 */
paddr_t boot_memory_take(struct boot_info *boot, uint64_t size);
paddr_t boot_memory_take_aligned(struct boot_info *boot, uint64_t size,
				 uint64_t alignment);

/**
 * Turns all RAM that is left into Untyped capabilities of `node`, from slot
 * `first` on, at most `max`, and lists them. Returns how many; `lost` receives
 * the bytes for which there was no slot.
 */
uint32_t boot_memory_to_untyped(const struct boot_info *boot,
				struct capnode *node, uint32_t first,
				uint32_t max, struct core_untyped *list,
				uint64_t *lost);

/** Makes core: its address space, its CapNode with everything there is, and
 * its thread, ready to run. */
struct thread *boot_make_core(struct boot_info *boot);
