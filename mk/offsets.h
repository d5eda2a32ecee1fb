/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for assembly, taken from C.
 *
 * A component's arch/<arch>/offsets.c includes this header and names each
 * structure member, size or constant that its assembly needs. The build
 * compiles it to assembly text and turns every "@@NAME value" line into a
 * #define in <output>/<component>/offsets.h, so no .S file knows a number.
 */
#pragma once

#include <stddef.h>

/** Emits one named constant; value must be known at compile time. */
#define EMIT(name, value) \
	__asm__ volatile("\n.ascii \"@@" #name " %c0\"" ::"i"(value))

/** Emits the offset of a structure member. */
#define OFFSET(name, type, member) EMIT(name, offsetof(type, member))

/** Emits the size of a type. */
#define SIZE(name, type) EMIT(name, sizeof(type))
