/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order that matters: who enters says so and then reads the epoch; who
 * changes raises the epoch and then looks who is inside. Whichever comes first,
 * one of the two sees the other.
 */
#include "nano/arch/x86_64/shoot.h"

uint64_t shoot_epoch;

uint64_t shoot_begin(void)
{
	return __atomic_add_fetch(&shoot_epoch, 1, __ATOMIC_SEQ_CST);
}

bool shoot_done(const struct shoot *other, uint64_t epoch)
{
	return !__atomic_load_n(&other->inside, __ATOMIC_SEQ_CST) ||
	       __atomic_load_n(&other->seen, __ATOMIC_ACQUIRE) >= epoch;
}
