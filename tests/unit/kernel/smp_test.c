/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several CPUs: starting them, the order in which they get the lock, where
 * threads run, taking a thread off another CPU, and forgetting translations.
 * Shows A67 E40.
 */

#include "cpus.h"

#include "kernel/lock.h"

#include <string.h>

#define PAGE 0x10000000000ull

static int setup4(void **unused)
{
	(void)unused;
	cpus_boot(4);
	return 0;
}

static int setup2(void **unused)
{
	(void)unused;
	cpus_boot(2);
	return 0;
}

/* Makes threads until one runs on the CPU. */
static struct thread *run_on(uint32_t cpu, uint64_t *node, uint64_t *slot)
{
	uint64_t thread_slot;

	for (unsigned int i = 0; i < 8; i++) {
		struct thread *thread = world_thread(node, &thread_slot);
		cpus_settle();
		if (cpus_current(cpu) == thread) {
			*(slot ? slot : &thread_slot) = thread_slot;
			return thread;
		}
		assert_int_equal(world_call(thread_slot, ABI_THREAD_suspend),
				 ST_OK);
	}
	fail();
	return NULL;
}

/* --- start ---------------------------------------------------------------- */

static void test_start(void **unused)
{
	(void)unused;
	assert_int_equal(state.online, 0xf);
	assert_int_equal(state.idle, 0xe);
	assert_non_null(strstr(fake.console, "kernel: 4 CPUs, fake\n"));
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(state.cpus[i].hardware_id, 0x100 + i);
		assert_int_equal(state.cpus[i].is_armed, i == 0);
		assert_int_equal(fake.cpus[i].timer != 0, i == 0);
	}
}

static void let_time_pass(void)
{
	fake.now += arch_counter_hz();
}

/* nano may want to be asked more than once. */
static void test_a_cpu_that_comes_late(void **unused)
{
	(void)unused;
	world_reset();
	fake.slow = 3;
	fake.relax = let_time_pass;
	world_start(2);
	assert_int_equal(state.online, 3);
}

/* The kernel goes without a CPU that does not come. */
static void test_a_cpu_that_does_not_come(void **unused)
{
	(void)unused;
	world_reset();
	fake.deaf = 1u << 2;
	fake.relax = let_time_pass;
	world_start(4);
	assert_int_equal(state.online, 0xb);
	assert_non_null(strstr(fake.console, "CPU 2 did not start"));
	assert_non_null(strstr(fake.console, "kernel: 3 CPUs, fake\n"));
	for (unsigned int i = 0; i < 8; i++) {
		assert_true(state.online & cpu_bit(sched_home()));
	}
}

static void test_as_many_as_there_can_be(void **unused)
{
	(void)unused;
	world_reset();
	world_start(KERNEL_CPUS_MAX);
	assert_int_equal(state.online, UINT64_MAX);
	assert_int_equal(state.idle, UINT64_MAX - 1);
}

/* --- the lock ------------------------------------------------------------- */

/* Served in the order of arrival, whoever looks first. */
static void test_tickets(void **unused)
{
	(void)unused;
	const uint32_t arrival[] = { 2, 3, 1 };
	uint64_t spurious = state.system_calls;

	for (uint32_t i = 1; i < 4; i++) {
		run_on(i, NULL, NULL);
	}
	spurious = state.system_calls;
	kernel_enter(CPU_ENTRY_INTERRUPT);
	for (unsigned int i = 0; i < 3; i++) {
		cpus_syscall(arrival[i], ABI_VERB_YIELD, 0, 0, 0);
		assert_true(cpus_is_inside(arrival[i]));
	}
	kernel_leave(arch_cpu());
	for (unsigned int i = 0; i < 3; i++) {
		for (unsigned int later = 2; later > i; later--) {
			cpus_step(arrival[later]);
			assert_true(cpus_is_inside(arrival[later]));
		}
		assert_int_equal(state.system_calls, spurious + i);
		cpus_step(arrival[i]);
		assert_false(cpus_is_inside(arrival[i]));
	}
	cpus_settle();
	assert_int_equal(state.lock.next, state.lock.serving);
}

static void test_tickets_wrap(void **unused)
{
	(void)unused;
	run_on(1, NULL, NULL);
	state.lock.next = state.lock.serving = UINT32_MAX;
	kernel_enter(CPU_ENTRY_INTERRUPT);
	cpus_syscall(1, ABI_VERB_YIELD, 0, 0, 0);
	cpus_step(1);
	assert_true(cpus_is_inside(1));
	kernel_leave(arch_cpu());
	cpus_step(1);
	assert_false(cpus_is_inside(1));
	assert_int_equal(state.lock.serving, 1);
}

/* --- where threads run ------------------------------------------------------ */

/* Each new thread wakes a CPU that idles and runs there; its timer is armed
 * then, and not again once the CPU idles. */
static void test_threads_spread(void **unused)
{
	(void)unused;
	struct thread *threads[3];
	uint64_t slots[3];

	for (unsigned int i = 0; i < 3; i++) {
		threads[i] = world_thread(NULL, &slots[i]);
	}
	cpus_settle();
	assert_int_equal(state.idle, 0);
	for (unsigned int i = 0; i < 3; i++) {
		assert_ptr_equal(threads[i]->cpu->current, threads[i]);
		assert_true(threads[i]->cpu->is_armed);
	}
	assert_int_equal(world_call(slots[1], ABI_THREAD_suspend), ST_OK);
	cpus_settle();
	uint32_t cpu = threads[1]->cpu->index;
	fake.cpus[cpu].timer = 0;
	cpus_timer(cpu);
	assert_int_equal(fake.cpus[cpu].timer, 0);
	assert_int_equal(state.idle, 1u << cpu);
	cpus_settle();
}

/* A CPU with nothing of its own takes what waits on another one. */
static void test_idle_cpus_steal(void **unused)
{
	(void)unused;
	struct thread *threads[8];
	uint64_t slots[8];

	for (unsigned int i = 0; i < 8; i++) {
		threads[i] = world_thread(NULL, &slots[i]);
	}
	cpus_settle();
	struct thread *last = threads[6];
	struct cpu *home = last->cpu;
	assert_int_not_equal(home->index, 0);
	assert_ptr_not_equal(home->current, last);
	for (unsigned int i = 0; i < 8; i++) {
		if (threads[i] != last && threads[i] != home->current) {
			assert_int_equal(
				world_call(slots[i], ABI_THREAD_suspend),
				ST_OK);
			cpus_settle();
		}
	}
	assert_ptr_not_equal(last->cpu, home);
	assert_ptr_equal(last->cpu->current, last);
	assert_int_equal(__builtin_popcountll(state.idle), 1);
}

/* One that is not asked, but comes by first, takes it as well. */
static void test_who_comes_first(void **unused)
{
	(void)unused;
	struct thread *thread = world_thread(NULL, NULL);
	uint32_t home = thread->cpu->index, other = home == 1 ? 2 : 1;

	assert_true(fake.cpus[home].is_interrupted);
	assert_false(fake.cpus[other].is_interrupted);
	cpus_timer(other);
	assert_ptr_equal(cpus_current(other), thread);
	cpus_settle();
	assert_ptr_equal(cpus_current(other), thread);
	assert_int_equal(state.idle, 0xe & ~(1u << other));
}

/* Three threads on two CPUs get the same share, ticks being equal. */
static void test_ticks_share_evenly(void **unused)
{
	(void)unused;
	unsigned int turns[2] = { 0 }, core = 0;
	struct thread *threads[2];

	for (unsigned int i = 0; i < 2; i++) {
		threads[i] = world_thread(NULL, NULL);
	}
	cpus_settle();
	for (unsigned int tick = 0; tick < 300; tick++) {
		kernel_timer(world_current());
		cpus_settle();
		cpus_timer(1);
		cpus_settle();
		for (uint32_t cpu = 0; cpu < 2; cpu++) {
			core += cpus_current(cpu) == world_core();
			turns[0] += cpus_current(cpu) == threads[0];
			turns[1] += cpus_current(cpu) == threads[1];
		}
	}
	assert_int_equal(core + turns[0] + turns[1], 600);
	assert_in_range(core, 199, 201);
	assert_in_range(turns[0], 199, 201);
}

/* The receiver of a call runs where the caller did, wherever it was before,
 * and nobody is woken for it; nor for the caller that is answered. */
static void test_direct_switch(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0), node, slot;
	struct thread *server = run_on(1, &node, &slot);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	assert_int_equal(world_call(node, ABI_CAPNODE_move, 4, reply), ST_OK);
	cpus_syscall(1, ABI_VERB_RECV, 3, 0, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	cpus_settle();
	assert_int_equal(server->state, ABI_THREAD_RECEIVING);
	assert_int_equal(state.idle, 2);
	uint64_t interrupts = fake.cpus[1].interrupts;
	struct thread *client = world_current();
	world_verb(ABI_VERB_CALL, endpoint, 1, 0);
	assert_ptr_equal(world_current(), server);
	assert_ptr_equal(server->cpu, &state.cpus[0]);
	world_verb(ABI_VERB_REPLY_RECV, 3, 7, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	assert_ptr_equal(world_current(), client);
	assert_int_equal(client->context.message.label, 7);
	assert_int_equal(fake.cpus[1].interrupts, interrupts);
}

/* A message that is only sent: the receiver is woken at its own home. */
static void test_send_wakes_the_home(void **unused)
{
	(void)unused;
	uint64_t endpoint = world_make(ABI_TYPE_ENDPOINT, 0);
	uint64_t reply = world_make(ABI_TYPE_REPLY, 0), node;
	struct thread *server = run_on(2, &node, NULL);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, endpoint),
			 ST_OK);
	assert_int_equal(world_call(node, ABI_CAPNODE_move, 4, reply), ST_OK);
	cpus_syscall(2, ABI_VERB_RECV, 3, 0, 4ull << ABI_MESSAGE_REPLY_SHIFT);
	cpus_settle();
	assert_int_equal(world_verb(ABI_VERB_SEND, endpoint, 1, 0), ST_OK);
	assert_true(fake.cpus[2].is_interrupted);
	assert_int_equal(state.idle, 0xa);
	cpus_settle();
	assert_ptr_equal(cpus_current(2), server);
}

/* --- taking a thread off another CPU --------------------------------------- */

static void test_suspend_in_user_code(void **unused)
{
	(void)unused;
	uint64_t slot;
	struct thread *thread = run_on(1, NULL, &slot);

	thread->context.message.verb = 77;
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_int_equal(thread->state, ABI_THREAD_SUSPENDED);
	assert_int_equal(thread->context.message.verb, 77);
	assert_ptr_equal(fake.cpus[1].running, state.cpus[1].idle);
	cpus_settle();
	assert_int_equal(state.idle, 2);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	cpus_settle();
	assert_ptr_equal(cpus_current(1), thread);
}

/* The call of a thread that is suspended while its CPU waits for the lock is
 * not made; it ends with AGAIN, and what the suspender makes of the registers
 * stays. */
static void test_suspend_in_a_call(void **unused)
{
	(void)unused;
	uint64_t slot;
	struct thread *thread = run_on(1, NULL, &slot);
	uint64_t calls = state.system_calls, refusals = state.refusals;

	cpus_plan_syscall(1, ABI_VERB_CALL, 9, 0, 0);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_true(cpus_is_inside(1));
	assert_int_equal(thread->context.message.verb, ST_AGAIN);
	assert_int_equal(state.system_calls, calls + 1);
	assert_int_equal(world_call(slot, ABI_THREAD_set_registers, 0x200000,
				    0x300000, 1, 2),
			 ST_OK);
	assert_false(cpus_is_inside(1));
	cpus_settle();
	assert_int_equal(thread->context.pc, 0x200000);
	assert_int_equal(thread->context.message.verb, ST_AGAIN);
	assert_int_equal(state.system_calls, calls + 2);
	assert_int_equal(state.refusals, refusals);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	cpus_settle();
	assert_ptr_equal(cpus_current(1), thread);
	assert_int_equal(thread->context.message.verb, ST_AGAIN);
}

/* The same when a third CPU resumes the thread before the one it was on gets
 * the lock: that one no longer has anything to do with it. */
static void test_suspend_in_a_call_and_resume(void **unused)
{
	(void)unused;
	uint64_t slot, node;
	struct thread *helper = run_on(1, &node, NULL);
	struct thread *thread = run_on(2, NULL, &slot);

	assert_int_equal(world_call(node, ABI_CAPNODE_copy, 3, slot), ST_OK);
	uint64_t calls = state.system_calls;
	cpus_plan_syscall(1, ABI_VERB_CALL, 3, ABI_THREAD_resume, 0);
	cpus_plan_syscall(2, ABI_VERB_CALL, 9, 0, 0);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	assert_true(cpus_is_inside(1) && cpus_is_inside(2));
	cpus_step(1);
	assert_false(cpus_is_inside(1));
	assert_int_equal(helper->context.message.verb, ST_OK);
	assert_int_equal(thread->state, ABI_THREAD_READY);
	cpus_step(2);
	assert_false(cpus_is_inside(2));
	cpus_settle();
	assert_int_equal(state.system_calls, calls + 2);
	assert_int_equal(thread->context.message.verb, ST_AGAIN);
	assert_ptr_equal(thread->cpu->current, thread);
}

/* A fault that nobody was told of happens again. */
static void test_suspend_in_a_fault(void **unused)
{
	(void)unused;
	const struct fault fault = { .kind = ABI_FAULT_MEMORY, .pc = 1 };
	uint64_t slot;
	struct thread *thread = run_on(1, NULL, &slot);

	thread->context.message.verb = 77;
	cpus_plan_fault(1, &fault);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	cpus_settle();
	assert_int_equal(thread->context.message.verb, 77);
	assert_int_equal(thread->faults, 0);
	assert_int_equal(thread->state, ABI_THREAD_SUSPENDED);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	cpus_settle();
	cpus_fault(1, &fault);
	cpus_settle();
	assert_int_equal(thread->faults, 1);
}

/* One that waits on another CPU is not running, so nobody is asked. */
static void test_suspend_in_a_queue(void **unused)
{
	(void)unused;
	struct thread *threads[4];
	uint64_t slots[4];

	for (unsigned int i = 0; i < 4; i++) {
		threads[i] = world_thread(NULL, &slots[i]);
		cpus_settle();
	}
	uint64_t interrupts = fake.cpus[1].interrupts;
	for (unsigned int i = 0; i < 4; i++) {
		if (threads[i]->cpu->index == 1 &&
		    threads[i]->cpu->current != threads[i]) {
			assert_int_equal(
				world_call(slots[i], ABI_THREAD_suspend),
				ST_OK);
			assert_int_equal(fake.cpus[1].interrupts, interrupts);
			interrupts = 0;
		}
	}
	assert_int_equal(interrupts, 0);
	cpus_settle();
}

/* Two CPUs suspend each other's threads: one of them is first. */
static void test_suspend_each_other(void **unused)
{
	(void)unused;
	uint64_t node;
	struct thread *thread = run_on(1, &node, NULL);
	struct thread *core = world_core();
	uint64_t slot = world_slot();

	/* the slot of the thread's own capability in core's node */
	for (slot = CORE_SLOT_FREE;
	     slot_object(cap_find(world_node(), slot)) != (void *)thread;) {
		slot++;
	}
	assert_int_equal(
		world_call(node, ABI_CAPNODE_copy, 3, CORE_SLOT_THREAD), ST_OK);
	cpus_plan_syscall(1, ABI_VERB_CALL, 3, ABI_THREAD_suspend, 0);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	cpus_settle();
	assert_int_equal(thread->state, ABI_THREAD_SUSPENDED);
	assert_int_equal(core->state, ABI_THREAD_READY);
}

/* The first CPU can be asked like any other. */
static void test_suspend_the_first(void **unused)
{
	(void)unused;
	uint64_t node;
	struct thread *thread = run_on(1, &node, NULL);
	struct thread *core = world_core();

	assert_int_equal(
		world_call(node, ABI_CAPNODE_copy, 3, CORE_SLOT_THREAD), ST_OK);
	cpus_syscall(1, ABI_VERB_CALL, 3, ABI_THREAD_suspend, 0);
	assert_true(cpus_is_inside(1));
	assert_true(fake.cpus[0].is_interrupted);
	fake.cpus[0].is_interrupted = false;
	assert_ptr_equal(kernel_ipi(core), state.cpus[0].idle);
	cpus_settle();
	assert_int_equal(core->state, ABI_THREAD_SUSPENDED);
	assert_int_equal(thread->context.message.verb, ST_OK);
	assert_int_equal(state.idle, 1);
	cpus_syscall(1, ABI_VERB_CALL, 3, ABI_THREAD_resume, 0);
	fake.cpus[0].is_interrupted = false;
	assert_ptr_equal(kernel_ipi(state.cpus[0].idle), core);
	cpus_settle();
}

/* --- translations ---------------------------------------------------------- */

static uint64_t frame;

/* A thread in core's address space on CPU 1, and a page mapped there. */
static struct thread *setup_flush(uint64_t *slot)
{
	uint64_t node = world_make(ABI_TYPE_CAPNODE, 4);
	uint64_t buffer = world_make(ABI_TYPE_FRAME, 0);

	frame = world_make(ABI_TYPE_FRAME, 0);
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t table = world_make(ABI_TYPE_PAGE_TABLE, 0);
		assert_int_equal(world_call(table, ABI_PAGE_TABLE_map,
					    CORE_SLOT_VSPACE, PAGE),
				 ST_OK);
	}
	*slot = world_make(ABI_TYPE_THREAD, 0);
	struct thread *thread = slot_object(cap_find(world_node(), *slot));
	assert_int_equal(world_call(*slot, ABI_THREAD_configure, node,
				    CORE_SLOT_VSPACE, buffer, 0),
			 ST_OK);
	thread->cpu = &state.cpus[1];
	assert_int_equal(world_call(*slot, ABI_THREAD_resume), ST_OK);
	cpus_settle();
	assert_ptr_equal(cpus_current(1), thread);
	assert_int_equal(
		world_call(frame, ABI_FRAME_map, CORE_SLOT_VSPACE, PAGE, 3),
		ST_OK);
	return thread;
}

static void test_flush_in_user_code(void **unused)
{
	(void)unused;
	uint64_t slot;

	setup_flush(&slot);
	uint64_t interrupts = fake.cpus[1].interrupts;
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.cpus[1].forgets, 1);
	assert_int_equal(fake.cpus[1].interrupts, interrupts + 1);
	assert_int_equal(fake.cpus[2].interrupts, 0);
	cpus_settle();
	assert_int_equal(fake.cpus[1].forgets, 1);
}

/* A CPU that waits for the lock answers there, and its call is made. */
static void test_flush_in_the_kernel(void **unused)
{
	(void)unused;
	uint64_t slot;
	struct thread *thread = setup_flush(&slot);

	cpus_plan_syscall(1, ABI_VERB_CALL, 9, 0, 0);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.cpus[1].forgets, 1);
	assert_true(cpus_is_inside(1));
	cpus_settle();
	assert_int_equal(thread->context.message.verb, ST_NO_CAPABILITY);
}

/* A CPU that idles is left alone: it has no tables of anyone's. */
static void test_flush_while_idle(void **unused)
{
	(void)unused;
	uint64_t slot;
	struct thread *thread = setup_flush(&slot);

	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	cpus_settle();
	uint64_t interrupts = fake.cpus[1].interrupts;
	assert_null(state.cpus[1].vspace);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.cpus[1].interrupts, interrupts);
	assert_int_equal(fake.cpus[1].forgets, 0);
	assert_int_equal(world_call(slot, ABI_THREAD_resume), ST_OK);
	cpus_settle();
	assert_ptr_equal(state.cpus[1].vspace, thread->vspace);
}

/* One that runs another address space has nothing to forget. */
static void test_flush_of_others(void **unused)
{
	(void)unused;
	uint64_t slot;

	setup_flush(&slot);
	run_on(2, NULL, NULL);
	uint64_t interrupts = fake.cpus[2].interrupts;
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.cpus[2].interrupts, interrupts);
	assert_int_equal(fake.cpus[1].forgets, 1);
	cpus_settle();
}

/* Two CPUs unmap at the same time, each in the other's way. */
static void test_flush_each_other(void **unused)
{
	(void)unused;
	uint64_t slot, other = 0;
	struct thread *thread = setup_flush(&slot);

	other = world_make(ABI_TYPE_FRAME, 0);
	assert_int_equal(world_call(other, ABI_FRAME_map, CORE_SLOT_VSPACE,
				    PAGE + 0x1000, 3),
			 ST_OK);
	struct slot *copy = capnode_slot(thread->capnode, 3);
	*copy = *cap_find(world_node(), other);
	thread->capnode->filled++;
	capnode_slot(world_node(), (uint32_t)other)->where = 0;
	cpus_plan_syscall(1, ABI_VERB_CALL, 3, ABI_FRAME_unmap, 0);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_true(cpus_is_inside(1));
	cpus_step(1);
	assert_true(cpus_is_inside(1)); /* asks the first CPU now */
	assert_true(fake.cpus[0].is_interrupted);
	fake.cpus[0].is_interrupted = false;
	assert_ptr_equal(kernel_ipi(world_current()), world_core());
	assert_int_equal(fake.cpus[0].forgets, 1);
	assert_false(cpus_is_inside(1));
	memset(copy, 0, sizeof(*copy));
	thread->capnode->filled--;
	cpus_settle();
}

/* --- the whole ------------------------------------------------------------- */

/* Switches of all CPUs are summed. */
static void test_info(void **unused)
{
	(void)unused;
	uint64_t sum = 0;

	run_on(3, NULL, NULL);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(state.cpus[i].sched.switches,
				 fake.cpus[i].switches);
		sum += fake.cpus[i].switches;
	}
	assert_int_equal(
		world_call(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_info),
		ST_OK);
	assert_int_equal(world_word(3), sum);
}

#define T(test, setup) cmocka_unit_test_setup_teardown(test, setup, cpus_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_start, setup4),
		T(test_a_cpu_that_comes_late, NULL),
		T(test_a_cpu_that_does_not_come, NULL),
		T(test_as_many_as_there_can_be, NULL),
		T(test_tickets, setup4),
		T(test_tickets_wrap, setup2),
		T(test_threads_spread, setup4),
		T(test_idle_cpus_steal, setup4),
		T(test_who_comes_first, setup4),
		T(test_ticks_share_evenly, setup2),
		T(test_direct_switch, setup2),
		T(test_send_wakes_the_home, setup4),
		T(test_suspend_in_user_code, setup2),
		T(test_suspend_in_a_call, setup2),
		T(test_suspend_in_a_call_and_resume, setup4),
		T(test_suspend_in_a_fault, setup2),
		T(test_suspend_in_a_queue, setup2),
		T(test_suspend_each_other, setup2),
		T(test_suspend_the_first, setup2),
		T(test_flush_in_user_code, setup4),
		T(test_flush_in_the_kernel, setup2),
		T(test_flush_while_idle, setup2),
		T(test_flush_of_others, setup4),
		T(test_flush_each_other, setup2),
		T(test_info, setup4),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
