/* SPDX-License-Identifier: Apache-2.0 */
/* Booting is what it is for the kernel's own unit tests; it stands there. */

#include "tests/unit/kernel/world.c" // NOLINT(bugprone-suspicious-include)
