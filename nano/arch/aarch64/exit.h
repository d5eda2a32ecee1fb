/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between entry.S, which saves and restores, and the C code that decides. */

#include "cpu.h"

#define ESR_LONG (1ull << 25) /* IL: an instruction of 32 bits */

/** ESR_EL1 for the synchronous external abort that stands for a stage-2 fault
 * with this ESR_EL2; `lower`: it came from EL0. Pure. */
uint64_t exit_external_abort(uint64_t esr, bool lower);

/** A synchronous exception from EL1 or EL0; registers in `frame` are put back
 * afterwards. Called by entry.S. */
void exit_sync(struct arm_cpu *arm, struct exit_frame *frame);

/** An exception that cannot be: nano's own, an interrupt taken to EL2, AArch32
 * at EL1. `vector` numbers the 16 entries. Called by entry.S on a stack of its
 * own; nothing of the interrupted code is kept. */
_Noreturn void exit_unexpected(uint64_t vector);

/** entry.S: scrubs every register but x0, which becomes `argument`, empties
 * nano's stack, which ends at `stack`, and runs the guest. */
_Noreturn void guest_enter(uint64_t argument, uint64_t stack);
