/* SPDX-License-Identifier: Apache-2.0 */
/* Booting, stepping both sides, and going back; see lockstep.h. */

#include "lockstep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lock.h"
#include "kernel/sweep.h"
#include "tests/unit/kernel/world.h"

#define HISTORY    512
#define CORE_SLOTS (CORE_SLOT_FREE + 32)
#define SPACES     64 /* ids of address spaces that come to be here */
#define STATE_SIZE offsetof(struct state, idle_threads[1])

struct model lockstep_model;
uint64_t lockstep_operations;
uint64_t lockstep_seen[ABI_TYPE_COUNT][32][ST_COUNT];
char lockstep_repeat[256];
bool lockstep_is_replay;

static uint64_t arena;      /* its physical address */
static bool touches_tables; /* what is done may change page tables */
static bool is_refused;     /* it changed nothing, byte for byte */
static struct op history[HISTORY];
static int history_threads[HISTORY];
static unsigned int history_count;

/* Everything that an operation may change. */
struct kernel_memory {
	uint8_t arena[MODEL_ARENA];
	uint8_t core[CORE_SLOTS * sizeof(struct slot)];
	struct vspace *spaces[SPACES];
	struct state state; /* the first STATE_SIZE bytes of it */
};

struct lockstep_state {
	struct model model;
	struct kernel_memory memory;
	struct fake fake;
};

/* What the kernel was before the operation, for those that are refused. */
static struct kernel_memory before;

/* --- saying what went wrong ------------------------------------------------- */

static void print_op(int thread, const struct op *op)
{
	const struct model_message *m = &op->message;

	switch (op->kind) {
	case OP_CALL:
		fprintf(stderr,
			"thread %d: verb %lu cap %#lx label %#lx info %#lx: "
			"%#lx %#lx %#lx %#lx %#lx\n",
			thread, m->verb, m->capability, m->label, m->info,
			m->words[0], m->words[1], m->words[2], m->words[3],
			m->words[4]);
		break;
	case OP_FAULT:
		fprintf(stderr, "thread %d: fault %lu\n", thread, op->words[0]);
		break;
	case OP_TICK:
		fprintf(stderr, "thread %d: tick\n", thread);
		break;
	case OP_WRITE:
		fprintf(stderr, "thread %d: word %lu = %#lx\n", thread,
			op->words[0], op->words[1]);
		break;
	}
}

void lockstep_fail(const char *format, ...)
{
	va_list arguments;

	for (unsigned int i = 0; i < history_count; i++) {
		print_op(history_threads[i], &history[i]);
	}
	fputs("model: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nrepeat: %s\n", lockstep_repeat);
	abort();
}

/* --- making the world --------------------------------------------------------- */

static uint64_t retype(uint64_t untyped, enum abi_object_type type,
		       uint64_t bits)
{
	uint64_t slot = world_slot();

	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, type, bits, 1,
				    CORE_SLOT_CAPNODE, slot),
			 ST_OK);
	return slot;
}

static void move(uint64_t node, uint64_t to, uint64_t from)
{
	assert_int_equal(world_call(node, ABI_CAPNODE_move, to, from), ST_OK);
}

/* core makes the first thread, hands everything over and stops. */
static void boot_kernel(void)
{
	world_boot(NULL);
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, MODEL_ARENA_BITS);
	arena = cap_find(world_node(), untyped)->object;
	uint64_t space = retype(untyped, ABI_TYPE_VSPACE, 0);
	uint64_t buffer = retype(untyped, ABI_TYPE_FRAME, 0);
	uint64_t thread = retype(untyped, ABI_TYPE_THREAD, 0);
	uint64_t node = retype(untyped, ABI_TYPE_CAPNODE, 4);
	struct capnode *object = slot_object(cap_find(world_node(), node));

	move(node, SLOT_ARENA, untyped);
	move(node, SLOT_SPACE, space);
	move(node, SLOT_BUFFER, buffer);
	move(node, SLOT_THREAD, thread);
	move(node, SLOT_NODE, node);
	/* core names them where they are now, with a capability of its own */
	struct slot *lent = capnode_slot(world_node(), (uint32_t)world_slot());
	cap_make_original(world_node(), lent, NULL, ABI_TYPE_CAPNODE,
			  (uint64_t)object);
	lent->flags = 0;
	uint64_t deep = (uint64_t)(lent - capnode_slot(world_node(), 0)) |
			1ull << CORE_CAPNODE_BITS;
#define IN_NODE(slot) (deep + ((uint64_t)(slot) << CORE_CAPNODE_BITS))
	assert_int_equal(world_call(IN_NODE(SLOT_THREAD), ABI_THREAD_configure,
				    IN_NODE(SLOT_NODE), IN_NODE(SLOT_SPACE),
				    IN_NODE(SLOT_BUFFER), 0),
			 ST_OK);
	assert_int_equal(world_call(IN_NODE(SLOT_THREAD),
				    ABI_THREAD_set_registers, USER_START,
				    USER_END, 0, 0),
			 ST_OK);
	assert_int_equal(world_call(IN_NODE(SLOT_THREAD), ABI_THREAD_resume),
			 ST_OK);
#undef IN_NODE
	*lent = (struct slot){ .incarnation = lent->incarnation };
	world_node()->filled--;
	assert_int_equal(world_call(CORE_SLOT_THREAD, ABI_THREAD_suspend),
			 ST_OK);
}

static void boot_model(void)
{
	struct model *m = &lockstep_model;

	model_reset(m, arena);
	int untyped = model_add(m, ABI_TYPE_UNTYPED, 0, MODEL_ARENA);
	int space = model_add(m, ABI_TYPE_VSPACE, 0, 8192);
	int buffer = model_add(m, ABI_TYPE_FRAME, 8192, 4096);
	int thread = model_add(m, ABI_TYPE_THREAD, 12288, 2048);
	int node = model_add(m, ABI_TYPE_CAPNODE, 14336, 1024);
	int root = model_give(m, node, SLOT_ARENA, untyped, MODEL_OUTSIDE);

	m->objects[untyped].used = 15360;
	int space_cap = model_give(m, node, SLOT_SPACE, space, root);
	int buffer_cap = model_give(m, node, SLOT_BUFFER, buffer, root);
	model_give(m, node, SLOT_THREAD, thread, root);
	int node_cap = model_give(m, node, SLOT_NODE, node, root);
	model_bind(m, thread, MODEL_CAPNODE, node_cap);
	model_bind(m, thread, MODEL_SPACE, space_cap);
	model_bind(m, thread, MODEL_BUFFER, buffer_cap);
	m->objects[thread].thread.registers[0] = USER_START;
	m->objects[thread].thread.registers[1] = USER_END;
	m->objects[thread].thread.state = ABI_THREAD_READY;
	m->refusals = state.refusals;
	m->faults = state.faults;
	m->capsules = state.capsules;
	m->system_calls = state.system_calls;
}

static void remember(struct kernel_memory *memory)
{
	fake_reserved_show(true);
	memcpy(memory->arena, arch_window((paddr_t){ arena }), MODEL_ARENA);
	fake_reserved_show(false);
	memcpy(memory->core, capnode_slot(world_node(), 0),
	       sizeof(memory->core));
	memcpy(memory->spaces, state.vspaces, sizeof(memory->spaces));
	memcpy(&memory->state, &state, STATE_SIZE);
}

static void check(void)
{
	compare_all(&lockstep_model);
	invariants_check(arena);
	if (touches_tables) {
		fake_tlb_check();
	}
}

void lockstep_boot(void)
{
	boot_kernel();
	boot_model();
	remember(&before);
	history_count = 0;
	check();
}

void lockstep_save_to(struct lockstep_state *saved)
{
	model_copy(&saved->model, &lockstep_model);
	remember(&saved->memory);
	saved->fake = fake;
}

struct lockstep_state *lockstep_save(void)
{
	struct lockstep_state *saved = calloc(1, sizeof(*saved));

	if (!saved) {
		abort();
	}
	lockstep_save_to(saved);
	return saved;
}

static void before_is(const struct kernel_memory *memory)
{
	memcpy(&before, memory,
	       offsetof(struct kernel_memory, state) + STATE_SIZE);
}

void lockstep_restore(const struct lockstep_state *saved)
{
	model_copy(&lockstep_model, &saved->model);
	before_is(&saved->memory);
	fake_reserved_show(true);
	memcpy(arch_window((paddr_t){ arena }), saved->memory.arena,
	       MODEL_ARENA);
	memcpy(capnode_slot(world_node(), 0), saved->memory.core,
	       sizeof(saved->memory.core));
	memcpy(&state, &saved->memory.state, STATE_SIZE);
	memcpy(state.vspaces, saved->memory.spaces,
	       sizeof(saved->memory.spaces));
	fake_tlb_reset();
	fake = saved->fake;
	fake_reserved_show(false);
	history_count = 0;
}

/* --- stepping ------------------------------------------------------------------ */

static struct thread *real_thread(int thread)
{
	return arch_window(
		(paddr_t){ arena + lockstep_model.objects[thread].start });
}

int lockstep_thread(void)
{
	const struct thread *current = state.cpus[0].current;

	if (current->flags & THREAD_IDLE) {
		for (int i = 0; i < lockstep_model.object_count; i++) {
			const struct model_object *object =
				&lockstep_model.objects[i];
			if (object->is_live &&
			    object->type == ABI_TYPE_THREAD &&
			    object->thread.state == ABI_THREAD_READY) {
				lockstep_fail("thread %d is ready, and the "
					      "CPU idles",
					      i);
			}
		}
		return MODEL_NONE;
	}
	int thread = model_object_at(&lockstep_model,
				     arch_window_address(current).a - arena,
				     ABI_TYPE_THREAD);
	if (thread == MODEL_NONE) {
		lockstep_fail("what runs is no thread");
	}
	if (lockstep_model.objects[thread].thread.state != ABI_THREAD_READY) {
		lockstep_fail("thread %d runs and is not ready", thread);
	}
	return thread;
}

static void check_next(const struct thread *next)
{
	if (next != state.cpus[0].current || next != fake.cpus[0].running) {
		lockstep_fail("the thread that is returned does not run");
	}
}

/* When a thread took itself back before all was done, whoever stumbles over
 * the mark goes on; here at once, so that the model need not know. */
static void finish_sweeps(void)
{
	struct cpu *cpu = arch_cpu();

	if (!state.sweeps && !state.gone) {
		return;
	}
	(void)kernel_enter(CPU_ENTRY_INTERRUPT);
	for (uint32_t i = 0; i < KERNEL_SWEEPS_MAX; i++) {
		while (state.under_way[i].root) {
			uint64_t name = state.under_way[i].name;
			(void)sweep_go_on(&name);
		}
	}
	while (sweep_finish() != ST_OK) {
	}
	check_next(kernel_leave(cpu));
}

static void do_call(struct thread *thread, const struct model_message *m)
{
	struct message_registers *registers = &thread->context.message;

	registers->capability = m->capability;
	registers->label = m->label;
	registers->info = m->info;
	memcpy(registers->words, m->words, sizeof(registers->words));
	registers->verb = m->verb;
	/* Again for as long as the kernel sends the thread back to it. */
	const uint64_t behind = thread->context.pc;
	const struct thread *next = kernel_syscall(thread);
	check_next(next);
	while (next == thread && thread->context.pc != behind) {
		thread->context.pc = behind;
		lockstep_model.system_calls++;
		next = kernel_syscall(thread);
		check_next(next);
	}
	finish_sweeps();
	if (thread->context.pc != behind) {
		/* Stopped by what it did; what is left was just done for it. */
		thread->context.pc = behind;
		thread->sweep = 0;
		registers->verb = ST_OK;
		registers->info = 0;
	}
}

/* Nothing is different but the answer and the counts. */
static void check_nothing_changed(struct thread *thread, const char *what)
{
	size_t at = (size_t)((uint8_t *)thread -
			     (uint8_t *)arch_window((paddr_t){ arena }));
	struct thread *then = (struct thread *)(void *)&before.arena[at];

	then->context.message = thread->context.message;
	then->refusals = thread->refusals;
	before.state.system_calls = state.system_calls;
	before.state.refusals = state.refusals;
	before.state.lock = state.lock;
	fake_reserved_show(true);
	bool is_same = memcmp(before.arena, arch_window((paddr_t){ arena }),
			      MODEL_ARENA) == 0;
	fake_reserved_show(false);
	if (!is_same) {
		lockstep_fail("%s changed an object", what);
	}
	if (memcmp(before.core, (uint8_t *)capnode_slot(world_node(), 0),
		   sizeof(before.core)) != 0 ||
	    memcmp(before.spaces, state.vspaces, sizeof(before.spaces)) != 0 ||
	    memcmp((uint8_t *)&before.state, (uint8_t *)&state, STATE_SIZE) !=
		    0) {
		lockstep_fail("%s changed the kernel", what);
	}
}

void lockstep_check_same(const struct lockstep_state *saved,
			 struct thread *thread, const char *what)
{
	before_is(&saved->memory);
	check_nothing_changed(thread, what);
}

static status_t step_call(int index, struct thread *thread, const struct op *op)
{
	struct model_object *caller = &lockstep_model.objects[index];
	int cap = model_find(&lockstep_model,
			     model_bound(&lockstep_model, index, MODEL_CAPNODE),
			     op->message.capability);
	int type = op->message.verb == ABI_VERB_CALL && cap != MODEL_NONE
			   ? lockstep_model.caps[cap].type
			   : 0;
	uint64_t row = type && type != ABI_TYPE_ENDPOINT
			       ? op->message.label % 32
			       : op->message.verb % 32;

	if (type == ABI_TYPE_ENDPOINT) {
		type = 0;
	}
	touches_tables = type == ABI_TYPE_FRAME ||
			 type == ABI_TYPE_PAGE_TABLE ||
			 (type == ABI_TYPE_EXPORT_TABLE &&
			  row == ABI_EXPORT_TABLE_withdraw) ||
			 (type == ABI_TYPE_CAPNODE && row > ABI_CAPNODE_move);
	caller->thread.message = op->message;
	do_call(thread, &op->message);
	memcpy(lockstep_model.drawn, thread->context.message.words + 1,
	       sizeof(lockstep_model.drawn));
	status_t status = model_call(&lockstep_model, index);
	lockstep_seen[type][row][status]++;
	if (!caller->is_live) {
		return status;
	}
	if (status != ST_OK &&
	    thread->context.message.info !=
		    lockstep_model.objects[index].thread.message.info) {
		/* the length of a refused invocation has no meaning */
		lockstep_model.objects[index].thread.message.info =
			thread->context.message.info;
	}
	if (!lockstep_model.is_changed) {
		check_nothing_changed(thread, "a call that was refused");
		compare_caller(&lockstep_model, index);
		is_refused = true;
	}
	return status;
}

static void step_fault(int index, struct thread *thread, const struct op *op)
{
	const struct fault fault = {
		.kind = op->words[ABI_FAULT_KIND],
		.access = op->words[ABI_FAULT_ACCESS],
		.pc = op->words[ABI_FAULT_PC],
		.address = op->words[ABI_FAULT_ADDRESS],
		.syndrome = op->words[ABI_FAULT_SYNDROME],
	};

	fake.console_length = 0;
	check_next(world_fault(thread, &fault));
	model_fault(&lockstep_model, index, op->words);
}

/* As user code: a plain write into memory that is mapped for it. */
static void step_write(int index, const struct op *op)
{
	int frame = model_bound(&lockstep_model, index, MODEL_BUFFER);

	if (frame == MODEL_NONE) {
		return;
	}
	uint64_t start = lockstep_model.objects[frame].start;
	uint64_t word = op->words[0] % MODEL_PAGE_WORDS;
	uint64_t *page = arch_window((paddr_t){ arena + start });
	page[word] = op->words[1];
	lockstep_model.pages[start / ABI_PAGE_SIZE][word] = op->words[1];
}

status_t lockstep_do(const struct op *op)
{
	int index = lockstep_thread();
	status_t status = ST_OK;

	if (index == MODEL_NONE) {
		lockstep_fail("nobody is there to do it");
	}
	struct thread *thread = real_thread(index);
	if (history_count == HISTORY) {
		memmove(history, history + HISTORY / 2,
			HISTORY / 2 * sizeof(history[0]));
		memmove(history_threads, history_threads + HISTORY / 2,
			HISTORY / 2 * sizeof(history_threads[0]));
		history_count = HISTORY / 2;
	}
	history_threads[history_count] = index;
	history[history_count++] = *op;
	lockstep_operations++;
	touches_tables = is_refused = false;
	switch (op->kind) {
	case OP_CALL:
		status = step_call(index, thread, op);
		break;
	case OP_FAULT:
		step_fault(index, thread, op);
		break;
	case OP_TICK:
		check_next(kernel_timer(thread));
		break;
	case OP_WRITE:
		step_write(index, op);
		break;
	}
	if (!is_refused) {
		if (!lockstep_is_replay) {
			check();
		}
		remember(&before);
	}
	return status;
}

/* --- by hand ------------------------------------------------------------------- */

static struct model_cap *own(uint64_t slot, struct slot **real)
{
	struct model *m = &lockstep_model;
	int root = model_bound(m, lockstep_thread(), MODEL_CAPNODE);

	*real = capnode_slot(
		arch_window((paddr_t){ arena + m->objects[root].start }),
		(uint32_t)slot);
	return &m->caps[m->objects[root].first + (int)slot];
}

void lockstep_set_ops(uint64_t slot, uint32_t ops)
{
	struct slot *real;
	struct model_cap *cap = own(slot, &real);

	real->ops = ops;
	cap->ops = ops;
	remember(&before);
}

void lockstep_set_delegation(uint64_t slot, uint8_t delegation)
{
	struct slot *real;
	struct model_cap *cap = own(slot, &real);

	real->delegation = delegation;
	cap->delegation = delegation;
	remember(&before);
}

void lockstep_set_device(uint64_t slot)
{
	struct slot *real;
	const struct model_cap *cap = own(slot, &real);

	real->memory.is_device = 1;
	lockstep_model.objects[cap->object].is_device = true;
	remember(&before);
}

void lockstep_set_no_spaces(bool is_so)
{
	fake.asid_count = is_so ? 0 : KERNEL_ASIDS_MAX;
	lockstep_model.has_no_spaces = is_so;
}

void lockstep_set_no_tokens(bool is_so)
{
	state.has_tokens = !is_so;
	lockstep_model.has_no_tokens = is_so;
	remember(&before);
}

status_t lockstep_verb(uint64_t verb, uint64_t capability, uint64_t label,
		       uint64_t info)
{
	const struct op op = { .kind = OP_CALL,
			       .message = {
				       capability, label, info, { 0 }, verb } };

	return lockstep_do(&op);
}

status_t lockstep_invoke(uint64_t capability, uint64_t method, uint64_t count,
			 const uint64_t words[8])
{
	struct op op = {
		.kind = OP_CALL,
		.message = { capability, method, count, { 0 }, ABI_VERB_CALL }
	};

	memcpy(op.message.words, words, sizeof(op.message.words));
	return lockstep_do(&op);
}
