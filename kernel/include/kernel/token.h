/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Tokens: names of capabilities outside the machine's slots. Slots are the
 * authority; a token is 256 random bits that the kernel holds beside a copy of
 * the capability, and that it shows once, to whoever may export it.
 *
 * An ExportTable is a CapNode that no address leads into, and behind its slots
 * a token for each. Entries are ordinary capabilities in it, so taking back
 * works on them as on all others.
 *
 * Invariant: the token of an entry that is empty is zero, and names nothing.
 */

#include "abi/boot_info.h"
#include "kernel/cap.h"

#define TOKEN_WORDS 4

/** Takes what tokens come from out of the hand-over, and wipes enough of that
 * to make it unknown. Without entropy there will be no tokens. */
void token_init(struct boot_info *boot);

/** A new token. From what the kernel holds afterwards nobody can tell one that
 * it drew before. Must not be called unless state.has_tokens. */
void token_draw(uint64_t token[TOKEN_WORDS]);

/** Makes an empty table of 2^bits slots in zeroed memory of twice their size. */
void token_table_init(struct capnode *table, uint32_t bits);

/** An entry of a table goes: zeroes its token. */
void token_forget(const struct slot *entry);
