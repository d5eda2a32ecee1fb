/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Capabilities that go with a message (struct message_buffer of
 * abi/message.h): first everything is checked, which changes nothing, then all
 * of them go, which cannot fail. What a thread's buffer says is read once.
 */

#include "abi/message.h"
#include "kernel/cap.h"
#include "kernel/thread.h"

/** What transfer_check() found, for as long as nothing else happens. */
struct transfer {
	uint32_t count;
	struct {
		struct capnode *to_node;
		struct slot *from, *to;
		uint64_t address; /* of `to`, as the receiver named it */
		struct cap_limits limits; /* that it has there */
		bool is_given;
	} caps[ABI_MESSAGE_CAPS_MAX];
};

/**
 * Whether the capabilities that a sender names can go to a receiver, who may be
 * NULL when none is there yet. BAD_ARGUMENT for names that are malformed or twice
 * the same, NO_CAPABILITY, NO_RIGHT without delegation depth, WRONG_TYPE for what
 * cannot be lent, TOO_DEEP, BUSY; SLOT_FULL if the receiver has not named an
 * empty slot for each.
 */
status_t transfer_check(const struct thread *sender,
			const struct thread *receiver,
			struct transfer *transfer);

/** Fills the receiver's slots, and tells it so in its registers and buffer. */
void transfer_commit(const struct transfer *transfer, struct thread *receiver);
