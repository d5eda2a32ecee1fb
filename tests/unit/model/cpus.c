/* SPDX-License-Identifier: Apache-2.0 */
/* What world.c of the kernel's unit tests asks of several CPUs. */

#include "tests/unit/kernel/cpus.c" // NOLINT(bugprone-suspicious-include)
