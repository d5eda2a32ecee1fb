/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making by hand what is measured. Anything that is refused here ends the run,
 * because then nothing that follows would measure what it says.
 */

#include "root.h"

#include <stddef.h>
#include <string.h>

#include <arch/machine.h>

#include "abi/layout.h"
#include "bench/say.h"
#include "common/assert.h"
#include "common/types.h"

extern char __image_start[], __image_end[];

struct tess_registers method(uint64_t object, uint32_t number,
			     uint32_t argument_count, const uint64_t *words)
{
	struct tess_registers r = {
		.capability = object,
		.label = number,
		.info = argument_count,
		.verb = ABI_VERB_CALL,
	};

	for (uint32_t i = 0; i < argument_count; i++) {
		r.words[i] = words[i];
	}
	return r;
}

void expect(const char *name, uint64_t status, status_t expected)
{
	if (status != expected) {
		say_failed(name, status);
		invoke(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_power_off,
		       1, (uint64_t[]){ 1 });
	}
}

uint64_t invoke(uint64_t object, uint32_t number, uint32_t argument_count,
		const uint64_t *words)
{
	struct tess_registers r = method(object, number, argument_count, words);

	tess_syscall(&r);
	if (r.verb != ST_OK) {
		say("object", NULL, &object);
		expect("setting up", r.verb, ST_OK);
	}
	return r.words[0];
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	uint64_t at = (uint64_t)line;

	say(what, file, &at);
	expect("CHECK", ST_DAMAGED, ST_OK);
	for (;;) {
	}
}

uint64_t make(struct world *world, enum abi_object_type type,
	      uint64_t size_bits, uint64_t count)
{
	uint64_t first = world->next;

	invoke(world->untyped, ABI_UNTYPED_retype, 5,
	       (uint64_t[]){ type, size_bits, count, CORE_SLOT_CAPNODE,
			     first });
	world->next += count;
	return first;
}

void make_tables(struct world *world, uint64_t space, uint64_t address)
{
	for (;;) {
		uint64_t table = make(world, ABI_TYPE_PAGE_TABLE, 0, 1);
		struct tess_registers r =
			method(table, ABI_PAGE_TABLE_map, 2,
			       (uint64_t[]){ space, address });

		tess_syscall(&r);
		if (r.verb == ST_MAPPED) {
			return;
		}
		expect("page tables", r.verb, ST_OK);
	}
}

static void map(uint64_t frame, uint64_t space, uint64_t address,
		uint64_t access)
{
	invoke(frame, ABI_FRAME_map, 3, (uint64_t[]){ space, address, access });
}

/* A frame can be mapped once by each capability: one for filling it here, a
 * copy for the other space. */
static void give_page(struct world *world, const char *page)
{
	uint64_t frame = make(world, ABI_TYPE_FRAME, 0, 1);
	uint64_t other = world->next++;

	invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, 2,
	       (uint64_t[]){ other, frame });
	map(frame, CORE_SLOT_VSPACE, SCRATCH,
	    ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	memcpy((void *)SCRATCH, page, ABI_PAGE_SIZE);
	invoke(frame, ABI_FRAME_unmap, 0, NULL);
	map(other, world->space, (uint64_t)page,
	    ABI_ACCESS_READ | ABI_ACCESS_EXECUTE);
}

void world_make(struct world *world, const struct core_info *info)
{
	uint32_t largest = 0;

	for (uint32_t i = 0; i < info->untyped_count; i++) {
		if (info->untyped[i].bits > info->untyped[largest].bits) {
			largest = i;
		}
	}
	*world = (struct world){
		.info = info,
		.untyped = CORE_SLOT_UNTYPED + largest,
		.next = CORE_SLOT_FREE,
	};
	world->calls = make(world, ABI_TYPE_ENDPOINT, 0, 1);
	world->faults = make(world, ABI_TYPE_ENDPOINT, 0, 1);
	world->reply = make(world, ABI_TYPE_REPLY, 0, 1);
	world->peer_reply = make(world, ABI_TYPE_REPLY, 0, 1);
	world->space = make(world, ABI_TYPE_VSPACE, 0, 1);
	make_tables(world, CORE_SLOT_VSPACE, SCRATCH);
	make_tables(world, CORE_SLOT_VSPACE, PAGES);
	make_tables(world, world->space, (uint64_t)__image_start);
	make_tables(world, world->space, PAGES);
	make_tables(world, world->space, PEER_STACKS);
	for (const char *page = __image_start; page < __image_end;
	     page += ABI_PAGE_SIZE) {
		give_page(world, page);
	}
}

uint64_t world_add_stack(struct world *world, uint64_t *stack)
{
	uint64_t start = PEER_STACKS + 2 * ABI_PAGE_SIZE * world->stacks++;
	uint64_t frames = make(world, ABI_TYPE_FRAME, 0, 2);

	map(frames, world->space, start, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	*stack = start + ABI_PAGE_SIZE - MACHINE_STACK_BIAS;
	return frames + 1;
}

uint64_t world_add_peer(struct world *world, void (*entry)(uint64_t argument),
			uint64_t argument)
{
	uint64_t stack;
	uint64_t buffer = world_add_stack(world, &stack);
	uint64_t thread = make(world, ABI_TYPE_THREAD, 0, 1);

	invoke(thread, ABI_THREAD_configure, 4,
	       (uint64_t[]){ CORE_SLOT_CAPNODE, world->space, buffer,
			     world->faults });
	invoke(thread, ABI_THREAD_set_registers, 4,
	       (uint64_t[]){ (uint64_t)entry, stack, argument, 0 });
	return thread;
}
