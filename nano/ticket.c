/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: the high half is written by whoever draws a ticket, the low half
 * by the one that has the lock and nobody else. */

#include "nano/ticket.h"

#include "nano/arch.h"

#define NEXT_BIT 16

static uint16_t turn_of(uint32_t word)
{
	return (uint16_t)word;
}

static uint16_t next_of(uint32_t word)
{
	return (uint16_t)(word >> NEXT_BIT);
}

void ticket_take(uint32_t *word)
{
	uint32_t now =
		__atomic_fetch_add(word, 1u << NEXT_BIT, __ATOMIC_ACQUIRE);
	uint16_t mine = next_of(now);

	while (turn_of(now) != mine) {
		arch_relax();
		now = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	}
}

bool ticket_try(uint32_t *word)
{
	uint32_t now = __atomic_load_n(word, __ATOMIC_RELAXED);

	return turn_of(now) == next_of(now) &&
	       __atomic_compare_exchange_n(word, &now, now + (1u << NEXT_BIT),
					   false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* Only the low half: a carry would draw a ticket. */
void ticket_give(uint32_t *word)
{
	uint16_t *turn = (uint16_t *)word;

	uint16_t now = __atomic_load_n(turn, __ATOMIC_RELAXED);

	__atomic_store_n(turn, (uint16_t)(now + 1), __ATOMIC_RELEASE);
}
