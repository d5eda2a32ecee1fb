/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the root task starts: with all untyped memory and the boot archive. It
 * sets up its allocators, checks the archive once more, makes init, and serves.
 */

#include <string.h>

#include <tess/internal.h>
#include <tess/ipc.h>
#include <tess/start.h>

#include "abi/layout.h"
#include "abi/objects.h"
#include "common/assert.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/object.h"
#include "core/server.h"
#include "core/space.h"

#define MIB (1024 * 1024)

/* What init gets; its work is small and known. */
#define INIT_MEMORY    (4 * MIB)
#define INIT_VIRTUAL   (16 * MIB)
#define INIT_CAP_SLOTS 16

#define FAIL_STATUS 255

static struct archive_view archive;

_Noreturn void core_fail(const char *why)
{
	log_line("core: %s", why);
	object_power_off(FAIL_STATUS);
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	log_line("core: broken invariant: %s (%s:%d)", what, file, line);
	object_power_off(FAIL_STATUS);
}

static void open_archive(const struct core_info *info)
{
	enum archive_error error = archive_check((const void *)info->archive,
						 info->archive_size, &archive);

	if (error != ARCHIVE_OK) {
		log_line("core: the boot archive %s",
			 archive_error_text(error));
		core_fail("nothing to start");
	}
}

/* All that init needs beside what every capsule has: the manifest, and the
 * supervisor's service. */
static void make_init(void)
{
	const struct archive_entry *image = archive_find(&archive, "init");
	const struct archive_entry *manifest =
		archive_find(&archive, "manifest");
	struct capsule *init;
	char route[START_NAME_MAX] = "supervisor";

	if (!image || !manifest) {
		core_fail("the boot archive has no init or no manifest");
	}
	status_t status = capsule_create(
		&(struct capsule_plan){
			.name = "init",
			.image = archive_bytes(&archive, image),
			.image_size = image->size,
			.image_name = "init",
			.memory_bytes = INIT_MEMORY,
			.virtual_bytes = INIT_VIRTUAL,
			.cap_slots = INIT_CAP_SLOTS,
			.data = archive_bytes(&archive, manifest),
			.data_size = manifest->size,
		},
		&init);
	if (status == ST_OK) {
		CHECK(capsule_number(init) == CAPSULE_INIT);
		status = capsule_route_core(init, BADGE_SUPERVISOR,
					    SUPERVISOR_METHODS_ALL, route);
	}
	if (status == ST_OK) {
		status = capsule_start(init);
	}
	if (status != ST_OK) {
		log_line("core: init cannot be made: %s",
			 tess_status_text(status));
		core_fail("nothing to start");
	}
}

_Noreturn void tess_start(const void *argument)
{
	const struct core_info *info = argument;

	if (info->magic != CORE_INFO_MAGIC ||
	    info->version != CORE_INFO_VERSION || info->size != sizeof(*info)) {
		__builtin_trap(); /* there is not even a console to say so */
	}
	tess_set_buffer(CORE_BUFFER);
	slot_init(info->slot_count);
	untyped_init(info);
	space_init();
	arch_console_init(info);
	open_archive(info);
	log_line("core: %lu MiB in %u untyped ranges, archive of %u images "
		 "checked",
		 info->memory / MIB, info->untyped_count, archive.count);
	server_init();
	supervisor_init(&archive);
	make_init();
	server_run();
}
