/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A fair lock in one word: the low half is whose turn it is, the high half the
 * next ticket. Who asks first has it first, so nobody waits longer than all
 * others hold it once. What a machine's arch_lock() is made of; the word starts
 * as zero.
 */

#include "common/types.h"

/** Waits for its turn, with arch_relax(). At most 65535 may wait. */
void ticket_take(uint32_t *word);

/** Takes the lock if nobody has it and nobody waits; never waits. */
bool ticket_try(uint32_t *word);

/** Lets the next one have it. */
void ticket_give(uint32_t *word);
