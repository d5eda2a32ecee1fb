/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel objects as core uses them, over the stubs for every method. */

#include "core/object.h"

#include <tess/objects.h>

#include "abi/start.h"
#include "common/assert.h"

status_t object_retype(uint64_t untyped, enum abi_object_type type,
		       uint32_t size_bits, uint32_t count, uint64_t node,
		       uint32_t first)
{
	return tess_untyped_retype(untyped, type, size_bits, count, node,
				   first);
}

status_t object_info(uint64_t object, struct object_facts *facts)
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { 0 };
	status_t status = tess_object_call(object, 0, 0, words);

	memcpy(facts->words, words, sizeof(facts->words));
	return status;
}

uint64_t object_address(const struct slot_run *run, uint32_t index)
{
	uint64_t facts[4];
	status_t status =
		tess_capnode_inspect(run->node, run->first + index, facts);

	CHECK(status == ST_OK);
	return slot_address(run, index) | facts[3] << 32;
}

/* What delete and revoke name: the slot in its own CapNode, and its
 * incarnation. */
static uint64_t in_node(const struct slot_run *run, uint64_t capability)
{
	return run->first | capability >> 32 << 32;
}

status_t object_revoke(uint64_t capability)
{
	struct slot_run run = slot_run_at((uint32_t)capability, 1);

	return tess_capnode_revoke(run.node, in_node(&run, capability));
}

status_t object_delete(uint64_t capability)
{
	struct slot_run run = slot_run_at((uint32_t)capability, 1);

	return tess_capnode_delete(run.node, in_node(&run, capability));
}

status_t object_mint(uint64_t node, uint32_t slot, uint64_t source,
		     uint32_t rights, uint32_t ops, uint64_t badge)
{
	uint64_t made[1];

	return tess_capnode_mint(node, slot, source, rights, ops, badge, made);
}

status_t object_move(uint64_t node, uint32_t slot, uint64_t source)
{
	uint64_t moved[1];

	return tess_capnode_move(node, slot, source, moved);
}

status_t object_map(uint64_t frame, uint64_t vspace, uint64_t address,
		    uint32_t access)
{
	return tess_frame_map(frame, vspace, address, access);
}

status_t object_unmap(uint64_t frame)
{
	return tess_frame_unmap(frame);
}

status_t object_map_table(uint64_t table, uint64_t vspace, uint64_t address)
{
	uint64_t level[1];

	return tess_page_table_map(table, vspace, address, level);
}

status_t object_thread_configure(uint64_t thread, uint64_t capnode,
				 uint64_t vspace, uint64_t buffer,
				 uint64_t fault_endpoint)
{
	return tess_thread_configure(thread, capnode, vspace, buffer,
				     fault_endpoint);
}

status_t object_thread_set(uint64_t thread, uint64_t pc, uint64_t sp,
			   uint64_t argument, uint64_t tls)
{
	return tess_thread_set_registers(thread, pc, sp, argument, tls);
}

status_t object_capsule_configure(uint64_t capsule, uint64_t vspace,
				  uint64_t capnode, uint64_t fault_endpoint)
{
	return tess_capsule_configure(capsule, vspace, capnode, fault_endpoint);
}

status_t object_capsule_bind(uint64_t capsule, uint64_t thread)
{
	return tess_capsule_bind(capsule, thread);
}

status_t object_capsule_start(uint64_t capsule)
{
	return tess_capsule_start(capsule);
}

status_t object_capsule_fail(uint64_t capsule, uint64_t reason)
{
	return tess_capsule_fail(capsule, reason);
}

status_t object_capsule_stop(uint64_t capsule)
{
	return tess_capsule_stop(capsule);
}

status_t object_operational(void)
{
	return tess_system_control_operational(CORE_SLOT_SYSTEM_CONTROL);
}

_Noreturn void object_power_off(uint32_t status)
{
	tess_system_control_power_off(CORE_SLOT_SYSTEM_CONTROL, status);
	__builtin_trap();
}
