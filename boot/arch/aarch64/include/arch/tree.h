/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "abi/boot_info.h"
#include "boot/fault.h"

/* Linux's boot protocol for arm64 allows no larger tree. */
#define TREE_LIMIT (2u << 20)

/**
 * Checks the header and the whole structure of the tree.
 *
 * @param address  physical
 * @return the tree and its size, or null if it is not sound
 */
void *tree_check(uint64_t address, size_t *size);

/** Finds the PL011 of /chosen stdout-path, else the first; kind NONE if none. */
void tree_console(const void *tree, struct boot_info *info);

/**
 * Reads a tree that tree_check() accepted: memory, reserved memory, archive
 * (claimed), PSCI, GICv3 and the registers the kernel's world may reach, CPUs,
 * rng-seed. The seed is removed from the tree, because others will read it.
 * Devices are taken from the nodes below the root, where no translation of
 * addresses comes in. Source: Devicetree Specification 0.4, chapter 3;
 * Linux, Documentation/devicetree/bindings.
 *
 * @param info   dtb and dtb_size set, console known
 * @param start, end  boot itself in memory (claimed)
 * @param self   the affinity of the CPU that runs: it becomes the first
 */
enum boot_fault tree_read(void *tree, struct boot_info *info, uint64_t start,
			  uint64_t end, uint64_t self);
