/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a program finds when it starts: a pointer in rdi / x0 to one page.
 * A capsule gets struct start_info from core; core gets struct core_info from
 * the kernel. Both are read-only to their reader.
 */
#include <stdint.h>

#define START_INFO_MAGIC   0x5452415453534554 /* "TESSTART" */
#define START_INFO_VERSION 2
#define START_NAME_MAX     32
#define START_ROUTES_MAX   48
#define START_OFFERS_MAX   32

/* Callers that one capsule can keep waiting at a time. */
#define START_REPLY_COUNT 4

/* Fixed slots of every capsule's CapNode. Slot 0 never holds a capability. */
enum start_slot {
	START_SLOT_CORE = 1, /* core's per-capsule service, protocol/core.h */
	START_SLOT_REPLY =
		2, /* Reply objects, if the capsule offers anything */
	START_SLOT_FREE = START_SLOT_REPLY + START_REPLY_COUNT, /* the rest */
};

/** A service that this capsule may call. */
struct start_route {
	char name[START_NAME_MAX];
	uint64_t slot;
	uint32_t ops;   /* one bit per method that it may call */
	uint32_t grant; /* 1: capabilities may go with messages and answers */
};

/** A service that this capsule offers: the endpoint to receive on, and the
 * capability that those it hands over for it are minted from, or 0. */
struct start_offer {
	char name[START_NAME_MAX];
	uint64_t slot;
	uint64_t source;
};

struct start_info {
	uint64_t magic;
	uint32_t version;
	uint32_t size;
	char name[START_NAME_MAX]; /* of this capsule */

	uint64_t buffer;     /* address of the message buffer */
	uint64_t heap_start; /* grows from here by CORE_GROW */
	uint64_t stack_start, stack_end;
	uint64_t image_start, image_end;

	/* The TLS template in the image, and the block made for the first
	 * thread; the thread pointer is already set to it. */
	uint64_t tls_start, tls_file_size, tls_memory_size, tls_align;

	/* A data module handed to this capsule, read-only; init gets the
	 * compiled manifest. Zero if none. */
	uint64_t data_start, data_size;

	/* Its own CapNode, to copy, mint, delete, revoke and inspect with, or 0;
	 * and the slots of it that are the program's to fill. */
	uint64_t capnode;
	uint32_t slots_start, slots_end;

	uint32_t route_count, offer_count;
	struct start_route routes[START_ROUTES_MAX];
	struct start_offer offers[START_OFFERS_MAX];
};
_Static_assert(sizeof(struct start_info) <= 4096, "one page");

#define CORE_INFO_MAGIC   0x4f464e4945524f43 /* "COREINFO" */
#define CORE_INFO_VERSION 1
#define CORE_UNTYPED_MAX  96

/* Slots of core's CapNode that the kernel fills. */
enum core_slot {
	CORE_SLOT_CAPNODE = 1,
	CORE_SLOT_VSPACE = 2,
	CORE_SLOT_THREAD = 3,
	CORE_SLOT_SYSTEM_CONTROL = 4,
	CORE_SLOT_IO_PORTS = 5, /* x86_64: the console's ports */
	CORE_SLOT_CONSOLE = 6,  /* aarch64: Untyped of its registers */
	CORE_SLOT_IRQ_CONTROL = 7,
	CORE_SLOT_UNTYPED = 8, /* the first of untyped_count */
	CORE_SLOT_FREE = CORE_SLOT_UNTYPED + CORE_UNTYPED_MAX,
};
#define CORE_CAPNODE_BITS 14

struct core_untyped {
	uint64_t address; /* physical, for the books only */
	uint32_t bits;
	uint32_t zero;
};

struct core_info {
	uint64_t magic;
	uint32_t version;
	uint32_t size;
	uint64_t slot_count; /* of core's CapNode */
	uint64_t archive;    /* address of the boot archive, read-only */
	uint64_t archive_size;
	uint64_t image_end;    /* end of core's own image */
	uint32_t console_kind; /* enum boot_console_kind */
	uint32_t console_port; /* x86_64: first I/O port */
	uint64_t memory;       /* bytes of RAM in all Untyped together */
	uint32_t untyped_count;
	uint32_t cpu_count; /* that run */
	struct core_untyped untyped[CORE_UNTYPED_MAX];
};
_Static_assert(sizeof(struct core_info) <= 4096, "one page");
