/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the kernel begins: nano's hand-over is checked, this CPU made ready,
 * the others started, core made, and core is run. From then on the kernel only
 * reacts.
 */

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/boot.h"
#include "kernel/console.h"
#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/token.h"

/* nano checked the content; this is whether both mean the same structure. */
static void check_hand_over(const struct boot_info *boot)
{
	CHECK(boot->magic == BOOT_INFO_MAGIC);
	CHECK(boot->version == BOOT_INFO_VERSION);
	CHECK(boot->size == sizeof(*boot));
	CHECK(boot->range_count <= BOOT_RANGES_MAX);
	CHECK(boot->image_count <= BOOT_IMAGES_MAX);
	CHECK(boot->cpu_count >= 1 && boot->cpu_count <= BOOT_CPUS_MAX);
}

_Noreturn void kernel_main(struct boot_info *boot)
{
	struct cpu *cpu = &state.cpus[0];

	check_hand_over(boot);
	state.boot = boot;
	cpu_init(cpu, boot);
	state.online = cpu_bit(cpu);
	cpu_start_others(boot);

	kernel_enter(CPU_ENTRY_INTERRUPT);
	uint32_t count = (uint32_t)__builtin_popcountll(state.online);
	token_init(boot);
	console_line("%u CPU%s, %s%s", count, count == 1 ? "" : "s",
		     arch_features(),
		     state.has_tokens ? "" : ", no entropy: no tokens");
	sched_add(boot_make_core(boot));
	arch_start(kernel_leave_armed(cpu));
}
