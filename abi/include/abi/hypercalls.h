/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every nano call, declared once: the dispatcher, the callers' names and the
 * manual come from this list.
 *
 * X(number, name, arguments, text). A number is for ever. The number travels
 * in rax / x8, arguments in rdi rsi rdx r10 r8 r9 / x0-x5, the status comes
 * back in rax / x0 and a result in rdx / x1; every other register is kept.
 * An argument that a call does not have must be zero. VMMCALL / HVC #0.
 */
#define ABI_HYPERCALLS(X)                                                    \
	X(0, null, 0, "does nothing, whatever its arguments are")            \
	X(1, interface_query, 2,                                             \
	  "(authority, number): the number if that authority reaches the "   \
	  "call, else zero")                                                 \
	X(2, interface_derive, 2,                                            \
	  "(authority, mask): a new authority, reaching what both the old "  \
	  "one and the mask (bit = call number) allow")                      \
	X(3, interface_restrict, 1,                                          \
	  "(mask): the caller's own authority shrinks to what the mask "     \
	  "allows, for ever")                                                \
	X(4, console_write, 6,                                               \
	  "(n, w1..w5): writes the first n (1..40) bytes of the words, low " \
	  "byte first; BAD_STATE once operational")                          \
	X(5, operational, 0, "the console is no longer nano's")              \
	X(6, irq_ack_and_arm, 2,                                             \
	  "(vector or 0, ticks or 0): ends that interrupt and arms the "     \
	  "one-shot timer of this CPU; NOT_SUPPORTED where the kernel has "  \
	  "both itself")                                                     \
	X(7, power_off, 1,                                                   \
	  "(status 0..255): prints the last line, never "                    \
	  "returns")                                                         \
	X(8, counter, 1, "(enum abi_nano_counter): its value")

#define ABI_HYPERCALL_LIMIT 64

/* Interrupts of the kernel on x86_64: the one-shot timer, to be ended with
 * irq_ack_and_arm, and the APIC's spurious one, which nobody ends. */
#define ABI_TIMER_VECTOR_X86_64    0x20
#define ABI_SPURIOUS_VECTOR_X86_64 0xff

/* X(number, name, text): what nano counts, for ever. */
#define ABI_NANO_COUNTERS(X)                                                \
	X(0, EXITS, "entries into nano from below, without null calls")     \
	X(1, MEMORY, "accesses to memory the kernel's world does not have") \
	X(2, PORT, "accesses to I/O ports it does not have")                \
	X(3, REGISTER,                                                      \
	  "accesses to system registers or MSRs it does not have")          \
	X(4, INSTRUCTION, "instructions it may not execute")                \
	X(5, CALL, "nano calls refused")

#ifndef __ASSEMBLER__
enum abi_hypercall {
#define X(number, name, nargs, text) ABI_HYPERCALL_##name = (number),
	ABI_HYPERCALLS(X)
#undef X
};
enum abi_nano_counter {
#define X(number, name, text) ABI_NANO_COUNTER_##name = (number),
	ABI_NANO_COUNTERS(X)
#undef X
		ABI_NANO_COUNTER_COUNT
};
#endif
