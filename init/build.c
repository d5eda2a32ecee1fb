/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the manifest to capsules. A capsule that core refuses, and every one
 * that needs a service of it, stays out; the others run.
 */

#include "init/system.h"

#include <stdio.h>

#include <tess/ipc.h>

/* By offer index; what core calls the service. */
static uint64_t services[MANIFEST_CAPSULE_LIMIT * MANIFEST_OFFER_LIMIT];

/* Whether every service it uses is there; says which is not. */
static bool has_servers(const struct system *system, uint32_t capsule)
{
	const struct manifest_view *manifest = &system->manifest;
	const struct manifest_capsule *c = manifest_capsule(manifest, capsule);

	for (uint32_t i = c->first_use; i < c->first_use + c->use_count; i++) {
		uint32_t index = manifest_use(manifest, i)->offer;
		const struct manifest_offer *offer =
			manifest_offer(manifest, index);
		if (system->members[offer->capsule].state == MEMBER_MISSING) {
			printf("capsule '%s' is left out: it needs '%s' of "
			       "'%s', which is missing\n",
			       system_name(system, capsule),
			       manifest_string(manifest, offer->name),
			       system_name(system, offer->capsule));
			return false;
		}
	}
	return true;
}

/* Whether capabilities can be handed to or by a capsule, so that it works with
 * them. */
static bool holds_capabilities(const struct manifest_view *manifest,
			       uint32_t capsule)
{
	for (uint32_t i = 0; i < manifest->header->use_count; i++) {
		const struct manifest_use *use = manifest_use(manifest, i);
		uint32_t server = manifest_offer(manifest, use->offer)->capsule;
		if (use->grant &&
		    (use->capsule == capsule || server == capsule)) {
			return true;
		}
	}
	return false;
}

/* Its endpoints. */
static status_t make_offers(struct system *system, uint32_t capsule)
{
	const struct manifest_view *manifest = &system->manifest;
	const struct manifest_capsule *c = manifest_capsule(manifest, capsule);

	for (uint32_t i = 0; i < c->offer_count; i++) {
		uint32_t index = c->first_offer + i;
		const struct manifest_offer *offer =
			manifest_offer(manifest, index);
		uint32_t ops =
			offer->delegation ? manifest_offer_ops(offer) : 0;
		status_t status = supervisor_offer(
			system->members[capsule].handle,
			manifest_string(manifest, offer->name),
			offer->delegation, ops, &services[index]);
		if (status != ST_OK) {
			return status;
		}
	}
	return ST_OK;
}

/* Its routes. The badge by which a server knows a client is the client's place
 * in the manifest, from 1. */
static status_t make_routes(struct system *system, uint32_t capsule)
{
	const struct manifest_view *manifest = &system->manifest;
	const struct manifest_capsule *c = manifest_capsule(manifest, capsule);

	for (uint32_t i = c->first_use; i < c->first_use + c->use_count; i++) {
		const struct manifest_use *use = manifest_use(manifest, i);
		const char *name = manifest_string(
			manifest, manifest_offer(manifest, use->offer)->name);
		status_t status = supervisor_route(
			&(struct supervisor_route){
				.client = system->members[capsule].handle,
				.service = services[use->offer],
				.ops = use->ops,
				.badge = capsule + 1,
				.grant = use->grant,
			},
			name);
		if (status != ST_OK) {
			return status;
		}
	}
	return ST_OK;
}

static status_t make(struct system *system, uint32_t capsule)
{
	const struct manifest_view *manifest = &system->manifest;
	const struct manifest_capsule *c = manifest_capsule(manifest, capsule);
	struct member *member = &system->members[capsule];
	const struct supervisor_quota quota = {
		.memory_bytes = c->memory_bytes,
		.virtual_bytes = c->virtual_bytes,
		.cap_slots = c->cap_slots,
		.holds_capnode = holds_capabilities(manifest, capsule),
	};
	status_t status = supervisor_create(system_name(system, capsule),
					    manifest_string(manifest, c->image),
					    &quota, &member->handle);

	if (status == ST_OK) {
		status = make_offers(system, capsule);
	}
	if (status == ST_OK) {
		status = make_routes(system, capsule);
	}
	return status;
}

void system_build(struct system *system)
{
	for (uint32_t i = 0; i < system_count(system); i++) {
		uint32_t capsule = manifest_start(&system->manifest, i);
		struct member *member = &system->members[capsule];
		if (!has_servers(system, capsule)) {
			system->failed = true;
			continue;
		}
		status_t status = make(system, capsule);
		if (status == ST_OK) {
			member->state = MEMBER_MADE;
		} else {
			printf("capsule '%s' was refused: %s (%s)\n",
			       system_name(system, capsule),
			       tess_status_text(status),
			       tess_status_name(status));
			system->failed = true;
		}
	}
}

void system_start(struct system *system)
{
	for (uint32_t i = 0; i < system_count(system); i++) {
		uint32_t capsule = manifest_start(&system->manifest, i);
		struct member *member = &system->members[capsule];
		if (member->state != MEMBER_MADE) {
			continue;
		}
		status_t status = supervisor_start(member->handle);
		if (status != ST_OK) {
			printf("capsule '%s' does not start: %s\n",
			       system_name(system, capsule),
			       tess_status_text(status));
			system->failed = true;
			continue;
		}
		member->state = MEMBER_RUNNING;
		system->programs_running += system_is_program(system, capsule);
	}
}
