/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for the lock, and asking other CPUs while holding it.
 *
 * Why nobody waits for ever: only the holder of the lock asks, and a CPU that
 * is asked is in one of three places. It waits in lock_wait(), where it looks
 * for requests; or it runs user code or idles with interrupts enabled, so that
 * the interrupt brings it there; or it is on a short way from one to the other,
 * in entry or exit code or in a nano call, which waits for no CPU that is in
 * the kernel. It cannot be inside the lock, because the asker is.
 */

#include "kernel/lock.h"

#include "kernel/run.h"

bool lock_wait(uint32_t ticket, enum cpu_entry entry)
{
	struct cpu *cpu = arch_cpu();
	const struct thread *thread = cpu->current;

	while (__atomic_load_n(&state.lock.serving, __ATOMIC_ACQUIRE) !=
	       ticket) {
		cpu_serve(cpu, entry);
		arch_relax();
	}
	if (cpu->current != thread) {
		return false;
	}
	CHECK(entry == CPU_ENTRY_INTERRUPT ||
	      thread->state == ABI_THREAD_READY);
	return true;
}

/* Not inline: so kernel_leave() keeps nothing over a call. */
static __attribute__((noinline, no_thread_safety_analysis)) struct thread *
leave_to_chosen(struct cpu *cpu)
{
	CHECK(!cpu->next);
	struct thread *next = sched_choose(cpu);
	arch_count_up(&state.lock.serving);
	return next;
}

/* There is nothing to choose where the CPU was handed over, which is the last
 * that a thread does, and it has made nobody else ready before. */
struct thread *kernel_leave(struct cpu *cpu)
	__attribute__((no_thread_safety_analysis))
{
	struct thread *next = cpu->next;

	if (__builtin_expect(!next || cpu->current->pending, 0)) {
		return leave_to_chosen(cpu);
	}
	sched_run(cpu, next);
	arch_count_up(&state.lock.serving);
	return next;
}

void cpu_serve(struct cpu *cpu, enum cpu_entry entry)
{
	switch (__atomic_load_n(&cpu->request, __ATOMIC_ACQUIRE)) {
	case CPU_REQUEST_NONE:
		return;
	case CPU_REQUEST_STOP:
		cpu->stopped_in = entry;
		sched_park(cpu);
		break;
	default:
		arch_tlb_forget();
	}
	__atomic_store_n(&cpu->request, CPU_REQUEST_NONE, __ATOMIC_RELEASE);
}

/* Between the two loops all of `cpus` work at the same time. */
static void ask(uint64_t cpus, enum cpu_request request)
{
	CHECK(!(cpus & cpu_bit(arch_cpu())));
	for (uint64_t left = cpus; left; left &= left - 1) {
		struct cpu *cpu = &state.cpus[__builtin_ctzll(left)];
		CHECK(cpu->request == CPU_REQUEST_NONE);
		__atomic_store_n(&cpu->request, request, __ATOMIC_RELEASE);
	}
	arch_ipi(cpus);
	for (uint64_t left = cpus; left; left &= left - 1) {
		struct cpu *cpu = &state.cpus[__builtin_ctzll(left)];
		while (__atomic_load_n(&cpu->request, __ATOMIC_ACQUIRE) !=
		       CPU_REQUEST_NONE) {
			arch_relax();
		}
	}
}

enum cpu_entry cpu_stop(struct cpu *cpu)
{
	ask(cpu_bit(cpu), CPU_REQUEST_STOP);
	return (enum cpu_entry)cpu->stopped_in;
}

/* A CPU that idles has the tables of no address space. */
void cpu_flush_others(const struct vspace *vspace)
{
	uint64_t others = state.online & ~cpu_bit(arch_cpu()), asked = 0;

	for (; others; others &= others - 1) {
		struct cpu *cpu = &state.cpus[__builtin_ctzll(others)];
		if (cpu->vspace == vspace) {
			asked |= cpu_bit(cpu);
		}
	}
	if (asked) {
		ask(asked, CPU_REQUEST_FLUSH);
	}
}
