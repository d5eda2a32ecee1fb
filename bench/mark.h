/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Markers: instructions that change nothing and that the counting plugin knows.
 * They work at every privilege level. x86_64: nopl disp32(%rax); aarch64: movz
 * xzr, #id, lsl #48. A marker is not counted itself.
 *
 * A span goes from BEGIN to END; what lies between PAUSE and CONTINUE is not
 * part of it, and MIDDLE divides it in two halves. Outside of spans, letters of
 * text for the log travel as pairs of NIBBLE markers, high one first.
 */

#define MARK_BEGIN    1
#define MARK_MIDDLE   2
#define MARK_PAUSE    3
#define MARK_CONTINUE 4
#define MARK_END      5
#define MARK_NIBBLE   0x10 /* to 0x1f */

#define MARK_X86_64_BASE  0xbe7c0000 /* the displacement, or id */
#define MARK_AARCH64_BASE 0xd2e0001f /* the instruction, or id << 5 */
#define MARK_AARCH64_MASK 0xffe0001f

#define MARK_STRING_OF(text) #text
#define MARK_STRING(text)    MARK_STRING_OF(text)

/* MARK_TEXT is a marker as assembly text, for spans in which the compiler may
 * have no say; MARK is one as a statement. */
#if defined(__x86_64__)
#define MARK_TEXT(id)                \
	".byte 0x0f, 0x1f, 0x80\n\t" \
	".long " MARK_STRING(MARK_X86_64_BASE) " + " MARK_STRING(id) "\n\t"
#else
#define MARK_TEXT(id)                                                \
	".inst " MARK_STRING(MARK_AARCH64_BASE) " + ((" MARK_STRING( \
		id) ") << 5)\n\t"
#endif
#define MARK(id) __asm__ volatile(MARK_TEXT(id) : : : "memory")
