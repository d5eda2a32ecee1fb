/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Messages and the verbs that move them: the whole system call interface.
 *
 *            x86_64                              aarch64
 * verb       rax, status out                     x11, status out
 * capability rdi, badge out                      x0, badge out
 * label      rsi                                 x1
 * info       rdx                                 x2
 * words 0-7  r8 r9 r10 r12 r13 r14 r15 rbx       x3 - x10
 * lost       rcx r11                             -
 *
 * info: bits 0-15 length in 64-bit words, 16-31 flags, 32-63 the slot of the
 * Reply capability (RECV and REPLY_RECV only, else zero). Words from the ninth
 * on lie in the thread's message buffer, word i at words[i]; the receiver's
 * word registers beyond the length become zero. The method is
 * label bits 0-4. Unknown flags and a length above the limit are refused.
 *
 * A capability address is 48 bits: the low 32 name a slot, bits 32-47 its
 * incarnation; bits 48-63 must be zero. A slot below the size of the caller's
 * root CapNode is found with one comparison. Beyond it, the low bits select a
 * CapNode in the root and the rest, less one, is looked up in there.
 */
#include <stdint.h>

/* X(number, name, text) */
#define ABI_VERBS(X)                                                        \
	X(0, YIELD, "give the CPU to the next thread")                      \
	X(1, SEND, "hand a message over, waiting for a receiver")           \
	X(2, TRY_SEND, "hand a message over if a receiver waits")           \
	X(3, RECV, "wait for a message")                                    \
	X(4, TRY_RECV, "take a message if a sender waits")                  \
	X(5, CALL, "send, then wait for the reply; invoke a kernel object") \
	X(6, REPLY, "answer the caller that a Reply capability stands for") \
	X(7, REPLY_RECV, "REPLY through the info word's slot, then RECV")

/* X(bit, name, text): flags in info bits 16-31. */
#define ABI_MESSAGE_FLAGS(X)                                        \
	X(16, CAPS, "the buffer holds capabilities, see there")     \
	X(17, DEADLINE, "in: the buffer holds a deadline")          \
	X(18, SLOTS, "in: the buffer holds slots for capabilities") \
	X(30, CALLED, "out: the sender waits for a reply")          \
	X(31, KERNEL, "out: the kernel sent this, a fault message")

#define ABI_MESSAGE_REGISTERS   8
#define ABI_MESSAGE_WORDS_MAX   504
#define ABI_MESSAGE_CAPS_MAX    4
#define ABI_MESSAGE_LENGTH_MASK 0xffff
#define ABI_MESSAGE_REPLY_SHIFT 32
#define ABI_METHOD_MASK         31

#ifndef __ASSEMBLER__
/* In `caps` of a message buffer: give it, instead of lending it. */
#define ABI_CAP_GIVE (1ull << 63)

enum abi_verb {
#define X(number, name, text) ABI_VERB_##name = (number),
	ABI_VERBS(X)
#undef X
		ABI_VERB_COUNT
};
enum {
#define X(bit, name, text) ABI_MESSAGE_##name = (int)(1u << (bit)),
	ABI_MESSAGE_FLAGS(X)
#undef X
};

/**
 * The page a thread shares with the kernel for what registers cannot hold.
 *
 * Capabilities go with a message if its sender sets the flag CAPS and names up
 * to four of its own in `caps`, the rest zero, each to be lent (a copy) or with
 * ABI_CAP_GIVE to be given (moved). Its capability of the endpoint, or of the
 * Reply, needs the right GRANT, and each of those that go needs delegation depth
 * to get into another capsule. The receiver has set the flag SLOTS in the verb
 * it waits in (RECV, REPLY_RECV, or CALL for the answer, which needs the right
 * GRANT as well) and named that many empty slots of its own in `slots`. All of
 * them go, or none, and then the message does not either and the sender has the
 * error: that of copy or move, or SLOT_FULL if the receiver has no room. A
 * sender that waits keeps its capabilities until the message is taken, and is
 * judged again then. The receiver finds the flag CAPS set and their addresses
 * in its `caps`.
 */
struct message_buffer {
	uint64_t deadline;
	uint64_t caps[ABI_MESSAGE_CAPS_MAX];
	uint64_t zero[3];
	union {
		uint64_t slots[ABI_MESSAGE_CAPS_MAX];
		uint64_t words[ABI_MESSAGE_WORDS_MAX]; /* 0-7 are not used */
	};
};
_Static_assert(sizeof(struct message_buffer) == 4096, "one page");

/*
 * A fault message: flag KERNEL, label 0, five words. The reply's label says
 * what becomes of the thread: FAULT_RESUME runs it again, FAULT_STOP leaves it
 * suspended.
 */
enum abi_fault_word {
	ABI_FAULT_KIND,     /* enum abi_fault_kind */
	ABI_FAULT_PC,       /* of the instruction */
	ABI_FAULT_ADDRESS,  /* the access that failed; zero if none did */
	ABI_FAULT_ACCESS,   /* ABI_ACCESS_* */
	ABI_FAULT_SYNDROME, /* error code / ESR, for people */
	ABI_FAULT_WORDS
};
#define ABI_FAULT_KINDS(X)                                     \
	X(1, MEMORY, "memory it does not have")                \
	X(2, INSTRUCTION, "an instruction it may not execute") \
	X(3, ALIGNMENT, "a misaligned access")                 \
	X(4, ARITHMETIC, "an arithmetic exception")            \
	X(5, DEBUG, "a breakpoint or debug exception")         \
	X(6, PROTECTION, "a protection violation")             \
	X(7, OTHER, "another exception")
enum abi_fault_kind {
#define X(number, name, text) ABI_FAULT_##name = (number),
	ABI_FAULT_KINDS(X)
#undef X
};
enum { ABI_ACCESS_READ = 1, ABI_ACCESS_WRITE = 2, ABI_ACCESS_EXECUTE = 4 };
enum { ABI_FAULT_RESUME = 0, ABI_FAULT_STOP = 1 };
#endif
