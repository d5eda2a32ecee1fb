/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The kernel on its fake machine and the model, side by side: each operation is
 * done to both, then they are compared in everything, and the kernel's own
 * structures are checked for themselves. Whatever does not agree ends the
 * program, which says what led there.
 */

#include "model.h"

struct thread;

enum op_kind {
	OP_CALL,  /* a system call of the thread that runs */
	OP_FAULT, /* it faults */
	OP_TICK,  /* the timer fires */
	OP_WRITE, /* it writes into its message buffer: word, value */
};

struct op {
	enum op_kind kind;
	struct model_message message; /* OP_CALL */
	uint64_t words[ABI_FAULT_WORDS];
};

#define OP_BYTES 16

extern struct model lockstep_model;

/** Boots, and leaves one thread with five capabilities: see enum below. */
void lockstep_boot(void);

/** Slots of the first thread's CapNode: what there is in the beginning. */
enum {
	SLOT_ARENA = 1, /* Untyped: all memory of this world */
	SLOT_NODE,      /* the CapNode itself, 16 slots */
	SLOT_SPACE,
	SLOT_BUFFER,
	SLOT_THREAD,
	SLOT_FREE,
};

/** Remembers how things are now, and goes back there. */
struct lockstep_state;
struct lockstep_state *lockstep_save(void);
void lockstep_save_to(struct lockstep_state *state);
void lockstep_restore(const struct lockstep_state *state);

/** Fails unless the kernel is as it was when that was saved, but for what a
 * thread finds in its registers, and for the counts of calls and refusals. */
void lockstep_check_same(const struct lockstep_state *state,
			 struct thread *thread, const char *what);

/** The thread that runs, MODEL_NONE when none can. */
int lockstep_thread(void);

/** One operation. Returns the status that the caller got, or would have got had
 * it not had to wait. */
status_t lockstep_do(const struct op *op);

/** CALL of a method with words; and the same which must succeed. */
#define lockstep_call(capability, method, ...)                   \
	lockstep_invoke(capability, method,                      \
			sizeof((uint64_t[]){ __VA_ARGS__ }) / 8, \
			(const uint64_t[8]){ __VA_ARGS__ })
status_t lockstep_invoke(uint64_t capability, uint64_t method, uint64_t count,
			 const uint64_t words[8]);

/** A verb with nothing in its words. */
status_t lockstep_verb(uint64_t verb, uint64_t capability, uint64_t label,
		       uint64_t info);

/** What no call of this world can bring about, done to both sides by hand, to
 * capabilities of the running thread's own CapNode: the methods that a capability
 * permits, its delegation depth, and that Untyped is device memory; that no
 * VSpace can be made, and no token drawn. */
void lockstep_set_ops(uint64_t slot, uint32_t ops);
void lockstep_set_delegation(uint64_t slot, uint8_t delegation);
void lockstep_set_device(uint64_t slot);
void lockstep_set_no_spaces(bool is_so);
void lockstep_set_no_tokens(bool is_so);

/** Operations so far, and how often a pair of method (or verb) and status was
 * seen: lockstep_seen[type][method][status]. Verbs count as type 0. */
extern uint64_t lockstep_operations;
extern uint64_t lockstep_seen[ABI_TYPE_COUNT][32][ST_COUNT];

/** True while operations are repeated that were checked before. */
extern bool lockstep_is_replay;

/** Prints the operations since the last lockstep_restore(), and a message in
 * the manner of printf, and ends the program. */
_Noreturn void lockstep_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** What to say for repeating a failure; printed by lockstep_fail(). */
extern char lockstep_repeat[256];

/** Makes an operation of random bytes: mostly one that means something. */
void op_make(const uint8_t bytes[OP_BYTES], struct op *op);

/** Compares all the model knows with the kernel. */
void compare_all(const struct model *model);

/** The same of a thread and of what is counted, when all else is as it was. */
void compare_caller(const struct model *model, int thread);

/** Checks the kernel's structures of the arena for themselves. */
void invariants_check(uint64_t arena);
