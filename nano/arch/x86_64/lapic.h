/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The local APIC of the CPU that calls. Its registers are nano's: who can
 * write to them can restart any CPU in host mode. The kernel may read them,
 * takes interrupts itself, and ends them and arms the timer through a call.
 */
#include "common/types.h"

/** Maps the APIC, which all CPUs find at the same place; once. */
void lapic_map(uint64_t base, uint64_t size);

/** Takes the APIC over: on, every source masked but the one-shot timer, which
 * is not running. Returns NULL, or what is wrong as one phrase. */
const char *lapic_init(void);

/** Whether that interrupt is the one being served. */
bool lapic_serves(uint32_t vector);

/** Ends the interrupt being served. */
void lapic_end(void);

/** Signals another CPU: its APIC id, and a word of ICR_*. Looks at most *polls
 * times whether the signal before is on its way, and takes those off; false: it
 * is not, and this one was not sent. */
bool lapic_send(uint32_t id, uint32_t what, uint32_t *polls);

/* Delivery modes of the interrupt command register (16.5). */
#define ICR_NMI   0x4400u
#define ICR_INIT  0x4500u
#define ICR_START 0x4600u /* | page number */
#define ICR_FIXED 0x4000u /* | vector */

/** Starts the timer anew. */
void lapic_arm(uint32_t ticks);

/** Stops the timer. */
void lapic_disarm(void);

/** What the timer has left to count. */
uint32_t lapic_left(void);
