/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Prints a compiled manifest for people, or one JSON object per capsule. */
#include "tess/diag.h"

/** Checks and prints; faults go to `diags`. */
void manifest_show(struct diags *diags, const char *path, bool json);
