/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every global variable of the kernel, in one structure, so that what the
 * kernel remembers between two entries can be seen at a glance. The rest lies
 * in objects that users paid for.
 */

#include "kernel/state.h"

struct state state;
