/* SPDX-License-Identifier: Apache-2.0 */
/* Booting the fake machine and calling the kernel; see world.h. */

#include "world.h"

#include "cpus.h"

#include <string.h>

#include "kernel/capsule.h"
#include "kernel/invoke.h"

#define CORE_PAGES  4
#define KERNEL_PA   FAKE_RAM_START
#define TABLES_PA   (KERNEL_PA + 0x200000)
#define CORE_PA     (TABLES_PA + 0x100000)
#define ARCHIVE_PA  (CORE_PA + 0x100000)
#define RAM_PA      (ARCHIVE_PA + 0x100000)
#define ARCHIVE_MAX 0x3000

uint32_t world_entropy = 32;

static uint64_t next_slot;

static struct boot_info *make_boot_info(uint32_t cpus)
{
	struct boot_info *boot = arch_window((paddr_t){ TABLES_PA });

	*boot = (struct boot_info){
		.magic = BOOT_INFO_MAGIC,
		.version = BOOT_INFO_VERSION,
		.size = sizeof(*boot),
		.range_count = 5,
		.ranges = {
			{ KERNEL_PA, TABLES_PA, BOOT_RANGE_KERNEL, 0 },
			{ TABLES_PA, CORE_PA, BOOT_RANGE_TABLES, 0 },
			{ CORE_PA, ARCHIVE_PA, BOOT_RANGE_CORE, 0 },
			{ ARCHIVE_PA, RAM_PA, BOOT_RANGE_ARCHIVE, 0 },
			{ RAM_PA, FAKE_RAM_START + FAKE_RAM_SIZE,
			  BOOT_RANGE_RAM, 0 },
		},
		.image_count = 1,
		.images = { {
			.kind = BOOT_IMAGE_CORE,
			.address = CORE_PA,
			.size = CORE_PAGES * ABI_PAGE_SIZE,
			.virtual_address = CORE_BASE,
			.entry = CORE_BASE + 16,
			.segment_count = 2,
			.segments = {
				{ 0, 0x1000,
				  ABI_ACCESS_READ | ABI_ACCESS_EXECUTE, 0 },
				{ 0x1000, 0x4000,
				  ABI_ACCESS_READ | ABI_ACCESS_WRITE, 0 },
			},
		} },
		.archive = ARCHIVE_PA,
		.archive_size = ARCHIVE_MAX,
		.console_kind = BOOT_CONSOLE_16550,
		.console_address = 0x3f8,
		.cpu_count = cpus,
		.entropy_size = world_entropy,
	};
	memset(boot->entropy, 0x5a, world_entropy);
	for (uint32_t i = 0; i < cpus; i++) {
		boot->cpus[i] = 0x100 + i;
	}
	return boot;
}

void world_reset(void)
{
	world_entropy = 32;
	fake_reset();
	next_slot = CORE_SLOT_FREE;
}

void world_start(uint32_t cpus)
{
	struct boot_info *boot = make_boot_info(cpus);

	if (setjmp(fake.back) == 0) {
		kernel_main(boot);
	}
	assert_non_null(fake.started);
	assert_ptr_equal(fake.started, state.cpus[0].current);
	world_check();
}

int world_boot(void **unused)
{
	(void)unused;
	world_reset();
	world_start(1);
	return 0;
}

struct thread *world_core(void)
{
	return fake.started;
}

struct capnode *world_node(void)
{
	return fake.started->capnode;
}

const struct core_info *world_info(void)
{
	uint64_t *entry;

	assert_int_equal(vspace_find_page(fake.started->vspace, CORE_INFO,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	return arch_window(arch_pte_address(*entry));
}

struct thread *world_current(void)
{
	return state.cpus[0].current;
}

uint64_t world_slot(void)
{
	return next_slot++;
}

status_t world_verb(enum abi_verb verb, uint64_t capability, uint64_t label,
		    uint64_t info)
{
	struct thread *thread = world_current();
	struct message_registers *message = &thread->context.message;

	message->verb = verb;
	message->capability = capability;
	message->label = label;
	message->info = info;

	/* Again for as long as the kernel sends the thread back to it. */
	const uint64_t behind = thread->context.pc;
	struct thread *next;
	do {
		thread->context.pc = behind;
		next = kernel_syscall(thread);
		assert_ptr_equal(next, world_current());
		assert_ptr_equal(next, fake.cpus[0].running);
		world_check();
	} while (next == thread && thread->context.pc != behind);
	return (status_t)message->verb;
}

/* A method of a kernel object answers only what abi/objects.h declares. */
static void check_declared(enum abi_object_type type, uint64_t method,
			   status_t status)
{
#define COMMON  E(OK) E(NO_CAPABILITY) E(NO_METHOD) E(NO_RIGHT) E(BAD_ARGUMENT)
#define E(name) | 1u << ST_##name
	static const uint32_t declared[ABI_TYPE_COUNT][32] = {
#define X(type, number, name, arguments, results, in, out, errors) \
	[ABI_TYPE_##type][number] = (0 errors),
		ABI_METHODS(X)
#undef X
	};
	static const uint32_t common[ABI_TYPE_COUNT] = {
#define X(number, name, built, made, bits, least, most, text) \
	[number] = (0 COMMON) | (built ? 0u : (0 E(NOT_BUILT))),
		ABI_OBJECT_TYPES(X)
#undef X
	};
#undef E
#undef COMMON

	if (type != ABI_TYPE_NULL && type != ABI_TYPE_ENDPOINT) {
		assert_true((common[type] | declared[type][method & 31]) >>
				    status &
			    1);
	}
}

status_t world_invoke(uint64_t capability, uint64_t method, uint64_t count,
		      const uint64_t *words)
{
	struct thread *thread = world_current();
	const struct slot *slot = cap_find(thread->capnode, capability);
	enum abi_object_type type =
		slot ? (enum abi_object_type)slot->type : ABI_TYPE_NULL;

	memcpy(thread->context.message.words, words + 1, 64);
	status_t status = world_verb(ABI_VERB_CALL, capability, method, count);
	if (thread == world_current()) {
		check_declared(type, method, status);
	}
	return status;
}

status_t world_step(uint64_t capability, uint64_t method, uint64_t count,
		    uint64_t word)
{
	struct thread *thread = world_current();
	struct message_registers *message = &thread->context.message;
	uint64_t rewinds = fake.rewinds, behind = thread->context.pc;

	*message = (struct message_registers){
		.verb = ABI_VERB_CALL,
		.capability = capability,
		.label = method,
		.info = count,
		.words = { word },
	};
	kernel_syscall(thread);
	world_check();
	if (fake.rewinds == rewinds) {
		return (status_t)message->verb;
	}
	assert_int_equal(message->verb, ABI_VERB_CALL);
	thread->context.pc = behind;
	return KERNEL_RESTART;
}

uint64_t world_word(unsigned int index)
{
	return world_current()->context.message.words[index];
}

static uint64_t largest_untyped(void)
{
	const struct core_info *info = world_info();
	uint32_t best = 0;

	for (uint32_t i = 1; i < info->untyped_count; i++) {
		if (info->untyped[i].bits > info->untyped[best].bits) {
			best = i;
		}
	}
	return CORE_SLOT_UNTYPED + best;
}

uint64_t world_make(enum abi_object_type type, uint64_t size_bits)
{
	uint64_t slot = world_slot();

	assert_int_equal(world_call(largest_untyped(), ABI_UNTYPED_retype, type,
				    size_bits, 1, CORE_SLOT_CAPNODE, slot),
			 ST_OK);
	return slot;
}

struct thread *world_thread(uint64_t *node, uint64_t *thread_slot)
{
	uint64_t capnode = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);
	uint64_t thread = world_make(ABI_TYPE_THREAD, 0);

	assert_int_equal(world_call(thread, ABI_THREAD_configure, capnode,
				    vspace, buffer, 0),
			 ST_OK);
	assert_int_equal(world_call(thread, ABI_THREAD_set_registers,
				    USER_START, USER_END, 7, 0),
			 ST_OK);
	assert_int_equal(world_call(thread, ABI_THREAD_resume), ST_OK);
	if (node) {
		*node = capnode;
	}
	if (thread_slot) {
		*thread_slot = thread;
	}
	return slot_object(cap_find(world_node(), thread));
}

struct thread *world_fault(struct thread *thread, const struct fault *fault)
{
	thread->fault = *fault;
	return kernel_fault(thread);
}

void world_run(struct thread *thread)
{
	for (unsigned int i = 0; world_current() != thread; i++) {
		assert_true(i < 64);
		world_verb(ABI_VERB_YIELD, 0, 0, 0);
	}
}

uint64_t world_memory_hash(void)
{
	const uint64_t *words = (const uint64_t *)(const void *)fake.ram;
	uint64_t hash = 14695981039346656037u;
	uint64_t thread = (uint64_t)world_current();

	for (uint64_t i = 0; i < FAKE_RAM_SIZE / 8; i++) {
		uint64_t at = (uint64_t)&words[i] - thread;
		hash = (hash ^ (at < sizeof(struct thread) ? 0 : words[i])) *
		       1099511628211u;
	}
	return hash;
}

/* --- invariants ---------------------------------------------------------- */

static void check_child(const struct slot *parent, const struct slot *child)
{
	assert_int_equal(child->parent, slot_ref(parent));
	assert_int_equal(child->depth, parent->depth + 1);
	assert_in_range(child->depth, 1, ABI_DERIVATION_MAX);
	assert_int_equal(child->rights & ~parent->rights, 0);
	assert_int_equal(child->ops & ~parent->ops, 0);
	assert_true(child->delegation <= parent->delegation);
	if (!(child->flags & SLOT_ORIGINAL)) {
		assert_int_equal(child->object, parent->object);
		assert_int_equal(child->type, parent->type);
	}
}

static void check_slot(const struct slot *slot)
{
	const struct slot *prev = NULL;

	if (slot->type == ABI_TYPE_NULL) {
		struct slot empty = { .incarnation = slot->incarnation };
		assert_memory_equal(slot, &empty, sizeof(empty));
		return;
	}
	assert_true(slot->type < ABI_TYPE_COUNT);
	assert_true(slot->parent == 0 || slot_at(slot->parent)->type);
	for (const struct slot *child = slot_at(slot->child); child;
	     prev = child, child = slot_at(child->next)) {
		check_child(slot, child);
		assert_int_equal(child->prev, prev ? slot_ref(prev) : 0);
	}
	if (slot->type == ABI_TYPE_UNTYPED) {
		assert_true((uint64_t)slot->memory.used << ABI_SLOT_BITS <=
			    1ull << slot->memory.bits);
	}
}

/* What a Frame has mapped is there, unless the address space or a table on the
 * way ended before. */
static void check_frame(const struct slot *slot)
{
	struct vspace *vspace = vspace_named(slot->where);
	uint64_t *entry;

	if (slot->type != ABI_TYPE_FRAME || !vspace) {
		return;
	}
	assert_true(vspace->page_count > 0);
	if (vspace_find_page(vspace, slot->mapped_at, slot->memory.bits,
			     &entry) != ST_OK ||
	    !arch_pte_present(*entry) ||
	    arch_pte_address(*entry).a != slot->object) {
		return;
	}
	uint32_t access = fake_pte_access(*entry);
	assert_true((access & 6) != 6);
	assert_true(!(access & ABI_ACCESS_WRITE) ||
		    slot->rights & ABI_RIGHT_WRITE);
}

/* A thread stands still for as long as its capsule does. */
static void check_capsule(const struct thread *thread)
{
	const struct capsule *capsule = thread->capsule;

	if (capsule) {
		assert_int_equal((thread->flags & THREAD_FROZEN) != 0,
				 capsule->state != ABI_CAPSULE_RUNNING);
	}
	if (thread->flags & THREAD_FROZEN) {
		assert_int_not_equal(thread->state, ABI_THREAD_READY);
	} else {
		assert_int_not_equal(thread->state, ABI_THREAD_FROZEN);
	}
}

static void check_thread(struct thread *thread)
{
	check_capsule(thread);
	switch (thread->state) {
	case ABI_THREAD_SENDING:
	case ABI_THREAD_RECEIVING:
		assert_non_null(thread->endpoint);
		assert_int_equal(thread->endpoint->has_receivers,
				 thread->state == ABI_THREAD_RECEIVING);
		assert_int_equal(thread->receiving != NULL,
				 thread->state == ABI_THREAD_RECEIVING);
		assert_null(thread->reply);
		return;
	case ABI_THREAD_CALLING:
	case ABI_THREAD_FAULTED:
		assert_non_null(thread->reply);
		assert_ptr_equal(thread->reply->caller, thread);
		break;
	default:
		assert_null(thread->reply);
		assert_null(thread->receiving);
	}
	assert_null(thread->endpoint);
	if (thread->state != ABI_THREAD_READY ||
	    thread->cpu->current == thread) {
		assert_null(thread->next);
		assert_null(thread->prev);
	}
}

static void check_queue(const struct endpoint *endpoint)
{
	const struct thread *prev = NULL;

	for (const struct thread *thread = endpoint->head; thread;
	     prev = thread, thread = thread->next) {
		assert_ptr_equal(thread->endpoint, endpoint);
		assert_ptr_equal(thread->prev, prev);
	}
	assert_ptr_equal(endpoint->tail, prev);
}

static void check_run_queue(const struct cpu *cpu)
{
	const struct sched_cpu *sched = &cpu->sched;
	const struct thread *prev = NULL;

	assert_int_equal(state.queued >> cpu->index & 1, sched->head != NULL);
	for (const struct thread *thread = sched->head; thread;
	     prev = thread, thread = thread->next) {
		assert_int_equal(thread->state, ABI_THREAD_READY);
		assert_ptr_equal(thread->cpu, cpu);
		assert_ptr_not_equal(thread, cpu->current);
		assert_false(thread->flags & THREAD_IDLE);
		assert_ptr_equal(thread->prev, prev);
	}
	assert_ptr_equal(sched->tail, prev);
}

/* What runs on a CPU that is in user code or idles. A CPU that waits for the
 * lock has already said what it has to say. */
static void check_cpu(const struct cpu *cpu)
{
	const struct thread *current = cpu->current;
	bool marked = state.idle >> cpu->index & 1;

	assert_ptr_equal(current, fake.cpus[cpu->index].running);
	assert_ptr_equal(current->cpu, cpu);
	assert_int_equal(cpu->request, CPU_REQUEST_NONE);
	if (current != cpu->idle) {
		assert_int_equal(current->state, ABI_THREAD_READY);
		assert_false(marked);
		assert_true(cpu->is_armed);
		assert_ptr_equal(cpu->vspace, current->vspace);
	} else if (!marked) {
		assert_true(fake.cpus[cpu->index].is_interrupted ||
			    cpus_is_inside(cpu->index));
	}
	check_run_queue(cpu);
}

/* Nobody idles for good while a thread waits: somebody is on the way. */
static void check_scheduler(void)
{
	bool comes = false;

	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		const struct cpu *cpu = &state.cpus[i];
		if (state.online >> i & 1) {
			check_cpu(cpu);
			comes |= cpu->current == cpu->idle &&
				 !(state.idle >> i & 1);
		} else {
			assert_false((state.idle | state.queued) >> i & 1);
		}
	}
	assert_true(!state.queued || !state.idle || comes);
}

static void check_object(const struct slot *slot)
{
	if (!(slot->flags & SLOT_ORIGINAL)) {
		return;
	}
	if (slot->type == ABI_TYPE_THREAD) {
		check_thread(slot_object(slot));
	} else if (slot->type == ABI_TYPE_ENDPOINT) {
		check_queue(slot_object(slot));
	} else if (slot->type == ABI_TYPE_REPLY) {
		const struct reply *reply = slot_object(slot);
		assert_true(!reply->caller || reply->caller->reply == reply);
	}
}

/* An entry has a token exactly if it is filled. */
static void check_tokens(struct capnode *table)
{
	const uint64_t *token = (const uint64_t *)(void *)capnode_slot(
		table, 1u << table->bits);

	for (uint32_t i = 0; i < table->count; i++, token += 4) {
		bool is_zero = !(token[0] | token[1] | token[2] | token[3]);
		const struct slot *entry = capnode_slot(table, i);
		assert_int_equal(is_zero, entry->type == ABI_TYPE_NULL);
		assert_true(is_zero || entry->flags & SLOT_EXPORTED);
	}
}

/* Every node that core can reach in one step holds all slots of the tests. */
static void check_node(struct capnode *node)
{
	uint32_t filled = 0;

	for (uint32_t i = 1; i < node->count; i++) {
		const struct slot *slot = capnode_slot(node, i);
		check_slot(slot);
		check_frame(slot);
		check_object(slot);
		filled += slot->type != ABI_TYPE_NULL;
	}
	assert_int_equal(filled, node->filled);
}

void world_check(void)
{
	struct capnode *node = world_node();

	check_node(node);
	for (uint32_t i = 1; i < next_slot; i++) {
		const struct slot *slot = capnode_slot(node, i);
		if (!(slot->flags & SLOT_ORIGINAL)) {
			continue;
		}
		if (slot->type == ABI_TYPE_CAPNODE &&
		    slot_object(slot) != node) {
			check_node(slot_object(slot));
		} else if (slot->type == ABI_TYPE_EXPORT_TABLE) {
			check_node(slot_object(slot));
			check_tokens(slot_object(slot));
		}
	}
	check_scheduler();
	fake_tlb_check();
}
