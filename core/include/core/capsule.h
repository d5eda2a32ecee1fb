/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Capsules: what core keeps about each one, and the steps of its life. Capsule
 * 0 is init; core makes it as it makes every other one.
 *
 * Addresses of a capsule, upwards from its image, each but the first behind a
 * guard that nothing is ever mapped in:
 *
 *   image | start page, message buffer | thread-local storage | stack | heap
 *
 * Small ones so share one page table at each level.
 */

#include <stdbool.h>
#include <stdint.h>

#include "abi/protocol/core.h"
#include "abi/start.h"
#include "abi/status.h"
#include "core/alloc.h"
#include "core/elf.h"
#include "core/machine.h"

#define CAPSULES_MAX       129 /* init and MANIFEST_CAPSULE_LIMIT others */
#define CAPSULE_INIT       0
#define CAPSULE_STACK_SIZE 0x10000
#define CAPSULE_GUARD_SIZE 0x10000
#define CAPSULE_LINE_MAX   240

enum capsule_state {
	CAPSULE_FREE,    /* the record is not in use */
	CAPSULE_MADE,    /* may be given offers and routes */
	CAPSULE_RUNNING, /* it was started */
	CAPSULE_ENDED, /* nothing is left of it but why, which is to be told */
};

struct capsule {
	enum capsule_state state;
	char name[START_NAME_MAX];
	struct pool pool;
	uint64_t virtual_quota, virtual_used; /* bytes */

	uint32_t generation; /* how often this record was used before */
	uint64_t control;    /* its Capsule object; capabilities of core */
	uint64_t capnode, vspace, thread;
	uint32_t slot_count, slot_next; /* of its CapNode */
	uint32_t route_count, offer_count;

	uint64_t info_frame, info_address;
	uint64_t heap_end;

	uint32_t end;    /* enum supervisor_end */
	uint32_t status; /* of its exit */
	uint64_t refusals;

	uint32_t line_length;
	char line[CAPSULE_LINE_MAX];
};

/** A service: the endpoint of one offer. */
struct service {
	struct capsule *server; /* NULL: the record is not in use */
	uint64_t endpoint;      /* core's original */
	uint32_t generation;
};

#define SERVICES_MAX 512

/* What the badge of a message to core says: whom it is about, and in which of
 * its roles. */
enum badge_class {
	BADGE_CAPSULE = 1,    /* a capsule calls its core service */
	BADGE_SUPERVISOR = 2, /* init calls the supervisor service */
	BADGE_FAULT = 3,      /* the kernel tells of a fault */
};
#define BADGE_CLASS_SHIFT 32

static inline uint64_t badge_of(enum badge_class class, uint32_t capsule)
{
	return (uint64_t)class << BADGE_CLASS_SHIFT | capsule;
}

/** Where core receives; made once at start-up. */
extern uint64_t core_endpoint;

/** Takes the slots that go with the records, once at start-up. */
void capsule_setup(void);

/** The record of a number, or NULL if there is none in use. */
struct capsule *capsule_at(uint64_t number);
uint32_t capsule_number(const struct capsule *capsule);

/** What others call a capsule: a number that no other one ever has; and the
 * capsule behind it, or NULL. */
uint64_t capsule_handle(const struct capsule *capsule);
struct capsule *capsule_of(uint64_t handle);

/** A record for a new capsule, or NULL when all are in use. It stays free until
 * the caller sets its state. */
struct capsule *capsule_find_free(void);

/** What a capsule is made of. */
struct capsule_plan {
	const char *name;
	const void *image;
	uint64_t image_size;
	const char *image_name;
	uint64_t memory_bytes, virtual_bytes;
	uint32_t cap_slots;
	bool holds_capnode; /* it works with its own capabilities */
	const void *data;   /* shown to it read-only, page-aligned; or NULL */
	uint64_t data_size;
};

/**
 * Makes a capsule: DAMAGED for a bad image, of which one line is printed;
 * BAD_ARGUMENT for a malformed name or quota; LIMIT if it does not fit its
 * quotas, or there are too many capsules; NO_MEMORY. Refused means that nothing
 * has changed.
 */
status_t capsule_create(const struct capsule_plan *plan, struct capsule **made);

/**
 * Makes an endpoint that this capsule receives on: BAD_STATE once it runs,
 * LIMIT, NO_MEMORY. With a `delegation` it also gets the capability that it
 * mints others for this service from, with the methods of `ops`; both are 0 or
 * none is, else BAD_ARGUMENT.
 */
status_t capsule_offer(struct capsule *capsule, const char *name,
		       uint32_t delegation, uint32_t ops, uint64_t *service);

/** What a route permits. */
struct route_limits {
	uint32_t ops; /* methods */
	bool grant;   /* capabilities go with messages and answers */
	uint64_t badge;
};

/** Lets `client` call a service. NOT_FOUND without such a service; BAD_STATE
 * once it runs, LIMIT when its slots are full. */
status_t capsule_route(struct capsule *client, uint64_t service,
		       const struct route_limits *limits, const char *name);

/** Lets `client` call core itself: init's route to the supervisor. */
status_t capsule_route_core(struct capsule *client, enum badge_class class,
			    uint32_t ops, const char *name);

/** Starts it; BAD_STATE if it runs already. */
status_t capsule_start(struct capsule *capsule);

/** More heap; LIMIT or NO_MEMORY. */
status_t capsule_grow(struct capsule *capsule, uint64_t bytes,
		      uint64_t *address);

/** Where its faults are told of: a slot that holds that capability while it
 * lives. */
struct slot_run capsule_fault_slot(const struct capsule *capsule);

/** Its services end: nobody can be given a route to one any more. */
void capsule_withdraw(struct capsule *capsule);

/**
 * Ends it: its threads stop, and everything it had is taken back, with what
 * others had of it; calls to it that wait end with GONE. What is left is the
 * record, which says why. `reason` is that of a failure, or 0.
 */
void capsule_end(struct capsule *capsule, uint32_t end, uint32_t status,
		 uint64_t reason);

/** The record of a capsule that ended is free for another one. */
void capsule_release(struct capsule *capsule);

/** Refused calls of a capsule so far. */
uint64_t capsule_refusals(const struct capsule *capsule);

/** Capsules other than init that may run, and filled slots in their CapNodes. */
void capsule_count(uint64_t *capsules, uint64_t *capabilities);
