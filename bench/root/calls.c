/* SPDX-License-Identifier: Apache-2.0 */
/* The instrument itself, and operations that are one system call each. */

#include "root.h"

#include <stddef.h>

#include <arch/machine.h>

#include "abi/boot_info.h"
#include "abi/layout.h"
#include "bench/mark.h"
#include "bench/say.h"

/* The loop whose length is known, and pieces of the longer one that is to be
 * interrupted by the timer now and then. */
#define LOOP_ROUNDS  1000
#define PIECE_ROUNDS 250000
#define PIECES_MAX   1000

/* Children of the capability that is revoked, as the row's name says. */
#define REVOKED 1000

/* One system call a round. After each, `step` is added to the registers, so
 * that each round has objects and slots of its own. */
struct repeat {
	const char *name;
	struct tess_registers first, step;
	status_t expected;
};

static void add(struct tess_registers *to, const struct tess_registers *step)
{
	to->capability += step->capability;
	for (uint32_t i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		to->words[i] += step->words[i];
	}
}

static void repeat(const struct repeat *repeat)
{
	struct tess_registers next = repeat->first;

	say_row(repeat->name, NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers r = next;

		MARK(MARK_BEGIN);
		tess_syscall(&r);
		MARK(MARK_END);
		expect(repeat->name, r.verb, repeat->expected);
		add(&next, &repeat->step);
	}
}

/* Reading the counter at both ends of a span: one less than what was counted
 * has passed between. */
static void clocked(const char *name, const struct tess_registers *call)
{
	say_row(name, NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers r = *call;
		uint64_t before = machine_clock_begin();

		tess_syscall(&r);
		uint64_t ticks = machine_clock_end() - before;
		say("clock", NULL, &ticks);
	}
}

void measure_calibration(struct world *world)
{
	struct tess_registers call =
		method(world->next, 0, 0, NULL); /* an empty slot */

	say_row("calibration.empty", NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		machine_span_empty();
	}
	say_row("calibration.loop", NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		machine_span_loop(LOOP_ROUNDS);
	}
	clocked("clock.call", &call);
}

void measure_calls(struct world *world)
{
	const struct core_info *info = world->info;

	repeat(&(struct repeat){
		.name = "null.error",
		.first = method(world->next, 0, 0, NULL),
		.expected = ST_NO_CAPABILITY,
	});
	repeat(&(struct repeat){
		.name = "null.badcall",
		.first = { .verb = ABI_VERB_COUNT },
		.expected = ST_BAD_CALL,
	});
	repeat(&(struct repeat){
		.name = "invoke.cheapest",
		.first = method(CORE_SLOT_THREAD, ABI_THREAD_info, 0, NULL),
	});
	if (info->console_kind != BOOT_CONSOLE_16550) {
		return;
	}
	repeat(&(struct repeat){
		.name = "port.read",
		.first = method(CORE_SLOT_IO_PORTS, ABI_IO_PORT_RANGE_read, 2,
				(uint64_t[]){ info->console_port + 5, 1 }),
	});
	repeat(&(struct repeat){
		.name = "port.write",
		.first = method(CORE_SLOT_IO_PORTS, ABI_IO_PORT_RANGE_write, 3,
				(uint64_t[]){ info->console_port + 7, 1, 0 }),
	});
}

/* Words: the arguments of retype; the destination moves on each round. */
static uint64_t retype(struct world *world, const char *name,
		       enum abi_object_type type, uint64_t count)
{
	uint64_t first = world->next;

	repeat(&(struct repeat){
		.name = name,
		.first = method(world->untyped, ABI_UNTYPED_retype, 5,
				(uint64_t[]){ type, 0, count, CORE_SLOT_CAPNODE,
					      first }),
		.step = { .words = { 0, 0, 0, 0, count } },
	});
	world->next += count * ROUNDS;
	return first;
}

static void measure_capabilities(struct world *world)
{
	uint64_t copies = world->next, minted = copies + ROUNDS;
	uint64_t moved = minted + ROUNDS;

	repeat(&(struct repeat){
		.name = "cap.copy",
		.first = method(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, 2,
				(uint64_t[]){ copies, world->calls }),
		.step = { .words = { 1 } },
	});
	repeat(&(struct repeat){
		.name = "cap.mint",
		.first = method(CORE_SLOT_CAPNODE, ABI_CAPNODE_mint, 5,
				(uint64_t[]){ minted, world->calls,
					      ABI_RIGHT_SEND | 1 << 8, 1, 7 }),
		.step = { .words = { 1 } },
	});
	repeat(&(struct repeat){
		.name = "cap.move",
		.first = method(CORE_SLOT_CAPNODE, ABI_CAPNODE_move, 2,
				(uint64_t[]){ moved, copies }),
		.step = { .words = { 1, 1 } },
	});
	repeat(&(struct repeat){
		.name = "cap.delete",
		.first = method(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, 1,
				(uint64_t[]){ minted }),
		.step = { .words = { 1 } },
	});
	world->next += 3 * ROUNDS;
}

/* One capability with many children is revoked; the row is divided by them. */
static void measure_revoke(struct world *world)
{
	uint64_t parent = world->next, children = parent + 1;
	struct tess_registers revoke =
		method(CORE_SLOT_CAPNODE, ABI_CAPNODE_revoke, 1, &parent);

	world->next += 1 + REVOKED;
	invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, 2,
	       (uint64_t[]){ parent, world->calls });
	say_row("revoke.per_child/1000", NULL, NULL);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct tess_registers r = revoke;

		for (uint64_t n = 0; n < REVOKED; n++) {
			invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, 2,
			       (uint64_t[]){ children + n, parent });
		}
		MARK(MARK_BEGIN);
		tess_syscall(&r);
		MARK(MARK_END);
		expect("revoke.per_child", r.verb, ST_OK);
	}
}

static void measure_pages(uint64_t frames, uint64_t tables)
{
	repeat(&(struct repeat){
		.name = "frame.map",
		.first = method(
			frames, ABI_FRAME_map, 3,
			(uint64_t[]){ CORE_SLOT_VSPACE, PAGES,
				      ABI_ACCESS_READ | ABI_ACCESS_WRITE }),
		.step = { .capability = 1, .words = { 0, ABI_PAGE_SIZE } },
	});
	repeat(&(struct repeat){
		.name = "frame.unmap",
		.first = method(frames, ABI_FRAME_unmap, 0, NULL),
		.step = { .capability = 1 },
	});
	repeat(&(struct repeat){
		.name = "table.map",
		.first = method(tables, ABI_PAGE_TABLE_map, 2,
				(uint64_t[]){ CORE_SLOT_VSPACE, TABLES }),
		.step = { .capability = 1, .words = { 0, ABI_LARGE_SIZE } },
	});
}

void measure_objects(struct world *world)
{
	measure_capabilities(world);
	measure_revoke(world);
	retype(world, "retype.endpoint", ABI_TYPE_ENDPOINT, 1);
	retype(world, "retype.endpoint64", ABI_TYPE_ENDPOINT, 64);
	retype(world, "retype.thread", ABI_TYPE_THREAD, 1);
	retype(world, "retype.vspace", ABI_TYPE_VSPACE, 1);
	uint64_t frames = retype(world, "retype.frame", ABI_TYPE_FRAME, 1);
	uint64_t tables = make(world, ABI_TYPE_PAGE_TABLE, 0, ROUNDS);
	measure_pages(frames, tables);
}

/* What the timer costs a thread that is alone. Pieces of a loop are measured,
 * and of those the ones in which it fired exactly once count. */
static uint64_t timer_ticks(void)
{
	struct tess_registers r = method(CORE_SLOT_SYSTEM_CONTROL,
					 ABI_SYSTEM_CONTROL_info, 0, NULL);

	tess_syscall(&r);
	expect("timer.tick", r.verb, ST_OK);
	return r.words[4];
}

void measure_timer(void)
{
	uint32_t found = 0;

	say_row("timer.tick", NULL, NULL);
	for (uint32_t i = 0; i < PIECES_MAX && found < ROUNDS; i++) {
		uint64_t before = timer_ticks();

		machine_span_loop(PIECE_ROUNDS);
		if (timer_ticks() == before + 1) {
			found++;
		} else {
			say_dropped();
		}
	}
}
