/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The kernel objects that core works with: each function is one method of
 * abi/objects.h, with named arguments. Slots are addresses in core's own
 * CapNode graph. Whether a refusal is possible is the caller's to know: core
 * checks before it acts, so most callers CHECK for ST_OK.
 */

#include <stdint.h>

#include "abi/objects.h"
#include "abi/status.h"
#include "core/alloc.h"

/** Results of a method, words 0 to 4. */
struct object_facts {
	uint64_t words[5];
};

/** `count` objects from an Untyped, their capabilities in node's slots from
 * `first` on. */
status_t object_retype(uint64_t untyped, enum abi_object_type type,
		       uint32_t size_bits, uint32_t count, uint64_t node,
		       uint32_t first);

/** Method 0 of any object. */
status_t object_info(uint64_t object, struct object_facts *facts);

/** The address of the capability in a slot of core's that may have held others
 * before: it has the slot's incarnation. */
uint64_t object_address(const struct slot_run *run, uint32_t index);

/** Ends everything that was derived from a capability of core's: lent, and made
 * of it. */
status_t object_revoke(uint64_t capability);

/** Ends a capability of core's too. */
status_t object_delete(uint64_t capability);

/** Lends `source` into `slot` of `node` with these limits; in `rights` also its
 * delegation depth << 8. */
status_t object_mint(uint64_t node, uint32_t slot, uint64_t source,
		     uint32_t rights, uint32_t ops, uint64_t badge);

/** Gives `source` to `slot` of `node`. */
status_t object_move(uint64_t node, uint32_t slot, uint64_t source);

/** Maps a Frame; NO_TABLE if a page table is missing. */
status_t object_map(uint64_t frame, uint64_t vspace, uint64_t address,
		    uint32_t access);
status_t object_unmap(uint64_t frame);

/** Fills the highest gap at `address`; MAPPED if there is none. */
status_t object_map_table(uint64_t table, uint64_t vspace, uint64_t address);

status_t object_thread_configure(uint64_t thread, uint64_t capnode,
				 uint64_t vspace, uint64_t buffer,
				 uint64_t fault_endpoint);
status_t object_thread_set(uint64_t thread, uint64_t pc, uint64_t sp,
			   uint64_t argument, uint64_t tls);

/** The life of a capsule, and what belongs to it. */
status_t object_capsule_configure(uint64_t capsule, uint64_t vspace,
				  uint64_t capnode, uint64_t fault_endpoint);
status_t object_capsule_bind(uint64_t capsule, uint64_t thread);
status_t object_capsule_start(uint64_t capsule);
status_t object_capsule_fail(uint64_t capsule, uint64_t reason);
status_t object_capsule_stop(uint64_t capsule);

/** The machine: hands the console over; ends everything. */
status_t object_operational(void);
_Noreturn void object_power_off(uint32_t status);
