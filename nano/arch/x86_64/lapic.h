/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The local APIC of the CPU that calls. Its registers are nano's: who can
 * write to them can restart any CPU in host mode. The kernel may read them,
 * takes interrupts itself, and ends them and arms the timer through a call.
 */
#include "common/types.h"

/** Maps the APIC; once. */
void lapic_map(uint64_t base, uint64_t size);

/** Takes the APIC over: on, every source masked but the one-shot timer, which
 * is not running. Returns NULL, or what is wrong as one phrase. */
const char *lapic_init(uint64_t base);

/** Whether that interrupt is the one being served. */
bool lapic_serves(uint32_t vector);

/** Ends the interrupt being served. */
void lapic_end(void);

/** Starts the timer anew. */
void lapic_arm(uint32_t ticks);

/** Stops the timer. */
void lapic_disarm(void);

/** What the timer has left to count. */
uint32_t lapic_left(void);
