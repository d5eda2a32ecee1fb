/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Worlds to begin with; see lockstep.h for what is in the first thread's hand. */

#include "lockstep.h"

/** Three threads, two CapNodes, two address spaces, and what they need to meet
 * and to map. */
void worlds_big(void);

/** Two threads, two CapNodes, and three objects to share. */
void worlds_small(void);
