/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How CPUs are told to forget translations of the guest tables. There is one
 * number, the epoch, which rises with every change, and each CPU knows the one
 * it last forgot for. A CPU that is about to run the guest looks whether it
 * knows the present one; a CPU that does run the guest is kicked out by an NMI.
 * A CPU inside nano answers nobody and is waited for by nobody, so two that
 * both change tables do not wait for each other.
 *
 * Plain memory and nothing of the machine, so that the host tests it with
 * threads.
 */
#include <stdbool.h>
#include <stdint.h>

/** One CPU's part. */
struct shoot {
	bool inside;   /* runs the guest, or is just about to */
	uint64_t seen; /* the epoch it last forgot for; written by itself */
};

extern uint64_t shoot_epoch;

/** The CPU came out of the guest. */
static inline void shoot_leave(struct shoot *self)
{
	__atomic_store_n(&self->inside, false, __ATOMIC_RELEASE);
}

/** The CPU goes into the guest: whether it must forget translations first. */
static inline bool shoot_enter(struct shoot *self)
{
	__atomic_store_n(&self->inside, true, __ATOMIC_SEQ_CST);

	uint64_t now = __atomic_load_n(&shoot_epoch, __ATOMIC_SEQ_CST);
	bool forget = self->seen != now;

	__atomic_store_n(&self->seen, now, __ATOMIC_RELEASE);
	return forget;
}

/** Begins a change: the epoch that every CPU must know before it is over. */
uint64_t shoot_begin(void);

/** Whether that CPU uses nothing from before the epoch any more; if not, it is
 * in the guest and has to be kicked out. */
bool shoot_done(const struct shoot *other, uint64_t epoch);
