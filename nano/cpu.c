/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of the CPUs but the first, and interrupts between them.
 *
 * Invariant: a CPU's stack and structure are used by that CPU alone from
 * STARTING on. Firmware is asked for a CPU once; it becomes RUNNING only out of
 * STARTING, under the lock, so one that was given up and comes up late finds
 * LOST and stops.
 */

#include "nano/cpu.h"

#include "abi/layout.h"
#include "common/assert.h"
#include "nano/arch.h"
#include "nano/console.h"
#include "nano/pool.h"
#include "nano/world.h"

static struct spinlock cpu_lock;
static struct guest_start first; /* how the first CPU started */
static bool allowed;

static void acquire(void) __attribute__((no_thread_safety_analysis))
{
	arch_lock(&cpu_lock);
}

static void release(void) __attribute__((no_thread_safety_analysis))
{
	arch_unlock(&cpu_lock);
}

uint64_t cpu_pages(const struct boot_info *boot)
{
	return (boot->cpu_count - 1) * arch_cpu_pages();
}

void cpu_init_all(const struct boot_info *boot)
{
	cpu_count = boot->cpu_count;
	for (uint32_t i = 0; i < cpu_count; i++) {
		struct cpu *cpu = arch_cpu_at(i);

		cpu->index = i;
		cpu->hardware_id = boot->cpus[i];
		cpu->world = &world_kernel;
		cpu->state = i == 0 ? CPU_RUNNING : CPU_IDLE;
		cpu->told = i == 0;
		if (i != 0) {
			arch_cpu_memory(cpu, pool_take(arch_cpu_pages()));
		}
	}
}

void cpu_allow(const struct guest_start *start)
{
	acquire();
	first = *start;
	allowed = true;
	release();
}

static enum cpu_state state_of(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE);
}

static void set_state(struct cpu *cpu, enum cpu_state state)
{
	__atomic_store_n(&cpu->state, state, __ATOMIC_RELEASE);
}

/* What a caller of cpu_start() is to be told, and that an idle CPU is from now
 * on starting. Under the lock. */
static status_t ask(struct cpu *cpu, uint64_t entry, uint64_t argument)
{
	bool same = cpu->entry == entry && cpu->argument == argument;

	switch (cpu->state) {
	case CPU_IDLE:
		cpu->entry = entry;
		cpu->argument = argument;
		cpu->attempts = 0;
		cpu_others = true;
		set_state(cpu, CPU_STARTING);
		return ST_AGAIN;
	case CPU_STARTING:
		return same ? ST_AGAIN : ST_BUSY;
	case CPU_RUNNING:
		if (cpu->told || !same) {
			return ST_BUSY;
		}
		cpu->told = true;
		return ST_OK;
	default:
		return ST_GONE;
	}
}

/* Asks firmware, the first two times that somebody waits: a CPU may miss the
 * first signal. */
static status_t kick(struct cpu *cpu)
{
	if (cpu->attempts >= 2) {
		return ST_OK;
	}

	status_t st = arch_cpu_start(cpu, cpu->attempts > 0);
	if (st != ST_OK) {
		set_state(cpu, st == ST_NOT_SUPPORTED ? CPU_IDLE : CPU_LOST);
	}
	return st;
}

static void wait(const struct cpu *cpu)
{
	for (uint32_t i = 0; i < CPU_POLLS && state_of(cpu) == CPU_STARTING;
	     i++) {
		arch_relax();
	}
}

static status_t start(struct cpu *cpu, uint64_t entry, uint64_t argument)
{
	acquire();
	status_t st = allowed ? ask(cpu, entry, argument) : ST_NOT_SUPPORTED;
	if (st == ST_AGAIN) {
		status_t asked = kick(cpu);
		st = asked == ST_OK ? ST_AGAIN : asked;
		cpu->attempts++;
	}
	release();
	if (st != ST_AGAIN) {
		return st;
	}

	wait(cpu);
	acquire();
	st = ask(cpu, entry, argument);
	if (st == ST_AGAIN && cpu->attempts >= CPU_ATTEMPTS) {
		set_state(cpu, CPU_LOST);
		st = ST_GONE;
	}
	release();
	return st;
}

status_t cpu_start(uint64_t index, uint64_t entry, uint64_t argument)
{
	if (index >= cpu_count || entry < KERNEL_BASE || entry >= KERNEL_END) {
		return ST_BAD_ARGUMENT;
	}
	return start(arch_cpu_at((uint32_t)index), entry, argument);
}

bool cpu_come_up(struct cpu *cpu, const char *wrong)
{
	wrong = wrong ? wrong : arch_cpu_missing();
	if (wrong && !cpu->world->operational) {
		console_print("nano: CPU %u cannot be used: %s\n", cpu->index,
			      wrong);
	}
	if (!wrong) {
		struct guest_start start = first;

		start.entry = cpu->entry;
		start.argument = cpu->argument;
		arch_guest_prepare(cpu, &start);
	}

	acquire();
	bool runs = !wrong && allowed && cpu->state == CPU_STARTING;
	set_state(cpu, runs ? CPU_RUNNING : CPU_LOST);
	release();
	return runs;
}

_Noreturn void cpu_enter(struct cpu *cpu, const char *wrong)
{
	if (cpu_come_up(cpu, wrong)) {
		arch_guest_enter(cpu);
	}
	arch_cpu_park();
}

bool cpu_close(void)
{
	uint32_t running = 0;

	acquire();
	allowed = false;
	for (uint32_t i = 0; i < cpu_count; i++) {
		running += arch_cpu_at(i)->state == CPU_RUNNING;
	}
	release();
	return running > 1;
}

status_t cpu_interrupt(uint64_t mask)
{
	for (uint32_t i = 0; i < BOOT_CPUS_MAX; i++) {
		bool runs = i < cpu_count &&
			    state_of(arch_cpu_at(i)) == CPU_RUNNING;

		if ((mask >> i & 1) && !runs) {
			return ST_BAD_ARGUMENT;
		}
	}
	return arch_ipi(mask);
}
