/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "boot/arch.h"
#include "common/archive.h"

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
