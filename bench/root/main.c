/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root task of `make bench`. Each row is one operation, done ROUNDS times
 * between two markers; what an operation answers is checked each time, and the
 * run is void if it is not what was expected. docs/bench.md says how to add one.
 */

#include <stddef.h>

#include <tess/internal.h>

#include "abi/layout.h"
#include "bench/say.h"
#include "root.h"

_Noreturn void tess_start(const void *argument);

_Noreturn void tess_start(const void *argument)
{
	static struct world world;
	const struct core_info *info = argument;

	if (info->magic != CORE_INFO_MAGIC ||
	    info->version != CORE_INFO_VERSION) {
		__builtin_trap();
	}
	tess_set_buffer(CORE_BUFFER);
	world_make(&world, info);
	measure_calibration(&world);
	measure_calls(&world);
	measure_objects(&world);
	measure_messages(&world);
	measure_threads(&world);
	say("done", NULL, NULL);
	invoke(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_power_off, 1,
	       (uint64_t[]){ 0 });
	__builtin_trap();
}
