/* SPDX-License-Identifier: Apache-2.0 */
/* Invoking kernel objects: one CALL for each method. */

#include "core/object.h"

#include <string.h>

#include <tess/ipc.h>

#include "abi/start.h"
#include "common/assert.h"

/* Longest argument list of a method core uses. */
#define ARGUMENTS_MAX 5

static status_t invoke(uint64_t object, uint32_t method, uint32_t count,
		       const uint64_t *arguments, struct object_facts *facts)
{
	struct tess_message message = { .label = method, .length = count };

	CHECK(count <= ARGUMENTS_MAX);
	memcpy(message.words, arguments, count * sizeof(uint64_t));
	status_t status = tess_call(object, &message);
	if (status == ST_OK && facts) {
		memcpy(facts->words, message.words, sizeof(facts->words));
	}
	return status;
}

#define INVOKE(object, method, ...)                                    \
	invoke(object, method,                                         \
	       sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t), \
	       (uint64_t[]){ __VA_ARGS__ }, NULL)

status_t object_retype(uint64_t untyped, enum abi_object_type type,
		       uint32_t size_bits, uint32_t count, uint64_t node,
		       uint32_t first)
{
	return INVOKE(untyped, ABI_UNTYPED_retype, type, size_bits, count, node,
		      first);
}

status_t object_info(uint64_t object, struct object_facts *facts)
{
	return invoke(object, 0, 0, (uint64_t[]){ 0 }, facts);
}

status_t object_mint(uint64_t node, uint32_t slot, uint64_t source,
		     uint32_t rights, uint32_t ops, uint64_t badge)
{
	return INVOKE(node, ABI_CAPNODE_mint, slot, source, rights, ops, badge);
}

status_t object_move(uint64_t node, uint32_t slot, uint64_t source)
{
	return INVOKE(node, ABI_CAPNODE_move, slot, source);
}

status_t object_map(uint64_t frame, uint64_t vspace, uint64_t address,
		    uint32_t access)
{
	return INVOKE(frame, ABI_FRAME_map, vspace, address, access);
}

status_t object_unmap(uint64_t frame)
{
	return invoke(frame, ABI_FRAME_unmap, 0, (uint64_t[]){ 0 }, NULL);
}

status_t object_map_table(uint64_t table, uint64_t vspace, uint64_t address)
{
	return INVOKE(table, ABI_PAGE_TABLE_map, vspace, address);
}

status_t object_thread_configure(uint64_t thread, uint64_t capnode,
				 uint64_t vspace, uint64_t buffer,
				 uint64_t fault_endpoint)
{
	return INVOKE(thread, ABI_THREAD_configure, capnode, vspace, buffer,
		      fault_endpoint);
}

status_t object_thread_set(uint64_t thread, uint64_t pc, uint64_t sp,
			   uint64_t argument, uint64_t tls)
{
	return INVOKE(thread, ABI_THREAD_set_registers, pc, sp, argument, tls);
}

status_t object_thread_resume(uint64_t thread)
{
	return invoke(thread, ABI_THREAD_resume, 0, (uint64_t[]){ 0 }, NULL);
}

status_t object_thread_suspend(uint64_t thread)
{
	return invoke(thread, ABI_THREAD_suspend, 0, (uint64_t[]){ 0 }, NULL);
}

status_t object_operational(void)
{
	return invoke(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_operational,
		      0, (uint64_t[]){ 0 }, NULL);
}

_Noreturn void object_power_off(uint32_t status)
{
	INVOKE(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_power_off, status);
	__builtin_trap();
}
