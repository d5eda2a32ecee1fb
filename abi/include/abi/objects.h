/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Object types, their methods and the rights of capabilities. A kernel object
 * is invoked with CALL; the method is label bits 0-4, arguments are words 0-7,
 * results come back in the same words. Every method number is also the bit in
 * the capability's `ops` that permits it: a capability whose bit is clear gets
 * NO_RIGHT before the object is looked at. Unused arguments must be zero.
 *
 * Method 0 is `info` everywhere: read-only facts about the object.
 */

/* X(number, NAME, built, text). `built` is 0 for types that a later version
 * fills in: they cannot be made yet and answer NOT_BUILT. */
#define ABI_OBJECT_TYPES(X)                                        \
	X(1, UNTYPED, 1, "memory that objects are made from")      \
	X(2, CAPNODE, 1, "slots that hold capabilities")           \
	X(3, CAPSULE, 0, "a program: its life cycle and limits")   \
	X(4, THREAD, 1, "registers and a place in the scheduler")  \
	X(5, ENDPOINT, 1, "where senders and receivers meet")      \
	X(6, NOTIFICATION, 0, "a word of signals")                 \
	X(7, REPLY, 1, "the right to answer one caller, once")     \
	X(8, VSPACE, 1, "an address space, its top page table")    \
	X(9, PAGE_TABLE, 1, "a lower page table")                  \
	X(10, FRAME, 1, "a page of memory or of device registers") \
	X(11, IRQ_CONTROL, 0, "makes interrupt handlers")          \
	X(12, IRQ_HANDLER, 0, "one interrupt")                     \
	X(13, IO_PORT_RANGE, 1, "I/O ports (x86_64)")              \
	X(14, IO_SPACE, 0, "what one device may reach by DMA")     \
	X(15, SCHED_CONTEXT, 0, "a share of CPU time")             \
	X(16, TIMER, 0, "one-shot or periodic messages")           \
	X(17, LIMITS, 0, "a bound on the use of capabilities")     \
	X(18, AUDIT_LOG, 0, "the record of security events")       \
	X(19, RESERVED, 0, "memory handed to nano")                \
	X(20, NANO_INTERFACE, 0, "an authority over nano calls")   \
	X(21, SYSTEM_CONTROL, 1, "the machine as a whole")

/* X(type, number, name, argument count, arguments, results). The length of the
 * message must be the argument count. */
#define ABI_METHODS(X)                                                        \
	X(UNTYPED, 0, info, 0, "", "address, bytes, bytes used, 1 if device") \
	X(UNTYPED, 1, retype, 5,                                              \
	  "type, size bits (CapNode: slots; Untyped: bytes; else 0), count, " \
	  "CapNode capability, first slot in it",                             \
	  "")                                                                 \
	X(CAPNODE, 0, info, 0, "", "slots, slots filled")                     \
	X(CAPNODE, 1, copy, 2, "slot in this node, capability", "")           \
	X(CAPNODE, 2, mint, 5,                                                \
	  "slot in this node, capability, rights | delegation << 8, ops, "    \
	  "badge",                                                            \
	  "")                                                                 \
	X(CAPNODE, 3, move, 2, "slot in this node, capability", "")           \
	X(CAPNODE, 4, rotate, 3, "slot, slot, capability", "")                \
	X(CAPNODE, 5, delete, 1, "slot in this node", "")                     \
	X(CAPNODE, 6, revoke, 1, "slot in this node", "")                     \
	X(THREAD, 0, info, 0, "", "enum abi_thread_state, refusals, faults")  \
	X(THREAD, 1, configure, 4,                                            \
	  "CapNode, VSpace, message buffer Frame (writable), fault endpoint " \
	  "(with send right) or 0",                                           \
	  "")                                                                 \
	X(THREAD, 2, set_registers, 4, "pc, sp, first argument, TLS pointer", \
	  "")                                                                 \
	X(THREAD, 3, get_registers, 0, "",                                    \
	  "pc, sp, first argument, TLS pointer")                              \
	X(THREAD, 4, resume, 0, "", "")                                       \
	X(THREAD, 5, suspend, 0, "", "")                                      \
	X(VSPACE, 0, info, 0, "", "pages mapped")                             \
	X(PAGE_TABLE, 0, info, 0, "", "level it is used at, 0 if unused")     \
	X(PAGE_TABLE, 1, map, 2,                                              \
	  "VSpace, address: fills the highest gap there",                     \
	  "level filled (2 to 4; 4 maps pages)")                              \
	X(FRAME, 0, info, 0, "", "bytes, 1 if mapped, 1 if device")           \
	X(FRAME, 1, map, 3, "VSpace, address, ABI_ACCESS_* bits", "")         \
	X(FRAME, 2, unmap, 0, "", "")                                         \
	X(IO_PORT_RANGE, 0, info, 0, "", "first port, ports")                 \
	X(IO_PORT_RANGE, 1, read, 2, "port, bytes (1, 2, 4)", "value")        \
	X(IO_PORT_RANGE, 2, write, 3, "port, bytes (1, 2, 4), value", "")     \
	X(SYSTEM_CONTROL, 0, info, 0, "",                                     \
	  "refusals, faults, system calls, thread switches, timer ticks")     \
	X(SYSTEM_CONTROL, 1, operational, 0, "",                              \
	  "nano's console is closed but for its last line")                   \
	X(SYSTEM_CONTROL, 2, power_off, 1, "status 0-255", "does not return") \
	X(SYSTEM_CONTROL, 3, nano_counter, 1, "enum abi_nano_counter", "value")

/* X(bit, NAME, text): the rights byte of a slot. For endpoints SEND and RECV
 * are the verbs; GRANT allows capabilities in messages; EXPORT allows a token.
 * Frames use READ, WRITE and EXECUTE as the most a mapping may have. */
#define ABI_RIGHTS(X)                                     \
	X(0, SEND, "send, call")                          \
	X(1, RECV, "receive")                             \
	X(2, GRANT, "hand capabilities over in messages") \
	X(3, EXPORT, "name it outside the machine")       \
	X(4, READ, "map for reading")                     \
	X(5, WRITE, "map for writing")                    \
	X(6, EXECUTE, "map for execution")

#ifndef __ASSEMBLER__
#include <stdint.h>

enum abi_object_type {
	ABI_TYPE_NULL = 0,
#define X(number, name, built, text) ABI_TYPE_##name = (number),
	ABI_OBJECT_TYPES(X)
#undef X
		ABI_TYPE_COUNT
};

enum abi_method {
#define X(type, number, name, count, in, out) ABI_##type##_##name = (number),
	ABI_METHODS(X)
#undef X
};

enum abi_right {
#define X(bit, name, text) ABI_RIGHT_##name = 1 << (bit),
	ABI_RIGHTS(X)
#undef X
		ABI_RIGHTS_ALL = 0x7f
};

enum abi_thread_state {
	ABI_THREAD_NEW,       /* not configured or never resumed */
	ABI_THREAD_READY,     /* runs or waits for a CPU */
	ABI_THREAD_SENDING,   /* waits for a receiver */
	ABI_THREAD_RECEIVING, /* waits for a sender */
	ABI_THREAD_CALLING,   /* its message was taken; waits for the reply */
	ABI_THREAD_FAULTED,   /* its fault message was taken */
	ABI_THREAD_SUSPENDED,
};

/* A delegation depth that never runs out by itself. */
#define ABI_DELEGATION_MAX 255
#define ABI_DERIVATION_MAX 32

#define ABI_SLOT_BITS        6 /* a slot is 64 bytes */
#define ABI_CAPNODE_BITS_MIN 4
#define ABI_CAPNODE_BITS_MAX 16

/* Bytes of one object of a type with a fixed size; a power of two. */
#define ABI_THREAD_BITS   11
#define ABI_ENDPOINT_BITS 6
#define ABI_REPLY_BITS    6
#define ABI_VSPACE_BITS   13 /* the book and the top table */
#define ABI_TABLE_BITS    12
#define ABI_FRAME_BITS    12

/* The most that one retype makes, so that one call stays short. */
#define ABI_RETYPE_COUNT_MAX 64
#define ABI_RETYPE_BYTES_MAX 0x40000
#endif
