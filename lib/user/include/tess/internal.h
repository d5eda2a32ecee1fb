/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between the files of lib/user, and for a root task that starts by itself. */

#include <stdint.h>

/** Says where this thread's message buffer is mapped. */
void tess_set_buffer(uint64_t address);
