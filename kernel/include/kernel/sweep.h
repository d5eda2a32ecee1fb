/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Taking capabilities back. A sweep removes what was derived from one slot,
 * its root, and for a delete the root itself; where a capability goes that an
 * object was born with, the object goes; and with a CapNode all that lies in
 * it, swept in the same way.
 *
 * It works in steps with whole system calls between them. The mark at the root
 * makes the effect instant: while there is any mark, a capability is used only
 * if no capability it was derived from is marked. What a sweep removed is gone
 * from the tree, so the tree itself says where to go on, and anybody can: the
 * thread that began, who stumbles over the mark, or a sweep further up. A sweep
 * of more than one step has a name, by which the thread that began finds it even
 * if it took away the capability it was called through.
 *
 * Every unit of a sweep removes a capability, ends a wait or looks at a few
 * slots of a CapNode that is gone; under a mark nothing is added; so it ends.
 * Memory is not used again while there are slots in CapNodes that are gone.
 */

#include "abi/status.h"
#include "common/types.h"
#include "kernel/cap.h"
#include "kernel/state.h"

/** What one step may do, in units of about one capability. */
#define SWEEP_STEP 256

/**
 * Removes everything derived from a capability, and it too for a delete. OK
 * when all is done, KERNEL_RESTART when a step was. Under a mark further up
 * that sweep is helped on, which will come by here. `name` becomes that of the
 * sweep to go on with, 0 if none began because too many are under way.
 */
status_t sweep_revoke(struct slot *slot, uint64_t *name);
status_t sweep_delete(struct slot *slot, uint64_t *name);

/** Goes on for a thread that does not find what it asked for any more: OK when
 * the sweep of that name is done, which is 0 then, KERNEL_RESTART when a step
 * was. NO_CAPABILITY if there is no name: it did not begin any. */
status_t sweep_go_on(uint64_t *name);

/** One step towards giving the memory of a Reserved back to the kernel's world:
 * true when all of it is there (kernel/cap/reserved.c). */
bool reserved_release(struct slot *slot);

/** Whether a capability may not leave its slot, nor be derived from, because of
 * a mark: the answer of sweep_admit() where nothing can be run again. */
bool sweep_holds(const struct slot *slot);

/** Goes on with CapNodes that are gone: OK when there is nothing left in any,
 * KERNEL_RESTART when a step was done, for what was found before may be gone. */
status_t sweep_finish(void);

/** cap_is_taken() while there are marks. */
bool sweep_takes(const struct slot *slot);

/** sweep_admit() while there are marks. */
status_t sweep_check(struct slot *slot);

/** Whether a capability that still lies in its slot is already taken back. */
static inline bool cap_is_taken(const struct slot *slot)
{
	return __builtin_expect(state.sweeps != 0, 0) && sweep_takes(slot);
}

/** cap_find_type() for an argument: not one that is taken back either. */
static inline status_t cap_find_live(struct capnode *root, uint64_t address,
				     enum abi_object_type type, uint32_t ops,
				     struct slot **slot)
{
	status_t status = cap_find_type(root, address, type, ops, slot);

	return status == ST_OK && cap_is_taken(*slot) ? ST_NO_CAPABILITY
						      : status;
}

/**
 * Decode half of whatever derives from a capability or moves it: OK,
 * NO_CAPABILITY if it is taken back, or will be with something that its object
 * was made of, KERNEL_RESTART if its own children are just being removed.
 */
static inline status_t sweep_admit(struct slot *slot)
{
	return __builtin_expect(state.sweeps != 0, 0) ? sweep_check(slot)
						      : ST_OK;
}
