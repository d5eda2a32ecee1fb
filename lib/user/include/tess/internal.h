/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between the files of lib/user, and for a root task that starts by itself. */

#include <stdint.h>

#include "abi/status.h"

/** Says where this thread's message buffer is mapped. */
void tess_set_buffer(uint64_t address);

/** Says which capability the program has of its own CapNode, 0 for none, and
 * which slots of it are its to fill. */
void tess_set_slots(uint64_t capnode, uint32_t start, uint32_t end);

/** The slots kept for capabilities that come; they lie in the message buffer,
 * where the kernel looks for them. */
uint64_t *tess_slots(void);

/** Keeps exactly `count` empty slots: LIMIT if there are not as many,
 * BAD_ARGUMENT above ABI_MESSAGE_CAPS_MAX, NO_CAPABILITY for a program without
 * a capability of its CapNode. */
status_t tess_reserve(uint32_t count);
