/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * One function for each method of each kernel object, made from the table in
 * abi/objects.h: tess_TYPE_METHOD(object, arguments..., results). The arguments
 * are words in the order of the table (docs/abi-objects.md). A method that has
 * results puts them into an array of that many words, only on ST_OK. Each
 * returns the kernel's status.
 *
 *   uint64_t facts[2];
 *   tess_capnode_copy(node, slot, capability);
 *   tess_capnode_info(node, facts);
 */

#include <string.h>

#include <tess/ipc.h>

#include "abi/objects.h"

/** CALL on a kernel object: `count` words in, the answer's words out. */
status_t tess_object_call(tess_handle_t object, uint32_t method, uint32_t count,
			  uint64_t words[ABI_MESSAGE_REGISTERS]);

/* The names of types in those of functions. */
#define TESS_UNTYPED        untyped
#define TESS_CAPNODE        capnode
#define TESS_CAPSULE        capsule
#define TESS_THREAD         thread
#define TESS_ENDPOINT       endpoint
#define TESS_NOTIFICATION   notification
#define TESS_REPLY          reply
#define TESS_VSPACE         vspace
#define TESS_PAGE_TABLE     page_table
#define TESS_FRAME          frame
#define TESS_IRQ_CONTROL    irq_control
#define TESS_IRQ_HANDLER    irq_handler
#define TESS_IO_PORT_RANGE  io_port_range
#define TESS_IO_SPACE       io_space
#define TESS_SCHED_CONTEXT  sched_context
#define TESS_TIMER          timer
#define TESS_LIMITS         limits
#define TESS_AUDIT_LOG      audit_log
#define TESS_RESERVED       reserved
#define TESS_NANO_INTERFACE nano_interface
#define TESS_SYSTEM_CONTROL system_control
#define TESS_EXPORT_TABLE   export_table

#define TESS_PASTE(type, name) tess_##type##_##name
#define TESS_STUB(type, name)  TESS_PASTE(type, name)

/* Parameters, and the words they become, by the number of arguments. */
#define TESS_IN_0
#define TESS_IN_1 , uint64_t a
#define TESS_IN_2 TESS_IN_1, uint64_t b
#define TESS_IN_3 TESS_IN_2, uint64_t c
#define TESS_IN_4 TESS_IN_3, uint64_t d
#define TESS_IN_5 TESS_IN_4, uint64_t e
#define TESS_IN_6 TESS_IN_5, uint64_t f
#define TESS_IN_7 TESS_IN_6, uint64_t g

#define TESS_WORDS_0 0
#define TESS_WORDS_1 a
#define TESS_WORDS_2 a, b
#define TESS_WORDS_3 a, b, c
#define TESS_WORDS_4 a, b, c, d
#define TESS_WORDS_5 a, b, c, d, e
#define TESS_WORDS_6 a, b, c, d, e, f
#define TESS_WORDS_7 a, b, c, d, e, f, g

/* The parameter for results, and what fills it, by their number. */
#define TESS_OUT_0
#define TESS_OUT_1 , uint64_t results[1]
#define TESS_OUT_2 , uint64_t results[2]
#define TESS_OUT_3 , uint64_t results[3]
#define TESS_OUT_4 , uint64_t results[4]
#define TESS_OUT_5 , uint64_t results[5]
#define TESS_OUT_6 , uint64_t results[6]
#define TESS_OUT_7 , uint64_t results[7]
#define TESS_OUT_8 , uint64_t results[8]

#define TESS_TAKE(n)                                            \
	if (status == ST_OK) {                                  \
		memcpy(results, words, (n) * sizeof(uint64_t)); \
	}
#define TESS_TAKE_0
#define TESS_TAKE_1 TESS_TAKE(1)
#define TESS_TAKE_2 TESS_TAKE(2)
#define TESS_TAKE_3 TESS_TAKE(3)
#define TESS_TAKE_4 TESS_TAKE(4)
#define TESS_TAKE_5 TESS_TAKE(5)
#define TESS_TAKE_6 TESS_TAKE(6)
#define TESS_TAKE_7 TESS_TAKE(7)
#define TESS_TAKE_8 TESS_TAKE(8)

#define X(type, number, name, arguments, results_, in, out, errors)           \
	static inline status_t TESS_STUB(TESS_##type, name)(                  \
		tess_handle_t object TESS_IN_##arguments TESS_OUT_##results_) \
	{                                                                     \
		uint64_t words[ABI_MESSAGE_REGISTERS] = {                     \
			TESS_WORDS_##arguments                                \
		};                                                            \
		status_t status =                                             \
			tess_object_call(object, number, arguments, words);   \
		TESS_TAKE_##results_ return status;                           \
	}
ABI_METHODS(X)
#undef X
