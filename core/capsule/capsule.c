/* SPDX-License-Identifier: Apache-2.0 */
/* The table of capsules, and the end of one. */

#include "core/capsule.h"

#include "common/assert.h"
#include "core/log.h"
#include "core/object.h"

static struct capsule capsules[CAPSULES_MAX];
static struct slot_run fault_slots[CAPSULES_MAX];

struct capsule *capsule_at(uint64_t number)
{
	return number < CAPSULES_MAX && capsules[number].state != CAPSULE_FREE
		       ? &capsules[number]
		       : NULL;
}

uint32_t capsule_number(const struct capsule *capsule)
{
	return (uint32_t)(capsule - capsules);
}

uint64_t capsule_handle(const struct capsule *capsule)
{
	return (uint64_t)capsule->generation << 32 | capsule_number(capsule);
}

struct capsule *capsule_of(uint64_t handle)
{
	struct capsule *capsule = capsule_at((uint32_t)handle);

	return capsule && capsule_handle(capsule) == handle ? capsule : NULL;
}

struct capsule *capsule_find_free(void)
{
	for (uint32_t i = 0; i < CAPSULES_MAX; i++) {
		if (capsules[i].state == CAPSULE_FREE) {
			return &capsules[i];
		}
	}
	return NULL;
}

uint64_t capsule_refusals(const struct capsule *capsule)
{
	struct object_facts facts;
	status_t status = object_info(capsule->thread, &facts);

	CHECK(status == ST_OK);
	return facts.words[1];
}

void capsule_setup(void)
{
	for (uint32_t i = 0; i < CAPSULES_MAX; i++) {
		fault_slots[i] = slot_take(1);
	}
}

struct slot_run capsule_fault_slot(const struct capsule *capsule)
{
	return fault_slots[capsule_number(capsule)];
}

void capsule_end(struct capsule *capsule, uint32_t end, uint32_t exit_status,
		 uint64_t reason)
{
	status_t status;

	if (reason) {
		status = object_capsule_fail(capsule->control, reason);
		CHECK(status == ST_OK);
	}
	status = object_capsule_stop(capsule->control);
	CHECK(status == ST_OK);
	log_flush(capsule);
	capsule->refusals = capsule_refusals(capsule);
	capsule->end = end;
	capsule->status = exit_status;
	capsule->state = CAPSULE_ENDED;
	capsule_withdraw(capsule);
	struct slot_run fault = capsule_fault_slot(capsule);
	status = object_delete(object_address(&fault, 0));
	CHECK(status == ST_OK);
	pool_free(&capsule->pool);
}

void capsule_release(struct capsule *capsule)
{
	CHECK(capsule->state == CAPSULE_ENDED);
	capsule->state = CAPSULE_FREE;
}

void capsule_count(uint64_t *count, uint64_t *capabilities)
{
	*count = *capabilities = 0;
	for (uint32_t i = CAPSULE_INIT + 1; i < CAPSULES_MAX; i++) {
		struct object_facts facts;
		if (capsules[i].state != CAPSULE_MADE &&
		    capsules[i].state != CAPSULE_RUNNING) {
			continue;
		}
		status_t status = object_info(capsules[i].capnode, &facts);
		CHECK(status == ST_OK);
		*count += 1;
		*capabilities += facts.words[1];
	}
}
