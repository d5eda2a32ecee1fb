/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * An executable model of the kernel as its users see it: slow and obvious, all
 * arrays, with nothing in common with the kernel but the numbers of abi/. It is
 * told of the same system calls and says what each of them answers and changes.
 *
 * Objects and capabilities are indexes into two arrays; MODEL_NONE is none. An
 * object lies at a place in one piece of memory, the arena, from which all of
 * this world is made; places are offsets into it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "abi/message.h"
#include "abi/objects.h"
#include "abi/status.h"

#define MODEL_NONE       (-1)
#define MODEL_OUTSIDE    (-2) /* a parent that is not part of this world */
#define MODEL_GONE       (-3) /* a table that was taken out */
#define MODEL_ARENA_BITS 17
#define MODEL_ARENA      (1u << MODEL_ARENA_BITS)
#define MODEL_PAGES      (MODEL_ARENA / ABI_PAGE_SIZE)
#define MODEL_OBJECTS    512
#define MODEL_CAPS       2048
#define MODEL_QUEUE      32
#define MODEL_PAGE_WORDS 512
#define MODEL_MAPPED     64

struct model_cap {
	bool filled, is_original;
	int type;   /* enum abi_object_type */
	int object; /* MODEL_NONE for what is outside of the arena */
	uint64_t rights, delegation, depth, ops, badge, incarnation;
	int parent;   /* capability, MODEL_NONE or MODEL_OUTSIDE */
	uint64_t age; /* children go the newest first */

	/* Frame, PageTable: name of the VSpace it was put into, 0 if none, and
	 * the address there. What is there now is another matter. */
	uint64_t space;
	uint64_t address;

	uint64_t token[4]; /* of an entry of an ExportTable */
};

/* A page in a table of the last level. */
struct model_page {
	int table, frame; /* no entry if there is no table */
	uint64_t index, access;
};

/* Registers of a message, as user code sees them. */
struct model_message {
	uint64_t capability, label, info, words[8], verb;
};

struct model_object {
	bool is_live;
	int type;
	uint64_t start, size; /* in the arena */

	bool is_device; /* Untyped, Frame */
	uint64_t used;  /* Untyped: bytes */
	bool is_taken;  /* Reserved: nano has it */

	/* Slots of its own, in caps[]. CapNode and ExportTable: slot 0 is
	 * unused; Thread: what
	 * it is bound to; Capsule: its fault endpoint. */
	int first, count;
	bool is_gone; /* the first two: in its slots still lie capabilities */
	uint64_t capsule; /* CapNode, VSpace: id of whose it is */

	struct {           /* Thread */
		int state; /* enum abi_thread_state */
		struct model_message message;
		uint64_t registers[4];
		uint64_t refusals, faults;
		uint64_t fault_words[ABI_FAULT_WORDS];
		bool is_calling;  /* what it sends asks for an answer */
		bool is_faulting; /* what it sends is its fault */
		bool is_bringing; /* what it sends brings capabilities */
		uint64_t badge;
		int endpoint, receiving, reply;
		int via; /* the capability it waits through in the endpoint */
		uint64_t since;
		int capsule; /* it belongs to */
		bool is_frozen;
	} thread;

	struct {           /* Capsule */
		int state; /* enum abi_capsule_state */
		uint64_t id, reason;
		bool is_configured;
	} life;

	struct { /* Endpoint: who waits, the first one first */
		int threads[MODEL_QUEUE];
		int count;
		bool has_receivers;
	} queue;

	int caller, receiver; /* Reply */

	uint64_t name, page_count; /* VSpace: of Frames mapped by that name */

	/* PageTable: what it hangs in, and where. A VSpace is the top table. */
	int above;
	uint64_t index, level;
};

struct model {
	uint64_t address; /* physical, of the arena */
	struct model_object objects[MODEL_OBJECTS];
	int object_count; /* indexes in use lie below */
	struct model_cap caps[MODEL_CAPS];
	int cap_count;
	int holder[MODEL_CAPS]; /* the object whose slot each of them is */
	uint64_t pages[MODEL_PAGES][MODEL_PAGE_WORDS]; /* of Frames */
	struct model_page mapped[MODEL_MAPPED];
	uint64_t spaces; /* the name of the newest VSpace */
	uint64_t now;    /* grows, for what is newer than something else */
	int gone[MODEL_QUEUE]; /* CapNodes, the first first */
	int gone_count;

	uint64_t refusals, faults, system_calls;
	uint64_t capsules;  /* ids that were given out */
	bool has_no_spaces; /* all ids of address spaces are taken */
	bool has_no_tokens; /* the machine has no entropy */
	uint64_t drawn[4];  /* the token that the kernel has drawn for a call */
	bool is_changed;    /* the last call had an effect beyond its answer */
};

/* --- the world as it is made ----------------------------------------------- */

/** An empty world; the arena at a physical address. */
void model_reset(struct model *model, uint64_t address);

/** Makes `to` what `from` is. */
void model_copy(struct model *to, const struct model *from);

/** A number that is the same for models between which no user could tell a
 * difference, but for counters and what registers hold from earlier calls. */
uint64_t model_key(const struct model *model);

/** An object of the arena. `slots`: of a CapNode. Returns it. */
int model_add(struct model *model, int type, uint64_t start, uint64_t size);

/** Fills an empty slot of a CapNode with an original capability. */
int model_give(struct model *model, int node, uint64_t slot, int object,
	       int parent);

/** What a thread may be bound to. */
enum model_bound {
	MODEL_CAPNODE,
	MODEL_SPACE,
	MODEL_BUFFER,
	MODEL_FAULT,
	MODEL_BOUND_COUNT
};

/** Binds a slot of a thread or capsule to what a capability stands for;
 * MODEL_NONE: to nothing. */
void model_bind(struct model *model, int object, int which, int cap);

/** The object that a thread is bound to, MODEL_NONE if to none. */
int model_bound(const struct model *model, int thread, int which);

/* --- what happens ---------------------------------------------------------- */

/** A system call of a thread, whose registers are in its message. Its answer is
 * there afterwards. Returns the status, also of a call that now waits. */
status_t model_call(struct model *model, int thread);

/** A fault of a thread. */
void model_fault(struct model *model, int thread,
		 const uint64_t words[ABI_FAULT_WORDS]);

/* --- parts of the model, for each other and for questions ------------------- */

/** The slot an address names, filled or empty; MODEL_NONE. */
int model_locate(const struct model *model, int node, uint64_t address);

/** The capability an address names; MODEL_NONE. */
int model_find(const struct model *model, int node, uint64_t address);

/** The same, of one type and with all of `ops`. */
status_t model_find_type(const struct model *model, int node, uint64_t address,
			 int type, uint64_t ops, int *cap);

/** The object at a place that is of a type, or MODEL_NONE. */
int model_object_at(const struct model *model, uint64_t start, int type);

/** The VSpace of a name, and MODEL_NONE if there is none any more. */
int model_space_named(const struct model *model, uint64_t name);

/** Filled slots of a CapNode. */
uint64_t model_filled(const struct model *model, int node);

/** Whether a capability is a Frame or Untyped of device memory. */
bool model_is_device(const struct model *model, const struct model_cap *cap);

/** Methods, by type. `words` are arguments and become results; the count of
 * these is returned through `results`. */
status_t model_capnode(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results);
status_t model_untyped(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results);
status_t model_thread(struct model *model, int thread, int cap, uint64_t method,
		      uint64_t *words, uint64_t *results);
status_t model_space(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results);
status_t model_table(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results);
status_t model_frame(struct model *model, int thread, int cap, uint64_t method,
		     uint64_t *words, uint64_t *results);

status_t model_capsule(struct model *model, int thread, int cap,
		       uint64_t method, uint64_t *words, uint64_t *results);
status_t model_export_table(struct model *model, int thread, int cap,
			    uint64_t method, uint64_t *words,
			    uint64_t *results);

/** CapNode.delete or revoke of a slot of a CapNode or ExportTable. */
status_t model_take_back(struct model *model, int node, uint64_t method,
			 uint64_t address);

/** What a thread waited for has come: it runs when its capsule does. */
void model_ready(struct model *model, int thread);

/** A thread of a capsule faulted, and there is nobody to tell. */
void model_capsule_fault(struct model *model, int capsule, uint64_t kind);

/** Threads that belong to a capsule. */
uint64_t model_threads(const struct model *model, int capsule);

/** What a plain copy of a capability has, or a mint asks for. */
struct model_wish {
	uint64_t rights, delegation, ops, badge;
};

/** Whether a capability may be lent with these limits; and lends it. */
status_t model_check_derive(const struct model_cap *source,
			    const struct model_wish *wish);
void model_derive(struct model *model, int from, int to,
		  const struct model_wish *wish);

/** Whether a capability may go to another slot, and what is left of its
 * delegation depth there; and moves it. */
status_t model_check_move(const struct model *model, int from, int to,
			  uint64_t *delegation);
void model_move(struct model *model, int from, int to, uint64_t delegation);

/** The delegation depth that is left of a capability in another slot, -1 if it
 * may not get there. */
int64_t model_delegate(const struct model *model, int from, int to);

/** Capabilities that go with a message. */
struct model_transfer {
	int count;
	struct {
		int from, to;
		bool is_given;
		uint64_t delegation;
	} caps[ABI_MESSAGE_CAPS_MAX];
};
status_t model_check_transfer(struct model *model, int sender, int receiver,
			      struct model_transfer *transfer);
void model_transfer(struct model *model, int receiver,
		    const struct model_transfer *transfer);

/** Puts a status where a thread finds it, and counts it. */
void model_answer(struct model *model, int thread, status_t status);

/** The page a thread shares with the kernel, NULL without one. */
struct message_buffer *model_buffer(struct model *model, int thread);

/** Verbs on endpoints. */
status_t model_send(struct model *model, int thread, int cap, uint64_t verb);
status_t model_receive(struct model *model, int thread, uint64_t verb);
status_t model_reply(struct model *model, int thread, uint64_t address);

/** Whether a verb that knows these flags takes what is in the registers. */
status_t model_check_message(const struct model *model, int thread,
			     uint64_t allowed, bool takes_reply);

/** Ends what a thread waits for. */
void model_cancel(struct model *model, int thread);

/** The same for a thread whose other side is gone, which it is told. */
void model_end_wait(struct model *model, int thread);

/** Takes a thread off whatever it does, into SUSPENDED. */
void model_stop(struct model *model, int thread);

/** Undoes what a Frame or PageTable capability has done to tables. */
status_t model_unmap(struct model *model, struct model_cap *frame);
status_t model_take_table(struct model *model, struct model_cap *table);

/** The capsule object goes. */
void model_capsule_destroy(struct model *model, int capsule);

/** Removes all that was derived from a capability, and it too. */
void model_revoke(struct model *model, int cap);
void model_delete(struct model *model, int cap);

/** Empties a slot whose capability has no children. */
void model_clear(struct model *model, int cap);
