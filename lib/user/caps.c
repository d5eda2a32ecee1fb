/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capsule's own capabilities: making weaker ones, taking back, and finding
 * slots for those that come. Which slots are empty is asked of the kernel,
 * because a capability may end at any time, taken back by whom it came from.
 */

#include <tess/ipc.h>

#include <tess/internal.h>
#include <tess/objects.h>

static struct {
	tess_handle_t capnode;
	uint32_t start, end, next;
} slots;

void tess_set_slots(uint64_t capnode, uint32_t start, uint32_t end)
{
	slots.capnode = capnode;
	slots.start = slots.next = start;
	slots.end = end;
}

/* Whether a slot is kept for what may come. */
static _Bool is_reserved(uint32_t slot)
{
	const uint64_t *reserved = tess_slots();

	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		if (reserved[i] == slot) {
			return 1;
		}
	}
	return 0;
}

/* An empty slot, looked for from where the last one was found. */
static status_t find_slot(uint64_t *slot)
{
	for (uint32_t i = slots.start; i < slots.end; i++) {
		uint64_t facts[4];
		uint32_t at = slots.next;

		slots.next = at + 1 < slots.end ? at + 1 : slots.start;
		status_t status =
			tess_capnode_inspect(slots.capnode, at, facts);
		if (status != ST_OK) {
			return status;
		}
		if (facts[0] == ABI_TYPE_NULL && !is_reserved(at)) {
			*slot = at;
			return ST_OK;
		}
	}
	return slots.capnode ? ST_LIMIT : ST_NO_CAPABILITY;
}

status_t tess_reserve(uint32_t count)
{
	uint64_t *reserved = tess_slots();

	if (count > ABI_MESSAGE_CAPS_MAX) {
		return ST_BAD_ARGUMENT;
	}
	for (uint32_t i = 0; i < ABI_MESSAGE_CAPS_MAX; i++) {
		if (i >= count) {
			reserved[i] = 0;
		} else if (!reserved[i]) {
			status_t status = find_slot(&reserved[i]);
			if (status != ST_OK) {
				return status;
			}
		}
	}
	return ST_OK;
}

status_t tess_copy(tess_handle_t source, tess_handle_t *made)
{
	uint64_t slot;
	status_t status = find_slot(&slot);

	return status == ST_OK
		       ? tess_capnode_copy(slots.capnode, slot, source, made)
		       : status;
}

status_t tess_mint(tess_handle_t source, const struct tess_limits *limits,
		   tess_handle_t *made)
{
	uint64_t slot;
	status_t status = find_slot(&slot);

	return status == ST_OK
		       ? tess_capnode_mint(slots.capnode, slot, source,
					   ABI_RIGHT_SEND | limits->delegation
								    << 8,
					   limits->ops, limits->badge, made)
		       : status;
}

status_t tess_revoke(tess_handle_t handle)
{
	return tess_capnode_revoke(slots.capnode, handle);
}

status_t tess_delete(tess_handle_t handle)
{
	uint32_t slot = (uint32_t)handle;

	return slot >= slots.start && slot < slots.end
		       ? tess_capnode_delete(slots.capnode, handle)
		       : ST_DENIED;
}
