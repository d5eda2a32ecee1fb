/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The one error space of Tessera, shared by nano, kernel, core, services and
 * tools. Zero is success. A number is for ever: never reused, never renumbered.
 *
 * X(number, name, refusal, text). `refusal` is 1 for a status by which the
 * kernel turns down a system call for want of authority or of sense; those,
 * and only those, raise the refusal counters of the thread and of the kernel.
 */
#define ABI_STATUSES(X)                                                       \
	X(0, OK, 0, "done")                                                   \
	X(1, BAD_CALL, 1, "no such call or verb")                             \
	X(2, BAD_ARGUMENT, 1, "an argument is malformed")                     \
	X(3, NO_CAPABILITY, 1, "the address names no capability")             \
	X(4, WRONG_TYPE, 1, "the capability is of another type")              \
	X(5, NO_RIGHT, 1, "the capability lacks the right this needs")        \
	X(6, NO_METHOD, 1, "the object has no such method")                   \
	X(7, NOT_BUILT, 1, "declared, but not built yet")                     \
	X(8, NOT_SUPPORTED, 1, "this machine has no such thing")              \
	X(9, DENIED, 1, "the caller's authority does not reach this")         \
	X(10, NOT_FOUND, 1, "nothing of that name, or none for the caller")   \
	X(11, NO_MEMORY, 0, "the memory given for this is used up")           \
	X(12, SLOT_FULL, 0, "the destination slot holds a capability")        \
	X(13, MAPPED, 0, "something is mapped there, or the frame is mapped") \
	X(14, NOT_MAPPED, 0, "nothing is mapped there")                       \
	X(15, NO_TABLE, 0, "a page table on the way is missing")              \
	X(16, TOO_DEEP, 0, "derived too often, or looked up too deep")        \
	X(17, LIMIT, 0, "a quota or limit is used up")                        \
	X(18, WOULD_BLOCK, 0, "nobody is ready, and the verb does not wait")  \
	X(19, AGAIN, 0, "not finished: call again to go on")                  \
	X(20, BUSY, 0, "in use by somebody else")                             \
	X(21, BAD_STATE, 0, "not possible in the state the object is in")     \
	X(22, GONE, 0, "the other side ended before it answered")             \
	X(23, DAMAGED, 0, "the data does not pass its check")

typedef enum {
#define X(number, name, refusal, text) ST_##name = (number),
	ABI_STATUSES(X)
#undef X
		ST_COUNT
} status_t;
