/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a capsule was given when it started. */

#include "abi/start.h"

/** This capsule's start page: its name, routes, offers, stack, TLS template.
 * Read-only, and valid as long as the capsule lives. */
const struct start_info *tess_start_info(void);

/** Entry code calls this with the pointer that the creator of the thread gave
 * it; each program has its own. It does not return. */
_Noreturn void tess_start(const void *info);
