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

/*
 * X(number, NAME, built, made, bits, least, most, text). `built` is 0 for types
 * whose behaviour a later version fills in: of their methods only `info` does
 * something, and the others answer NOT_BUILT. `made` is 1 if retype makes them,
 * of 2^(bits + n) bytes, where n is retype's size bits, from `least` to `most`;
 * of a Frame 0, 9 or 18, for 4 KiB, 2 MiB and 1 GiB.
 */
#define ABI_OBJECT_TYPES(X)                                                    \
	X(1, UNTYPED, 1, 1, 0, 6, 47, "memory that objects are made from")     \
	X(2, CAPNODE, 1, 1, 6, 4, 16, "slots that hold capabilities")          \
	X(3, CAPSULE, 1, 1, 10, 0, 0, "a program: its life cycle and threads") \
	X(4, THREAD, 1, 1, 11, 0, 0, "registers and a place in the scheduler") \
	X(5, ENDPOINT, 1, 1, 6, 0, 0, "where senders and receivers meet")      \
	X(6, NOTIFICATION, 0, 1, 6, 0, 0, "a word of signals")                 \
	X(7, REPLY, 1, 1, 6, 0, 0, "the right to answer one caller, once")     \
	X(8, VSPACE, 1, 1, 13, 0, 0, "an address space, its top page table")   \
	X(9, PAGE_TABLE, 1, 1, 12, 0, 0, "a lower page table")                 \
	X(10, FRAME, 1, 1, 12, 0, 18, "memory or registers of a device")       \
	X(11, IRQ_CONTROL, 0, 0, 0, 0, 0, "makes interrupt handlers")          \
	X(12, IRQ_HANDLER, 0, 0, 0, 0, 0, "one interrupt")                     \
	X(13, IO_PORT_RANGE, 1, 0, 0, 0, 0, "I/O ports (x86_64)")              \
	X(14, IO_SPACE, 0, 1, 12, 0, 0, "what one device may reach by DMA")    \
	X(15, SCHED_CONTEXT, 0, 1, 8, 0, 0, "a share of CPU time")             \
	X(16, TIMER, 0, 1, 7, 0, 0, "one-shot or periodic messages")           \
	X(17, LIMITS, 0, 1, 7, 0, 0, "a bound on the use of capabilities")     \
	X(18, AUDIT_LOG, 0, 1, 0, 12, 20, "the record of security events")     \
	X(19, RESERVED, 1, 1, 12, 0, 35, "memory that nano can have")          \
	X(20, NANO_INTERFACE, 0, 1, 6, 0, 0, "an authority over nano calls")   \
	X(21, SYSTEM_CONTROL, 1, 0, 0, 0, 0, "the machine as a whole")         \
	X(22, EXPORT_TABLE, 1, 1, 7, 4, 16, "capabilities named by tokens")

/*
 * X(type, number, name, arguments, results, in, out, errors). The length of the
 * message must be the number of arguments; that of the answer is the number of
 * results. `errors` is a row of E(status), E being whatever the reader of the
 * table makes of them: those that are the method's own, beside NO_CAPABILITY,
 * NO_METHOD, NO_RIGHT and BAD_ARGUMENT, which every method has.
 */
#define ABI_METHODS(X)                                                         \
	X(UNTYPED, 0, info, 0, 4, "",                                          \
	  "address, bytes, bytes used, 1 if device", )                         \
	X(UNTYPED, 1, retype, 5, 0,                                            \
	  "type, size bits, count, CapNode capability, "                       \
	  "first slot in it",                                                  \
	  "", E(WRONG_TYPE) E(NO_MEMORY) E(SLOT_FULL) E(TOO_DEEP))             \
	X(CAPNODE, 0, info, 0, 2, "", "slots, slots filled", )                 \
	X(CAPNODE, 1, copy, 2, 1, "slot in this node, capability",             \
	  "the slot | its incarnation << 32",                                  \
	  E(WRONG_TYPE) E(SLOT_FULL) E(TOO_DEEP))                              \
	X(CAPNODE, 2, mint, 5, 1,                                              \
	  "slot in this node, capability, rights | "                           \
	  "delegation << 8, ops, badge",                                       \
	  "the slot | its incarnation << 32",                                  \
	  E(WRONG_TYPE) E(SLOT_FULL) E(TOO_DEEP))                              \
	X(CAPNODE, 3, move, 2, 1, "slot in this node, capability",             \
	  "the slot | its incarnation << 32", E(SLOT_FULL) E(BUSY))            \
	X(CAPNODE, 4, rotate, 3, 0,                                            \
	  "empty slot in this node, slot in it whose capability goes there, "  \
	  "capability that takes its place",                                   \
	  "", E(SLOT_FULL) E(BUSY))                                            \
	X(CAPNODE, 5, delete, 1, 0,                                            \
	  "slot in this node | its incarnation << 32", "", E(DENIED))          \
	X(CAPNODE, 6, revoke, 1, 0,                                            \
	  "slot in this node | its incarnation << 32", "", )                   \
	X(CAPNODE, 7, inspect, 1, 4, "slot in this node",                      \
	  "type (0: empty), rights | delegation << 8, ops, incarnation", )     \
	X(CAPSULE, 0, info, 0, 4, "",                                          \
	  "enum abi_capsule_state, reason, id, threads", )                     \
	X(CAPSULE, 1, configure, 3, 0,                                         \
	  "VSpace, CapNode, fault endpoint (with send "                        \
	  "right) or 0",                                                       \
	  "", E(WRONG_TYPE) E(TOO_DEEP) E(BAD_STATE) E(BUSY))                  \
	X(CAPSULE, 2, bind, 1, 0, "Thread: configured, never resumed", "",     \
	  E(WRONG_TYPE) E(BAD_STATE) E(BUSY) E(LIMIT))                         \
	X(CAPSULE, 3, start, 0, 0, "", "", E(BAD_STATE))                       \
	X(CAPSULE, 4, freeze, 0, 0, "", "", E(BAD_STATE))                      \
	X(CAPSULE, 5, thaw, 0, 0, "", "", E(BAD_STATE))                        \
	X(CAPSULE, 6, fail, 1, 0, "reason", "", E(BAD_STATE))                  \
	X(CAPSULE, 7, stop, 0, 0, "", "", E(BAD_STATE))                        \
	X(THREAD, 0, info, 0, 3, "",                                           \
	  "enum abi_thread_state, refusals, faults", )                         \
	X(THREAD, 1, configure, 4, 0,                                          \
	  "CapNode, VSpace, message buffer Frame "                             \
	  "(writable), fault endpoint (with send right) "                      \
	  "or 0",                                                              \
	  "", E(WRONG_TYPE) E(TOO_DEEP) E(BAD_STATE))                          \
	X(THREAD, 2, set_registers, 4, 0,                                      \
	  "pc, sp, first argument, TLS pointer", "", E(BAD_STATE))             \
	X(THREAD, 3, get_registers, 0, 4, "",                                  \
	  "pc, sp, first argument, TLS pointer", E(BAD_STATE))                 \
	X(THREAD, 4, resume, 0, 0, "", "", E(BAD_STATE))                       \
	X(THREAD, 5, suspend, 0, 0, "", "", E(BAD_STATE))                      \
	X(NOTIFICATION, 0, info, 0, 0, "", "", )                               \
	X(NOTIFICATION, 1, signal, 1, 0, "bits", "", )                         \
	X(NOTIFICATION, 2, wait, 0, 1, "", "bits, which become zero", )        \
	X(NOTIFICATION, 3, poll, 0, 1, "", "bits, which become zero", )        \
	X(REPLY, 0, info, 0, 1, "", "1 if it stands for a caller", )           \
	X(VSPACE, 0, info, 0, 1, "", "pages mapped", )                         \
	X(PAGE_TABLE, 0, info, 0, 1, "", "level it is used at, 0 if unused", ) \
	X(PAGE_TABLE, 1, map, 2, 1,                                            \
	  "VSpace, address: fills the highest gap there",                      \
	  "level filled (2 to 4; 4 maps pages)", E(WRONG_TYPE) E(MAPPED))      \
	X(PAGE_TABLE, 2, unmap, 0, 0,                                          \
	  "also with something below, which is reached no more", "",           \
	  E(NOT_MAPPED))                                                       \
	X(FRAME, 0, info, 0, 3, "", "bytes, 1 if mapped, 1 if device", )       \
	X(FRAME, 1, map, 3, 0, "VSpace, address, ABI_ACCESS_* bits", "",       \
	  E(WRONG_TYPE) E(MAPPED) E(NO_TABLE) E(NOT_SUPPORTED))                \
	X(FRAME, 2, unmap, 0, 0, "", "", E(NOT_MAPPED))                        \
	X(IRQ_CONTROL, 0, info, 0, 0, "", "", )                                \
	X(IRQ_CONTROL, 1, get, 3, 0,                                           \
	  "interrupt, CapNode, slot in it for its "                            \
	  "IrqHandler",                                                        \
	  "", )                                                                \
	X(IRQ_HANDLER, 0, info, 0, 0, "", "", )                                \
	X(IRQ_HANDLER, 1, bind, 2, 0, "Notification, bits it signals", "", )   \
	X(IRQ_HANDLER, 2, ack, 0, 0, "", "", )                                 \
	X(IO_PORT_RANGE, 0, info, 0, 2, "", "first port, ports", )             \
	X(IO_PORT_RANGE, 1, read, 2, 1, "port, bytes (1, 2, 4)", "value",      \
	  E(NOT_SUPPORTED))                                                    \
	X(IO_PORT_RANGE, 2, write, 3, 0, "port, bytes (1, 2, 4), value", "",   \
	  E(NOT_SUPPORTED))                                                    \
	X(IO_SPACE, 0, info, 0, 0, "", "", )                                   \
	X(IO_SPACE, 1, attach, 1, 0, "device", "", )                           \
	X(IO_SPACE, 2, map, 3, 0, "Frame, address, ABI_ACCESS_* bits", "", )   \
	X(IO_SPACE, 3, unmap, 1, 0, "address", "", )                           \
	X(SCHED_CONTEXT, 0, info, 0, 0, "", "", )                              \
	X(SCHED_CONTEXT, 1, configure, 5, 0,                                   \
	  "class, shares, latency target, budget, period", "", )               \
	X(SCHED_CONTEXT, 2, bind, 1, 0, "Thread", "", )                        \
	X(SCHED_CONTEXT, 3, unbind, 1, 0, "Thread", "", )                      \
	X(TIMER, 0, info, 0, 0, "", "", )                                      \
	X(TIMER, 1, arm, 3, 0,                                                 \
	  "Endpoint or Notification, deadline, period or "                     \
	  "0",                                                                 \
	  "", )                                                                \
	X(TIMER, 2, cancel, 0, 0, "", "", )                                    \
	X(LIMITS, 0, info, 0, 0, "", "", )                                     \
	X(LIMITS, 1, configure, 5, 0,                                          \
	  "parent or 0, deadline, uses, uses a second, "                       \
	  "bytes",                                                             \
	  "", )                                                                \
	X(LIMITS, 2, attach, 1, 0, "capability", "", )                         \
	X(AUDIT_LOG, 0, info, 0, 0, "", "", )                                  \
	X(AUDIT_LOG, 1, read, 1, 8, "sequence number", "the record", )         \
	X(AUDIT_LOG, 2, configure, 1, 0,                                       \
	  "what becomes of an operation when it is full", "", )                \
	X(RESERVED, 0, info, 0, 2, "", "bytes, enum abi_reserved_phase", )     \
	X(RESERVED, 1, take, 0, 0, "",                                         \
	  "nano has all of it, and nobody reaches it", E(BAD_STATE))           \
	X(RESERVED, 2, revoke, 0, 0, "", "all of it is back, zeroed",          \
	  E(BAD_STATE))                                                        \
	X(NANO_INTERFACE, 0, info, 0, 0, "", "", )                             \
	X(NANO_INTERFACE, 1, restrict, 2, 0,                                   \
	  "two words of the calls that are left", "", )                        \
	X(NANO_INTERFACE, 2, call, 7, 2, "number, six arguments",              \
	  "status, result", )                                                  \
	X(SYSTEM_CONTROL, 0, info, 0, 5, "",                                   \
	  "refusals, faults, system calls, thread "                            \
	  "switches, timer ticks", )                                           \
	X(SYSTEM_CONTROL, 1, operational, 0, 0, "",                            \
	  "nano's console is closed but for its last line", E(BAD_STATE))      \
	X(SYSTEM_CONTROL, 2, power_off, 1, 0, "status 0-255",                  \
	  "does not return", )                                                 \
	X(SYSTEM_CONTROL, 3, nano_counter, 1, 1, "enum abi_nano_counter",      \
	  "value", )                                                           \
	X(EXPORT_TABLE, 0, info, 0, 2, "", "entries, entries filled", )        \
	X(EXPORT_TABLE, 1, export, 2, 5,                                       \
	  "entry, capability with the right EXPORT",                           \
	  "the entry | its incarnation << 32, four words of token",            \
	  E(WRONG_TYPE) E(SLOT_FULL) E(TOO_DEEP) E(NOT_SUPPORTED))             \
	X(EXPORT_TABLE, 2, import, 6, 1,                                       \
	  "the entry | its incarnation << 32, four words of token, slot in "   \
	  "the caller's own CapNode",                                          \
	  "the slot | its incarnation << 32",                                  \
	  E(NOT_FOUND) E(SLOT_FULL) E(TOO_DEEP))                               \
	X(EXPORT_TABLE, 3, withdraw, 1, 0,                                     \
	  "the entry | its incarnation << 32", "", )

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
#define X(number, name, built, made, bits, least, most, text) \
	ABI_TYPE_##name = (number),
	ABI_OBJECT_TYPES(X)
#undef X
		ABI_TYPE_COUNT
};

enum abi_method {
#define X(type, number, name, arguments, results, in, out, errors) \
	ABI_##type##_##name = (number),
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
	ABI_THREAD_FROZEN, /* ready, but its capsule does not run */
};

/* Where the memory of a Reserved is. While it leaves or returns somebody began
 * that and did not end it: the same method goes on, and a delete takes it back. */
enum abi_reserved_phase {
	ABI_RESERVED_HERE, /* in the kernel's world, where nobody uses it */
	ABI_RESERVED_LEAVING,
	ABI_RESERVED_TAKEN, /* nano's */
	ABI_RESERVED_RETURNING,
};

/* The life of a capsule. Created -> Running; Running <-> Frozen; Running or
 * Frozen -> Failed; Failed -> Stopped; Created, Running or Frozen -> Stopped. */
enum abi_capsule_state {
	ABI_CAPSULE_CREATED,
	ABI_CAPSULE_RUNNING,
	ABI_CAPSULE_FROZEN, /* its threads keep all they have, and stand still */
	ABI_CAPSULE_FAILED, /* for a reason that `info` tells */
	ABI_CAPSULE_STOPPED,
	ABI_CAPSULE_STATE_COUNT
};

/* Reasons of the kernel's own: this and the kind of fault. Those that `fail` is
 * given are smaller. */
#define ABI_CAPSULE_REASON_FAULT (1ull << 32)
#define ABI_CAPSULE_THREADS_MAX  64

/* A delegation depth that never runs out: any other one is how often a
 * capability may still get into a CapNode of another capsule. */
#define ABI_DELEGATION_MAX 255
#define ABI_DERIVATION_MAX 32

/* ABI_THREAD_BITS and so on: the size of an object, a power of two, if it has
 * only one. */
enum {
#define X(number, name, built, made, bits, least, most, text) \
	ABI_##name##_BITS = (bits),
	ABI_OBJECT_TYPES(X)
#undef X
};

#define ABI_SLOT_BITS        6 /* a slot is 64 bytes */
#define ABI_TABLE_INDEX_BITS 9 /* a page table has 512 entries */
#define ABI_CAPNODE_BITS_MIN 4
#define ABI_CAPNODE_BITS_MAX 16

/** Bytes of one object as a power of two, when retype is given these size
 * bits; 0 for what it does not make. */
static inline uint32_t abi_object_bits(uint64_t type, uint64_t size_bits)
{
	static const struct {
		uint8_t made, bits, least, most;
	} sizes[ABI_TYPE_COUNT] = {
#define X(number, name, built, made, bits, least, most, text) \
	[number] = { made, bits, least, most },
		ABI_OBJECT_TYPES(X)
#undef X
	};

	if (type >= ABI_TYPE_COUNT || !sizes[type].made ||
	    size_bits < sizes[type].least || size_bits > sizes[type].most ||
	    (type == ABI_TYPE_FRAME && size_bits % ABI_TABLE_INDEX_BITS)) {
		return 0;
	}
	return sizes[type].bits + (uint32_t)size_bits;
}

/* The most that one retype makes, so that one call stays short. */
#define ABI_RETYPE_COUNT_MAX 64
#endif
