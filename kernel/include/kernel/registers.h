/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/**
 * The registers that carry a message (abi/message.h), in one order on every
 * machine. A thread's saved context begins with them, so that generic code
 * reads and answers a system call without knowing the machine.
 */
struct message_registers {
	uint64_t capability; /* out: badge */
	uint64_t label;
	uint64_t info;
	uint64_t words[8];
	uint64_t verb; /* out: status */
};
