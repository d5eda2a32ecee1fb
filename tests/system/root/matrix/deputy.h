/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a confused deputy is asked for, from the tables of abi/objects.h: which
 * arguments of which methods are capabilities, and words with which a method
 * would do what it says. For the matrix on the host (tests/unit/kernel) and the
 * one on the machine.
 */

#include <stdint.h>

#include "abi/layout.h"
#include "abi/objects.h"

#define DEPUTY_ANY   ABI_TYPE_COUNT /* an argument that takes every type */
#define DEPUTY_WORDS 8

/* Those after the others, ENDPOINT, may be left out. */
static const struct deputy_argument {
	uint8_t type, method, argument, wanted;
} deputy_arguments[] = {
	{ ABI_TYPE_UNTYPED, ABI_UNTYPED_retype, 3, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_copy, 1, DEPUTY_ANY },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_mint, 1, DEPUTY_ANY },
	{ ABI_TYPE_CAPNODE, ABI_CAPNODE_move, 1, DEPUTY_ANY },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 1, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_configure, 2, ABI_TYPE_ENDPOINT },
	{ ABI_TYPE_CAPSULE, ABI_CAPSULE_bind, 0, ABI_TYPE_THREAD },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 0, ABI_TYPE_CAPNODE },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 1, ABI_TYPE_VSPACE },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 2, ABI_TYPE_FRAME },
	{ ABI_TYPE_THREAD, ABI_THREAD_configure, 3, ABI_TYPE_ENDPOINT },
	{ ABI_TYPE_PAGE_TABLE, ABI_PAGE_TABLE_map, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_FRAME, ABI_FRAME_map, 0, ABI_TYPE_VSPACE },
	{ ABI_TYPE_EXPORT_TABLE, ABI_EXPORT_TABLE_export, 1, DEPUTY_ANY },
};
#define DEPUTY_ARGUMENTS \
	(sizeof(deputy_arguments) / sizeof(deputy_arguments[0]))

/** How many arguments a method takes. */
static inline uint64_t deputy_count(uint32_t of_type, uint32_t of_method)
{
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && of_method == (number)) { \
		return (arguments);                                \
	}
	ABI_METHODS(X)
#undef X
	return 0;
}

/** The least size bits that are enough for all of this. */
static inline uint64_t deputy_size(uint32_t type)
{
	uint64_t bits = type == ABI_TYPE_UNTYPED ? ABI_PAGE_BITS : 0;

	while (bits < ABI_PAGE_BITS && !abi_object_bits(type, bits)) {
		bits++;
	}
	return bits;
}

/** What makes a method succeed, but for what a test then breaks: `made` are
 * capabilities of each type, and slot 3 is empty. */
static inline void deputy_words(uint32_t type, uint32_t method,
				const uint64_t made[ABI_TYPE_COUNT],
				uint64_t words[DEPUTY_WORDS])
{
	for (uint32_t i = 0; i < DEPUTY_WORDS; i++) {
		words[i] = 0;
	}
	for (uint32_t i = 0; i < DEPUTY_ARGUMENTS; i++) {
		const struct deputy_argument *argument = &deputy_arguments[i];
		if (argument->type == type && argument->method == method) {
			words[argument->argument] =
				made[argument->wanted == DEPUTY_ANY
					     ? ABI_TYPE_ENDPOINT
					     : argument->wanted];
		}
	}
	if (type == ABI_TYPE_UNTYPED) {
		words[0] = ABI_TYPE_ENDPOINT;
		words[2] = 1;
		words[4] = 3;
	} else if (type == ABI_TYPE_CAPNODE || type == ABI_TYPE_EXPORT_TABLE) {
		words[0] = 3;
	} else if (type == ABI_TYPE_FRAME || type == ABI_TYPE_PAGE_TABLE) {
		words[1] = USER_START;
		words[2] = type == ABI_TYPE_FRAME ? ABI_ACCESS_READ : 0;
	}
}
