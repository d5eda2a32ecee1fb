/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Capabilities: slots, the CapNodes that hold them, looking one up, and the
 * derivation tree that says which was lent from which.
 *
 * Invariants: a slot whose type is ABI_TYPE_NULL is all zero but for its
 * incarnation. A filled slot's rights, ops and delegation are within those of
 * its parent, and its depth is its parent's plus one. The tree is held in slot
 * references: `parent` up, `child` to the newest child, `next` and `prev` among
 * siblings; 0 is no slot.
 */

#include "abi/objects.h"
#include "abi/status.h"
#include "common/assert.h"
#include "common/types.h"
#include "kernel/arch.h"

struct thread;

/** A slot's physical address / 64: 32 bits reach 256 GiB. */
typedef uint32_t slot_ref_t;

struct slot {
	uint64_t
		object; /* its address; of memory (cap_is_memory()) the physical
			   one */
	uint8_t type;   /* enum abi_object_type */
	uint8_t rights; /* enum abi_right */
	uint8_t delegation;
	uint8_t depth; /* steps of derivation from an original */
	uint32_t ops;  /* bit m: method m may be used */
	union {
		uint64_t badge; /* Endpoint */
		struct {
			uint32_t start, end; /* Untyped: zeroed, in 64 bytes */
		} clean;
		/* Frame, PageTable: the address, if `where` is set */
		uint64_t mapped_at;
		uint64_t reservation; /* Reserved: nano's name for it */
	};
	slot_ref_t parent, child, next, prev;
	union { /* by type */
		struct {
			uint32_t
				used; /* Untyped: 64-byte units made into objects */
			uint8_t bits; /* Untyped, Frame, Reserved: 2^bits bytes */
			uint8_t is_device; /* Untyped, Frame */
			uint16_t zero;
		} memory;
		uint64_t level; /* PageTable: the level it is used at */
		struct {
			uint16_t first; /* IoPortRange */
			uint16_t last;
		} ports;
	};
	slot_ref_t limits; /* the Limits object's slot; none yet */
	uint16_t incarnation;
	uint8_t flags;     /* SLOT_* */
	uint8_t node_bits; /* of the CapNode it lies in; 0 in a thread */
	union {
		uint64_t where;         /* Frame, PageTable: name of the
				   VSpace mapped into */
		struct thread *waiting; /* Endpoint: threads that wait for a
					   message through this capability */
		uint64_t phase;         /* Reserved: enum abi_reserved_phase */
	};
};
static_assert(sizeof(struct slot) == 1 << ABI_SLOT_BITS, "a cache line");

enum {
	SLOT_ORIGINAL = 1,    /* the object was born with this one */
	SLOT_REVOKING = 2,    /* a sweep takes back what was derived from it */
	SLOT_DOOMED = 4,      /* a sweep takes it back too (kernel/sweep.h) */
	SLOT_IN_THREAD = 8,   /* it lies in a thread, or a capsule, */
	SLOT_IN_CAPSULE = 16, /* which uses the object */
	SLOT_EXPORTED = 32,   /* it lies in an ExportTable (kernel/token.h) */
};

/**
 * A CapNode object: this header in place of slot 0, and the other slots. It
 * lies at a multiple of its size, so a slot leads to its node.
 */
struct capnode {
	uint32_t bits;
	uint32_t count;   /* 1 << bits; 0 once the node is gone */
	uint64_t empty;   /* where a slot has its type: slot 0 reads as empty */
	uint64_t capsule; /* id of the capsule it belongs to; 0: core's */
	uint32_t filled;  /* slots that hold a capability */
	uint32_t swept;   /* of one that is gone: the slots below are empty */
	struct capnode *next; /* kernel/sweep.h: another that is gone */
	uint64_t pad[3];
};
static_assert(sizeof(struct capnode) == sizeof(struct slot), "slot 0");
static_assert(__builtin_offsetof(struct capnode, empty) ==
		      __builtin_offsetof(struct slot, type),
	      "slot 0 has no type");
static_assert(__builtin_offsetof(struct capnode, pad) <=
		      __builtin_offsetof(struct slot, incarnation),
	      "slot 0 has no incarnation");

static inline struct slot *capnode_slot(struct capnode *node, uint32_t index)
{
	return (struct slot *)(void *)node + index;
}

static inline slot_ref_t slot_ref(const struct slot *slot)
{
	return (slot_ref_t)(arch_window_address(slot).a >> ABI_SLOT_BITS);
}

/** The slot a reference names, or NULL for 0. */
static inline struct slot *slot_at(slot_ref_t ref)
{
	return ref ? arch_window((paddr_t){ (uint64_t)ref << ABI_SLOT_BITS })
		   : NULL;
}

/** The object of a slot whose object is a structure of the kernel. */
static inline void *slot_object(const struct slot *slot)
{
	return (void *)slot->object;
}

/** Types whose objects the kernel keeps nothing in. */
static inline bool cap_is_memory(uint32_t type)
{
	const uint32_t memory = 1u << ABI_TYPE_UNTYPED | 1u << ABI_TYPE_FRAME |
				1u << ABI_TYPE_RESERVED;

	return memory >> type & 1;
}

/** The node that a slot lies in; NULL for one that lies in a thread. */
static inline struct capnode *slot_node(const struct slot *slot)
{
	uint64_t size = 1ull << (slot->node_bits + ABI_SLOT_BITS);

	return slot->node_bits
		       ? (struct capnode *)align_down((uint64_t)slot, size)
		       : NULL;
}

/** Makes an empty node of zeroed memory, at a multiple of its size. */
void capnode_init(struct capnode *node, uint32_t bits);

/** The slot of a node with that number, if it can be filled: BAD_ARGUMENT if
 * there is none, SLOT_FULL. */
status_t capnode_find_empty(struct capnode *node, uint64_t number,
			    struct slot **slot);

/** cap_find() for addresses beyond the root node (abi/message.h). Ends after at
 * most 8 nodes, because each uses up at least ABI_CAPNODE_BITS_MIN bits. */
struct slot *cap_find_deep(struct capnode *root, uint64_t address);

/** The slot of the root node that `address` names, filled or empty, or NULL. */
static inline struct slot *cap_find_near(struct capnode *root, uint64_t address)
{
	uint32_t index = (uint32_t)address;
	struct slot *slot = capnode_slot(root, index);

	if (__builtin_expect(index >= root->count, 0) ||
	    __builtin_expect(address >> 32 != slot->incarnation, 0)) {
		return NULL;
	}
	return slot;
}

/** The slot that `address` names, filled or empty, or NULL: for who looks at
 * the type anyway. One comparison for an address in the root node. */
static inline struct slot *cap_find_slot(struct capnode *root, uint64_t address)
{
	uint32_t index = (uint32_t)address;

	return __builtin_expect(index >= root->count, 0)
		       ? cap_find_deep(root, address)
		       : cap_find_near(root, address);
}

/** The filled slot that `address` names, or NULL. */
static inline struct slot *cap_find(struct capnode *root, uint64_t address)
{
	struct slot *slot = cap_find_slot(root, address);

	return slot && slot->type != ABI_TYPE_NULL ? slot : NULL;
}

/** The same for a capability that must be of one type: NO_CAPABILITY or
 * WRONG_TYPE, and NO_RIGHT unless it has all of `ops`. Here because callers
 * give constants, for which most of it comes to nothing. */
static inline status_t cap_find_type(struct capnode *root, uint64_t address,
				     enum abi_object_type type, uint32_t ops,
				     struct slot **slot)
{
	struct slot *found = cap_find_slot(root, address);

	if (!found) {
		return ST_NO_CAPABILITY;
	}
	if (found->type != type) {
		return found->type == ABI_TYPE_NULL ? ST_NO_CAPABILITY
						    : ST_WRONG_TYPE;
	}
	if (ops & ~found->ops) {
		return ST_NO_RIGHT;
	}
	*slot = found;
	return ST_OK;
}

/** Links a slot into the tree as the newest child of `parent`, and out of it
 * again. */
void cap_tree_insert(struct slot *parent, struct slot *slot);
void cap_tree_remove(struct slot *slot);

/** Empties a filled slot that has no children. What the capability had lasting
 * effect on is the caller's to undo before. */
void cap_clear(struct slot *slot);

/** Commit: fills an empty slot of `node` with an original capability, all
 * rights, derived from `parent` (NULL for the roots made at boot). */
void cap_make_original(struct capnode *node, struct slot *slot,
		       struct slot *parent, enum abi_object_type type,
		       uint64_t object);

/** The badge of a capability; only those of endpoints have one. */
static inline uint64_t cap_badge(const struct slot *slot)
{
	return slot->type == ABI_TYPE_ENDPOINT ? slot->badge : 0;
}

/**
 * How often a capability that has the delegation depth `left` in a slot of
 * `from` could go on to other capsules once it is in `to`. Depth counts the
 * ways from a CapNode of one capsule into that of another, and only those: each
 * takes one away, but for ABI_DELEGATION_MAX, which has no end. NO_RIGHT if it
 * may not go there at all.
 */
static inline status_t cap_delegate(const struct capnode *from,
				    const struct capnode *to, uint8_t *left)
{
	if (from->capsule == to->capsule || *left == ABI_DELEGATION_MAX) {
		return ST_OK;
	}
	if (*left == 0) {
		return ST_NO_RIGHT;
	}
	--*left;
	return ST_OK;
}

/** What a derived capability is to have, at most what its parent has. */
struct cap_limits {
	uint8_t rights, delegation;
	uint32_t ops;
	uint64_t badge;
};

/**
 * Decode half of copy and mint: may a capability with these limits be derived
 * from `source`? NO_RIGHT if it would be stronger or change a badge, BAD_ARGUMENT
 * for a badge on what has none, WRONG_TYPE if the type cannot be lent, TOO_DEEP
 * at the end of the derivation depth.
 */
status_t cap_check_derive(const struct slot *source,
			  const struct cap_limits *limits);

/** Limits that a copy of `source` beside it has. */
static inline struct cap_limits cap_limits_of(const struct slot *source)
{
	return (struct cap_limits){
		.rights = source->rights,
		.delegation = source->delegation,
		.ops = source->ops,
		.badge = cap_badge(source),
	};
}

/** Limits that a copy of `source` has in a slot of `node`: NO_RIGHT if it may
 * not get there (cap_delegate()). */
static inline status_t cap_limits_in(const struct capnode *node,
				     const struct slot *source,
				     struct cap_limits *limits)
{
	*limits = cap_limits_of(source);
	return cap_delegate(slot_node(source), node, &limits->delegation);
}

/** Commit half: fills an empty slot of `node` with what was checked; NULL for
 * one that lies in a thread. */
void cap_derive(struct capnode *node, struct slot *slot, struct slot *source,
		const struct cap_limits *limits);

/** Decode half of giving a thread or a capsule a capability of its own to what
 * it uses: TOO_DEEP, and what sweep_admit() says. */
status_t cap_check_bind(struct slot *source);

/** Commit half: `slot` lies in a thread or capsule, says `flag`. It is derived
 * anew if it is filled. */
void cap_bind(struct slot *slot, struct slot *source, uint8_t flag);

/** The most children a capability may have to be moved in one step, and the
 * most threads that wait through it. */
#define CAP_MOVE_CHILDREN_MAX 64

/**
 * Decode half of move, and what its delegation depth will be: NO_RIGHT if it may
 * not get into `to_node`; BUSY with too many children or waiting threads, or
 * with any child if its depth shrinks, which would leave the child with more
 * than it has.
 */
status_t cap_check_move(const struct capnode *to_node,
			const struct slot *source, uint8_t *delegation);

/** Commit half: `to`, empty and in node `to_node`, takes the place of `from`
 * in every way but its delegation depth. */
void cap_move(struct capnode *to_node, struct slot *to, struct slot *from,
	      uint8_t delegation);
