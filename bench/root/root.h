/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A root task that measures. The kernel starts it in the place of core, so it
 * has every capability there is and makes by hand what it measures with: a
 * second address space, and threads in it ("peers").
 */

#include <stdbool.h>
#include <stdint.h>

#include <tess/syscall.h>

#include "abi/objects.h"
#include "abi/start.h"
#include "abi/status.h"

#define ROUNDS 16

/* Where this program maps what it needs; all below one third-level table. */
#define SCRATCH     0x40000000 /* one page for filling frames */
#define PAGES       0x44000000 /* for measured pages, ROUNDS of them */
#define TABLES      0x50000000 /* for measured tables, 2 MiB each */
#define PEER_STACKS 0x60000000 /* in the other space, two pages each */

/** What everything is made with. */
struct world {
	const struct core_info *info;
	uint64_t untyped; /* the largest */
	uint64_t next;    /* the first slot that is free */
	uint64_t space;   /* VSpace of the peers */
	uint64_t stacks;  /* so many are mapped there */
	/* Peers serve on `calls` and send faults and calls to `faults`; this
	 * program answers those through `reply`, they with `peer_reply`. */
	uint64_t calls, faults, reply, peer_reply;
};

/** Registers of a CALL on a kernel object. */
struct tess_registers method(uint64_t object, uint32_t number,
			     uint32_t argument_count, const uint64_t *words);

/** The same at once; ends the run if it is refused. Returns word 0. */
uint64_t invoke(uint64_t object, uint32_t number, uint32_t argument_count,
		const uint64_t *words);

/** Ends the run as failed unless `status` is `expected`. */
void expect(const char *name, uint64_t status, status_t expected);

/** Makes `count` objects, at most 64; returns the slot of the first. */
uint64_t make(struct world *world, enum abi_object_type type,
	      uint64_t size_bits, uint64_t count);

/** Fills in the tables that mapping a page at `address` needs. */
void make_tables(struct world *world, uint64_t space, uint64_t address);

/** Builds the world: the second address space with this program's code in it,
 * and the objects named above. */
void world_make(struct world *world, const struct core_info *info);

/** A stack for one more thread of the second address space: where it ends, and
 * as the result the slot of a frame for the message buffer. */
uint64_t world_add_stack(struct world *world, uint64_t *stack);

/** Slot of a new thread of the second address space, to be resumed, which will
 * run entry(argument). Its faults go to world->faults. */
uint64_t world_add_peer(struct world *world, void (*entry)(uint64_t argument),
			uint64_t argument);

/** What peers do (peer.c); `argument` is a slot, or an address. */
void peer_serve(uint64_t calls_and_reply);
void peer_yield(uint64_t nothing);
void peer_fault(uint64_t faults_and_address);
void peer_stop(uint64_t thread);

/* Two 32-bit arguments in one. */
#define PAIR(low, high) ((uint64_t)(low) | (uint64_t)(high) << 32)
#define PAIR_LOW(pair)  ((pair) & UINT32_MAX)
#define PAIR_HIGH(pair) ((pair) >> 32)

/** The groups of rows. */
void measure_calibration(struct world *world);
void measure_calls(struct world *world);
void measure_objects(struct world *world);
void measure_messages(struct world *world);
void measure_threads(struct world *world);
void measure_timer(void);
