/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * core's two services. A reply's label is a status_t; results are its words.
 *
 * CORE: what every capsule has in slot START_SLOT_CORE, its badge telling core
 * who calls. X(number, name, text): method number, arguments -> results.
 * Texts travel as bytes in words 1.., eight a word, low byte first, their
 * length in bytes in word 0 (at most CORE_TEXT_MAX).
 */
#define CORE_METHODS(X)                                                \
	X(0, log,                                                      \
	  "bytes, text: one piece of output; whole lines are printed " \
	  "with the capsule's name before them")                       \
	X(1, exit, "status 0-255: the capsule ends; never replied to") \
	X(2, grow,                                                     \
	  "bytes (whole pages): more heap, zeroed, at the end of "     \
	  "what it has -> address of the new part; LIMIT above the "   \
	  "quota")                                                     \
	X(3, info,                                                     \
	  "-> bytes of memory used, quota of that, bytes of mapped "   \
	  "addresses, quota of that")

#define CORE_TEXT_MAX 2048

/*
 * SUPERVISOR: what init alone has as its route "supervisor". Capsules are
 * named by handles, small numbers of this session that mean nothing to anyone
 * else. A call that fails has changed nothing.
 */
#define SUPERVISOR_METHODS(X)                                               \
	X(0, create,                                                        \
	  "memory bytes, virtual bytes, CapNode slots, 1 if it holds a "    \
	  "capability of its CapNode or 0, name and "                       \
	  "image name (from word 4, each padded to 32 bytes with zeros): "  \
	  "checks the image, makes the capsule -> handle; DAMAGED if the "  \
	  "ELF file is bad (core says why), LIMIT if it does not fit its "  \
	  "quota, NO_MEMORY if the machine has not enough, NOT_FOUND "      \
	  "without such an image")                                          \
	X(1, offer,                                                         \
	  "handle, delegation and ops of the capability from which it "     \
	  "mints others for this service (both 0: it has none), name (4 "   \
	  "words from word 3): makes an endpoint "                          \
	  "that this capsule receives on -> service handle")                \
	X(2, route,                                                         \
	  "client handle, service handle, ops, badge, 1 if capabilities "   \
	  "go with messages and answers or 0, name (4 words from word 5): " \
	  "the client may call these methods")                              \
	X(3, start, "handle: its first thread runs")                        \
	X(4, wait,                                                          \
	  "waits until a capsule ends -> handle, enum "                     \
	  "supervisor_end, exit status, refused calls of it")               \
	X(5, stop, "handle: suspends it for ever -> refused calls of it")   \
	X(6, operational,                                                   \
	  "capsules, capabilities: prints the line; the "                   \
	  "console is core's from now on")                                  \
	X(7, power_off, "status 0-255: never replied to")                   \
	X(8, count,                                                         \
	  "-> capsules, filled slots in their CapNodes, refusals "          \
	  "the kernel has counted in all")

/* All of them, as the ops of a capability. */
#define SUPERVISOR_METHODS_ALL 0x1ff

/* How a capsule ended, as `wait` tells it. */
enum supervisor_end {
	SUPERVISOR_EXITED = 1,  /* by itself, with a status */
	SUPERVISOR_FAULTED = 2, /* core has reported who, what and where */
};

#ifndef __ASSEMBLER__
enum core_method {
#define X(number, name, text) CORE_##name = (number),
	CORE_METHODS(X)
#undef X
};
enum supervisor_method {
#define X(number, name, text) SUPERVISOR_##name = (number),
	SUPERVISOR_METHODS(X)
#undef X
};
#endif
