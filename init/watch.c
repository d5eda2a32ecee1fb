/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following the run. init waits for core to name a capsule that ended, and
 * never for a capsule itself. When the last program has ended, the daemons are
 * stopped in reverse start order, so that no server goes before its clients.
 *
 * What a server that faulted was for is not done any more, so its clients are
 * stopped with it; that counts as a failure of the run, as a fault does.
 */

#include "init/system.h"

#include <stdio.h>

#include <tess/ipc.h>

static void retire(struct system *system, uint32_t capsule, uint64_t refusals)
{
	struct member *member = &system->members[capsule];

	member->state = MEMBER_ENDED;
	member->refusals = refusals;
	system->refusals += refusals;
	system->programs_running -= system_is_program(system, capsule);
}

static void stop(struct system *system, uint32_t capsule)
{
	uint64_t refusals = 0;
	status_t status =
		supervisor_stop(system->members[capsule].handle, &refusals);

	if (status != ST_OK) {
		printf("%s does not stop: %s\n", system_name(system, capsule),
		       tess_status_text(status));
		system->failed = true;
	}
	retire(system, capsule, refusals);
}

/* The offer through which a capsule depends on a server that has gone, or
 * NULL. */
static const struct manifest_offer *
lost_offer(const struct system *system, uint32_t capsule, const bool *gone)
{
	const struct manifest_view *manifest = &system->manifest;
	const struct manifest_capsule *c = manifest_capsule(manifest, capsule);

	for (uint32_t i = c->first_use; i < c->first_use + c->use_count; i++) {
		const struct manifest_offer *offer = manifest_offer(
			manifest, manifest_use(manifest, i)->offer);
		if (gone[offer->capsule]) {
			return offer;
		}
	}
	return NULL;
}

/* Clients come after their servers in the start order, so one pass finds the
 * clients of clients as well. */
static void stop_clients(struct system *system, uint32_t server)
{
	bool gone[MANIFEST_CAPSULE_LIMIT] = { false };

	gone[server] = true;
	for (uint32_t i = 0; i < system_count(system); i++) {
		uint32_t capsule = manifest_start(&system->manifest, i);
		const struct manifest_offer *offer =
			lost_offer(system, capsule, gone);
		if (!offer ||
		    system->members[capsule].state != MEMBER_RUNNING) {
			continue;
		}
		printf("%s is stopped: it needs '%s' of %s, which is gone\n",
		       system_name(system, capsule),
		       manifest_string(&system->manifest, offer->name),
		       system_name(system, offer->capsule));
		stop(system, capsule);
		gone[capsule] = true;
	}
}

static uint32_t find_member(const struct system *system, uint64_t handle)
{
	for (uint32_t i = 0; i < system_count(system); i++) {
		if (system->members[i].state == MEMBER_RUNNING &&
		    system->members[i].handle == handle) {
			return i;
		}
	}
	return MANIFEST_NOT_FOUND;
}

static void handle_end(struct system *system,
		       const struct supervisor_event *event)
{
	uint32_t capsule = find_member(system, event->handle);

	if (capsule == MANIFEST_NOT_FOUND) {
		return;
	}
	if (event->end == SUPERVISOR_EXITED) {
		printf("%s ended with status %u, %llu calls refused\n",
		       system_name(system, capsule), event->status,
		       (unsigned long long)event->refusals);
	} else {
		printf("%s ended by a fault, %llu calls refused\n",
		       system_name(system, capsule),
		       (unsigned long long)event->refusals);
	}
	retire(system, capsule, event->refusals);
	if (event->end != SUPERVISOR_EXITED || event->status != 0) {
		system->failed = true;
	}
	if (event->end == SUPERVISOR_FAULTED) {
		stop_clients(system, capsule);
	}
}

static void stop_all(struct system *system)
{
	for (uint32_t i = system_count(system); i > 0; i--) {
		uint32_t capsule = manifest_start(&system->manifest, i - 1);
		if (system->members[capsule].state == MEMBER_RUNNING) {
			stop(system, capsule);
			printf("%s stopped, %llu calls refused\n",
			       system_name(system, capsule),
			       (unsigned long long)system->members[capsule]
				       .refusals);
		}
	}
}

/* The kernel's own counter must agree with the sum over the capsules. */
static void print_sums(struct system *system)
{
	struct supervisor_counts counts;
	status_t status = supervisor_count(&counts);

	if (status != ST_OK || counts.refusals != system->refusals) {
		printf("the kernel counted %llu refused calls, its capsules "
		       "%llu\n",
		       (unsigned long long)counts.refusals,
		       (unsigned long long)system->refusals);
		system->failed = true;
	}
	printf("%llu calls refused in all\n",
	       (unsigned long long)counts.refusals);
}

/* A manifest that has daemons only runs until the machine is switched off. */
static bool has_programs(const struct system *system)
{
	for (uint32_t i = 0; i < system_count(system); i++) {
		if (system_is_program(system, i)) {
			return true;
		}
	}
	return false;
}

void system_watch(struct system *system)
{
	bool endless = !has_programs(system);

	while (endless || system->programs_running > 0) {
		struct supervisor_event event;
		status_t status = supervisor_wait(&event);
		if (status != ST_OK) {
			printf("core does not say who ended: %s\n",
			       tess_status_text(status));
			system->failed = true;
			break;
		}
		handle_end(system, &event);
	}
	stop_all(system);
	print_sums(system);
}
