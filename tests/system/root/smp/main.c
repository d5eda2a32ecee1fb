/* SPDX-License-Identifier: Apache-2.0 */
/* The list of tests. */

#include "tests/system/root/smp/smp.h"

#include "common/types.h"

uint64_t cpus;

void root_main(void)
{
	static void (*const tests[])(void) = {
		test_suspend,
		test_running_is_left_alone,
		test_suspend_calls,
		test_registers,
		test_unmap,
		test_unmap_written,
		test_waiting_for_each_other,
		test_order,
		test_wake,
		test_ping_pong,
		test_one_server,
		test_refusals,
	};

	cpus = root_info->cpu_count;
	say("# %lu CPUs\n", (unsigned long)cpus);
	cpus = cpus < CPUS_MAX ? cpus : CPUS_MAX;
	say("1..%u\n", (unsigned int)ARRAY_SIZE(tests));
	for (uint32_t i = 0; i < ARRAY_SIZE(tests); i++) {
		tests[i]();
	}
	leave_all_busy();
}
