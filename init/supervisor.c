/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to core's supervisor service. */

#include "init/supervisor.h"

#include <string.h>

#include <tess/ipc.h>

#include "abi/start.h"

static tess_handle_t supervisor;

_Bool supervisor_open(void)
{
	supervisor = tess_route("supervisor");
	return supervisor != TESS_NONE;
}

/* Appends a name, padded with zeros to its fixed size. */
static void put_name(struct tess_message *message, uint32_t word,
		     const char *name)
{
	char padded[START_NAME_MAX] = { 0 };

	strncpy(padded, name, sizeof(padded) - 1);
	tess_put_bytes(message, word, padded, sizeof(padded));
}

/* A call with up to two words and one result. */
static status_t call(enum supervisor_method method, uint32_t length,
		     uint64_t first, uint64_t second, uint64_t *result)
{
	struct tess_message message = { .length = length,
					.words = { first, second } };
	status_t status = tess_invoke(supervisor, method, &message);

	if (status == ST_OK && result) {
		*result = message.words[0];
	}
	return status;
}

status_t supervisor_create(const char *name, const char *image,
			   const struct supervisor_quota *quota,
			   uint64_t *handle)
{
	struct tess_message message = {
		.words = { quota->memory_bytes, quota->virtual_bytes,
			   quota->cap_slots, quota->holds_capnode },
	};

	put_name(&message, 4, name);
	put_name(&message, message.length, image);
	status_t status = tess_invoke(supervisor, SUPERVISOR_create, &message);
	*handle = message.words[0];
	return status;
}

status_t supervisor_offer(uint64_t server, const char *name,
			  uint32_t delegation, uint32_t ops, uint64_t *service)
{
	struct tess_message message = { .words = { server, delegation, ops } };

	put_name(&message, 3, name);
	status_t status = tess_invoke(supervisor, SUPERVISOR_offer, &message);
	*service = message.words[0];
	return status;
}

status_t supervisor_route(const struct supervisor_route *route,
			  const char *name)
{
	struct tess_message message = {
		.words = { route->client, route->service, route->ops,
			   route->badge, route->grant },
	};

	put_name(&message, 5, name);
	return tess_invoke(supervisor, SUPERVISOR_route, &message);
}

status_t supervisor_start(uint64_t handle)
{
	return call(SUPERVISOR_start, 1, handle, 0, NULL);
}

status_t supervisor_wait(struct supervisor_event *event)
{
	struct tess_message message = { .length = 0 };
	status_t status = tess_invoke(supervisor, SUPERVISOR_wait, &message);

	*event = (struct supervisor_event){
		.handle = message.words[0],
		.end = (uint32_t)message.words[1],
		.status = (uint32_t)message.words[2],
		.refusals = message.words[3],
	};
	return status;
}

status_t supervisor_stop(uint64_t handle, uint64_t *refusals)
{
	return call(SUPERVISOR_stop, 1, handle, 0, refusals);
}

status_t supervisor_count(struct supervisor_counts *counts)
{
	struct tess_message message = { .length = 0 };
	status_t status = tess_invoke(supervisor, SUPERVISOR_count, &message);

	*counts = (struct supervisor_counts){
		.capsules = message.words[0],
		.capabilities = message.words[1],
		.refusals = message.words[2],
	};
	return status;
}

status_t supervisor_operational(uint64_t capsules, uint64_t capabilities)
{
	return call(SUPERVISOR_operational, 2, capsules, capabilities, NULL);
}

_Noreturn void supervisor_power_off(uint32_t status)
{
	call(SUPERVISOR_power_off, 1, status, 0, NULL);
	__builtin_trap();
}
