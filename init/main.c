/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first capsule. It reads the compiled manifest, has core make what stands
 * in it, and watches over it to the end. All its power is the supervisor route.
 */

#include <stdio.h>

#include <tess/ipc.h>
#include <tess/start.h>

#include "init/system.h"

static struct system system_state;

static bool open_manifest(struct system *system)
{
	const struct start_info *start = tess_start_info();
	enum manifest_error error =
		manifest_check((const void *)start->data_start,
			       start->data_size, &system->manifest);

	if (error != MANIFEST_OK) {
		printf("the manifest %s\n", manifest_error_text(error));
	}
	return error == MANIFEST_OK;
}

int main(void)
{
	struct system *system = &system_state;
	struct supervisor_counts counts;

	if (!supervisor_open()) {
		return 1;
	}
	if (!open_manifest(system)) {
		fflush(stdout);
		supervisor_power_off(1);
	}
	system_build(system);
	if (supervisor_count(&counts) == ST_OK) {
		fflush(stdout);
		supervisor_operational(counts.capsules, counts.capabilities);
	}
	system_start(system);
	system_watch(system);
	fflush(stdout);
	supervisor_power_off(system->failed ? 1 : 0);
}
