/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The system call as it is: registers in, registers out. Programs use
 * <tess/ipc.h>; tests use this to say what the library would not.
 */

#include <stdint.h>

#include "abi/message.h"

/** The registers of abi/message.h, in one order on every machine. */
struct tess_registers {
	uint64_t capability; /* out: badge */
	uint64_t label;
	uint64_t info;
	uint64_t words[ABI_MESSAGE_REGISTERS];
	uint64_t verb; /* out: status */
};

/** One system call; every register of it is replaced by what came back. */
void tess_syscall(struct tess_registers *registers);
