/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "kernel/registers.h"

/** Registers of the fake machine: those of a message and four more. */
struct arch_context {
	struct message_registers message;
	uint64_t pc, sp, argument, tls;
	uint64_t is_user; /* 1 or, for an idle thread, 2 */
};

struct arch_vector {
	uint64_t is_ready; /* FAKE_VECTOR_READY after arch_vector_init() */
	uint64_t registers[15];
};

#define FAKE_VECTOR_READY 0x766563746f72
