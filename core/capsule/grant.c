/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a capsule is given after it was made and before it runs: endpoints of
 * its own, and routes to those of others, each with exactly the methods and the
 * badge asked for; and, while it runs, heap. The start page is written here,
 * through a window of core's, and shown to the capsule when it starts.
 */

#include "core/capsule.h"

#include <string.h>

#include "abi/layout.h"
#include "abi/manifest.h"
#include "abi/message.h"
#include "common/assert.h"
#include "common/types.h"
#include "core/load.h"
#include "core/object.h"
#include "core/space.h"

static struct service services[SERVICES_MAX];

static uint32_t find_service(void)
{
	uint32_t i = 0;

	while (i < SERVICES_MAX && services[i].server) {
		i++;
	}
	return i;
}

static bool text_valid(const char *name)
{
	return name[0] && memchr(name, 0, START_NAME_MAX);
}

status_t capsule_offer(struct capsule *capsule, const char *name,
		       uint32_t delegation, uint32_t ops, uint64_t *service)
{
	bool first = capsule->offer_count == 0;
	uint32_t index = find_service();
	uint32_t objects = first ? START_REPLY_COUNT + 1 : 1;
	uint32_t slots = delegation ? 2 : 1;
	struct pool_need need = {
		.small_bytes = objects << ABI_ENDPOINT_BITS,
		.small_count = objects,
	};

	if (capsule->state != CAPSULE_MADE) {
		return ST_BAD_STATE;
	}
	if (!text_valid(name) || delegation > MANIFEST_DELEGATION_MAX ||
	    !delegation != !ops || ops >> ABI_METHOD_MASK) {
		return ST_BAD_ARGUMENT;
	}
	if (capsule->offer_count == START_OFFERS_MAX ||
	    slots > capsule->slot_count - capsule->slot_next ||
	    index == SERVICES_MAX) {
		return ST_LIMIT;
	}
	status_t status = pool_reserve(&capsule->pool, &need);
	if (status != ST_OK) {
		return status;
	}

	for (uint32_t i = 0; first && i < START_REPLY_COUNT; i++) {
		uint64_t reply = pool_take(&capsule->pool, ABI_TYPE_REPLY, 0);
		status = object_move(capsule->capnode, START_SLOT_REPLY + i,
				     reply);
		CHECK(status == ST_OK);
	}
	uint64_t endpoint = pool_take(&capsule->pool, ABI_TYPE_ENDPOINT, 0);
	uint32_t slot = capsule->slot_next++;
	status = object_mint(capsule->capnode, slot, endpoint, ABI_RIGHT_RECV,
			     0, 0);
	CHECK(status == ST_OK);
	if (delegation) {
		status = object_mint(capsule->capnode, capsule->slot_next++,
				     endpoint, ABI_RIGHT_SEND | delegation << 8,
				     ops, 0);
		CHECK(status == ST_OK);
	}
	struct start_info *info = space_open(capsule->info_frame);
	struct start_offer *offer = &info->offers[info->offer_count++];
	offer->slot = slot;
	offer->source = delegation ? slot + 1 : 0;
	memcpy(offer->name, name, START_NAME_MAX);
	space_close(capsule->info_frame);
	capsule->offer_count++;
	services[index].server = capsule;
	services[index].endpoint = endpoint;
	*service = (uint64_t)++services[index].generation << 32 | index;
	return ST_OK;
}

void capsule_withdraw(struct capsule *capsule)
{
	for (uint32_t i = 0; i < SERVICES_MAX; i++) {
		if (services[i].server == capsule) {
			services[i].server = NULL;
		}
	}
}

/* A route to any endpoint of core's. */
static status_t route(struct capsule *client, uint64_t endpoint,
		      const struct route_limits *limits, const char *name)
{
	uint32_t ops = limits->ops;
	uint32_t rights = ABI_RIGHT_SEND;

	if (client->state != CAPSULE_MADE) {
		return ST_BAD_STATE;
	}
	if (!text_valid(name) || ops == 0 || ops >> ABI_METHOD_MASK) {
		return ST_BAD_ARGUMENT;
	}
	if (client->route_count == START_ROUTES_MAX ||
	    client->slot_next == client->slot_count) {
		return ST_LIMIT;
	}

	uint32_t slot = client->slot_next++;
	if (limits->grant) {
		rights |= ABI_RIGHT_GRANT;
	}
	status_t status = object_mint(client->capnode, slot, endpoint, rights,
				      ops, limits->badge);
	CHECK(status == ST_OK);
	struct start_info *info = space_open(client->info_frame);
	struct start_route *entry = &info->routes[info->route_count++];
	entry->slot = slot;
	entry->ops = ops;
	entry->grant = limits->grant;
	memcpy(entry->name, name, START_NAME_MAX);
	space_close(client->info_frame);
	client->route_count++;
	return ST_OK;
}

status_t capsule_route(struct capsule *client, uint64_t service,
		       const struct route_limits *limits, const char *name)
{
	uint32_t index = (uint32_t)service;

	if (index >= SERVICES_MAX || !services[index].server ||
	    services[index].generation != service >> 32) {
		return ST_NOT_FOUND;
	}
	return route(client, services[index].endpoint, limits, name);
}

status_t capsule_route_core(struct capsule *client, enum badge_class class,
			    uint32_t ops, const char *name)
{
	const struct route_limits limits = {
		.ops = ops,
		.badge = badge_of(class, capsule_number(client)),
	};

	return route(client, core_endpoint, &limits, name);
}

status_t capsule_start(struct capsule *capsule)
{
	if (capsule->state != CAPSULE_MADE) {
		return ST_BAD_STATE;
	}
	struct start_info *info = space_open(capsule->info_frame);
	info->slots_start = capsule->slot_next;
	info->slots_end = capsule->slot_count;
	space_close(capsule->info_frame);
	status_t status = object_map(capsule->info_frame, capsule->vspace,
				     capsule->info_address, ABI_ACCESS_READ);
	CHECK(status == ST_OK);
	status = object_capsule_start(capsule->control);
	CHECK(status == ST_OK);
	capsule->state = CAPSULE_RUNNING;
	return ST_OK;
}

status_t capsule_grow(struct capsule *capsule, uint64_t bytes,
		      uint64_t *address)
{
	uint64_t start = capsule->heap_end;

	if (bytes == 0 || !is_aligned(bytes, ABI_PAGE_SIZE)) {
		return ST_BAD_ARGUMENT;
	}
	if (bytes > capsule->virtual_quota - capsule->virtual_used ||
	    bytes > USER_END - start) {
		return ST_LIMIT;
	}
	struct pool_need need = {
		.pages = bytes / ABI_PAGE_SIZE +
			 space_table_count(start, start, start + bytes),
	};
	status_t status = pool_reserve(&capsule->pool, &need);
	if (status != ST_OK) {
		return status;
	}
	load_pages(capsule, start, bytes, NULL,
		   ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	capsule->heap_end += bytes;
	capsule->virtual_used += bytes;
	*address = start;
	return ST_OK;
}
