/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Compiled manifest: what the system consists of, as init reads it.
 *
 * `tess manifest` makes this form from YAML. It is flat and has no parser: a
 * header, five tables and a string pool, in this order and without a gap:
 *
 *   struct manifest_header
 *   struct manifest_capsule [capsule_count]  ascending by name
 *   struct manifest_offer   [offer_count]    by capsule, ascending by name
 *   uint32_t                [right_count]    names of rights, by offer
 *   struct manifest_use     [use_count]      by capsule, ascending by service
 *   uint32_t                [capsule_count]  start order: capsule indices
 *   char                    [string_size]    strings, each ended by a NUL
 *   zero up to a multiple of 8
 *
 * A string is named by its offset in the pool. lib/common's manifest_check()
 * proves every index, count, string and mask once; after that the accessors
 * of common/manifest.h cannot go wrong.
 *
 * Rights: right k of an offer, in declared order, is method k of the service
 * (label bits 0-4), and bit k of a use's ops. Method 31 is the system's and is
 * never granted.
 */
#include <stdint.h>

#define MANIFEST_MAGIC   0x314E414D53534554u /* "TESSMAN1", little endian */
#define MANIFEST_VERSION 2u

#define MANIFEST_CAPSULE_LIMIT  128u
#define MANIFEST_OFFER_LIMIT    32u  /* of one capsule */
#define MANIFEST_USE_LIMIT      32u  /* of one capsule */
#define MANIFEST_RIGHT_LIMIT    31u  /* of one offer */
#define MANIFEST_NAME_SIZE      32u  /* name and its NUL */
#define MANIFEST_REASON_SIZE    256u /* reason and its NUL */
#define MANIFEST_STRING_LIMIT   (2u << 20)
#define MANIFEST_DELEGATION_MAX 254u

#define MANIFEST_PAGE_SIZE     4096u
#define MANIFEST_VIRTUAL_LIMIT (1ull << 47)
#define MANIFEST_MEMORY_LIMIT  (1ull << 40)
#define MANIFEST_CAPS_MIN      16u
#define MANIFEST_CAPS_MAX      4096u

/* Slots of a capsule's CapNode kept for what init itself puts there. */
#define MANIFEST_OWN_SLOTS 8u

/* X(number, NAME, "name"): what the end of a capsule means. */
#define MANIFEST_LIFETIMES(X)    \
	X(0, PROGRAM, "program") \
	X(1, DAEMON, "daemon")

enum manifest_lifetime {
#define X(number, name, text) MANIFEST_LIFETIME_##name = (number),
	MANIFEST_LIFETIMES(X)
#undef X
};

#define MANIFEST_CLASS_DEFAULT 0u

/** The first bytes of a compiled manifest. */
struct manifest_header {
	uint64_t magic;
	uint32_t version;
	uint32_t system;       /* string: name of the system */
	uint64_t total_size;   /* in bytes, with all tables and strings */
	uint64_t memory_bytes; /* sum of all capsules' memory quotas */
	uint32_t capsule_count;
	uint32_t offer_count;
	uint32_t right_count;
	uint32_t use_count;
	uint32_t string_size;
	uint32_t zero[3];
};

/** One capsule. Its offers and uses are contiguous ranges of the tables. */
struct manifest_capsule {
	uint32_t name;     /* string: [a-z][a-z0-9-]{0,30} */
	uint32_t image;    /* string: name of a capsule entry in the archive */
	uint32_t class;    /* MANIFEST_CLASS_DEFAULT */
	uint32_t lifetime; /* enum manifest_lifetime */
	uint64_t memory_bytes;  /* physical memory, page multiple */
	uint64_t virtual_bytes; /* mapped addresses, page multiple */
	uint32_t cap_slots;     /* power of two, 16 to 4096 */
	uint32_t first_offer;
	uint32_t offer_count;
	uint32_t first_use;
	uint32_t use_count;
	uint32_t zero[3];
};

/** One service of one capsule. */
struct manifest_offer {
	uint32_t capsule; /* index of the server */
	uint32_t name;    /* string: what tess_route() is asked for */
	uint32_t first_right;
	uint32_t right_count; /* 1 to MANIFEST_RIGHT_LIMIT */
	/* How many capsules a capability for it that the server makes may go
	 * through; 0: it makes none. */
	uint32_t delegation;
};

/** One route: a capsule may call some methods of one service. */
struct manifest_use {
	uint32_t capsule; /* index of the client */
	uint32_t offer;   /* index of the service */
	uint32_t ops;     /* bit k: method k; a subset of the offer's rights */
	uint32_t grant;   /* 1: capabilities go with messages and answers */
	uint32_t reason;  /* string: why, for people and the audit trail */
};

_Static_assert(sizeof(struct manifest_header) == 64, "manifest layout");
_Static_assert(sizeof(struct manifest_capsule) == 64, "capsule layout");
_Static_assert(sizeof(struct manifest_offer) == 20, "offer layout");
_Static_assert(sizeof(struct manifest_use) == 20, "use layout");
