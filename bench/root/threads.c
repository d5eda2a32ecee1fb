/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that give way, fault, start; and the timer. */

#include "root.h"

#include <stddef.h>

#include "abi/layout.h"
#include "bench/mark.h"
#include "bench/say.h"
#include "common/types.h"

static void yields(struct world *world)
{
	struct tess_registers r;

	say_row("yield.alone", NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		r = (struct tess_registers){ .verb = ABI_VERB_YIELD };
		MARK(MARK_BEGIN);
		tess_syscall(&r);
		MARK(MARK_END);
		expect("yield.alone", r.verb, ST_OK);
	}

	uint64_t peer = world_add_peer(world, peer_yield, 0);
	invoke(peer, ABI_THREAD_resume, 0, NULL);
	say_row("yield.round", "yield.space", NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		r = (struct tess_registers){ .verb = ABI_VERB_YIELD };
		MARK(MARK_BEGIN);
		tess_syscall(&r);
		MARK(MARK_END);
		expect("yield.round", r.verb, ST_OK);
	}
	invoke(peer, ABI_THREAD_suspend, 0, NULL);
}

/* Waits on the fault endpoint, answering the last message if there is one. */
static struct tess_registers next_message(const struct world *world,
					  enum abi_verb verb)
{
	struct tess_registers r = {
		.capability = world->faults,
		.info = world->reply << ABI_MESSAGE_REPLY_SHIFT,
		.verb = verb,
	};

	tess_syscall(&r);
	return r;
}

static bool is_fault(const struct tess_registers *r)
{
	return r->verb == ST_OK && r->info & (uint32_t)ABI_MESSAGE_KERNEL &&
	       r->words[ABI_FAULT_KIND] == ABI_FAULT_MEMORY &&
	       r->words[ABI_FAULT_ADDRESS] == PAGES;
}

static bool is_call(const struct tess_registers *r)
{
	return r->verb == ST_OK && r->info & ABI_MESSAGE_CALLED &&
	       !(r->info & (uint32_t)ABI_MESSAGE_KERNEL);
}

struct fault_row {
	const char *name, *deliver, *resume;
	bool with_map; /* mapping the page is part of what is measured */
};

/* The peer faults, this thread maps the page and lets it go on, and it calls to
 * have the page taken away and fault again. */
static void fault_rounds(const struct world *world, uint64_t peer,
			 uint64_t frame, const struct fault_row *row)
{
	const struct tess_registers map_page =
		method(frame, ABI_FRAME_map, 3,
		       (uint64_t[]){ world->space, PAGES, ABI_ACCESS_READ });
	enum abi_verb verb = ABI_VERB_RECV;

	say_row(row->name, row->deliver, row->resume);
	invoke(peer, ABI_THREAD_resume, 0, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers map = map_page;
		struct tess_registers fault = next_message(world, verb);

		MARK(MARK_MIDDLE);
		if (!row->with_map) {
			MARK(MARK_PAUSE);
		}
		tess_syscall(&map);
		if (!row->with_map) {
			MARK(MARK_CONTINUE);
		}
		struct tess_registers call =
			next_message(world, ABI_VERB_REPLY_RECV);
		expect(row->name, is_fault(&fault) ? ST_OK : ST_DAMAGED, ST_OK);
		expect(row->name, map.verb, ST_OK);
		expect(row->name, is_call(&call) ? ST_OK : ST_DAMAGED, ST_OK);
		invoke(frame, ABI_FRAME_unmap, 0, NULL);
		verb = ABI_VERB_REPLY_RECV;
	}
	invoke(peer, ABI_THREAD_suspend, 0, NULL);
}

static void faults(struct world *world)
{
	uint64_t frame = make(world, ABI_TYPE_FRAME, 0, 1);
	uint64_t peer =
		world_add_peer(world, peer_fault, PAIR(world->faults, PAGES));

	fault_rounds(world, peer, frame,
		     &(struct fault_row){ "fault.round", "fault.deliver",
					  "fault.resume", false });
	fault_rounds(world, peer, frame,
		     &(struct fault_row){ "fault.map", NULL, NULL, true });
}

/* From nothing to the first instruction of a thread of the other space. Its
 * stack and message buffer are there already. */
static void starts(struct world *world)
{
	say_row("thread.start", NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint64_t stack;
		uint64_t buffer = world_add_stack(world, &stack);
		uint64_t thread = world->next++;
		struct tess_registers calls[] = {
			method(world->untyped, ABI_UNTYPED_retype, 5,
			       (uint64_t[]){ ABI_TYPE_THREAD, 0, 1,
					     CORE_SLOT_CAPNODE, thread }),
			method(thread, ABI_THREAD_configure, 4,
			       (uint64_t[]){ CORE_SLOT_CAPNODE, world->space,
					     buffer, world->faults }),
			method(thread, ABI_THREAD_set_registers, 4,
			       (uint64_t[]){ (uint64_t)peer_stop, stack, thread,
					     0 }),
			method(thread, ABI_THREAD_resume, 0, NULL),
			{ .verb = ABI_VERB_YIELD },
		};
		MARK(MARK_BEGIN);
		for (uint32_t n = 0; n < ARRAY_SIZE(calls); n++) {
			tess_syscall(&calls[n]);
		}
		for (uint32_t n = 0; n < ARRAY_SIZE(calls); n++) {
			expect("thread.start", calls[n].verb, ST_OK);
		}
	}
}

void measure_threads(struct world *world)
{
	yields(world);
	faults(world);
	starts(world);
	measure_timer();
}
