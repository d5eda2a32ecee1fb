/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPUs at start-up. The first one enters through kernel_main() and has nano
 * start the others one after the other; each makes itself ready and runs its
 * idle thread, until there is more to do than the first one can.
 */

#include "kernel/console.h"
#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/nano.h"

#define START_SECONDS_MAX 10

void cpu_init(struct cpu *cpu, const struct boot_info *boot)
{
	struct thread *idle = &state.idle_threads[cpu->index];

	cpu->hardware_id = boot->cpus[cpu->index];
	cpu->idle = idle;
	cpu->current = idle;
	idle->cpu = cpu;
	idle->flags = THREAD_IDLE;
	arch_cpu_init(cpu, boot);
	arch_context_init_idle(&idle->context, cpu);
	arch_vector_init(&idle->vector);
	sched_init(cpu, arch_counter_hz());
}

_Noreturn void kernel_secondary(struct cpu *cpu)
{
	cpu_init(cpu, state.boot);
	kernel_enter(CPU_ENTRY_INTERRUPT);
	__atomic_fetch_or(&state.online, cpu_bit(cpu), __ATOMIC_RELEASE);
	arch_start(kernel_leave(cpu));
}

static bool is_online(const struct cpu *cpu)
{
	return __atomic_load_n(&state.online, __ATOMIC_ACQUIRE) & cpu_bit(cpu);
}

/* nano gives up on a CPU that the machine does not start; this is about one
 * that then does not get as far as its idle thread. */
static void start(struct cpu *cpu)
{
	uint64_t entry = arch_cpu_prepare(cpu), seconds = START_SECONDS_MAX;
	uint64_t limit = arch_counter() + seconds * arch_counter_hz();
	status_t status = nano_cpu_start(cpu->index, entry, (uint64_t)cpu);

	while (status == ST_AGAIN) {
		arch_relax();
		status = nano_cpu_start(cpu->index, entry, (uint64_t)cpu);
	}
	while (status == ST_OK && !is_online(cpu)) {
		arch_relax();
		if (arch_counter() > limit) {
			status = ST_GONE;
		}
	}
	if (status != ST_OK) {
		console_line("CPU %u did not start: status %u", cpu->index,
			     status);
	}
}

void cpu_start_others(const struct boot_info *boot)
{
	for (uint32_t i = 1; i < boot->cpu_count && i < KERNEL_CPUS_MAX; i++) {
		state.cpus[i].index = i;
		start(&state.cpus[i]);
	}
}
