/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the kernel begins: nano's hand-over is checked, this CPU made ready,
 * core made, and core is run. From then on the kernel only reacts.
 */

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/boot.h"
#include "kernel/console.h"
#include "kernel/entry.h"
#include "kernel/sched.h"
#include "kernel/state.h"

/* nano checked the content; this is whether both mean the same structure. */
static void check_hand_over(const struct boot_info *boot)
{
	CHECK(boot->magic == BOOT_INFO_MAGIC);
	CHECK(boot->version == BOOT_INFO_VERSION);
	CHECK(boot->size == sizeof(*boot));
	CHECK(boot->range_count <= BOOT_RANGES_MAX);
	CHECK(boot->image_count <= BOOT_IMAGES_MAX);
}

static void start_cpu(struct cpu *cpu, const struct boot_info *boot)
{
	struct thread *idle = &state.idle[cpu->index];

	cpu->idle = idle;
	cpu->current = idle;
	arch_cpu_init(cpu, boot);
	idle->flags = THREAD_IDLE;
	idle->state = ABI_THREAD_READY;
	arch_context_init_idle(&idle->context, cpu);
	sched_init(cpu, arch_counter_hz());
}

_Noreturn void kernel_main(struct boot_info *boot)
{
	struct cpu *cpu = &state.cpus[0];

	check_hand_over(boot);
	start_cpu(cpu, boot);
	console_line("1 CPU, %s", arch_features());
	sched_add(boot_make_core(boot));
	arch_timer_arm(cpu->sched.quantum);
	arch_start(sched_next(cpu));
}

struct thread *kernel_timer(struct thread *thread)
{
	struct cpu *cpu = arch_cpu();

	CHECK(thread == cpu->current);
	state.ticks++;
	arch_timer_arm(cpu->sched.quantum);
	sched_tick(cpu);
	return sched_next(cpu);
}

struct thread *kernel_spurious(struct thread *thread, uint32_t irq)
{
	(void)irq;
	state.spurious++;
	return thread;
}
