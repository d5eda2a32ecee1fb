/* SPDX-License-Identifier: Apache-2.0 */
/*
 * I/O ports as objects: a range of them, one access a call. On a machine
 * without ports no such capability exists.
 */

#include "kernel/arch.h"
#include "kernel/invoke.h"

/* The whole access lies inside the range, and its size is one the CPU has. */
static bool is_inside(const struct slot *slot, uint64_t port, uint64_t bytes)
{
	return (bytes == 1 || bytes == 2 || bytes == 4) &&
	       port >= slot->ports.first && port <= slot->ports.last &&
	       bytes - 1 <= slot->ports.last - port;
}

static status_t methods(struct invocation *call)
{
	const struct slot *slot = call->slot;
	uint64_t *words = call->words;

	if (call->method == ABI_IO_PORT_RANGE_info) {
		words[0] = slot->ports.first;
		words[1] = (uint64_t)slot->ports.last - slot->ports.first + 1;
		call->result_count = 2;
		return ST_OK;
	}
	if (!is_inside(slot, words[0], words[1])) {
		return ST_BAD_ARGUMENT;
	}
	if (call->method == ABI_IO_PORT_RANGE_read) {
		call->result_count = 1;
		return arch_port_read((uint16_t)words[0], (uint32_t)words[1],
				      &words[0]);
	}
	CHECK(call->method == ABI_IO_PORT_RANGE_write);
	if (words[2] >> (8 * words[1])) {
		return ST_BAD_ARGUMENT;
	}
	return arch_port_write((uint16_t)words[0], (uint32_t)words[1],
			       words[2]);
}

status_t port_invoke(struct thread *caller, struct slot *slot, uint32_t method)
{
	struct invocation call = invocation_begin(caller, slot, method);

	return invocation_end(&call, methods(&call));
}
