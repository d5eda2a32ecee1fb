/* SPDX-License-Identifier: Apache-2.0 */
/* The calls to core that every capsule may make. */

#include <tess/core.h>

#include <tess/ipc.h>

#include "abi/start.h"

status_t tess_log(const void *text, size_t size)
{
	const char *from = text;

	while (size > 0) {
		size_t part = size < CORE_TEXT_MAX ? size : CORE_TEXT_MAX;
		struct tess_message message = { .words = { part } };

		tess_put_bytes(&message, 1, from, part);
		status_t status =
			tess_invoke(START_SLOT_CORE, CORE_log, &message);
		if (status != ST_OK) {
			return status;
		}
		from += part;
		size -= part;
	}
	return ST_OK;
}

status_t tess_grow(uint64_t bytes, uint64_t *address)
{
	struct tess_message message = { .length = 1, .words = { bytes } };
	status_t status = tess_invoke(START_SLOT_CORE, CORE_grow, &message);

	if (status == ST_OK) {
		*address = message.words[0];
	}
	return status;
}

status_t tess_usage(struct tess_usage *usage)
{
	struct tess_message message = { .length = 0 };
	status_t status = tess_invoke(START_SLOT_CORE, CORE_info, &message);

	if (status == ST_OK) {
		*usage = (struct tess_usage){
			message.words[0],
			message.words[1],
			message.words[2],
			message.words[3],
		};
	}
	return status;
}

_Noreturn void tess_exit(uint32_t status)
{
	struct tess_message message = { .length = 1, .words = { status } };

	tess_invoke(START_SLOT_CORE, CORE_exit, &message);
	__builtin_trap(); /* core never answers an exit that it accepts */
}
